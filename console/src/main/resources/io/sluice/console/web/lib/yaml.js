import { useEffect, useState } from "preact/hooks";

// What rules.js and diff.js do, in a worker of this page: see rules-worker.js.
const WORKER = new URL("./rules-worker.js", import.meta.url);

/** A worker that is started once it is needed; what it is asked first, it answers first. */
class YamlWorker {
  #waiting = new Map();
  #worker = null;
  #count = 0;

  ask(job, input) {
    this.#worker ??= this.#started();
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, job, input });
    });
  }

  /** Ends what it is doing, and all that it has been asked for. */
  stop(reason) {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }

  #started() {
    const mine = new Worker(WORKER, { type: "module" });
    mine.addEventListener("message", ({ data: { id, result, failure } }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failure === undefined) resolve(result);
      else reject(new Error(failure));
    });
    mine.addEventListener("error", (event) => this.stop(event.message ?? "YAML cannot be read here"));
    return mine;
  }
}

const reader = new YamlWorker();
// Apart from the reader: what is typed is read while thousands of limits are compared.
const comparer = new YamlWorker();

/** A document as an operator writes it. */
export const yamlOf = (document) => reader.ask("write", document);

/** What an operator has typed: as JSON, or null if that is no object; and the mistakes of its YAML. */
export const readYaml = (text) => reader.ask("read", text);

/** Where fields of a text are. */
export const placesOf = (text, fields) => (fields.length === 0 ? [] : reader.ask("places", { text, fields }));

/** The lines that differ between two documents; the later one may be JSON. */
export const compareYaml = (before, after) => comparer.ask("compare", { before, after });

/** Ends a comparison that takes too long. */
export const stopComparing = () => comparer.stop("you have stopped it");

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
