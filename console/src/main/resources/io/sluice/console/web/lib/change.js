import { useRef, useState } from "preact/hooks";
import { newIdempotencyKey, send } from "./api.js";
import { html, Problems } from "./ui.js";

/**
 * A change that a dialog sends. It rests on what its user saw when the dialog opened, not on what was polled since. So
 * it overwrites nothing that somebody else made meanwhile, and a try whose answer was lost counts once. Each body has
 * a key of its own: another body is another change.
 *
 * @param version the state that was seen; undefined if the body names it, or the change rests on none
 * @param onDone takes the answer
 * @param onFailed called if there is none, or a refusal: what is shown may be old
 */
export function useChange(address, { version, onDone, onFailed }) {
  const [seen] = useState(version);
  const keys = useRef(new Map());
  const isOpen = useRef(false);
  const [error, setError] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const ifMatch = seen === undefined ? undefined : `"${seen}"`;
  const isOutdated = error?.status === 412;

  const submit = async (body) => {
    if (isOpen.current || isOutdated) return;
    isOpen.current = true;
    setBusy(true);
    setError(null);
    const text = JSON.stringify(body);
    if (!keys.current.has(text)) keys.current.set(text, newIdempotencyKey());
    try {
      const made = await send("POST", address, { body, ifMatch, idempotencyKey: keys.current.get(text) });
      onDone(made.content);
    } catch (failure) {
      setError(failure);
      onFailed?.(failure);
    } finally {
      isOpen.current = false;
      setBusy(false);
    }
  };
  return { seen, ifMatch, error, isBusy, isOutdated, submit };
}

/**
 * Why a change was not made. If somebody was faster: what is there now, and a fresh start from it.
 *
 * @param now says what is there now; null while that is not known
 */
export function Refused({ change, now, onAgain }) {
  const { error, isOutdated } = change;
  if (error === null) return null;
  if (!isOutdated) {
    return html`<div class="note bad" role="alert">${error.message}<${Problems} problem=${error.problem} /></div>`;
  }
  return html`<div class="note bad stack tight" role="alert">
    <span>Changed meanwhile, so this was not done: ${error.message}. ${now ?? "Looking what is there now…"}</span>
    ${now && html`<span><button type="button" onClick=${onAgain}>Start again</button></span>`}
  </div>`;
}
