import { useEffect, useRef, useState } from "preact/hooks";
import { get, send } from "../lib/api.js";
import { begin } from "../lib/oidc.js";
import { session } from "../lib/session.js";
import { Field, html } from "../lib/ui.js";

/** Tries a token, and keeps it only if the server knows whose it is. */
export async function enter(token, isKept) {
  session.signIn(token, /* isKept= */ false);
  try {
    const caller = (await send("GET", "/v1/caller", { isTrial: true })).content;
    session.signIn(token, isKept);
    return caller;
  } catch (error) {
    session.forget();
    throw error;
  }
}

/** Who the console is for the issuer of tokens; null if people sign in with keys only. */
export const issuerClient = async (signal) => (await get("/v1/sign-in", signal)).oidc ?? null;

/** Takes a key, or goes to the issuer of tokens. */
export function SignIn({ cause, onSignedIn }) {
  const field = useRef(null);
  const [isKept, setKept] = useState(true);
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState(cause);
  useEffect(() => {
    document.title = "Sign in · Sluice";
    field.current.focus();
  }, []);
  useEffect(() => setRefusal(cause), [cause]);
  const [client, setClient] = useState(null);
  useEffect(() => {
    const mine = new AbortController();
    // Without an answer there is still the key.
    issuerClient(mine.signal).then(setClient, () => {});
    return () => mine.abort();
  }, []);

  const ask = async () => {
    setBusy(true);
    try {
      await begin(client, isKept);
    } catch (error) {
      setRefusal(error.message);
      setBusy(false);
    }
  };

  const submit = async (event) => {
    event.preventDefault();
    const key = field.current.value.trim();
    if (key === "") {
      setRefusal("Please enter a key.");
      return;
    }
    setBusy(true);
    try {
      onSignedIn(await enter(key, isKept));
    } catch (error) {
      setRefusal(error.status === 401 ? "The server does not know this key." : error.message);
      setBusy(false);
    }
  };
  return html`<main class="sign-in">
    <form onSubmit=${submit} autocomplete="off">
      <span class="brand"><img src="/console/assets/icon.svg" alt="" />Sluice</span>
      <h1>Sign in</h1>
      <p class="muted">With a key of the admin port, or a token of your issuer. It stays in this tab.</p>
      ${refusal && html`<p class="note warn" role="alert">${refusal}</p>`}
      ${client &&
      html`<button type="button" class="primary" disabled=${isBusy} onClick=${ask}>Sign in with
          ${" "}${new URL(client.issuer).hostname}</button>
        <p class="muted small">Or with a key:</p>`}
      <${Field} label="Key or token">
        <input ref=${field} type="password" name="key" autocomplete="off" spellcheck=${false} />
      <//>
      <label class="check">
        <input type="checkbox" checked=${isKept} onChange=${(event) => setKept(event.target.checked)} />
        Keep it when the page is loaded again
      </label>
      <button class=${client ? "" : "primary"} disabled=${isBusy}>${isBusy ? "Signing in…" : "Sign in"}</button>
      <p class="hint">An operator makes a key with <code>sluice keys create --roles viewer</code>.</p>
    </form>
  </main>`;
}
