import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { search, searchKeymap } from "@codemirror/search";
import { EditorSelection, EditorState, Prec } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { get } from "./api.js";
import { colours, look, shortLook, yaml } from "./editor-look.js";
import { marking, setMarks } from "./editor-marks.js";
import { close, setSchema, suggesting, suggestionKeys } from "./editor-suggestions.js";
import { html } from "./ui.js";

// CodeMirror lays out what is seen, so a key takes as long in ten thousand limits as in ten. It is in a shadow root:
// there its styles are sheets that a script makes, which the policy of the page allows, and not elements.

const SCHEMA = "/json-schema/ruleset.v1.json";

/** A new line goes on where the fields of the object above are. */
function breakLine({ state, dispatch }) {
  const broken = state.changeByRange(({ from, to }) => {
    const line = state.doc.lineAt(from);
    const indent = /^[ ]*(- )?/.exec(line.text.slice(0, from - line.from))[0].replace("- ", "  ");
    return { changes: { from, to, insert: "\n" + indent }, range: EditorSelection.cursor(from + 1 + indent.length) };
  });
  dispatch(state.update(broken, { scrollIntoView: true, userEvent: "input" }));
  return true;
}

const extensions = (isShort, onText) => [
  suggesting,
  marking,
  Prec.highest(keymap.of([...suggestionKeys, { key: "Enter", run: breakLine }])),
  history(),
  lineNumbers(),
  highlightActiveLine(),
  search({ top: true }),
  StreamLanguage.define(yaml),
  syntaxHighlighting(colours),
  keymap.of([...searchKeymap, ...historyKeymap, ...defaultKeymap]),
  isShort ? [shortLook, look] : look,
  EditorView.contentAttributes.of({ "aria-label": "Ruleset in YAML", "aria-describedby": "help" }),
  EditorView.domEventHandlers({ blur: (event, view) => close(view) && false }),
  EditorView.updateListener.of((update) => update.docChanged && onText(update.state.doc)),
];

/**
 * A ruleset as YAML, with the numbers of its lines. Mistakes are marked in the text and beside it; what may be typed is
 * suggested.
 *
 * @param controls gets what shows a place of the text
 * @param text what it begins with; of what is typed, `onText` gets a document that `String` makes a text of
 * @param marked what is wrong: the document that was read, and what was found in it
 */
export function RulesText({ controls, text, onText, marked, isShort }) {
  const host = useRef(null);
  const view = useRef(null);
  const first = useRef(null);
  const latest = useRef(onText);
  latest.current = onText;
  useLayoutEffect(() => {
    const root = host.current.attachShadow({ mode: "open" });
    const typed = (doc) => latest.current(doc);
    const state = EditorState.create({ doc: String(text), extensions: extensions(isShort, typed) });
    const made = new EditorView({ root, parent: root, state });
    const help = document.createElement("span");
    help.id = "help";
    help.hidden = true;
    help.textContent = "Control and space suggest what may stand here.";
    root.append(help);
    view.current = made;
    controls.current = {
      show(at) {
        const anchor = Math.min(at, made.state.doc.length);
        made.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
        made.focus();
      },
    };
    first.current = { text, doc: made.state.doc };
    const mine = new AbortController();
    get(SCHEMA, mine.signal).then((schema) => made.dispatch({ effects: setSchema.of(schema) }), () => {});
    return () => {
      mine.abort();
      made.destroy();
    };
  }, []);
  useEffect(() => {
    const { doc } = view.current.state;
    const isFirst = doc === first.current.doc && marked.of === first.current.text;
    // What was found before the last keys moves with the text; what is found in it anew replaces that.
    if (isFirst || marked.of === doc) view.current.dispatch({ effects: setMarks.of(marked) });
  }, [marked]);
  return html`<div class="editor" ref=${host}></div>`;
}
