import { session } from "./session.js";

const PATIENCE_MILLIS = 15_000;

/** An answer that is no success, or none at all. */
export class ApiError extends Error {
  constructor(status, problem, retryAfterMillis) {
    super(textOf(status, problem));
    this.status = status;
    this.problem = problem ?? {};
    this.retryAfterMillis = retryAfterMillis;
  }
}

function textOf(status, problem) {
  if (status === 0) return problem?.detail ?? "the server does not answer";
  const detail = problem?.detail ?? problem?.title ?? "no reason given";
  return `${detail} (${status})`;
}

/** Joins segments to a path, each encoded. */
export const path = (...segments) => "/" + segments.map(encodeURIComponent).join("/");

/** Adds parameters to a path, but for those that are empty. */
export function withQuery(address, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length === 0 ? address : address + "?" + new URLSearchParams(given.map(([k, v]) => [k, String(v)]));
}

const textIn = ({ body, json }) => json ?? (body === undefined ? undefined : JSON.stringify(body));

/**
 * Sends a request; returns the body and the tag of the answer.
 *
 * @param json what to send, where it is a text already
 * @param isTrial whether the key is tried for the first time, so that a refusal ends no session
 */
export async function send(method, address, options = {}) {
  const { ifMatch, idempotencyKey, signal, isTrial = false } = options;
  const body = textIn(options);
  const key = session.key();
  const headers = new Headers({ accept: "application/json" });
  if (key !== null) headers.set("authorization", "Bearer " + key);
  if (body !== undefined) headers.set("content-type", "application/json");
  if (ifMatch !== undefined) headers.set("if-match", ifMatch);
  if (idempotencyKey !== undefined) headers.set("idempotency-key", idempotencyKey);
  const patience = AbortSignal.timeout(PATIENCE_MILLIS);
  let response;
  try {
    response = await fetch(address, {
      method,
      headers,
      body,
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new ApiError(0, patience.aborted ? { detail: "the server did not answer in time" } : null);
  }
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const content = isJson ? await response.json() : null;
  if (response.ok) return { content, tag: response.headers.get("etag") };
  const error = new ApiError(response.status, content, Number(response.headers.get("retry-after") ?? 0) * 1000);
  // A late answer to one who has signed out is none to who has signed in since.
  if (response.status === 401 && key !== null && session.key() === key && !isTrial) {
    session.signOut("The key or token is no longer accepted: " + error.message);
  }
  throw error;
}

export const get = async (address, signal) => (await send("GET", address, { signal })).content;

/** A key that makes a repetition harmless. */
export function newIdempotencyKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return "console-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const quoted = (text) => "'" + text.replaceAll("'", "'\\''") + "'";

/** A longer body is not copied: the reader has it in a file. */
const BODY_CHARACTERS_MAX = 10_000;

/** The same request for a terminal. The key is a variable there, never a part of what is copied. */
export function curl(method, address, options = {}) {
  const { ifMatch } = options;
  const text = textIn(options);
  const parts = ["curl -s"];
  if (method !== "GET") parts.push("-X " + method);
  parts.push(quoted(location.origin + address));
  if (session.key() !== null) parts.push('-H "authorization: Bearer $SLUICE_KEY"');
  if (ifMatch !== undefined) parts.push("-H " + quoted("if-match: " + ifMatch));
  if (text !== undefined) {
    const given = text.length <= BODY_CHARACTERS_MAX ? quoted(text) : "@body.json";
    parts.push("-H 'content-type: application/json' -d " + given);
  }
  return parts.join(" ");
}

/** A command of the command line, with each argument quoted where it has to be. */
export function command(...words) {
  const shown = words.map((word) => (/^[\w./:@=,-]+$/.test(word) ? word : quoted(word)));
  return ["sluice", ...shown].join(" ");
}
