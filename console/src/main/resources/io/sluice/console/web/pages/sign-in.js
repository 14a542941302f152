import { useEffect, useRef, useState } from "preact/hooks";
import { send } from "../lib/api.js";
import { session } from "../lib/session.js";
import { Field, html } from "../lib/ui.js";

/** Takes a key, and asks the server whose it is before anything is kept. */
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

  const submit = async (event) => {
    event.preventDefault();
    const key = field.current.value.trim();
    if (key === "") {
      setRefusal("Please enter a key.");
      return;
    }
    setBusy(true);
    session.signIn(key, /* isKept= */ false);
    try {
      const caller = (await send("GET", "/v1/caller", { isTrial: true })).content;
      session.signIn(key, isKept);
      onSignedIn(caller);
    } catch (error) {
      session.forget();
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
      <${Field} label="Key or token">
        <input ref=${field} type="password" name="key" autocomplete="off" spellcheck=${false} />
      <//>
      <label class="check">
        <input type="checkbox" checked=${isKept} onChange=${(event) => setKept(event.target.checked)} />
        Keep it when the page is loaded again
      </label>
      <button class="primary" disabled=${isBusy}>${isBusy ? "Signing in…" : "Sign in"}</button>
      <p class="hint">An operator makes a key with <code>sluice keys create --roles viewer</code>.</p>
    </form>
  </main>`;
}
