import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api.js";

const PAUSE_MAX_MILLIS = 60_000;

/**
 * Loads something, and again every so often. A page that nobody looks at loads nothing. After a failure the pauses
 * double, and the last data stays with the error beside it.
 *
 * What a change has answered can stand in its place at once: `replace`. What was asked before that may be older, and is
 * dropped.
 *
 * @param key what is loaded: another key starts anew
 * @param load takes a signal that ends it
 * @param everyMillis null to load once
 */
export function usePoll(key, load, everyMillis = null) {
  const [state, setState] = useState({ key });
  const latest = useRef(load);
  latest.current = load;
  const shown = useRef(key);
  shown.current = key;
  const running = useRef(null);

  useEffect(() => {
    let failures = 0;
    let timer = 0;
    let open = null;
    let isOver = false;

    const pause = (error) => {
      const doubled = (everyMillis ?? 5_000) * 2 ** Math.min(failures, 10);
      const spread = Math.min(PAUSE_MAX_MILLIS, doubled) * (0.8 + Math.random() * 0.4);
      return Math.max(spread, error.retryAfterMillis ?? 0);
    };
    const next = (millis) => {
      clearTimeout(timer);
      timer = setTimeout(run, millis);
    };
    const run = async () => {
      clearTimeout(timer);
      open?.abort();
      if (isOver || document.hidden) return;
      const mine = new AbortController();
      open = mine;
      try {
        const data = await latest.current(mine.signal);
        if (isOver || mine.signal.aborted) return;
        failures = 0;
        setState({ key, data, atMillis: Date.now() });
        if (everyMillis !== null) next(everyMillis);
      } catch (error) {
        if (isOver || mine.signal.aborted) return;
        failures++;
        const isFinal = error.status >= 400 && error.status < 500 && error.status !== 429;
        const pauseMillis = pause(error);
        setState((old) => ({
          ...(old.key === key ? old : { key }),
          error,
          retryAtMillis: isFinal ? null : Date.now() + pauseMillis,
        }));
        if (!isFinal) next(pauseMillis);
      }
    };
    const seen = () => {
      if (document.hidden) {
        clearTimeout(timer);
        open?.abort();
      } else {
        run();
      }
    };
    const replace = (data) => {
      if (isOver) return;
      open?.abort();
      failures = 0;
      setState({ key, data, atMillis: Date.now() });
      if (everyMillis !== null) next(everyMillis);
    };
    running.current = { run, replace };
    document.addEventListener("visibilitychange", seen);
    run();
    return () => {
      isOver = true;
      clearTimeout(timer);
      open?.abort();
      document.removeEventListener("visibilitychange", seen);
    };
  }, [key, everyMillis]);

  const refresh = useCallback(() => running.current?.run(), []);
  // An answer for another key is not what is shown now.
  const replace = useCallback((data) => shown.current === key && running.current?.replace(data), [key]);
  return { ...(state.key === key ? state : { key }), refresh, replace };
}

/**
 * A list from its newest page on. That page is polled until somebody asks for older ones. They follow exactly that
 * page, so it stays from then on, and no entry is left out between them. `newest` begins again.
 */
export function usePages(address, everyMillis) {
  const [state, setState] = useState(null);
  const held = state?.address === address ? state : null;
  const polled = usePoll(
    held === null ? address : address + "#held",
    async (signal) => held?.of[0] ?? get(address, signal),
    held === null ? everyMillis : null,
  );
  const of = held?.of ?? (polled.data === undefined ? [] : [polled.data]);
  const older = async () => {
    const start = { address, atMillis: held?.atMillis ?? polled.atMillis, of, isBusy: true };
    // An answer that comes after `newest`, or for another list, is dropped.
    const finish = (changes) => setState((now) => (now?.of === of ? { ...start, isBusy: false, ...changes } : now));
    setState(start);
    try {
      const page = await get(of[of.length - 1].next);
      finish({ of: [...of, page] });
    } catch (error) {
      finish({ error });
    }
  };
  return {
    first: held === null ? polled : { data: of[0] },
    of,
    next: of[of.length - 1]?.next,
    heldAtMillis: held?.atMillis,
    isBusy: held?.isBusy ?? false,
    error: held?.error,
    older,
    newest: () => setState(null),
  };
}

/** The time, for texts that say how long ago something was. It stands still while nobody looks. */
export function useNow(everyMillis = 1_000) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setNow(Date.now()), everyMillis);
    return () => clearInterval(timer);
  }, [everyMillis]);
  return now;
}
