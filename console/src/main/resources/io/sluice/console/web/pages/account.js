import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { command, curl, get, path, send, withQuery } from "../lib/api.js";
import { TrafficChart } from "../lib/chart.js";
import { actions, ChangeDialog } from "../lib/dialogs.js";
import { count, counted, dateTime, duration } from "../lib/format.js";
import { numbers } from "../lib/limits.js";
import { usePages, usePoll } from "../lib/poll.js";
import { inForce } from "../lib/revisions.js";
import { setQuery, to } from "../lib/router.js";
import { has } from "../lib/session.js";
import {
  Ago, Bar, Card, Command, Empty, Head, html, Loaded, Older, Segmented, Table, Tag, text, VerdictTag,
} from "../lib/ui.js";

const LIVE_MILLIS = 3_000;
const SLOW_MILLIS = 10_000;
const LOW = 0.2;
/** Buckets that are shown before somebody asks for all. */
const BUCKETS_MAX = 50;
const LOOKS_MIN = 3;
const LOOKS_MAX = 10;
const STEPS = {
  minute: { millis: 60_000, windows: 60, name: "Minutes" },
  hour: { millis: 3_600_000, windows: 48, name: "Hours" },
  day: { millis: 86_400_000, windows: 30, name: "Days" },
};

/** Everything about one account. */
export function Account({ route, caller }) {
  const account = route.segments[1];
  const [open, setOpen] = useState(null);
  const profileAt = path("v1", "accounts", account, "profile");
  const profile = usePoll(profileAt, (signal) => get(profileAt, signal), SLOW_MILLIS);
  const rules = usePoll("rules", inForce, SLOW_MILLIS * 3);
  const clientOfRoute = route.query.client ?? account;
  const quotaAt = path("v1", "clients", ...clientOfRoute.split("/"), "quota");
  const quota = usePoll(quotaAt, (signal) => get(quotaAt, signal), LIVE_MILLIS);
  const changed = (answer) => {
    if (answer === null) profile.refresh();
    else profile.replace(answer);
    quota.refresh();
  };
  const mayAct = has(caller, "operator");
  const possible =
    mayAct && profile.data && rules.data
      ? actions({
          account,
          profile: profile.data,
          rules: rules.data.document,
          buckets: quota.data?.limits ?? [],
          client: clientOfRoute,
          opened: open?.name,
        })
      : [];
  const chosen = possible.find((each) => each.name === open?.name);
  const begin = (name) => setOpen({ name, times: (open?.times ?? 0) + 1 });
  return html`
    <${Head} title=${account} aside=${profile.data && html`<${Standing} profile=${profile.data} />`}>
      <p><a href=${to(["accounts"])}>Accounts</a></p>
    <//>
    <div class="stack">
      ${possible.length > 0 &&
      html`<div class="row actions" role="group" aria-label="Actions">
        ${possible.map((each) => html`<button key=${each.name} class=${each.isHarsh ? "danger" : ""}
          onClick=${() => begin(each.name)}>${each.name}</button>`)}
      </div>`}
      ${chosen &&
      html`<${ChangeDialog} key=${`${open.name} ${open.times} ${clientOfRoute}`} ...${chosen} account=${account}
        profile=${profile.data} onDone=${changed} onAgain=${() => begin(open.name)}
        onClose=${() => setOpen(null)} />`}
      <div class="columns">
        <${Buckets} route=${route} account=${account} client=${clientOfRoute} quota=${quota} quotaAt=${quotaAt} />
        <${Profile} of=${profile} at=${profileAt} account=${account} />
      </div>
      <${Usage} route=${route} account=${account} />
      <${Decisions} route=${route} account=${account} />
      <${History} account=${account} version=${profile.data?.version} />
    </div>
  `;
}

function Standing({ profile }) {
  const listing = profile.listing;
  const isOver = listing?.untilMillis !== undefined && listing.untilMillis <= profile.decidedAtMillis;
  return html`<${Tag}>tier ${profile.effectiveTier}<//>
    ${listing && !isOver && html`<${Tag} kind=${listing.access === "deny" ? "bad" : "good"}>
      ${listing.access === "deny" ? "denied" : "allowed"}
      ${listing.untilMillis ? " until " + dateTime(listing.untilMillis) : ""}
    <//>`}`;
}

function Buckets({ route, account, client, quota, quotaAt }) {
  const [typed, setTyped] = useState(client);
  const [isLong, setLong] = useState(false);
  useEffect(() => setTyped(client), [client]);
  const show = (event) => {
    event.preventDefault();
    const wanted = typed.trim();
    setQuery(route, { client: wanted === account || wanted === "" ? undefined : wanted });
  };
  const tools = html`<form class="row" onSubmit=${show}>
    <label class="unseen" for="client">Client</label>
    <input id="client" class="small" value=${typed} maxlength="256" spellcheck=${false}
      onInput=${(event) => setTyped(event.target.value)} />
    <button class="plain">Show</button>
  </form>`;
  return html`<${Card} title="Buckets now" tools=${tools} source=${{
    curl: curl("GET", quotaAt),
    command: command("explain", "--client", client),
  }}>
    <${Loaded} of=${quota} tall>
      ${({ limits, decidedAtMillis }) =>
        limits.length === 0
          ? html`<${Empty} title="No limit applies to this client." />`
          : html`<table>
              <thead><tr>
                <th scope="col">Limit</th><th scope="col" class="wide"><span class="unseen">Share left</span></th>
                <th scope="col" class="number">Left</th><th scope="col" class="number">Full in</th>
              </tr></thead>
              <tbody>${limits.slice(0, isLong ? undefined : BUCKETS_MAX).map((limit) => html`<${Bucket}
                key=${limit.id + limit.scope} limit=${limit} atMillis=${decidedAtMillis} />`)}</tbody>
            </table>
            ${limits.length > BUCKETS_MAX && !isLong && html`<p class="row between after">
              <span class="muted small">The first ${BUCKETS_MAX} of ${count(limits.length)}.</span>
              <button onClick=${() => setLong(true)}>Show all</button></p>`}`}
    <//>
  <//>`;
}

/** How long a bucket lasts if its client goes on as in the last looks at it; null if it does not become emptier. */
function emptyInMillis(looks) {
  const first = looks[0];
  const last = looks[looks.length - 1];
  const taken = first.remaining - last.remaining;
  if (looks.length < LOOKS_MIN || taken <= 0 || last.remaining <= 0) return null;
  return (last.remaining * (last.atMillis - first.atMillis)) / taken;
}

function Bucket({ limit, atMillis }) {
  const looks = useRef([]);
  if (looks.current[looks.current.length - 1]?.atMillis !== atMillis) {
    looks.current = [...looks.current, { atMillis, remaining: limit.remaining }].slice(-LOOKS_MAX);
  }
  const lastsMillis = emptyInMillis(looks.current);
  const share = limit.limit === 0 ? 0 : limit.remaining / limit.limit;
  return html`<tr>
    <td class="name">${limit.id}<div class="muted small">${limit.scope === "" ? "whole account" : limit.scope}</div>
      </td>
    <td class="middle wide" style=${{ width: "30%" }}><${Bar} share=${share}
      kind=${limit.remaining <= 0 ? "out" : share <= LOW ? "low" : ""} /></td>
    <td class="number"><strong>${count(limit.remaining)}</strong> <span class="muted">/ ${count(limit.limit)}</span>
      ${lastsMillis !== null && html`<div class="muted small">empty in about ${duration(lastsMillis)}</div>`}
    </td>
    <td class="number muted">${limit.resetAfterMillis === 0 ? "full" : duration(limit.resetAfterMillis)}</td>
  </tr>`;
}

const listed = ({ access, message }) => text(access) + (message ? ": " + message : "");

function Profile({ of, at, account }) {
  return html`<${Card} title="Profile"
    source=${{ curl: curl("GET", at), command: command("account", "show", account) }}>
    <${Loaded} of=${of}>
      ${(profile) => html`<table>
        <tbody>
          <tr><th scope="row">Tier</th><td>${profile.effectiveTier}${profile.tier ? "" : html` <span
            class="muted">by the ruleset</span>`}</td></tr>
          <tr><th scope="row">Listing</th>
            <td>${profile.listing ? listed(profile.listing) : html`<span class="muted">none</span>`}</td></tr>
          <tr>
            <th scope="row">Overrides</th>
            <td>
              ${profile.limits
                ? Object.entries(profile.limits).map(
                    ([id, override]) => html`<div>${id}: ${numbers(override)}</div>`,
                  )
                : html`<span class="muted">none</span>`}
            </td>
          </tr>
          <tr>
            <th scope="row">Last change</th>
            <td>
              ${profile.changed
                ? html`${profile.changed.principal}, <${Ago} millis=${profile.changed.atMillis} />
                  <div class="muted small">${profile.changed.reason}</div>`
                : html`<span class="muted">never</span>`}
            </td>
          </tr>
          <tr><th scope="row">Version</th><td>${profile.version}</td></tr>
        </tbody>
      </table>`}
    <//>
  <//>`;
}

const OUTCOMES = {
  allowed: "allowed",
  tagged: "allowed",
  throttled: "throttled",
  denied: "denied",
  challenged: "denied",
};

/** Each window of the span, those without counts included. */
function points(usage, step, fromMillis, toMillis) {
  const byStart = new Map();
  for (const window of usage.windows) {
    const sums = { allowed: 0, throttled: 0, denied: 0, charged: 0 };
    for (const row of window.rows) {
      if (row.limitId !== undefined) continue;
      const kind = OUTCOMES[row.outcome];
      if (kind) sums[kind] += row.requests;
      sums.charged += row.charged;
    }
    byStart.set(window.fromMillis, sums);
  }
  const all = [];
  for (let at = fromMillis; at <= toMillis; at += STEPS[step].millis) {
    all.push({ atMillis: at, ...(byStart.get(at) ?? { allowed: 0, throttled: 0, denied: 0, charged: 0 }) });
  }
  return all;
}

function Usage({ route, account }) {
  const step = STEPS[route.query.step] ? route.query.step : "minute";
  const { millis, windows } = STEPS[step];
  const base = path("v1", "accounts", account, "usage");
  const load = async (signal) => {
    const toMillis = Math.floor(Date.now() / millis) * millis;
    const fromMillis = toMillis - (windows - 1) * millis;
    const usage = await get(withQuery(base, { step, from: fromMillis }), signal);
    return { all: points(usage, step, fromMillis, toMillis), forecast: usage.forecast ?? [] };
  };
  const usage = usePoll(base + step, load, SLOW_MILLIS);
  const options = Object.entries(STEPS).map(([name, { name: shown }]) => [name, shown]);
  return html`<${Card}
    title="Usage"
    tools=${html`<${Segmented} label="Step" value=${step} options=${options}
      onChange=${(next) => setQuery(route, { step: next })} />`}
    source=${{
      curl: curl("GET", withQuery(base, { step })),
      command: command("account", "usage", "--step", step, account),
    }}
  >
    <${Loaded} of=${usage} tall>
      ${({ all, forecast }) => html`<${UsageChart} all=${all} step=${step} />
        <${Forecast} limits=${forecast} />`}
    <//>
  <//>`;
}

/** When limits of the account will be empty, if it goes on as in the last hour or five minutes. */
function Forecast({ limits }) {
  const burning = limits.filter((each) => each.emptyAtMillis !== undefined);
  return burning.map(
    ({ limitId, remaining, limit, emptyAtMillis }) => html`<p key=${limitId} class="note warn after">
      <strong>${limitId}</strong>: ${count(remaining)} of ${count(limit)} left, empty at about
      ${" "}${dateTime(emptyAtMillis)} if it goes on like this</p>`,
  );
}

function UsageChart({ all, step }) {
  const sum = (name) => all.reduce((total, each) => total + each[name], 0);
  const [allowed, throttled, denied, charged] = ["allowed", "throttled", "denied", "charged"].map(sum);
  if (allowed + throttled + denied + charged === 0) {
    return html`<${Empty} title="Nothing in this span.">Usage is counted in UTC, and shows within a second.<//>`;
  }
  const span = duration(all.length * STEPS[step].millis);
  return html`<div class="stack tight">
    <p class="muted">
      In ${span}: ${count(allowed)} allowed, ${count(throttled)} throttled, ${count(denied)} denied;
      ${" "}${counted(charged, "token")} charged.
    </p>
    <${TrafficChart} points=${all} unit="" isSteps
      label=${`Requests by ${step}. In ${span}: ${allowed} allowed, ${throttled} throttled, ${denied} denied.`} />
  </div>`;
}

const FILTERS = [
  ["", "All"],
  ["allow", "Allowed"],
  ["deny", "Denied"],
];

function Decisions({ route, account }) {
  const verdict = route.query.verdict ?? "";
  const base = path("v1", "accounts", account, "decisions");
  const address = withQuery(base, { verdict, limit: 25 });
  const pages = usePages(address, SLOW_MILLIS);
  const replays = usePoll("/v1/rulesets/trials", (signal) => get("/v1/rulesets/trials", signal));
  const cli = ["account", "decisions", account, ...(verdict === "" ? [] : ["--verdict", verdict])];
  return html`<${Card}
    title="Recent decisions"
    tools=${html`<${Segmented} label="Verdict" value=${verdict} options=${FILTERS}
      onChange=${(value) => setQuery(route, { verdict: value })} />`}
    source=${{ curl: curl("GET", address), command: command(...cli) }}
  >
    <${Loaded} of=${pages.first} tall>
      ${(data) => {
        const records = pages.of.flatMap((each) => each.records);
        return records.length === 0
          ? html`<${Empty} title="No decisions found.">Topic <code>${data.topic}</code>,
              ${" "}partition ${data.partition}.<//>`
          : html`<${Table} class="decisions">
                <thead><tr>
                  <th scope="col">When</th><th scope="col">Client</th><th scope="col">Verdict</th>
                  <th scope="col">Limit</th><th scope="col">Reason</th><th scope="col">
                    <span class="unseen">More</span></th>
                </tr></thead>
                <tbody>${records.map((each) => html`<${Decision}
                  key=${each.offset} found=${each} topic=${data.topic}
                  isReplaying=${replays.data?.enabled === true} />`)}</tbody>
              <//>
              <${Older} pages=${pages} />`;
      }}
    <//>
  <//>`;
}

function kindOf(record) {
  const { type, verdict, action, allowed, denied } = record;
  if (type === undefined || type === "batch") return html`<${VerdictTag} verdict=${verdict} action=${action} />`;
  const sums = [allowed > 0 && count(allowed) + " allowed", denied > 0 && count(denied) + " denied"];
  return html`<${Tag}>${record.type}<//> <span class="small muted">${sums.filter(Boolean).join(", ")}</span>`;
}

function Decision({ found, topic, isReplaying }) {
  const [isOpen, setOpen] = useState(false);
  const record = found.record;
  if (record === undefined) {
    return html`<tr><td class="nowrap">${dateTime(found.recordedAtMillis)}</td>
      <td colspan="5" class="muted">${found.unknown}</td></tr>`;
  }
  return html`<tr>
      <td class="nowrap">${dateTime(found.recordedAtMillis)}</td>
      <td class="name">${record.clientId ?? (record.checks ? record.checks.length + " checks" : "–")}</td>
      <td class="nowrap">${kindOf(record)}</td>
      <td>${record.limitId ?? record.listId ?? "–"}</td>
      <td class="muted">${record.reason ?? ""}</td>
      <td class="right"><button class="plain" aria-expanded=${isOpen}
        onClick=${() => setOpen(!isOpen)}>${isOpen ? "Close" : "Explain"}</button></td>
    </tr>
    ${isOpen && html`<tr class="detail"><td colspan="6"><${Explanation} found=${found} topic=${topic}
      isReplaying=${isReplaying} /></td></tr>`}`;
}

const passes = (afterMillis) =>
  afterMillis === 0 ? "at once" : afterMillis === undefined ? "never" : duration(afterMillis);

/** What was decided, and what would be decided now. */
function Explanation({ found, topic, isReplaying }) {
  const record = found.record;
  const then = useMemo(
    () => (record.type === undefined && record.decisionId ? { decisionId: record.decisionId } : null),
    [record],
  );
  const request = useMemo(() => {
    if (record.type !== undefined) return null;
    const { clientId, cost, route, attributes, priority, mode, maxWaitMillis } = record;
    return Object.fromEntries(
      Object.entries({ clientId, cost, route, attributes, priority, mode, maxWaitMillis }).filter(
        ([, value]) => value !== undefined,
      ),
    );
  }, [record]);
  const limits = record.limits ?? [];
  return html`<div class="stack tight">
    ${limits.length > 0 &&
    html`<${Table}>
      <thead><tr>
        <th scope="col">Limit</th><th scope="col">Bucket</th><th scope="col" class="number">Left afterwards</th>
        <th scope="col" class="number">Would pass after</th>
      </tr></thead>
      <tbody>
        ${limits.map(
          (limit) => html`<tr>
            <td>${limit.id} ${limit.id === record.limitId && html`<${Tag}
              kind=${record.verdict === "deny" ? "bad" : "good"}>decided<//>`}</td>
            <td>${limit.scope === "" ? "whole account" : limit.scope}</td>
            <td class="number">${count(limit.remaining)} / ${count(limit.limit)}</td>
            <td class="number">${passes(limit.retryAfterMillis)}</td>
          </tr>`,
        )}
      </tbody>
    <//>`}
    <p class="muted small">
      Decision <code>${record.decisionId ?? "–"}</code>${record.rulesetRevision > 0 &&
      `, revision ${record.rulesetRevision}`}, recorded at
      <code> ${topic} ${found.partition}@${found.offset}</code>, cost ${count(record.cost ?? 0)},
      charged ${count(record.charged ?? 0)}.
    </p>
    ${isReplaying && then && html`<${Explain} body=${then} button="How was it decided?" lead="Then" />`}
    ${request && html`<${Explain} body=${request} button="What would it get now?" lead="Now" />`}
  </div>`;
}

function Explain({ body, button, lead }) {
  const [state, setState] = useState({});
  const ask = async () => {
    setState({ isBusy: true });
    try {
      setState({ said: (await send("POST", "/v1/explain", { body })).content });
    } catch (error) {
      setState({ error });
    }
  };
  if (state.said) return html`<${Said} said=${state.said} body=${body} lead=${lead} />`;
  return html`<div class="row">
    <button onClick=${ask} disabled=${state.isBusy}>${button}</button>
    ${state.error && html`<span class="note bad" role="alert">${state.error.message}</span>`}
  </div>`;
}

function Said({ said, body, lead }) {
  return html`<div class="stack tight">
    <p class="row">${lead}: <${VerdictTag} verdict=${said.answer.verdict} action=${said.answer.action} />
      ${" "}${said.answer.reason}</p>
    <${Table}>
      <thead><tr><th scope="col">Limit</th><th scope="col">Applies</th><th scope="col" class="number">Left before</th>
        <th scope="col" class="number">After</th></tr></thead>
      <tbody>
        ${said.explained.map(
          (each) => html`<tr>
            <td>${each.id}</td>
            <td>${each.matched ? html`${each.enforcement}${each.overridden ? ", overridden" : ""}` : html`<span
              class="muted">no: ${each.mismatch}</span>`}</td>
            <td class="number">${each.matched ? count(each.before) : "–"}</td>
            <td class="number">${each.matched ? count(each.after) : "–"}</td>
          </tr>`,
        )}
      </tbody>
    <//>
    ${said.state && html`<p class="muted small">State: ${said.state}.</p>`}
    <${Command} text=${curl("POST", "/v1/explain", { body })} label="Copy as curl" />
  </div>`;
}

function History({ account, version }) {
  const address = withQuery(path("v1", "accounts", account, "audit"), { limit: 20 });
  // A change is in the trail a moment after the account has it.
  const audit = usePoll(address + "#" + version, (signal) => get(address, signal), LIVE_MILLIS);
  return html`<${Card} title="Changes of this account"
    source=${{ curl: curl("GET", address), command: command("account", "history", account) }}>
    <${Loaded} of=${audit}>
      ${({ entries }) =>
        entries.length === 0
          ? html`<${Empty} title="Nobody has changed this account." />`
          : html`<${Table}>
              <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th>
                <th scope="col">Why</th><th scope="col" class="number">Version</th></tr></thead>
              <tbody>
                ${entries.map(
                  (entry) => html`<tr>
                    <td class="nowrap">${dateTime(entry.atMillis)}</td>
                    <td>${entry.principal}</td>
                    <td>${entry.action}</td>
                    <td class="muted">${entry.reason}</td>
                    <td class="number">${entry.version}</td>
                  </tr>`,
                )}
              </tbody>
            <//>`}
    <//>
  <//>`;
}
