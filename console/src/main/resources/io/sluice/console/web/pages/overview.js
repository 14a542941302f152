import { useMemo, useRef, useState } from "preact/hooks";
import { Told, TypeTag } from "../lib/alerts.js";
import { command, curl, get, withQuery } from "../lib/api.js";
import { TrafficChart } from "../lib/chart.js";
import { count, duration, micros, rate } from "../lib/format.js";
import { useChanges, useLive } from "../lib/live.js";
import { usePoll } from "../lib/poll.js";
import { setQuery, to } from "../lib/router.js";
import { Ago, Bar, Card, Command, Empty, Head, html, Loaded, Of, Segmented, Tag } from "../lib/ui.js";

const LIVE_MILLIS = 2_000;
/** While the stream tells of every step: in case that it tells nothing. */
const SLOW_MILLIS = 30_000;
const TOP_MILLIS = 5_000;
const AUDIT_MILLIS = 15_000;
const SAMPLES_MAX = 300;
const RECENT = 5;
const TOP = 10;

/** The samples of one front end, as they come in; another one, or a gap, begins anew. */
class Series {
  frontEnd = null;
  samples = [];

  async load(signal) {
    const last = this.samples[this.samples.length - 1]?.sequence ?? 0;
    const seen = await get(withQuery("/v1/traffic", { after: last > 0 ? last : undefined }), signal);
    const isNext = seen.frontEnd === this.frontEnd;
    if (!isNext && last > 0) {
      this.frontEnd = null;
      this.samples = [];
      return this.load(signal);
    }
    this.frontEnd = seen.frontEnd;
    this.add(seen.samples);
    return { ...seen, samples: this.samples };
  }

  /** Adds what is newer than all that is here: the stream and a question may tell the same. */
  add(samples) {
    const last = this.samples[this.samples.length - 1]?.sequence ?? 0;
    this.samples = [...this.samples, ...samples.filter((each) => each.sequence > last)].slice(-SAMPLES_MAX);
  }

  /** Takes what the stream tells; returns null if samples are missing between, so that they have to be loaded. */
  told(seen) {
    const last = this.samples[this.samples.length - 1]?.sequence ?? 0;
    const isGap = seen.samples.some((sample) => sample.sequence > last + 1);
    if (seen.frontEnd !== this.frontEnd || isGap) return null;
    this.add(seen.samples);
    return { ...seen, samples: this.samples };
  }
}

function perSecond(traffic) {
  const seconds = traffic.stepMillis / 1_000;
  return traffic.samples.map((sample) => ({
    atMillis: sample.atMillis,
    allowed: sample.allowed / seconds,
    throttled: sample.throttled / seconds,
    denied: sample.denied / seconds,
    without: (sample.degraded + sample.unanswered) / seconds,
  }));
}

function recent(points, samples) {
  const last = points.slice(-RECENT);
  const mean = (name) => last.reduce((sum, each) => sum + each[name], 0) / Math.max(1, last.length);
  const timed = samples.slice(-RECENT).filter((sample) => sample.p99Micros !== undefined);
  return {
    allowed: mean("allowed"),
    throttled: mean("throttled"),
    denied: mean("denied"),
    without: mean("without"),
    p50: timed.length === 0 ? undefined : Math.max(...timed.map((sample) => sample.p50Micros)),
    p99: timed.length === 0 ? undefined : Math.max(...timed.map((sample) => sample.p99Micros)),
  };
}

/** The times of answers are measured up to here; this value stands for all that are slower. */
const SLOWEST_MICROS = 5_000_000;

const answerTime = (value) => (value >= SLOWEST_MICROS ? "≥ " : "") + micros(value);

const UNTHROTTLED = "Without throttled requests: these wait until their tokens are there";

function Figure({ label, kind, value, unit, hint }) {
  return html`<div class="figure" title=${hint}>
    <dt>${kind && html`<i class=${"swatch " + kind}></i>`}${label}</dt>
    <dd>${value}${unit && html`<small>${unit}</small>`}</dd>
  </div>`;
}

function Traffic({ traffic }) {
  const points = useMemo(() => perSecond(traffic), [traffic]);
  const now = recent(points, traffic.samples);
  const label =
    `Requests a second of the last ten minutes. Now ${rate(now.allowed)} allowed, ` +
    `${rate(now.throttled)} throttled, ${rate(now.denied)} denied.`;
  return html`<div class="stack">
    <dl class="figures">
      <${Figure} label="Allowed" kind="allowed" value=${rate(now.allowed)} unit="/s" />
      <${Figure} label="Throttled" kind="throttled" value=${rate(now.throttled)} unit="/s" />
      <${Figure} label="Denied" kind="denied" value=${rate(now.denied)} unit="/s" />
      <${Figure} label="Half answered within" value=${answerTime(now.p50)} hint=${UNTHROTTLED} />
      <${Figure} label="99% answered within" value=${answerTime(now.p99)} hint=${UNTHROTTLED} />
    </dl>
    ${now.without > 0 &&
    html`<p class="note bad" role="status">${rate(now.without)} requests a second get no verdict from the cluster.</p>`}
    <${TrafficChart} points=${points} unit="/s" label=${label} />
  </div>`;
}

/** What to do before there is anything to see. */
function FirstSteps({ dataPort }) {
  const url = `${location.protocol}//${location.hostname}:${dataPort}/v1/admissions`;
  const ask = (body) => `curl -s -X POST ${url} -H 'content-type: application/json' -d '${body}'`;
  const one = '{"clientId":"acme/alice"}';
  const statusOnly = "-o /dev/null -w '%{http_code}\\n'";
  return html`<div class="stack">
    <p>Nobody has asked anything in the last ten minutes. Try these in a terminal; the chart moves within seconds.</p>
    <ol class="steps">
      <li><div class="stack tight"><span>Ask whether a client may do something now.</span>
        <${Command} text=${ask(one)} /></div></li>
      <li>
        <div class="stack tight">
          <span>Ask until it may not. With the built-in rules, a free client may do 20 things at once.</span>
          <${Command} text=${`for i in $(seq 25); do ${ask(one)} ${statusOnly}; done | sort | uniq -c`} />
        </div>
      </li>
      <li>
        <div class="stack tight">
          <span>Wait instead of being refused: the answer comes when the tokens are there.</span>
          <${Command} text=${ask('{"clientId":"acme/alice","maxWaitMillis":5000}')} />
        </div>
      </li>
    </ol>
    <p class="muted small">Or run <code>./dev demo</code> in a clone: it makes traffic of a few accounts until you end
      it.</p>
  </div>`;
}

const RANKINGS = [
  ["denied", "Denied"],
  ["used-cost", "Used"],
  ["clients", "Clients"],
  ["address", "Addresses"],
];
const UNITS = { denied: "Denied requests", "used-cost": "Tokens used", clients: "Clients", address: "Denied requests" };
const WINDOWS = [
  ["minute", "Minute"],
  ["hour", "Hour"],
  ["day", "Day"],
];

function Rank({ rank, most }) {
  const name = rank.account ?? rank.address;
  return html`<tr>
    <td class="name">
      ${rank.account === ""
        ? html`<span class="muted">all others together</span>`
        : rank.account === undefined
          ? html`<code>${name}</code>`
          : html`<a href=${to(["accounts", name])}>${name}</a>`}
    </td>
    <td class="middle" style=${{ width: "38%" }}><${Bar} share=${rank.count / most} kind="rank" /></td>
    <td class="number" title=${rank.error > 0 ? "at least " + count(rank.count - rank.error) : ""}>
      ${rank.error > 0 ? "≤ " : ""}${count(rank.count)}
    </td>
  </tr>`;
}

function Top({ route }) {
  const by = RANKINGS.some(([name]) => name === route.query.by) ? route.query.by : "denied";
  const window = WINDOWS.some(([name]) => name === route.query.window) ? route.query.window : "hour";
  const address = withQuery("/v1/top", { by, window, limit: TOP });
  const top = usePoll(address, (signal) => get(address, signal), TOP_MILLIS);
  return html`<${Card}
    title=${"Top of this " + window}
    tools=${html`<${Segmented} label="Window" value=${window} options=${WINDOWS}
      onChange=${(next) => setQuery(route, { window: next })} />`}
    source=${{ curl: curl("GET", address), command: command("top", "--once", "--by", by, "--window", window) }}
  >
    <p class="ranking"><${Segmented} label="Ranked by" value=${by} options=${RANKINGS}
      onChange=${(next) => setQuery(route, { by: next })} /></p>
    <${Loaded} of=${top} tall>
      ${({ ranks, accounts }) =>
        ranks.length === 0
          ? html`<${Empty} title="Nobody">No ${UNITS[by].toLowerCase()} in this ${window}.<//>`
          : html`${by !== "address" && html`<${Of} shown=${ranks.length} all=${accounts} />`}<table>
              <thead><tr>
                <th scope="col">${by === "address" ? "Address" : "Account"}</th>
                <th scope="col"><span class="unseen">Share of the largest</span></th>
                <th scope="col" class="number">${UNITS[by]}</th>
              </tr></thead>
              <tbody>${ranks.map((rank) => html`<${Rank} rank=${rank} most=${ranks[0].count} />`)}</tbody>
            </table>`}
    <//>
  <//>`;
}

const NOW_MILLIS = 2_000;

/** When a partition has answered last. It is asked every second or so, so less than two are no news. */
const answered = (silentMillis) =>
  silentMillis < 0 ? "never" : silentMillis < NOW_MILLIS ? "just now" : duration(silentMillis) + " ago";

function Partition({ partition }) {
  const state = partition.answers
    ? partition.rulesetRevision === 0
      ? html`<${Tag} kind="warn">no ruleset<//>`
      : html`<${Tag} kind="good">answers<//>`
    : html`<${Tag} kind="bad">silent<//>`;
  return html`<tr>
    <td>${partition.partition}</td>
    <td>${state}</td>
    <td class="number">${partition.rulesetRevision || "–"}</td>
    <td class="number muted">${answered(partition.silentMillis)}</td>
  </tr>`;
}

function Cluster({ traffic }) {
  return html`<div class="stack tight">
    <div class="row">
      <span class=${"dot" + (traffic.ready ? "" : " off")}></span>
      <span>Front end <code>${traffic.frontEnd}</code> ${traffic.ready ? "is ready" : "is not ready"}</span>
    </div>
    ${traffic.detail !== "" && html`<p class="note warn" role="status">${traffic.detail}</p>`}
    ${traffic.partitions.length > 0 &&
    html`<table>
      <thead><tr>
        <th scope="col">Partition</th><th scope="col">State</th>
        <th scope="col" class="number">Revision</th><th scope="col" class="number">Answered</th>
      </tr></thead>
      <tbody>${traffic.partitions.map((each) => html`<${Partition} partition=${each} />`)}</tbody>
    </table>`}
  </div>`;
}

const subjectOf = ({ revision, proposalId }) =>
  revision ? `revision ${revision}` : proposalId ? `proposal ${proposalId}` : "";

function Changes() {
  const address = "/v1/audit?limit=6";
  const again = useRef(() => {});
  const everyMillis = useChanges("audit", () => again.current(), AUDIT_MILLIS);
  const audit = usePoll(address, (signal) => get(address, signal), everyMillis);
  again.current = audit.refresh;
  return html`<${Card} title="Latest changes" source=${{ curl: curl("GET", address) }}>
    <${Loaded} of=${audit}>
      ${({ entries }) =>
        entries.length === 0
          ? html`<${Empty} title="No changes yet" />`
          : html`<table>
              <thead class="unseen"><tr><th scope="col">What</th><th scope="col">When</th></tr></thead>
              <tbody>
                ${entries.map(
                  (entry) => html`<tr>
                    <td>
                      <strong>${entry.principal}</strong> ${entry.action}
                      ${" "}${subjectOf(entry)}
                      <div class="muted small">${entry.reason}</div>
                    </td>
                    <td class="right muted"><${Ago} millis=${entry.atMillis} /></td>
                  </tr>`,
                )}
              </tbody>
            </table>`}
    <//>
  <//>`;
}

function LatestAlerts() {
  const address = "/v1/alerts?limit=5";
  const alerts = usePoll(address, (signal) => get(address, signal), AUDIT_MILLIS);
  const source = { curl: curl("GET", address), command: command("alerts", "--limit", "5") };
  return html`<${Card} title="Latest alerts" tools=${html`<a class="small" href=${to(["alerts"])}>All</a>`}
    source=${source}>
    <${Loaded} of=${alerts}>
      ${({ records }) => {
        const known = records.filter((each) => each.alert !== undefined);
        return known.length === 0
          ? html`<${Empty} title="No alerts" />`
          : html`<table>
              <thead class="unseen"><tr><th scope="col">What</th><th scope="col">When</th></tr></thead>
              <tbody>
                ${known.map(
                  ({ offset, alert }) => html`<tr key=${offset}>
                    <td><strong>${alert.account}</strong> ${alert.limitId ?? ""} <${TypeTag} alert=${alert} />
                      <div><${Told} alert=${alert} /></div></td>
                    <td class="right muted"><${Ago} millis=${alert.decidedAtMillis} /></td>
                  </tr>`,
                )}
              </tbody>
            </table>`;
      }}
    <//>
  <//>`;
}

const isQuiet = (traffic) =>
  traffic.samples.every((each) => each.allowed + each.throttled + each.denied + each.degraded + each.unanswered === 0);

/** What happens now. */
export function Overview({ route }) {
  const series = useRef(new Series());
  const told = useRef(() => {});
  const isLive = useLive("traffic", (traffic) => told.current(traffic));
  const live = usePoll("traffic", (signal) => series.current.load(signal), isLive ? SLOW_MILLIS : LIVE_MILLIS);
  told.current = (traffic) => {
    const data = series.current.told(traffic);
    if (data === null) live.refresh();
    else live.replace(data);
  };
  const isOld = live.error !== undefined && live.data !== undefined;
  const state = isOld ? html`<${Tag} kind="warn">stale<//>` : html`<${Tag} kind="good"><span class="dot">
    </span>live<//>`;
  return html`
    <${Head} title="Overview" aside=${live.data && state}><p>What this front end answers, and who is refused.</p><//>
    <div class="stack">
      <${Card} title="Requests" source=${{ curl: curl("GET", "/v1/traffic") }}>
        <${Loaded} of=${live} tall>
          ${(traffic) =>
            isQuiet(traffic)
              ? html`<${FirstSteps} dataPort=${traffic.dataPort} />`
              : html`<${Traffic} traffic=${traffic} />`}
        <//>
      <//>
      <div class="columns">
        <${Top} route=${route} />
        <div class="stack">
          <${Card} title="Partitions" source=${{ curl: curl("GET", "/v1/traffic") }}>
            <${Loaded} of=${live}>${(traffic) => html`<${Cluster} traffic=${traffic} />`}<//>
          <//>
          <${LatestAlerts} />
          <${Changes} />
        </div>
      </div>
    </div>
  `;
}
