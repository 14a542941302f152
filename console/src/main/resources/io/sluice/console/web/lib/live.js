import { useEffect, useRef, useState } from "preact/hooks";
import { session } from "./session.js";

// One stream of Server-Sent Events for all of this page. `EventSource` cannot send a key, so the stream is read here.
const EVENTS = "/v1/events";
const PAUSE_MIN_MILLIS = 1_000;
const PAUSE_MAX_MILLIS = 60_000;
/** The server tells something every two seconds: after so long a silence it is gone. */
const SILENCE_MILLIS_MAX = 12_000;

/** Who listens, by the name of the event. */
const listeners = new Map();
/** Whether the stream is open; views that ask by themselves want to know. */
const watchers = new Set();
let isLive = false;
let open = null;
let timer = 0;
let failures = 0;

function setLive(next) {
  if (isLive === next) return;
  isLive = next;
  for (const watcher of watchers) watcher(next);
}

const isWanted = () => watchers.size > 0 && !document.hidden;

function close() {
  clearTimeout(timer);
  open?.abort();
  open = null;
  setLive(false);
}

function retry() {
  setLive(false);
  if (!isWanted()) return;
  const doubled = Math.min(PAUSE_MAX_MILLIS, PAUSE_MIN_MILLIS * 2 ** Math.min(failures++, 10));
  clearTimeout(timer);
  timer = setTimeout(connect, doubled * (0.8 + Math.random() * 0.4));
}

/** The events of a piece of text, and what is left of it: an event ends with an empty line. */
function parsed(text) {
  const blocks = text.split("\n\n");
  const rest = blocks.pop();
  const events = blocks.map((block) => {
    const event = { name: "message", data: "" };
    for (const line of block.split("\n")) {
      if (line.startsWith("event: ")) event.name = line.slice(7);
      if (line.startsWith("data: ")) event.data += line.slice(6);
    }
    return event;
  });
  return { events: events.filter((event) => event.data !== ""), rest };
}

function tell({ name, data }) {
  const content = JSON.parse(data);
  for (const listener of listeners.get(name) ?? []) listener(content);
}

async function connect() {
  clearTimeout(timer);
  if (!isWanted() || open !== null) return;
  const mine = new AbortController();
  open = mine;
  let silence = 0;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => mine.abort(), SILENCE_MILLIS_MAX);
  };
  try {
    heard();
    const headers = new Headers({ accept: "text/event-stream" });
    if (session.key() !== null) headers.set("authorization", "Bearer " + session.key());
    const response = await fetch(EVENTS, {
      headers,
      signal: mine.signal,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
    // Whoever gets none asks again and again; that also finds out whether the key still counts.
    if (!response.ok) throw new Error("status " + response.status);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      heard();
      const found = parsed(rest + value);
      rest = found.rest;
      if (open !== mine) return;
      setLive(true);
      failures = 0;
      found.events.forEach(tell);
    }
  } catch {
    // A stream that ends, breaks or is refused: the views ask by themselves until there is another one.
  } finally {
    clearTimeout(silence);
  }
  if (open === mine) {
    open = null;
    retry();
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) close();
  else connect();
});
session.onSignOut(close);

/**
 * Listens to an event while the view is there.
 *
 * @param listener gets its content
 * @returns whether the stream is open; if not, the view has to ask by itself
 */
export function useLive(name, listener) {
  const [live, setLiveState] = useState(isLive);
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const mine = (content) => latest.current(content);
    const named = listeners.get(name) ?? new Set();
    listeners.set(name, named.add(mine));
    watchers.add(setLiveState);
    setLiveState(isLive);
    connect();
    return () => {
      named.delete(mine);
      watchers.delete(setLiveState);
      if (watchers.size === 0) close();
    };
  }, [name]);
  return live;
}

/**
 * How often a view has to ask: seldom while the stream tells of changes. Each change of a number calls back.
 *
 * @param number the one of the event `changes` that grows with what the view shows
 */
export function useChanges(number, changed, everyMillis) {
  const last = useRef(null);
  const live = useLive("changes", (numbers) => {
    const isNew = last.current !== null && last.current !== numbers[number];
    last.current = numbers[number];
    if (isNew) changed();
  });
  return live ? everyMillis * 6 : everyMillis;
}
