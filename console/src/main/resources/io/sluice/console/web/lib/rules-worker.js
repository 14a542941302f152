// Reads and writes YAML beside the page: ten thousand limits take a second or more, and no key waits for that.
import { lineDiff } from "./diff.js";
import { read, toYaml } from "./rules.js";

/** What was read last: where its fields are may be asked later. */
let last = null;

const jobs = {
  write: (document) => toYaml(document),
  read: (text) => {
    last = { text, ...read(text) };
    return { document: last.document, mistakes: last.mistakes };
  },
  places: ({ text, fields }) => {
    if (last?.text !== text) last = { text, ...read(text) };
    return fields.map((field) => last.place(field));
  },
  compare: ({ before, after }) => lineDiff(before ? toYaml(before) : "", toYaml(after)),
};

addEventListener("message", ({ data: { id, job, input } }) => {
  try {
    postMessage({ id, result: jobs[job](input) });
  } catch (wrong) {
    postMessage({ id, failure: wrong.message });
  }
});
