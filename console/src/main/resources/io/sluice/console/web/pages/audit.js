import { useRef, useState } from "preact/hooks";
import { curl, get } from "../lib/api.js";
import { csv, download } from "../lib/export.js";
import { count, dateTime, utc } from "../lib/format.js";
import { usePages } from "../lib/poll.js";
import { setQuery, to } from "../lib/router.js";
import { Card, Empty, Head, html, Loaded, Older, Tag, tell } from "../lib/ui.js";

const EVERY_MILLIS = 10_000;
const PAGE = 100;
const EXPORT_PAGE = 500;
const COLUMNS = ["sequence", "at", "principal", "action", "reason", "proposalId", "revision", "fromRevision", "accessId"];

/** What an entry is about, as a link where there is a view of it. */
function Subject({ entry }) {
  if (entry.revision !== undefined) return html`<a href=${to(["rulesets", "revisions", String(entry.revision)])}>revision ${entry.revision}</a>`;
  if (entry.proposalId !== undefined) return html`<a href=${to(["rulesets", "proposals", String(entry.proposalId)])}>proposal ${entry.proposalId}</a>`;
  if (entry.accessId !== undefined) return html`<a href=${to(["access"])}>access entry ${entry.accessId}</a>`;
  return "–";
}

const matches = (entry, words) =>
  words === "" || `${entry.principal} ${entry.action} ${entry.reason}`.toLowerCase().includes(words.toLowerCase());

/** Who changed what, and why. */
export function Audit({ route }) {
  const address = `/v1/audit?limit=${PAGE}`;
  const pages = usePages(address, EVERY_MILLIS);
  const words = route.query.find ?? "";
  return html`
    <${Head} title="Audit" aside=${html`<${Export} words=${words} />`}>
      <p>Who changed rules and access, when and why. Changes of one account are on <a href=${to(["accounts"])}>its page</a>.</p>
    <//>
    <${Card} title="Steps" source=${{ curl: curl("GET", address) }}>
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
  return html`<div class="scroll"><table>
    <thead><tr>
      <th scope="col" class="number">No.</th><th scope="col">When</th><th scope="col">Who</th><th scope="col">Did</th>
      <th scope="col">What</th><th scope="col">Why</th>
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
        </tr>`,
      )}
    </tbody>
  </table></div>`;
}

/** Loads every step page by page, says how far it is, and can be stopped. */
function Export({ words }) {
  const [loaded, setLoaded] = useState(null);
  const open = useRef(null);
  const run = async (format) => {
    const mine = new AbortController();
    open.current = mine;
    const entries = [];
    setLoaded(0);
    try {
      for (let next = `/v1/audit?limit=${EXPORT_PAGE}`; next; ) {
        const page = await get(next, mine.signal);
        entries.push(...page.entries.filter((entry) => matches(entry, words)).map((entry) => ({ ...entry, at: utc(entry.atMillis) })));
        setLoaded(entries.length);
        next = page.next;
      }
      if (format === "csv") download("sluice-audit.csv", "text/csv", csv(COLUMNS, entries));
      else download("sluice-audit.json", "application/json", JSON.stringify(entries, null, 2));
    } catch (error) {
      if (!mine.signal.aborted) tell(error.message);
    }
    setLoaded(null);
  };
  if (loaded !== null) {
    return html`<span role="status" class="muted">${count(loaded)} steps</span>
      <button onClick=${() => open.current.abort()}>Cancel</button>`;
  }
  return html`<button onClick=${() => run("csv")}>Export CSV</button>
    <button onClick=${() => run("json")}>Export JSON</button>`;
}
