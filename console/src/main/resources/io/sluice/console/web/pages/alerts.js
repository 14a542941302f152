import { Told, TypeTag } from "../lib/alerts.js";
import { command, curl, get, withQuery } from "../lib/api.js";
import { dateTime, utc } from "../lib/format.js";
import { usePages, usePoll } from "../lib/poll.js";
import { Export, Filter, Place } from "../lib/records.js";
import { setQuery, to } from "../lib/router.js";
import { Bar, Card, Empty, Head, html, Loaded, Older, Segmented, Table } from "../lib/ui.js";

const EVERY_MILLIS = 5_000;
const PAGE = 100;
const EXPORT_PAGE = 500;
const TYPES = [
  ["", "All"],
  ["threshold", "Thresholds"],
  ["spike", "Spikes"],
  ["burn-rate", "Burn rates"],
];
const COLUMNS = ["topic", "partition", "offset", "at", "type", "account", "limitId", "scope", "mode", "decisionId",
  "thresholdPerMille", "used", "capacity", "rulesetRevision", "from", "bucketMillis", "requests", "refused",
  "usualRequests", "usualDeviation", "usualBuckets", "limit", "remaining", "chargedLastHour",
  "chargedLastFiveMinutes", "emptyAt", "fullAt", "unknown"];

/** A record as one row of a file. */
function rowsOf({ topic, records }) {
  return records.map(({ partition, offset, recordedAtMillis, alert, unknown }) => ({
    topic,
    partition,
    offset,
    at: utc(alert?.decidedAtMillis ?? recordedAtMillis),
    ...alert,
    ...(alert?.fromMillis !== undefined && { from: utc(alert.fromMillis) }),
    ...(alert?.emptyAtMillis !== undefined && { emptyAt: utc(alert.emptyAtMillis), fullAt: utc(alert.fullAtMillis) }),
    unknown,
  }));
}

/** Thresholds that were crossed, and spikes, as they come. */
export function Alerts({ route }) {
  const { at } = route.query;
  return at === undefined ? html`<${All} route=${route} />` : html`<${One} key=${at} at=${at} />`;
}

function All({ route }) {
  const { account, limitId } = route.query;
  const type = TYPES.some(([name]) => name === route.query.type) ? route.query.type : "";
  const filter = { account, limitId, type };
  const address = withQuery("/v1/alerts", { ...filter, limit: PAGE });
  const pages = usePages(address, EVERY_MILLIS);
  const options = Object.entries({ "--account": account, "--limit-id": limitId, "--type": type })
    .filter(([, value]) => value)
    .flat();
  const exported = html`<${Export} name="sluice-alerts" what="alerts" columns=${COLUMNS} rowsOf=${rowsOf}
    first=${withQuery("/v1/alerts", { ...filter, limit: EXPORT_PAGE })} />`;
  return html`
    <${Head} title="Alerts" aside=${exported}><p>Limits that are nearly used up, or will be soon, and
      accounts that ask far more than usual.</p><//>
    <${Card} title="Newest first"
      tools=${html`<${Segmented} label="Type" value=${type} options=${TYPES}
        onChange=${(value) => setQuery(route, { type: value })} />`}
      source=${{ curl: curl("GET", address), command: command("alerts", ...options) }}>
      <div class="row ranking">
        <${Filter} name="account" label="Only this account" placeholder="Account" value=${account}
          onValue=${(value) => setQuery(route, { account: value })} />
        <${Filter} name="limitId" label="Only this limit" placeholder="Limit" value=${limitId}
          onValue=${(value) => setQuery(route, { limitId: value })} />
      </div>
      <${Loaded} of=${pages.first} tall>
        ${(data) => html`<${Listed} topic=${data.topic} records=${pages.of.flatMap((page) => page.records)}
            isFiltered=${options.length > 0} />
          <${Older} pages=${pages} />`}
      <//>
    <//>
  `;
}

function Listed({ topic, records, isFiltered }) {
  if (records.length === 0) {
    return isFiltered
      ? html`<${Empty} title="No alert has that." />`
      : html`<${Empty} title="No alerts.">A limit raises one where <code>alertAt</code> of the ruleset says so.<//>`;
  }
  return html`<${Table}>
    <thead><tr>
      <th scope="col">When</th><th scope="col">Alert</th><th scope="col">Account</th><th scope="col">Limit</th>
      <th scope="col">What</th><th scope="col" class="wide"><span class="unseen">Share used</span></th>
      <th scope="col">Record</th>
    </tr></thead>
    <tbody>${records.map((each) => html`<${Row} key=${each.offset} record=${each} topic=${topic} />`)}</tbody>
  <//>`;
}

function Row({ record, topic }) {
  const { partition, offset, alert } = record;
  const place = html`<td><${Place} topic=${topic} partition=${partition} offset=${offset} /></td>`;
  if (alert === undefined) {
    return html`<tr><td class="nowrap">${dateTime(record.recordedAtMillis)}</td>
      <td colspan="5" class="muted">${record.unknown}</td>${place}</tr>`;
  }
  const share = alert.capacity > 0 ? alert.used / alert.capacity : null;
  return html`<tr>
    <td class="nowrap">
      <a href=${to(["alerts"], { at: `${partition}-${offset}` })}>${dateTime(alert.decidedAtMillis)}</a></td>
    <td class="nowrap"><${TypeTag} alert=${alert} /></td>
    <td class="name"><a href=${to(["accounts", alert.account])}>${alert.account}</a></td>
    <td class="name">
      ${alert.limitId ? html`<a href=${to(["limits"], { find: alert.limitId })}>${alert.limitId}</a>` : "–"}
      ${alert.scope && html`<div class="muted small">${alert.scope}</div>`}</td>
    <td class="what"><${Told} alert=${alert} /></td>
    <td class="middle wide" style=${{ width: "14%" }}>
      ${share !== null && html`<${Bar} share=${share} kind=${share >= 1 ? "out" : "low"} />`}</td>
    ${place}
  </tr>`;
}

/** One alert by its place in the topic, so that it can be shared. */
function One({ at }) {
  const [partition, offset] = at.split("-").map(Number);
  const isPlace = /^\d+-\d+$/.test(at) && Number.isSafeInteger(offset + 1);
  const address = withQuery("/v1/alerts", { before: `${partition}-${offset + 1}`, limit: 1 });
  const page = usePoll(address, async (signal) => (isPlace ? get(address, signal) : { records: [] }));
  return html`
    <${Head} title=${"Alert " + at}><p><a href=${to(["alerts"])}>Alerts</a></p><//>
    <${Card} title="Record" source=${{ curl: curl("GET", address) }}>
      <${Loaded} of=${page}>
        ${({ topic, records }) => {
          const found = records.find((each) => each.offset === offset && each.partition === partition);
          if (!found) return html`<${Empty} title="There is no alert at this place.">The topic keeps a week.<//>`;
          const { alert } = found;
          return html`<div class="stack tight">
            ${alert && html`<p class="row"><${TypeTag} alert=${alert} />
              <a href=${to(["accounts", alert.account])}>${alert.account}</a></p>`}
            <pre class="command" tabindex="0">${JSON.stringify(alert ?? { unknown: found.unknown }, null, 2)}</pre>
            <${Place} topic=${topic} partition=${partition} offset=${offset} />
          </div>`;
        }}
      <//>
    <//>
  `;
}
