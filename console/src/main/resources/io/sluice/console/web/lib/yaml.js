import { useEffect, useState } from "preact/hooks";

// What rules.js and diff.js do, in a worker of this page: see rules-worker.js.
const WORKER = new URL("./rules-worker.js", import.meta.url);

const waiting = new Map();
let worker = null;
let count = 0;

function started() {
  const mine = new Worker(WORKER, { type: "module" });
  mine.addEventListener("message", ({ data: { id, result, failure } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (failure === undefined) resolve(result);
    else reject(new Error(failure));
  });
  mine.addEventListener("error", (event) => {
    for (const { reject } of waiting.values()) reject(new Error(event.message ?? "YAML cannot be read here"));
    waiting.clear();
    worker = null;
    mine.terminate();
  });
  return mine;
}

function ask(job, input) {
  worker ??= started();
  const id = ++count;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, job, input });
  });
}

/** A document as an operator writes it. */
export const yamlOf = (document) => ask("write", document);

/** What an operator has typed: the document, and the mistakes of its YAML. */
export const readYaml = (text) => ask("read", text);

/** Where fields of a text are. */
export const placesOf = (text, fields) => (fields.length === 0 ? [] : ask("places", { text, fields }));

/** The lines that differ between two documents. */
export const compareYaml = (before, after) => ask("compare", { before, after });

/** What a worker makes of something: undefined until it is done. Begins anew whenever one of `inputs` changes. */
export function useWorked(work, inputs) {
  const [made, setMade] = useState({});
  useEffect(() => {
    let isOver = false;
    setMade({});
    work().then(
      (result) => isOver || setMade({ result }),
      (error) => isOver || setMade({ error }),
    );
    return () => {
      isOver = true;
    };
  }, inputs);
  return made;
}
