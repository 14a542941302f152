// Reads and writes YAML beside the page: ten thousand limits take a second or more, and no key waits for that.
import { lineDiff } from "./diff.js";
import { read, toYaml } from "./rules.js";

/** What was read last: where its fields are may be asked later. */
let last = null;

const jobs = {
  write: (document) => toYaml(document),
  read: (text) => {
    last = { text, ...read(text) };
    const { document, mistakes } = last;
    const isObject = document !== null && typeof document === "object" && !Array.isArray(document);
    // As a text: the page hands it on, and does not have to build ten thousand limits of it.
    return { json: isObject ? JSON.stringify(document) : null, mistakes };
  },
  places: ({ text, fields }) => {
    if (last?.text !== text) last = { text, ...read(text) };
    return fields.map((field) => last.place(field));
  },
  compare: ({ before, after }) =>
    lineDiff(before ? toYaml(before) : "", toYaml(typeof after === "string" ? JSON.parse(after) : after)),
};

addEventListener("message", ({ data: { id, job, input } }) => {
  try {
    postMessage({ id, result: jobs[job](input) });
  } catch (wrong) {
    postMessage({ id, failure: wrong.message });
  }
});
