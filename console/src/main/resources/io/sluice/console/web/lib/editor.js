import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { get } from "./api.js";
import { suggestions } from "./complete.js";
import { html } from "./ui.js";

const SCHEMA = "/json-schema/ruleset.v1.json";
/** As in app.css: what is laid over the text has to stand where its letters do. */
const LINE_PIXELS = 21;
const PAD_PIXELS = 12;
/** A few more than fit. */
const SEEN_LINES = 30;
const MARKS_MAX = 50;
const MARK_CHARACTERS_MIN = 2;
/** With its description, of which there may be five lines. */
const SUGGESTED_PIXELS = 330;

/** Where a place of a text is, in lines and columns from 0 on. */
function position(text, at) {
  const before = text.slice(0, at);
  const line = before.split("\n").length - 1;
  return { line, column: at - (before.lastIndexOf("\n") + 1) };
}

/** How far a mistake reaches: to the end of its word. */
function lengthAt(text, at) {
  return Math.max(MARK_CHARACTERS_MIN, /^[^\s,{}[\]]*/.exec(text.slice(at))[0].length);
}

function placed({ line, column }, lines = 0) {
  return { top: `${(line + lines) * LINE_PIXELS + PAD_PIXELS}px`, left: `calc(${column}ch + ${PAD_PIXELS}px)` };
}

/** The schema of rulesets; without it the editor suggests nothing, and does all else. */
function useSchema() {
  const [schema, setSchema] = useState(null);
  useEffect(() => {
    const mine = new AbortController();
    get(SCHEMA, mine.signal).then(setSchema, () => {});
    return () => mine.abort();
  }, []);
  return schema;
}

/** What is suggested at the caret, and what keys do with it. */
function useSuggestions(area, onText) {
  const schema = useSchema();
  const [shown, setShown] = useState(null);
  const close = () => setShown(null);
  const open = () => {
    const { value, selectionStart: at, selectionEnd: end } = area.current;
    if (schema === null || at !== end) return close();
    const { list, replaced } = suggestions(schema, value, at);
    const place = position(value, at - replaced);
    const room = area.current.clientHeight + area.current.scrollTop - place.line * LINE_PIXELS;
    const isAbove = room < SUGGESTED_PIXELS && place.line * LINE_PIXELS - area.current.scrollTop > SUGGESTED_PIXELS;
    return setShown(list.length === 0 ? null : { list, replaced, chosen: 0, isAbove, ...place });
  };
  const take = ({ insert }) => {
    const { selectionStart: at } = area.current;
    area.current.setRangeText(insert, at - shown.replaced, at, "end");
    if (insert.endsWith("[]")) area.current.selectionStart = area.current.selectionEnd -= 1;
    area.current.focus();
    onText(area.current.value);
    close();
  };
  const choose = (step) => {
    const { list, chosen } = shown;
    setShown({ ...shown, chosen: (chosen + step + list.length) % list.length });
  };
  /** Returns whether the key is done with. */
  const key = (event) => {
    if (event.key === " " && event.ctrlKey) open();
    else if (shown === null || event.isComposing) return false;
    else if (event.key === "ArrowDown") choose(1);
    else if (event.key === "ArrowUp") choose(-1);
    else if (event.key === "Enter" || event.key === "Tab") take(shown.list[shown.chosen]);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    return true;
  };
  // While a word is typed; not where a line ends, or something is pasted.
  const typed = (event) => (event.inputType === "insertText" && /\w/.test(event.data ?? "") ? open() : close());
  return { shown, key, typed, take, close };
}

/**
 * A ruleset as YAML, with the numbers of its lines. Mistakes are marked in the text and beside it; what may be typed is
 * suggested.
 */
export function RulesText({ area, text, onText, mistakes, warnings, isShort }) {
  const layer = useRef(null);
  const id = useId();
  const help = useSuggestions(area, onText);
  const [top, setTop] = useState(0);
  const key = (event) => {
    if (help.key(event) || event.key !== "Enter" || event.isComposing) return;
    const { selectionStart: at, selectionEnd: end, value } = event.target;
    const line = value.slice(value.lastIndexOf("\n", at - 1) + 1, at);
    const indent = /^[ ]*(- )?/.exec(line)[0].replace("- ", "  ");
    if (indent === "") return;
    event.preventDefault();
    event.target.setRangeText("\n" + indent, at, end, "end");
    onText(event.target.value);
  };
  const input = (event) => {
    onText(event.target.value);
    help.typed(event);
  };
  const scroll = ({ target }) => {
    setTop(target.scrollTop);
    layer.current.style.transform = `translate(${-target.scrollLeft}px, ${-target.scrollTop}px)`;
  };
  const chosen = help.shown === null ? undefined : `${id}-${help.shown.chosen}`;
  return html`<div class=${isShort ? "editor short" : "editor"}>
    <${Gutter} text=${text} top=${top} mistakes=${mistakes} warnings=${warnings} />
    <div class="paper">
      <textarea class="code" ref=${area} aria-label="Ruleset in YAML" spellcheck=${false} wrap="off" rows="24"
        autocapitalize="off" autocomplete="off" value=${text} aria-invalid=${mistakes.length > 0}
        aria-autocomplete="list" aria-controls=${chosen && id} aria-activedescendant=${chosen}
        aria-describedby=${id + "-help"} onKeyDown=${key} onInput=${input} onScroll=${scroll} onBlur=${help.close}
        onClick=${help.close}></textarea>
      <div class="over"><div ref=${layer}>
        <${Marks} kind="warn" text=${text} found=${warnings} /><${Marks} kind="bad" text=${text} found=${mistakes} />
        ${help.shown && html`<${Suggested} id=${id} ...${help.shown} onTake=${help.take} />`}
      </div></div>
    </div>
    <span class="unseen" id=${id + "-help"}>Control and space suggest what may stand here.</span>
    <span class="unseen" role="status">${help.shown && `${help.shown.list.length} suggestions`}</span>
  </div>`;
}

/** The numbers of the lines that are seen, and of those with a mistake: of ten thousand limits, not of every line. */
function Gutter({ text, top, mistakes, warnings }) {
  const count = useMemo(() => text.split("\n").length, [text]);
  const kinds = new Map([
    ...warnings.slice(0, MARKS_MAX).map((each) => [each.line, "warn"]),
    ...mistakes.slice(0, MARKS_MAX).map((each) => [each.line, "bad"]),
  ]);
  const first = Math.max(1, Math.floor((top - PAD_PIXELS) / LINE_PIXELS));
  const last = Math.min(count, first + SEEN_LINES);
  const shown = new Set(kinds.keys());
  for (let line = first; line <= last; line++) shown.add(line);
  return html`<div class="gutter" aria-hidden="true"><i>${count}</i>
    ${[...shown].map((line) => html`<span key=${line} class=${kinds.get(line) ?? ""}
      style=${{ top: `${(line - 1) * LINE_PIXELS + PAD_PIXELS - top}px` }}>${line}</span>`)}
  </div>`;
}

/** A line below what is wrong; the text itself is in the list below the editor. */
function Marks({ kind, text, found }) {
  return found.slice(0, MARKS_MAX).map((each) => {
    const place = { line: each.line - 1, column: each.at - (text.lastIndexOf("\n", each.at - 1) + 1) };
    return html`<i class=${"mark " + kind} aria-hidden="true"
      style=${{ ...placed(place), width: `${lengthAt(text, each.at)}ch` }}></i>`;
  });
}

function Suggested({ id, list, chosen, isAbove, onTake, ...place }) {
  const detail = list[chosen].detail;
  const menu = useRef(null);
  useEffect(() => menu.current.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen]);
  // The text keeps the focus: a press of the mouse must not take it.
  const hold = (event) => event.preventDefault();
  return html`<div class=${"suggested" + (isAbove ? " above" : "")} style=${placed(place, isAbove ? 0 : 1)}
    onMouseDown=${hold}>
    <ul role="listbox" id=${id} aria-label="Suggestions" ref=${menu}>
      ${list.map(
        (each, at) => html`<li role="option" id=${`${id}-${at}`} aria-selected=${at === chosen}
          onClick=${() => onTake(each)}>
            <code>${each.name}</code>${each.isRequired && html` <small>required</small>`}</li>`,
      )}
    </ul>
    ${detail && html`<p class="small muted">${detail}</p>`}
  </div>`;
}
