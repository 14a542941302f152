import { useMemo, useState } from "preact/hooks";
import { command, curl, get, withQuery } from "../lib/api.js";
import { Refused, useChange } from "../lib/change.js";
import { count, duration } from "../lib/format.js";
import { numbers } from "../lib/limits.js";
import { usePoll } from "../lib/poll.js";
import { inForce } from "../lib/revisions.js";
import { go, setQuery, to } from "../lib/router.js";
import { has } from "../lib/session.js";
import { Bar, Card, Command, Dialog, Empty, Field, Head, html, Loaded, Table, Tag, text } from "../lib/ui.js";

const EVERY_MILLIS = 15_000;
const PAGE = 100;
/** How many limits one request names, and how often. */
const IDS_MAX = 50;
const TRAFFIC_MILLIS = 5_000;
const MODES = ["enforce", "shadow", "off"];

/** Which requests a limit applies to, in one line. */
function matching(match) {
  if (!match) return "every request";
  const parts = [];
  if (match.methods) parts.push([match.methods].flat().join(" "));
  if (match.host) parts.push(match.host);
  if (match.path) parts.push(match.path);
  if (match.tiers) parts.push("tier " + [match.tiers].flat().join(", "));
  for (const [name, value] of Object.entries(match.attributes ?? {})) parts.push(`${name} ${text(value)}`);
  return parts.join(" · ") || "every request";
}

const scopeOf = (limit) => [limit.scope].flat().map(text).join(" + ");

function Mode({ limit }) {
  const mode = limit.mode === false ? "off" : (limit.mode ?? "enforce");
  const share = limit.rollout;
  if (mode === "off") return html`<${Tag}>off<//>`;
  if (mode === "shadow") return html`<${Tag} kind="warn">shadow<//>`;
  return html`<${Tag} kind="good">enforced<//>
    ${share !== undefined && html`<div class="muted small">for ${text(share)} of accounts</div>`}
    ${limit.candidate && html` <${Tag} kind="warn">candidate<//>`}`;
}

/** What answers said of these limits in the last minutes; as many requests as it takes to name all of them. */
async function trafficOf(ids, signal) {
  const parts = [];
  for (let at = 0; at < ids.length; at += IDS_MAX) parts.push(ids.slice(at, at + IDS_MAX));
  const pages = await Promise.all(parts.map((part) => get(trafficAt(part), signal)));
  const counts = new Map(pages.flatMap((page) => page.limits).map((each) => [each.id, each]));
  return { counts, windowMillis: pages[0]?.windowMillis, nearPerMille: pages[0]?.nearPerMille };
}

const trafficAt = (ids) => withQuery("/v1/limits/traffic", { ids: ids.join(",") });

/** A candidate is a limit of its own, with this name. */
const candidateOf = (limit) => limit.id + ".candidate";

/** How many of the answers a limit refused; in shadow, how many it would have, and so its candidate. */
function Refusals({ counts, candidate }) {
  if (counts === undefined) return html`<span class="muted">no requests</span>`;
  const { answered, refused, shadowRefused } = counts;
  return html`<strong>${count(refused)}</strong> <span class="muted">of ${count(answered)}</span>
    ${shadowRefused > 0 && html`<div class="muted small">${count(shadowRefused)} in shadow</div>`}
    ${candidate && html`<div class="muted small">candidate: ${count(candidate.shadowRefused)}
      ${" "}of ${count(candidate.answered)}</div>`}`;
}

/** How many accounts are near a limit, and of how many that is known; the bar is what they use on average. */
function Near({ counts }) {
  if (counts === undefined || counts.sampledAccounts === 0) return html`<span class="muted">not known</span>`;
  const { accounts, sampledAccounts, nearAccounts, usedPerMille } = counts;
  const share = usedPerMille / 1_000;
  const isAll = accounts === sampledAccounts;
  return html`<span class="nowrap"><strong>${count(nearAccounts)}</strong> <span class="muted">of
      ${" "}${count(sampledAccounts)}</span></span>
    ${!isAll && html`<div class="muted small">a sample of about ${count(accounts)}</div>`}
    <div title=${`On average, ${Math.round(share * 100)}% of a bucket is in use`}>
      <${Bar} share=${share} kind=${nearAccounts > 0 ? "low" : ""} /></div>`;
}

/** Each limit of the ruleset in force. */
export function Limits({ route, caller }) {
  const rules = usePoll("active", inForce, EVERY_MILLIS);
  const source = { curl: curl("GET", "/v1/rulesets/active"), command: command("rules", "show") };
  return html`
    <${Head} title="Limits"><p>What the ruleset in force allows.</p><//>
    <${Card} title=${rules.data ? `Revision ${rules.data.revision}` : "In force"} source=${source}>
      <${Loaded} of=${rules} tall>
        ${(revision) =>
          revision === null
            ? html`<${Empty} title="No ruleset is in force.">Every request gets an error until then.<//>`
            : html`<${Listed} route=${route} caller=${caller} revision=${revision} refresh=${rules.refresh} />`}
      <//>
    <//>
  `;
}

function Listed({ route, caller, revision, refresh }) {
  const all = revision.document.limits ?? [];
  const [changed, setChanged] = useState(null);
  const wanted = route.query.find ?? "";
  const page = Math.max(0, Number(route.query.page ?? 0) || 0);
  const texts = useMemo(() => all.map((limit) => JSON.stringify(limit).toLowerCase()), [revision]);
  const found = useMemo(() => {
    const words = wanted.toLowerCase();
    return words === "" ? all : all.filter((limit, at) => texts[at].includes(words));
  }, [texts, wanted]);
  const shown = found.slice(page * PAGE, (page + 1) * PAGE);
  const first = page * PAGE;
  const span = found.length === 0 ? "none" : `${count(first + 1)}–${count(first + shown.length)}`;
  const find = (event) => setQuery(route, { find: event.target.value, page: undefined });
  // What is rolled out rests on the revision that was shown, not on a later one.
  const rollOut = (id) => {
    const limit = all.find((each) => each.id === id);
    setChanged(limit === undefined ? null : { limit, revision });
  };
  const ids = shown.flatMap((limit) => (limit.candidate ? [limit.id, candidateOf(limit)] : [limit.id]));
  const traffic = usePoll(ids.join(","), (signal) => trafficOf(ids, signal), TRAFFIC_MILLIS);
  const counts = traffic.data?.counts;
  const turn = (to) => setQuery(route, { page: to === 0 ? undefined : to });
  return html`
    <div class="row between ranking">
      <label class="unseen" for="find">Find a limit</label>
      <input id="find" class="small" type="search" placeholder="Find by any text" value=${wanted} onInput=${find} />
      <span class="muted small" role="status">
        ${span} of ${count(found.length)}
      </span>
    </div>
    ${shown.length === 0
      ? html`<${Empty} title="No limit has that.">Every request that no limit applies to is allowed.<//>`
      : html`<${Table}>
          <thead><tr>
            <th scope="col">Limit</th><th scope="col">Applies to</th><th scope="col">Allows</th>
            <th scope="col">State</th><th scope="col">Refused</th><th scope="col">Accounts near it</th>
            <th scope="col"><span class="unseen">Change</span></th>
          </tr></thead>
          <tbody>
            ${shown.map(
              (limit) => html`<tr key=${limit.id}>
                <td class="id"><strong>${limit.id}</strong>${limit.description && html`<div
                  class="muted small">${limit.description}</div>`}</td>
                <td class="match">${matching(limit.match)}<div class="muted small">by ${scopeOf(limit)}</div></td>
                <td class="nowrap">${numbers(limit)}${limit.candidate && html`<div
                  class="muted small">candidate: ${numbers(limit.candidate)}</div>`}</td>
                <td><${Mode} limit=${limit} /></td>
                <td class="nowrap">${counts && html`<${Refusals} counts=${counts.get(limit.id)}
                  candidate=${counts.get(candidateOf(limit))} />`}</td>
                <td class="near">${counts && html`<${Near} counts=${counts.get(limit.id)} />`}</td>
                <td class="right tools">${has(caller, "editor") && html`<a class="button plain"
                    aria-label=${"Edit " + limit.id} href=${to(["rulesets", "new"], { limit: limit.id })}>Edit</a>
                  <button class="plain" aria-label=${"Roll out " + limit.id}
                    onClick=${() => rollOut(limit.id)}>Roll out</button>`}</td>
              </tr>`,
            )}
          </tbody>
        <//>
        <${Origin} of=${traffic} ids=${ids} />`}
    ${found.length > PAGE &&
    html`<div class="row between">
      <button disabled=${page === 0} onClick=${() => turn(page - 1)}>Previous ${PAGE}</button>
      <button disabled=${(page + 1) * PAGE >= found.length} onClick=${() => turn(page + 1)}>Next ${PAGE}</button>
    </div>`}
    ${changed &&
    html`<${RollOut} key=${changed.revision.revision} limit=${changed.limit} revision=${changed.revision}
      active=${revision.revision} onOld=${refresh} onAgain=${() => rollOut(changed.limit.id)}
      onClose=${() => setChanged(null)} />`}
  `;
}

/** What the figures are, and where they come from. */
function Origin({ of, ids }) {
  const { windowMillis, nearPerMille } = of.data ?? {};
  return html`${of.error &&
    html`<p class="note warn" role="status">Figures could not be loaded: ${of.error.message}</p>`}
    ${windowMillis !== undefined &&
    html`<details class="small muted">
      <summary>Refused and near: what this front end answered in the last ${duration(windowMillis)}</summary>
      <div class="stack tight">
        <p>An account is near a limit if an answer found ${nearPerMille / 10}% of one of its buckets in use, or more.
          Other front ends count for themselves, and Prometheus adds them up.</p>
        <${Command} text=${curl("GET", trafficAt(ids.slice(0, IDS_MAX)))} label="Copy as curl" />
      </div>
    </details>`}`;
}

/** Makes a proposal of another mode or share; nothing changes before it is activated. */
function RollOut({ limit, revision, active, onOld, onAgain, onClose }) {
  const [mode, setMode] = useState(limit.mode === false ? "off" : (limit.mode ?? "enforce"));
  const [share, setShare] = useState(String(limit.rollout ?? "100%").replace("%", ""));
  const [reason, setReason] = useState("");
  const proposed = useChange("/v1/rulesets/proposals", {
    told: (made) => `Proposal ${made.id} is made.`,
    onDone: (made) => go(["rulesets", "proposals", String(made.id)]),
    onOld,
  });
  const isReady = !proposed.isBusy && !proposed.isOutdated && reason.trim() !== "";
  const submit = () => {
    if (!isReady) return;
    const limits = revision.document.limits.map((each) => {
      if (each.id !== limit.id) return each;
      const { mode: oldMode, rollout: oldShare, ...others } = each;
      return {
        ...others,
        ...(mode !== "enforce" && { mode }),
        ...(mode === "enforce" && Number(share) < 100 && { rollout: share + "%" }),
      };
    });
    proposed.submit({ reason, document: { ...revision.document, limits }, baseRevision: revision.revision });
  };
  return html`<${Dialog} title=${"Roll out " + limit.id} onClose=${onClose} onSubmit=${submit}>
    <${Field} label="Mode">
      <select name="mode" value=${mode}
        onChange=${(event) => setMode(event.target.value)}>${MODES.map((each) => html`<option
          value=${each}>${each}</option>`)}</select>
    <//>
    ${mode === "enforce" &&
    html`<${Field} label=${`Enforced for ${share}% of accounts`}
      hint="For the others it is in shadow: it counts, and never refuses.">
      <input name="share" type="range" min="0" max="100" step="5" value=${share}
        onInput=${(event) => setShare(event.target.value)} />
    <//>`}
    <${Field} label="Reason" hint="For the audit trail.">
      <textarea name="reason" required maxlength="1000" value=${reason}
        onInput=${(event) => setReason(event.target.value)}></textarea>
    <//>
    <p class="note">This makes a proposal. Nothing changes before somebody activates it.</p>
    <${Refused} change=${proposed} now=${active === revision.revision ? null : `Revision ${active} is in force now.`}
      onAgain=${onAgain} />
    <div class="actions">
      <button type="button" onClick=${(event) => event.target.closest("dialog").close()}>Cancel</button>
      <button class="primary" disabled=${!isReady}>Propose</button>
    </div>
  <//>`;
}
