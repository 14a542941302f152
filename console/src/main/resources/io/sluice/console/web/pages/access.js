import { useState } from "preact/hooks";
import { command, curl, get, newIdempotencyKey, path, send } from "../lib/api.js";
import { dateTime, duration } from "../lib/format.js";
import { useNow, usePoll } from "../lib/poll.js";
import { has } from "../lib/session.js";
import { Card, Dialog, Empty, Field, Head, html, Loaded, Problems, Tag, tell, text } from "../lib/ui.js";

const EVERY_MILLIS = 10_000;
const KINDS = [
  ["cidr", "Addresses", "203.0.113.0/24"],
  ["client", "Client", "acme/alice"],
  ["account", "Account", "acme"],
];
const SPANS = [
  ["10m", "ten minutes"],
  ["1h", "an hour"],
  ["1d", "a day"],
  ["7d", "a week"],
  ["30d", "30 days"],
];

function subject(entry) {
  if (entry.account !== undefined) return "account " + text(entry.account);
  if (entry.client !== undefined) return "client " + text(entry.client);
  const [name, value] = Object.entries(entry.attributes ?? {})[0] ?? ["", ""];
  return `${name} ${typeof value === "object" && value?.cidr !== undefined ? [value.cidr].flat().join(", ") : text(value)}`;
}

/** What is allowed or denied for a time, beside the ruleset. */
export function AccessEntries({ caller }) {
  const [open, setOpen] = useState(null);
  const entries = usePoll("/v1/access", (signal) => get("/v1/access", signal), EVERY_MILLIS);
  const mayAct = has(caller, "operator");
  const add = mayAct && html`<button class="primary" onClick=${() => setOpen("add")}>Deny or allow</button>`;
  return html`
    <${Head} title="Access" aside=${add}><p>Who is kept out or let through for a time, beside the ruleset.</p><//>
    <${Card} title="In force" source=${{ curl: curl("GET", "/v1/access"), command: command("access", "list") }}>
      <${Loaded} of=${entries} tall>
        ${(data) =>
          data.entries.length === 0
            ? html`<${Empty} title="No entries.">Limits and lists of the ruleset decide about everybody.<//>`
            : html`<${Entries} entries=${data.entries} onRemove=${mayAct ? setOpen : null} />`}
      <//>
    <//>
    ${open === "add" && html`<${Add} onDone=${entries.refresh} onClose=${() => setOpen(null)} />`}
    ${typeof open === "number" && html`<${Remove} id=${open} onDone=${entries.refresh}
      onClose=${() => setOpen(null)} />`}
  `;
}

function Entries({ entries, onRemove }) {
  const now = useNow();
  return html`<div class="scroll"><table>
    <thead><tr>
      <th scope="col">Entry</th><th scope="col">Who</th><th scope="col">Ends in</th><th scope="col">By</th>
        <th scope="col">Why</th>
      <th scope="col">Callers are told</th><th scope="col"><span class="unseen">End it</span></th>
    </tr></thead>
    <tbody>
      ${entries.map(
        (each) => html`<tr key=${each.id}>
          <td class="nowrap">${each.id} <${Tag}
            kind=${each.entry.access === "deny" ? "bad" : "good"}>${text(each.entry.access)}<//></td>
          <td>${subject(each.entry)}</td>
          <td class="nowrap" title=${dateTime(each.untilMillis)}>${each.untilMillis <= now ? "over" : duration(each.untilMillis - now)}</td>
          <td>${each.author}</td>
          <td class="muted">${each.reason}</td>
          <td class="muted">${text(each.entry.message)}</td>
          <td class="right">${onRemove && html`<button class="plain" aria-label=${`End entry ${each.id}`}
            onClick=${() => onRemove(each.id)}>End it</button>`}</td>
        </tr>`,
      )}
    </tbody>
  </table></div>`;
}

function useSend(address, idempotencyKey, done, onDone, onClose) {
  const [error, setError] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (body) => {
    setBusy(true);
    try {
      await send("POST", address, { body, idempotencyKey });
      tell(done);
      onDone();
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return { error, isBusy, submit };
}

function Buttons({ verb, isHarsh, isReady }) {
  return html`<div class="actions">
    <button type="button" onClick=${(event) => event.target.closest("dialog").close()}>Cancel</button>
    <button class=${isHarsh ? "danger" : "primary"} disabled=${!isReady}>${verb}</button>
  </div>`;
}

function Reason({ value, onValue }) {
  return html`<${Field} label="Reason" hint="For the audit trail.">
    <textarea name="reason" required maxlength="1000" value=${value}
      onInput=${(event) => onValue(event.target.value)}></textarea>
  <//>`;
}

function Failure({ error }) {
  return error && html`<div class="note bad" role="alert">${error.message}<${Problems} problem=${error.problem} />
    </div>`;
}

function Add({ onDone, onClose }) {
  const [values, setValues] = useState({ access: "deny", kind: "cidr", who: "", for: "1h", message: "", reason: "" });
  const [idempotencyKey] = useState(newIdempotencyKey);
  const { error, isBusy, submit } = useSend("/v1/access", idempotencyKey, "The entry is in force within a second.", onDone, onClose);
  const put = (name) => (event) => setValues({ ...values, [name]: event.target.value });
  const [, , example] = KINDS.find(([kind]) => kind === values.kind);
  const who = values.who.trim();
  const body = {
    reason: values.reason,
    access: values.access,
    ...(values.kind === "cidr" ? { attributes: { ip: { cidr: who } } } : { [values.kind]: who }),
    for: values.for,
    ...(values.message.trim() !== "" && { message: values.message.trim() }),
  };
  return html`<${Dialog} title="Deny or allow for a time" onClose=${onClose} onSubmit=${() => submit(body)}>
    <div class="fields">
      <${Field} label="Do"><select name="access" value=${values.access} onChange=${put("access")}>
        <option value="deny">deny</option><option value="allow">allow</option></select><//>
      <${Field} label="By">
        <select name="kind" value=${values.kind} onChange=${put("kind")}>${KINDS.map(([kind, name]) => html`<option
          value=${kind}>${name}</option>`)}</select>
      <//>
      <${Field} label="For">
        <select name="for" value=${values.for} onChange=${put("for")}>${SPANS.map(([span, name]) => html`<option
          value=${span}>${name}</option>`)}</select>
      <//>
    </div>
    <${Field} label="Who"><input name="who" value=${values.who} placeholder=${example} maxlength="256"
      spellcheck=${false} onInput=${put("who")} /><//>
    <${Field} label="Message" hint="What callers are told; may be empty.">
      <input name="message" maxlength="256" value=${values.message} onInput=${put("message")} /><//>
    <${Reason} value=${values.reason} onValue=${(reason) => setValues({ ...values, reason })} />
    <p class="note effect">Every request of ${who || "those"} is ${values.access === "deny" ? "refused" : "allowed"}, whatever limits say, and leases end.</p>
    <${Failure} error=${error} />
    <${Buttons} verb=${values.access === "deny" ? "Deny" : "Allow"} isHarsh=${values.access === "deny"}
      isReady=${!isBusy && who !== "" && values.reason.trim() !== ""} />
  <//>`;
}

function Remove({ id, onDone, onClose }) {
  const [reason, setReason] = useState("");
  const { error, isBusy, submit } = useSend(path("v1", "access", String(id), "remove"), undefined, `Entry ${id} has ended.`, onDone, onClose);
  return html`<${Dialog} title=${`End entry ${id}`} onClose=${onClose} onSubmit=${() => submit({ reason })}>
    <${Reason} value=${reason} onValue=${setReason} />
    <${Failure} error=${error} />
    <${Buttons} verb="End it" isReady=${!isBusy && reason.trim() !== ""} />
  <//>`;
}
