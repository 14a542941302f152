import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api.js";
import { csv, download } from "./export.js";
import { count } from "./format.js";
import { Command, html, tell } from "./ui.js";

/** So many rows are in one file: more of them would take the memory of the page. */
const ROWS_MAX = 100_000;

/** Where a record is: its topic, partition and offset, and the command that prints it. */
export function Place({ topic, partition, offset }) {
  const print =
    "kafka-console-consumer.sh --bootstrap-server $KAFKA --topic " +
    `${topic} --partition ${partition} --offset ${offset} --max-messages 1`;
  return html`<details class="place">
    <summary aria-label=${`Record ${partition}-${offset} of ${topic}`}><code>${partition}-${offset}</code></summary>
    <div class="stack tight">
      <span class="muted small">Topic <code>${topic}</code>, partition ${partition}, offset ${offset}</span>
      <${Command} text=${print} label="Copy" />
    </div>
  </details>`;
}

/**
 * Loads a whole list page by page, says how far it is, and can be stopped. It ends with its view, and at a bound.
 *
 * @param name of the file, without its ending
 * @param first the address of the first page
 * @param rowsOf the rows of a page
 * @param columns those of the table
 * @param what the rows are
 */
export function Export({ name, first, rowsOf, columns, what }) {
  const [loaded, setLoaded] = useState(null);
  const [cut, setCut] = useState(null);
  const open = useRef(null);
  useEffect(() => () => open.current?.abort(), []);
  const run = async (format) => {
    const mine = new AbortController();
    open.current = mine;
    const rows = [];
    setLoaded(0);
    setCut(null);
    try {
      let next = first;
      while (next && rows.length < ROWS_MAX) {
        const page = await get(next, mine.signal);
        mine.signal.throwIfAborted();
        for (const row of rowsOf(page)) rows.push(row);
        setLoaded(rows.length);
        next = page.next;
      }
      if (next || rows.length > ROWS_MAX) setCut(first);
      rows.length = Math.min(rows.length, ROWS_MAX);
      if (format === "csv") download(name + ".csv", "text/csv", csv(columns, rows));
      else download(name + ".json", "application/json", JSON.stringify(rows, null, 2));
    } catch (error) {
      if (!mine.signal.aborted) tell(error.message);
    }
    setLoaded(null);
  };
  if (loaded !== null) {
    return html`<span role="status" class="muted">${count(loaded)} ${what}</span>
      <button onClick=${() => open.current.abort()}>Cancel</button>`;
  }
  return html`${cut === first && html`<span role="status" class="muted">The file has the first ${count(ROWS_MAX)} of
      ${" "}more ${what}.</span>`}
    <button onClick=${() => run("csv")}>Export CSV</button>
    <button onClick=${() => run("json")}>Export JSON</button>`;
}

/** A filter that counts once it is typed, not with every key. What is typed stays while the list is loaded again. */
export function Filter({ name, label, value, placeholder, onValue }) {
  const [typed, setTyped] = useState(value ?? "");
  useEffect(() => setTyped(value ?? ""), [value]);
  return html`<label class="filter" for=${name}><span class="unseen">${label}</span>
    <input id=${name} class="small" type="search" value=${typed} placeholder=${placeholder} maxlength="256"
      spellcheck=${false} onInput=${(event) => setTyped(event.target.value)}
      onChange=${(event) => onValue(event.target.value.trim() || undefined)} /></label>`;
}
