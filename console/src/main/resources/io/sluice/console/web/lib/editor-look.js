import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const MONOSPACE = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, "DejaVu Sans Mono", monospace';
const BOX = { background: "var(--surface)", border: "1px solid var(--line-strong)", borderRadius: "8px" };

const KEY = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#{}[\],:"'-][^{}[\],:#]*)(?=:(\s|$))/;
const END = "(?=[\\s,}\\]]|$)";
const NUMBER = new RegExp("^[-+]?\\d[\\d_.]*" + END);
const WORD = new RegExp("^(true|false|null|on|off|yes|no)" + END);

/** What is a key, a value or a comment, for its colour only: the server says what is right. */
export const yaml = {
  token(stream) {
    if (stream.eatSpace()) return null;
    const isApart = stream.sol() || /\s/.test(stream.string[stream.pos - 1]);
    if (stream.peek() === "#" && isApart) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match(KEY)) return "propertyName";
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'[^']*'?/)) return "string";
    if (stream.match(NUMBER)) return "number";
    if (stream.match(WORD)) return "keyword";
    if (!stream.match(/^[^\s{}[\],]+/)) stream.next();
    return null;
  },
};

/** As the rest of the page, by its variables. */
export const look = EditorView.theme({
  "&": { height: "528px", color: "var(--text)", background: "var(--surface)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { overflow: "auto", fontFamily: MONOSPACE, fontSize: "13px", lineHeight: "21px" },
  ".cm-content": { padding: "12px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 12px" },
  ".cm-activeLine": { background: "var(--line-active)" },
  ".cm-gutters": { background: "var(--sunken)", color: "var(--muted)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "45px", padding: "0 10px 0 8px", fontSize: "12px",
    borderLeft: "3px solid transparent" },
  ".cm-lineNumbers .cm-gutterElement.warn": { background: "var(--warn-soft)", color: "var(--warn)",
    borderLeftColor: "var(--throttled)" },
  ".cm-lineNumbers .cm-gutterElement.bad": { background: "var(--bad-soft)", color: "var(--bad)", fontWeight: "650",
    borderLeftColor: "var(--denied)" },
  ".mark.warn": { borderBottom: "2px dotted var(--throttled)" },
  ".mark.bad": { borderBottom: "2px solid var(--denied)" },
  ".cm-tooltip": { ...BOX, zIndex: "5", boxShadow: "0 6px 20px rgb(10 20 18 / 18%)" },
  ".suggested": { width: "340px", maxWidth: "80vw", lineHeight: "21px" },
  ".suggested ul": { listStyle: "none", margin: "0", maxHeight: "189px", overflowY: "auto", padding: "4px" },
  ".suggested li": { padding: "0 8px", borderRadius: "5px", cursor: "pointer" },
  ".suggested code": { fontFamily: MONOSPACE, fontSize: "13px" },
  ".suggested small": { color: "var(--muted)" },
  ".suggested li[aria-selected=true]": { background: "var(--accent-soft)", color: "var(--accent)" },
  ".suggested p": { borderTop: "1px solid var(--line)", margin: "0", padding: "8px 12px", color: "var(--muted)",
    fontSize: "13px", lineHeight: "1.45" },
  ".unseen": { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)" },
  ".cm-panels": { background: "var(--sunken)", color: "var(--text)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "8px 12px", fontSize: "13px" },
  ".cm-panel.cm-search [name=close]": { color: "var(--muted)", fontSize: "18px", right: "10px" },
  ".cm-textfield": { ...BOX, color: "var(--text)", padding: "4px 8px", fontSize: "13px" },
  ".cm-button": { ...BOX, backgroundImage: "none", color: "var(--text)", padding: "4px 10px", fontSize: "13px",
    cursor: "pointer" },
  ".cm-searchMatch": { background: "var(--warn-soft)", outline: "1px solid var(--throttled)" },
  ".cm-searchMatch-selected": { background: "var(--accent-soft)", outline: "1px solid var(--accent)" },
});
export const shortLook = EditorView.theme({ "&": { height: "276px" } });

export const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: [tags.number, tags.string, tags.keyword], color: "var(--warn)" },
]);
