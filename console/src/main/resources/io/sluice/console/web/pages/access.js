import { useState } from "preact/hooks";
import { command, curl, get, path } from "../lib/api.js";
import { Refused, useChange } from "../lib/change.js";
import { dateTime, duration } from "../lib/format.js";
import { useNow, usePoll } from "../lib/poll.js";
import { has } from "../lib/session.js";
import { Card, Dialog, Empty, Field, Head, html, Loaded, Table, Tag, text } from "../lib/ui.js";

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
  const isRanges = typeof value === "object" && value?.cidr !== undefined;
  return `${name} ${isRanges ? [value.cidr].flat().join(", ") : text(value)}`;
}

/** What is allowed or denied for a time, beside the ruleset. */
export function AccessEntries({ caller }) {
  const [open, setOpen] = useState(null);
  const entries = usePoll("/v1/access", (signal) => get("/v1/access", signal), EVERY_MILLIS);
  const mayAct = has(caller, "operator");
  const add = () => setOpen({ isNew: true, version: entries.data.version, times: (open?.times ?? 0) + 1 });
  const aside = mayAct && html`<button class="primary" disabled=${!entries.data} onClick=${add}>Deny or allow</button>`;
  return html`
    <${Head} title="Access" aside=${aside}><p>Who is kept out or let through for a time, beside the ruleset.</p><//>
    <${Card} title="In force" source=${{ curl: curl("GET", "/v1/access"), command: command("access", "list") }}>
      <${Loaded} of=${entries} tall>
        ${(data) =>
          data.entries.length === 0
            ? html`<${Empty} title="No entries.">Limits and lists of the ruleset decide about everybody.<//>`
            : html`<${Entries} entries=${data.entries} onRemove=${mayAct ? (id) => setOpen({ id }) : null} />`}
      <//>
    <//>
    ${open?.isNew && html`<${Add} key=${open.times} version=${open.version} now=${entries.data?.version}
      onDone=${entries.refresh} onAgain=${add} onClose=${() => setOpen(null)} />`}
    ${open?.id !== undefined && html`<${Remove} id=${open.id} onDone=${entries.refresh}
      onClose=${() => setOpen(null)} />`}
  `;
}

function Entries({ entries, onRemove }) {
  const now = useNow();
  return html`<${Table}>
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
          <td class="nowrap" title=${dateTime(each.untilMillis)}>
            ${each.untilMillis <= now ? "over" : duration(each.untilMillis - now)}</td>
          <td>${each.author}</td>
          <td class="muted">${each.reason}</td>
          <td class="muted">${text(each.entry.message) || "–"}</td>
          <td class="right">${onRemove && html`<button class="plain" aria-label=${`End entry ${each.id}`}
            onClick=${() => onRemove(each.id)}>End it</button>`}</td>
        </tr>`,
      )}
    </tbody>
  <//>`;
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

function Add({ version, now, onDone, onAgain, onClose }) {
  const [values, setValues] = useState({ access: "deny", kind: "cidr", who: "", for: "1h", message: "", reason: "" });
  const added = useChange("/v1/access", {
    version,
    told: () => "The entry is in force within a second.",
    onDone: () => {
      onDone();
      onClose();
    },
    onOld: onDone,
  });
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
  const isReady = !added.isBusy && !added.isOutdated && who !== "" && values.reason.trim() !== "";
  const verbed = values.access === "deny" ? "refused" : "allowed";
  return html`<${Dialog} title="Deny or allow for a time" onClose=${onClose}
    onSubmit=${() => isReady && added.submit(body)}>
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
    <p class="note effect">Every request of ${who || "those"} is ${verbed}, whatever limits say, and leases end.</p>
    <${Refused} change=${added} onAgain=${onAgain}
      now=${now === version ? null : `Version ${now} of the entries is there now.`} />
    <${Buttons} verb=${values.access === "deny" ? "Deny" : "Allow"} isHarsh=${values.access === "deny"}
      isReady=${isReady} />
  <//>`;
}

function Remove({ id, onDone, onClose }) {
  const [reason, setReason] = useState("");
  const removed = useChange(path("v1", "access", String(id), "remove"), {
    told: () => `Entry ${id} has ended.`,
    onDone: () => {
      onDone();
      onClose();
    },
    onOld: onDone,
  });
  const isReady = !removed.isBusy && reason.trim() !== "";
  return html`<${Dialog} title=${`End entry ${id}`} onClose=${onClose}
    onSubmit=${() => isReady && removed.submit({ reason })}>
    <${Reason} value=${reason} onValue=${setReason} />
    <${Refused} change=${removed} />
    <${Buttons} verb="End it" isReady=${isReady} />
  <//>`;
}
