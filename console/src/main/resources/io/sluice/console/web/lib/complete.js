// What may stand at a place of a YAML text, by a JSON Schema. The text is being typed, so it need not be whole: where a
// place is in the document follows from the indentation, and from the braces of its own line.

const SHOWN_MAX = 50;
const LINE = /^(\s*)((?:-\s+)*)(.*)$/s;
const KEY = /^("[^"]*"|'[^']*'|[^\s#{}[\],:"'][^{}[\],:]*):(?:\s+|$)(.*)$/s;

const plain = (key) => key.trim().replace(/^(["'])(.*)\1$/, "$2");

/** A line by its parts; where its content begins, and where its dashes are. */
function parts(line) {
  const [, indent, dashes, content] = LINE.exec(line);
  const columns = [...dashes.matchAll(/-/g)].map((dash) => indent.length + dash.index);
  return { dashes: columns, column: indent.length + dashes.length, content };
}

const isEmpty = (line) => /^\s*(#.*)?$/.test(line);

/** The way to a column of a line, from the root of the document on; "[]" is an element of a list. */
function wayTo(lines, at, dashes, column) {
  const way = [];
  let left = column;
  let isInList = false;
  for (const dash of [...dashes].reverse()) {
    way.unshift("[]");
    left = dash;
    isInList = true;
  }
  for (let i = at - 1; i >= 0 && (left > 0 || isInList); i--) {
    if (isEmpty(lines[i])) continue;
    const line = parts(lines[i]);
    const key = KEY.exec(line.content);
    // The list of a key may stand at the column of the key itself.
    const isParent = key !== null && (line.column < left || (isInList && line.column === left && !line.dashes.length));
    if (isParent) {
      way.unshift(plain(key[1]));
      left = line.column;
      isInList = false;
    }
    if ((isParent || line.column === left) && line.dashes.length > 0 && !(isInList && line.dashes.includes(left))) {
      for (const dash of [...line.dashes].reverse()) {
        if (dash >= left && !isParent) continue;
        way.unshift("[]");
        left = dash;
        isInList = true;
      }
    }
  }
  return way;
}

/** The keys that stand beside a place, in the same object. */
function keysBeside(lines, at, dashes, column) {
  const keys = new Set();
  const look = (i) => {
    if (isEmpty(lines[i])) return true;
    const line = parts(lines[i]);
    if (line.column < column) return false;
    if (line.column === column) {
      const key = KEY.exec(line.content);
      if (key) keys.add(plain(key[1]));
    }
    return line.column > column || line.dashes.length === 0;
  };
  const isFirst = dashes.length > 0;
  for (let i = at - 1; i >= 0 && !isFirst; i--) if (!look(i)) break;
  for (let i = at + 1; i < lines.length; i++) {
    const { dashes: next, column: start } = parts(lines[i]);
    if (!isEmpty(lines[i]) && (start < column || (start === column && next.length > 0))) break;
    look(i);
  }
  return keys;
}

/** Goes through the braces that are open at the end of a piece of a line. */
function flow(text) {
  const open = [];
  let token = "";
  let quote = null;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    const last = open[open.length - 1];
    if (quote !== null) {
      if (char === quote) quote = null;
      token += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      token += char;
    } else if (char === "{" || char === "[") {
      open.push({ isMap: char === "{", key: null, keys: new Set() });
      token = "";
    } else if (char === "}" || char === "]") {
      open.pop();
      token = "";
    } else if (char === "," && last) {
      last.key = null;
      token = "";
    } else if (char === ":" && last?.isMap && last.key === null && /[\s]|$/.test(text[i + 1] ?? " ")) {
      last.key = plain(token);
      last.keys.add(last.key);
      token = "";
    } else {
      token += char;
    }
  }
  return { open, token: token.trimStart(), isQuoted: quote !== null };
}

/**
 * Where a place of a text is in the document.
 *
 * @returns the way to the object or list, whether a key or a value stands there, what is typed of it, and the keys
 *     that are there already; null within a comment
 */
export function placeOf(text, at) {
  const lines = text.split("\n");
  const number = text.slice(0, at).split("\n").length - 1;
  const before = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  if (/(^|\s)#/.test(before)) return null;
  const { dashes, column, content } = parts(before);
  const key = KEY.exec(content);
  const way = wayTo(lines, number, dashes, column);
  const value = key === null ? content : key[2];
  const { open, token, isQuoted } = flow(value);
  if (isQuoted) return null;
  if (open.length === 0) {
    if (key !== null) return { way: [...way, plain(key[1])], isKey: false, word: token, keys: new Set() };
    return { way, isKey: true, isElement: dashes.length > 0, word: content,
      keys: keysBeside(lines, number, dashes, column), indent: column };
  }
  const inner = key === null ? way : [...way, plain(key[1])];
  for (const each of open.slice(0, -1)) inner.push(each.isMap ? each.key : "[]");
  const last = open[open.length - 1];
  if (last.isMap && last.key === null) return { way: inner, isKey: true, word: token, keys: last.keys, isFlow: true };
  return { way: [...inner, last.isMap ? last.key : "[]"], isKey: false, word: token, keys: new Set(), isFlow: true };
}

/** Every schema that a value has to follow, or may. */
function alternatives(root, schema, seen = new Set()) {
  if (typeof schema !== "object" || schema === null || seen.has(schema)) return [];
  seen.add(schema);
  const more = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (schema.$ref?.startsWith("#/")) {
    more.push(schema.$ref.slice(2).split("/").reduce((part, name) => part?.[name], root));
  }
  return [schema, ...more.flatMap((each) => alternatives(root, each, seen))];
}

function below(root, schemas, step) {
  return schemas.flatMap((schema) => {
    if (step === "[]") return alternatives(root, schema.items);
    const named = schema.properties?.[step];
    return alternatives(root, named === undefined || named === true ? schema.additionalProperties : named);
  });
}

const describe = (schemas) => schemas.find((each) => each.description)?.description ?? "";

function keysOf(root, schemas, place) {
  const found = new Map();
  for (const schema of schemas) {
    for (const [name, inner] of Object.entries(schema.properties ?? {})) {
      if (inner === false || place.keys.has(name)) continue;
      const all = alternatives(root, inner);
      const known = found.get(name);
      found.set(name, { detail: known?.detail || describe(all), all: [...(known?.all ?? []), ...all] });
    }
  }
  const required = new Set(schemas.flatMap((schema) => schema.required ?? []));
  return [...found].map(([name, { detail, all }]) => {
    const isNested = !place.isFlow && all.length > 0 && all.every((each) => isOfMany(each, all));
    return { name, detail, isRequired: required.has(name), insert: isNested ? nested(name, all, place) : name + ": " };
  });
}

/** Whether an object or a list, and nothing else, may stand there. */
function isOfMany(schema, all) {
  const types = all.map((each) => each.type).filter(Boolean);
  return types.length > 0 && types.every((type) => type === "object" || type === "array") && schema.enum === undefined;
}

function nested(name, all, place) {
  const pad = " ".repeat((place.indent ?? 0) + 2);
  const isList = all.some((each) => each.type === "array");
  const isOfObjects = all.some((each) => each.items?.type === "object" || each.items?.$ref === "#/$defs/penalty");
  return isList && !isOfObjects ? name + ": []" : `${name}:\n${pad}${isList ? "- " : ""}`;
}

function valuesOf(schemas) {
  const found = new Map();
  const add = (value, detail) => {
    const name = typeof value === "string" ? value : JSON.stringify(value);
    if (!found.has(name)) found.set(name, { name, detail, insert: quoted(name) });
  };
  for (const schema of schemas) {
    // A word that YAML 1.1 takes for a boolean is in the schema twice.
    for (const value of schema.enum ?? []) if (value !== false) add(value, describe([schema]));
    if (schema.const !== undefined) add(schema.const, describe([schema]));
    if (schema.type === "boolean") [true, false].forEach((value) => add(value, describe(schemas)));
    for (const value of schema.examples ?? []) add(value, describe([schema]));
  }
  return [...found.values()];
}

/** As YAML takes it in every place. */
const quoted = (text) => (/^[\w.%-]+$/.test(text) || /^[a-z]+:\w+$/.test(text) ? text : JSON.stringify(text));

/**
 * What may be typed at a place of a text.
 *
 * @returns how many characters before the place they replace, and the suggestions: what is required comes first
 */
export function suggestions(schema, text, at) {
  const place = placeOf(text, at);
  if (place === null) return { replaced: 0, list: [] };
  let schemas = alternatives(schema, schema);
  for (const step of place.way) schemas = below(schema, schemas, step);
  const all = place.isKey ? keysOf(schema, schemas, place) : valuesOf(schemas);
  // An element of a list may be a value as well as the first key of an object.
  if (place.isElement) all.push(...valuesOf(schemas));
  const word = place.word.toLowerCase();
  const list = all
    .filter(({ name }) => name.toLowerCase().startsWith(word) && name !== place.word)
    .sort((a, b) => Number(b.isRequired ?? false) - Number(a.isRequired ?? false))
    .slice(0, SHOWN_MAX);
  return { replaced: place.word.length, list };
}
