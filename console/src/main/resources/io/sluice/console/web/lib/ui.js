import htm from "htm";
import { h } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ago, count, counted, dateTime, duration, utc } from "./format.js";
import { useNow } from "./poll.js";

export const html = htm.bind(h);

/** Any value as text: what comes from a server is never markup, and an object is never an element. */
export const text = (value) => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value));

/** The head of a page; it gets the focus when the page is new, so that a screen reader begins there. */
export function Head({ title, children, aside }) {
  const heading = useRef(null);
  useEffect(() => {
    document.title = title + " · Sluice";
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return html`<div class="head">
    <div>
      <h1 tabindex="-1" ref=${heading}>${title}</h1>
      ${children}
    </div>
    ${aside && html`<div class="row">${aside}</div>`}
  </div>`;
}

/**
 * A card with a title, its tools, and where its figures come from.
 *
 * @param source the call and the command; a function if it takes time to write them
 */
export function Card({ title, tools, source, children, ...others }) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return html`<section class="card" aria-labelledby=${id} ...${others}>
    <header>
      <h2 id=${id}>${title}</h2>
      <div class="row">
        ${tools}
        ${source &&
        html`<button class="plain" aria-expanded=${isOpen} title="The request and the command that give these figures"
          onClick=${() => setOpen(!isOpen)}>
          ${isOpen ? "Hide source" : "Source"}
        </button>`}
      </div>
    </header>
    ${isOpen && html`<${Source} ...${typeof source === "function" ? source() : source} />`} ${children}
  </section>`;
}

/** The request and the command that give the same figures. */
function Source({ curl, command }) {
  return html`<div class="source stack tight">
    <${Command} text=${curl} label="Copy as curl" />
    ${command && html`<${Command} text=${command} label="Copy command" />`}
  </div>`;
}

/** A line for a terminal, with a button that copies it. */
export function Command({ text: line, label = "Copy" }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(line);
      setCopied(true);
      setTimeout(() => setCopied(false), 1_500);
    } catch {
      tell("The browser does not let this page copy. Mark the line, and copy it by hand.");
    }
  };
  return html`<div class="command-line">
    <pre class="command" tabindex="0">${line}</pre>
    <button type="button" onClick=${copy} aria-label=${label}>${isCopied ? "Copied" : label}</button>
  </div>`;
}

/** What is loaded, or why it is not there yet, not there, or old. */
export function Loaded({ of, tall, children }) {
  if (of.data === undefined) {
    return of.error
      ? html`<${Failed} error=${of.error} retryAtMillis=${of.retryAtMillis} retry=${of.refresh} />`
      : html`<div class=${"skeleton" + (tall ? " tall" : "")} role="status" aria-label="Loading"></div>`;
  }
  return html`${of.error && html`<${Stale} of=${of} />`} ${children(of.data)}`;
}

function Failed({ error, retryAtMillis, retry }) {
  return html`<div class="note bad row between" role="alert">
    <span>${error.message}<${Problems} problem=${error.problem} /> <${Retry} atMillis=${retryAtMillis} /></span>
    <button onClick=${retry}>Try again</button>
  </div>`;
}

function Stale({ of }) {
  return html`<div class="note warn stale" role="status">
    Shown as of ${dateTime(of.atMillis)}: ${of.error.message}. <${Retry} atMillis=${of.retryAtMillis} />
  </div>`;
}

function Retry({ atMillis }) {
  const now = useNow();
  return atMillis ? html`<span>Next try in ${duration(Math.max(1_000, atMillis - now))}.</span>` : null;
}

/** Every mistake that a problem names, each with its place. */
export function Problems({ problem }) {
  const errors = problem?.errors ?? [];
  return errors.length === 0
    ? null
    : html`<ul class="problems">
        ${errors.map((each) => html`<li><code>${text(each.field)}</code> ${text(each.detail)}</li>`)}
      </ul>`;
}

/** The end of a list by pages: the way to older entries, and back to the newest. */
export function Older({ pages }) {
  const { next, heldAtMillis, isBusy, error, older, newest } = pages;
  return html`${error && html`<p class="note bad" role="alert">Older ones could not be loaded: ${error.message}</p>`}
    ${(next || heldAtMillis) &&
    html`<p class="row">
      ${next && html`<button disabled=${isBusy} onClick=${older}>Older</button>`}
      ${heldAtMillis &&
      html`<button onClick=${newest}>Newest</button>
        <span class="muted small" role="status">Shown as of ${dateTime(heldAtMillis)}.</span>`}
    </p>`}`;
}

/** A table. In a narrow window each row is a list of its cells, with the heads as their names. */
export function Table({ children, ...others }) {
  const area = useRef(null);
  useLayoutEffect(() => label(area.current.firstElementChild));
  return html`<div class="scroll" ref=${area}><table ...${others}>${children}</table></div>`;
}

/** Roles are said, since a row that is laid out as a list is none for a screen reader otherwise. */
function label(table) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  table.role = "table";
  for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
    row.role = "row";
    [...row.cells].forEach((cell, at) => {
      cell.role = "cell";
      if (row.cells.length === heads.length) cell.dataset.label = heads[at];
    });
  }
}

/** How much of a ranking is shown: "Top 100 of 1,203,441 accounts". Those of the open minute may not be counted yet. */
export function Of({ shown, all }) {
  return all === undefined || all <= shown
    ? null
    : html`<p class="muted small below" role="status">Top ${count(shown)} of ${counted(all, "account")}</p>`;
}

export function Empty({ title, children }) {
  return html`<div class="empty"><strong>${title}</strong>${children}</div>`;
}

export function Tag({ kind = "", children }) {
  return html`<span class=${"tag " + kind}>${children}</span>`;
}

/** How a verdict is shown wherever there is one. */
export function VerdictTag({ verdict, action }) {
  if (verdict === "deny") return html`<${Tag} kind="bad">${action === "challenge" ? "challenged" : "denied"}<//>`;
  if (action === "throttle") return html`<${Tag} kind="warn">throttled<//>`;
  return html`<${Tag} kind=${verdict === "allow" ? "good" : ""}>${verdict === "allow" ? "allowed" : text(verdict)}<//>`;
}

/** A time as a reader thinks of it; the exact one is in its title. */
export function Ago({ millis }) {
  const now = useNow(5_000);
  return html`<time class="nowrap" dateTime=${utc(millis)} title=${utc(millis)}>${ago(millis, now)}</time>`;
}

/** A choice of a few. */
export function Segmented({ label, value, options, onChange }) {
  return html`<div class="segmented" role="group" aria-label=${label}>
    ${options.map(
      ([option, name]) =>
        html`<button type="button" aria-pressed=${option === value} onClick=${() => onChange(option)}>${name}</button>`,
    )}
  </div>`;
}

/** How much is left, or how much one has of the largest. The number stands beside it, so it is no text itself. */
export function Bar({ share, kind = "" }) {
  const part = Math.max(0, Math.min(1, share));
  return html`<div class=${"bar " + kind} aria-hidden="true">
    <svg preserveAspectRatio="none" viewBox="0 0 100 1"><rect width=${part * 100} height="1" /></svg>
  </div>`;
}

let teller = () => {};

/** Says something in the corner, for a few seconds; a screen reader reads it. */
export const tell = (message) => teller(message);

export function Toasts() {
  const [message, setMessage] = useState("");
  useEffect(() => {
    let timer = 0;
    teller = (next) => {
      clearTimeout(timer);
      setMessage(next);
      timer = setTimeout(() => setMessage(""), 6_000);
    };
    return () => clearTimeout(timer);
  }, []);
  return html`<div role="status" aria-live="polite">${message && html`<div class="toast">${message}</div>`}</div>`;
}

/** A dialog of the browser's own: it keeps the focus, and Escape closes it. */
export function Dialog({ title, onClose, onSubmit, children }) {
  const dialog = useRef(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current.showModal();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  const submit = (event) => {
    event.preventDefault();
    onSubmit();
  };
  return html`<dialog ref=${dialog} aria-labelledby=${id} onClose=${onClose}>
    <form onSubmit=${submit}>
      <h2 id=${id}>${title}</h2>
      ${children}
    </form>
  </dialog>`;
}

export function Field({ label, hint, children }) {
  return html`<label class="field"><span>${label}</span>${children}${hint && html`<small>${hint}</small>`}</label>`;
}
