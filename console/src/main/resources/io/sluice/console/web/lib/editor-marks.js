import { RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, gutterLineClass, GutterMarker } from "@codemirror/view";

const MARKS_MAX = 50;
const MARK_CHARACTERS_MIN = 2;

/** Takes what was found: lists of places, `bad` and `warn`. */
export const setMarks = StateEffect.define();

/** How far a mistake reaches: to the end of its word. */
const lengthAt = (doc, at) =>
  Math.max(MARK_CHARACTERS_MIN, /^[^\s,{}[\]]*/.exec(doc.sliceString(at, doc.lineAt(at).to))[0].length);

class LineMark extends GutterMarker {
  constructor(elementClass) {
    super();
    this.elementClass = elementClass;
  }

  eq(other) {
    return other.elementClass === this.elementClass;
  }
}

const KINDS = ["warn", "bad"].map((name) => ({
  name,
  word: Decoration.mark({ class: "mark " + name }),
  line: new LineMark(name),
}));

const NO_MARKS = { words: Decoration.none, lines: RangeSet.empty, isWrong: false };

/** A line below what is wrong, and at its number; the text itself is in the list below the editor. */
function marksOf(doc, found) {
  const words = [];
  const lines = [];
  for (const { name, word, line } of KINDS) {
    for (const { at } of found[name].slice(0, MARKS_MAX)) {
      const from = Math.min(at, doc.length);
      const to = Math.min(doc.length, from + lengthAt(doc, from));
      if (to > from) words.push(word.range(from, to));
      lines.push(line.range(doc.lineAt(from).from));
    }
  }
  return { words: Decoration.set(words, true), lines: RangeSet.of(lines, true), isWrong: found.bad.length > 0 };
}

/** What is wrong and what is odd, in the text and at its lines. */
export const marking = StateField.define({
  create: () => NO_MARKS,
  update(marks, change) {
    const set = change.effects.find((each) => each.is(setMarks));
    if (set) return marksOf(change.newDoc, set.value);
    if (!change.docChanged) return marks;
    return { ...marks, words: marks.words.map(change.changes), lines: marks.lines.map(change.changes) };
  },
  provide: (field) => [
    EditorView.decorations.from(field, (marks) => marks.words),
    gutterLineClass.from(field, (marks) => marks.lines),
    EditorView.contentAttributes.from(field, (marks) => ({ "aria-invalid": String(marks.isWrong) })),
  ],
});
