import { useEffect, useRef, useState } from "preact/hooks";
import { newIdempotencyKey, send } from "./api.js";
import { session } from "./session.js";
import { html, Problems, tell } from "./ui.js";

/**
 * A change that a dialog sends. It rests on what its user saw when the dialog opened, not on what was polled since. So
 * it overwrites nothing that somebody else made meanwhile, and a try whose answer was lost counts once. Each body has
 * a key of its own: another body is another change.
 *
 * A dialog that is closed before the answer comes takes nothing back. What became of its change is said then, and the
 * page stays as it is.
 *
 * @param version the state that was seen; undefined if the body names it, or the change rests on none
 * @param told what is said once the change is made, from the answer
 * @param onDone takes the answer, if the dialog is still there
 * @param onOld called when what is shown may be old: with a failure, or after a change whose dialog is closed
 */
export function useChange(address, { version, told, onDone, onOld }) {
  const [seen] = useState(version);
  const keys = useRef(new Map());
  const isOpen = useRef(false);
  const [error, setError] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const isGone = useRef(false);
  useEffect(() => () => (isGone.current = true), []);
  const ifMatch = seen === undefined ? undefined : `"${seen}"`;
  const isOutdated = error?.status === 412;

  const submit = async (body) => {
    if (isOpen.current || isOutdated) return;
    isOpen.current = true;
    setBusy(true);
    setError(null);
    const caller = session.key();
    const text = JSON.stringify(body);
    if (!keys.current.has(text)) keys.current.set(text, newIdempotencyKey());
    try {
      const made = await send("POST", address, { body, ifMatch, idempotencyKey: keys.current.get(text) });
      // Whoever has signed in meanwhile is somebody else.
      if (session.key() !== caller) return;
      tell(told(made.content));
      if (isGone.current) onOld?.();
      else onDone(made.content);
    } catch (failure) {
      setError(failure);
      if (session.key() !== caller) return;
      if (isGone.current) tell("The change that you left: " + failure.message);
      onOld?.(failure);
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
