import { StateEffect, StateField } from "@codemirror/state";
import { EditorView, showTooltip } from "@codemirror/view";
import { render } from "preact";
import { suggestions } from "./complete.js";
import { html } from "./ui.js";

/** So many lines around the caret are looked at, beside the top of what they are in. */
const LINES_ABOVE = 500;
const LINES_BELOW = 100;
const LIST = "suggestions";

const suggest = StateEffect.define();

/** Tells the editor what rulesets may have. */
export const setSchema = StateEffect.define();

/** What rulesets may have; without it the editor suggests nothing, and does all else. */
const schemaField = StateField.define({
  create: () => null,
  update: (schema, change) => change.effects.reduce((now, each) => (each.is(setSchema) ? each.value : now), schema),
});

/** A piece of a long text that says all about one place: a few lines around it, below the key that they are in. */
function excerpt(doc, at) {
  const line = doc.lineAt(at).number;
  const { to } = doc.line(Math.min(doc.lines, line + LINES_BELOW));
  if (line <= LINES_ABOVE) return { text: doc.sliceString(0, to), at };
  const { from } = doc.line(line - LINES_ABOVE);
  let top = "";
  for (let number = line - LINES_ABOVE; number > 0 && top === ""; number--) {
    const { text } = doc.line(number);
    if (/^[^\s#-]/.test(text)) top = text + "\n";
  }
  return { text: top + doc.sliceString(from, to), at: at - from + top.length };
}

function suggested(schema, doc, selection) {
  if (schema === null || !selection.main.empty) return null;
  const near = excerpt(doc, selection.main.head);
  const { list, replaced } = suggestions(schema, near.text, near.at);
  return list.length === 0 ? null : { list, chosen: 0, from: selection.main.head - replaced };
}

/** Whether somebody types a word: not where a line ends, or something is pasted. */
function isWord(change) {
  let isOne = change.isUserEvent("input.type");
  change.changes.iterChanges((from, to, newFrom, newTo, inserted) => {
    isOne &&= to === from && /^\w$/.test(inserted.toString());
  });
  return isOne;
}

/** What is suggested at the caret; null for nothing. */
const suggestedField = StateField.define({
  create: () => null,
  update(shown, change) {
    const asked = change.effects.find((each) => each.is(suggest));
    if (asked) return asked.value;
    const schema = change.startState.field(schemaField);
    if (change.docChanged) return isWord(change) ? suggested(schema, change.newDoc, change.newSelection) : null;
    return change.selection ? null : shown;
  },
  provide: (field) => [
    showTooltip.from(field, (shown) => shown && { pos: shown.from, create: menu }),
    EditorView.contentAttributes.from(field, (shown) => ({
      "aria-autocomplete": "list",
      ...(shown && { "aria-controls": LIST, "aria-activedescendant": `${LIST}-${shown.chosen}` }),
    })),
  ],
});

/** The menu at the caret. The text keeps the focus: a press of the mouse must not take it. */
function menu(view) {
  const dom = document.createElement("div");
  dom.className = "suggested";
  dom.addEventListener("mousedown", (event) => event.preventDefault());
  const paint = () => {
    const shown = view.state.field(suggestedField);
    if (shown === null) return;
    render(html`<${Menu} ...${shown} onTake=${(option) => take(view, option)} />`, dom);
    dom.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  };
  paint();
  return { dom, update: paint, mount: paint, destroy: () => render(null, dom) };
}

function Menu({ list, chosen, onTake }) {
  const { detail } = list[chosen];
  return html`<ul role="listbox" id=${LIST} aria-label="Suggestions">
      ${list.map(
        (each, at) => html`<li role="option" id=${`${LIST}-${at}`} aria-selected=${at === chosen}
          onClick=${() => onTake(each)}>
            <code>${each.name}</code>${each.isRequired && html` <small>required</small>`}</li>`,
      )}
    </ul>
    ${detail && html`<p>${detail}</p>`}
    <span class="unseen" role="status">${list.length} suggestions</span>`;
}

function take(view, { insert }) {
  const { from } = view.state.field(suggestedField);
  const to = view.state.selection.main.head;
  const caret = from + insert.length - (insert.endsWith("[]") ? 1 : 0);
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: caret }, userEvent: "input.complete" });
  view.focus();
  return true;
}

/** A command that counts only while something is suggested. */
const whileShown = (act) => (view) => {
  const shown = view.state.field(suggestedField);
  return shown !== null && act(view, shown);
};

const choose = (step) =>
  whileShown((view, shown) => {
    const chosen = (shown.chosen + step + shown.list.length) % shown.list.length;
    view.dispatch({ effects: suggest.of({ ...shown, chosen }) });
    return true;
  });

const takeChosen = whileShown((view, { list, chosen }) => take(view, list[chosen]));

/** Closes the menu. */
export const close = whileShown((view) => {
  view.dispatch({ effects: suggest.of(null) });
  return true;
});

function ask(view) {
  const { doc, selection } = view.state;
  view.dispatch({ effects: suggest.of(suggested(view.state.field(schemaField), doc, selection)) });
  return true;
}

/** The keys of the menu, and the one that opens it. */
export const suggestionKeys = [
  { key: "Ctrl-Space", run: ask },
  { key: "ArrowDown", run: choose(1) },
  { key: "ArrowUp", run: choose(-1) },
  { key: "Tab", run: takeChosen },
  { key: "Escape", run: close },
  { key: "Enter", run: takeChosen },
];

/** What may be typed at the caret, in a menu. */
export const suggesting = [schemaField, suggestedField];
