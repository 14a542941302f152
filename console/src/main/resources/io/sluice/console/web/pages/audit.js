import { command, curl } from "../lib/api.js";
import { dateTime, utc } from "../lib/format.js";
import { usePages } from "../lib/poll.js";
import { Export, Place } from "../lib/records.js";
import { setQuery, to } from "../lib/router.js";
import { Card, Empty, Head, html, Loaded, Older, Table, Tag } from "../lib/ui.js";

const EVERY_MILLIS = 10_000;
const PAGE = 100;
const EXPORT_PAGE = 500;
const TOPIC = "sluice.audit.v1";
const COLUMNS = ["sequence", "at", "principal", "action", "reason", "proposalId", "revision", "fromRevision",
  "accessId", "topic", "partition", "offset"];

/** What an entry is about, as a link where there is a view of it. */
function Subject({ entry }) {
  const { revision, proposalId, accessId } = entry;
  const link = (segments, name) => html`<a href=${to(segments)}>${name}</a>`;
  if (revision !== undefined) return link(["rulesets", "revisions", String(revision)], `revision ${revision}`);
  if (proposalId !== undefined) return link(["rulesets", "proposals", String(proposalId)], `proposal ${proposalId}`);
  return accessId === undefined ? "–" : link(["access"], `access entry ${accessId}`);
}

const matches = (entry, words) =>
  words === "" || `${entry.principal} ${entry.action} ${entry.reason}`.toLowerCase().includes(words.toLowerCase());

/** Who changed what, and why. */
export function Audit({ route }) {
  const address = `/v1/audit?limit=${PAGE}`;
  const pages = usePages(address, EVERY_MILLIS);
  const words = route.query.find ?? "";
  const rowsOf = ({ entries }) =>
    entries
      .filter((entry) => matches(entry, words))
      .map((entry) => ({ ...entry, at: utc(entry.atMillis), topic: TOPIC, partition: 0 }));
  const exported = html`<${Export} name="sluice-audit" what="steps" columns=${COLUMNS} rowsOf=${rowsOf}
    first=${`/v1/audit?limit=${EXPORT_PAGE}`} />`;
  return html`
    <${Head} title="Audit" aside=${exported}>
      <p>Who changed rules and access, when and why. Changes of one account are on
        ${" "}<a href=${to(["accounts"])}>its page</a>.</p>
    <//>
    <${Card} title="Steps" source=${{ curl: curl("GET", address), command: command("audit") }}>
      <div class="ranking">
        <label class="unseen" for="find">Find a step</label>
        <input id="find" class="small" type="search" placeholder="Find by name, action or reason" value=${words}
          onInput=${(event) => setQuery(route, { find: event.target.value })} />
      </div>
      <${Loaded} of=${pages.first} tall>
        ${() => {
          const entries = pages.of.flatMap((page) => page.entries);
          return html`<${Entries} entries=${entries.filter((entry) => matches(entry, words))} />
            <${Older} pages=${pages} />`;
        }}
      <//>
    <//>
  `;
}

function Entries({ entries }) {
  if (entries.length === 0) return html`<${Empty} title="No step has that." />`;
  return html`<${Table}>
    <thead><tr>
      <th scope="col" class="number">No.</th><th scope="col">When</th><th scope="col">Who</th><th scope="col">Did</th>
      <th scope="col">What</th><th scope="col">Why</th><th scope="col">Record</th>
    </tr></thead>
    <tbody>
      ${entries.map(
        (entry) => html`<tr key=${entry.sequence}>
          <td class="number muted">${entry.sequence}</td>
          <td class="nowrap">${dateTime(entry.atMillis)}</td>
          <td>${entry.principal}</td>
          <td class="nowrap"><${Tag}>${entry.action}<//></td>
          <td class="nowrap"><${Subject} entry=${entry} /></td>
          <td class="muted">${entry.reason}</td>
          <td><${Place} topic=${TOPIC} partition=${0} offset=${entry.offset} /></td>
        </tr>`,
      )}
    </tbody>
  <//>`;
}
