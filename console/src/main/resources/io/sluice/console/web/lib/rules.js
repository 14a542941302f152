import {
  Document, isCollection, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit,
} from "../vendor/yaml/index.js";

const FLOW_CHARACTERS_MAX = 60;

const isFlat = (value) => isScalar(value) || (isSeq(value) && value.items.every(isScalar));

const isShort = (node) =>
  node.items.every((item) => isFlat(isPair(item) ? item.value : item)) &&
  JSON.stringify(node).length <= FLOW_CHARACTERS_MAX;

/** A document as an operator writes it: what is short stands in one line. */
export function toYaml(document) {
  const yaml = new Document(document);
  visit(yaml, {
    Collection(at, node, way) {
      if (way.length > 1 && isCollection(node) && isShort(node)) node.flow = true;
    },
  });
  return yaml.toString({ lineWidth: 110, flowCollectionPadding: false });
}

/**
 * Reads what an operator has typed.
 *
 * @returns the document, the mistakes of its YAML, and where in the text a field of it stands
 */
export function read(text) {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const mistakes = yaml.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    at: error.pos[0],
    field: "",
    detail: error.message,
  }));
  const place = (field) => {
    const at = offsetOf(yaml.contents, field);
    return { line: Math.max(1, lines.linePos(at).line), at };
  };
  return { document: mistakes.length === 0 ? yaml.toJS({ maxAliasCount: 100 }) : null, mistakes, place };
}

/** A field such as limits[3].rate.tokens, as steps into the document. Names may have dots in them. */
function steps(field) {
  const found = field.match(/[^.[\]]+|\[\d+\]/g) ?? [];
  return found.map((step) => (step.startsWith("[") ? Number(step.slice(1, -1)) : step));
}

/** Where a field begins; what is missing is where the object begins that it is missing in. */
function offsetOf(root, field) {
  const way = steps(field);
  let node = root;
  let at = root?.range?.[0] ?? 0;
  for (let i = 0; i < way.length; i++) {
    if (isSeq(node) && typeof way[i] === "number") {
      node = node.items[way[i]];
      at = node?.range?.[0] ?? at;
    } else if (isMap(node)) {
      const found = member(node, way, i);
      if (found === null) return at;
      i = found.last;
      node = found.pair.value;
      at = found.pair.key?.range?.[0] ?? at;
    } else {
      return at;
    }
  }
  return at;
}

function member(map, way, from) {
  for (let last = way.length - 1; last >= from; last--) {
    const name = way.slice(from, last + 1).join(".");
    const pair = map.items.find((each) => isPair(each) && String(each.key?.value ?? each.key) === name);
    if (pair) return { pair, last };
  }
  return null;
}
