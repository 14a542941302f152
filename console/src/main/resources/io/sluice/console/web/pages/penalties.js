import { useRef, useState } from "preact/hooks";
import { command, curl, get, path, withQuery } from "../lib/api.js";
import { Refused, useChange } from "../lib/change.js";
import { count, dateTime, duration, utc } from "../lib/format.js";
import { useChanges } from "../lib/live.js";
import { useNow, usePages, usePoll } from "../lib/poll.js";
import { Export, Filter, Place } from "../lib/records.js";
import { setQuery, to } from "../lib/router.js";
import { has } from "../lib/session.js";
import {
  Card, Command, Dialog, Empty, Field, Head, html, Loaded, Older, Segmented, Table, Tag,
} from "../lib/ui.js";

const EVERY_MILLIS = 5_000;
const PAGE = 100;
const EXPORT_PAGE = 500;
const REASON_MAX = 1000;
const MODES = [
  ["", "All"],
  ["enforce", "Enforced"],
  ["shadow", "Shadow"],
];
const EFFECTS = { deny: "kept out", challenge: "challenged", scale: "slowed down" };
const COLUMNS = ["topic", "partition", "offset", "at", "until", "account", "clientId", "penaltyId", "effect", "rung",
  "rungs", "mode", "extends", "mayBeOver", "trigger"];

const rowsOf = ({ topic, penalties }) =>
  penalties.map((each) => ({ topic, ...each, at: utc(each.atMillis), until: utc(each.untilMillis) }));

/** "40 denials in 120000 ms" with its time as a reader thinks of it. */
const inWords = (trigger) => trigger.replace(/\b(\d+) ms\b/g, (whole, millis) => duration(Number(millis)));

const subjectOf = (penalty) => penalty.clientId ?? penalty.account;

/** When a penalty ends, as far as anybody knows. */
function Until({ penalty }) {
  const now = useNow();
  const title = dateTime(penalty.untilMillis);
  if (penalty.mayBeOver) return html`<span title=${title}>over, unless more requests came</span>`;
  const left = penalty.untilMillis - now;
  const span = left <= 0 ? "a moment" : duration(left);
  return html`<span title=${title}>${penalty.extends ? "at least " : ""}${span}</span>`;
}

/** Who is kept out, challenged or slowed down now, by rules of the ruleset. */
export function Penalties({ route, caller }) {
  const { account, penalty } = route.query;
  const [open, setOpen] = useState(null);
  const mode = MODES.some(([name]) => name === route.query.mode) ? route.query.mode : "";
  const filter = { account, penalty, mode };
  const address = withQuery("/v1/penalties", { ...filter, limit: PAGE });
  const again = useRef(() => {});
  const everyMillis = useChanges("penalties", () => again.current(), EVERY_MILLIS);
  const pages = usePages(address, everyMillis);
  again.current = () => pages.first.refresh?.();
  const options = Object.entries({ "--account": account, "--penalty": penalty, "--mode": mode })
    .filter(([, value]) => value)
    .flat();
  const exported = html`<${Export} name="sluice-penalties" what="penalties" columns=${COLUMNS} rowsOf=${rowsOf}
    first=${withQuery("/v1/penalties", { ...filter, limit: EXPORT_PAGE })} />`;
  const mayAct = has(caller, "operator");
  const begin = (found) => setOpen({ penalty: found, times: (open?.times ?? 0) + 1 });
  return html`
    <${Head} title="Penalties" aside=${exported}><p>Who is kept out, challenged or slowed down now, after one refusal
      too many.</p><//>
    <${Card} title="In force"
      tools=${html`<${Segmented} label="Mode" value=${mode} options=${MODES}
        onChange=${(value) => setQuery(route, { mode: value })} />`}
      source=${{ curl: curl("GET", address), command: command("penalties", ...options) }}>
      <div class="row ranking">
        <${Filter} name="account" label="Only this account" placeholder="Account" value=${account}
          onValue=${(value) => setQuery(route, { account: value })} />
        <${Filter} name="penalty" label="Only this rule" placeholder="Rule" value=${penalty}
          onValue=${(value) => setQuery(route, { penalty: value })} />
      </div>
      <${Loaded} of=${pages.first} tall>
        ${(data) => {
          const found = pages.of.flatMap((page) => page.penalties);
          return html`${data.dropped > 0 &&
            html`<p class="note warn" role="status">${count(data.dropped)} more were in force than this front end
              keeps.</p>`}
            <${Listed} topic=${data.topic} penalties=${found} all=${data.count} isFiltered=${options.length > 0}
              onPardon=${mayAct ? begin : null} />
            <${Older} pages=${pages} />`;
        }}
      <//>
    <//>
    ${open && html`<${Pardon} key=${open.times} penalty=${open.penalty} onAgain=${() => begin(open.penalty)}
      onDone=${pages.first.refresh ?? pages.newest} onClose=${() => setOpen(null)} />`}
  `;
}

function Listed({ topic, penalties, all, isFiltered, onPardon }) {
  if (penalties.length === 0) {
    return isFiltered
      ? html`<${Empty} title="No penalty has that." />`
      : html`<${Empty} title="Nobody is under a penalty.">Rules for them are in <code>penalties</code> of the
          ruleset.<//>`;
  }
  return html`<p class="muted small below" role="status">${count(penalties.length)} of ${count(all)}</p>
    <${Table}>
      <thead><tr>
        <th scope="col">Who</th><th scope="col">State</th><th scope="col">Rule</th><th scope="col">Rung</th>
        <th scope="col">Ends in</th><th scope="col">Since</th><th scope="col">Record</th>
        <th scope="col"><span class="unseen">End it</span></th>
      </tr></thead>
      <tbody>
        ${penalties.map(
          (each) => html`<tr key=${each.offset}>
            <td class="name"><a href=${to(["accounts", each.account], { client: each.clientId })}>${subjectOf(each)}</a>
              ${each.clientId === undefined && html`<div class="muted small">whole account</div>`}</td>
            <td class="nowrap">
              <${Tag} kind=${each.mode === "shadow" ? "" : "bad"}>${EFFECTS[each.effect] ?? each.effect}<//>
              ${each.mode === "shadow" && html` <${Tag} kind="warn">shadow<//>`}</td>
            <td>${each.penaltyId}</td>
            <td class="nowrap">${each.rung} of ${each.rungs}</td>
            <td class="nowrap"><${Until} penalty=${each} /></td>
            <td class="muted"><span class="nowrap">${dateTime(each.atMillis)}</span>
              <div class="small">${inWords(each.trigger)}</div></td>
            <td><${Place} topic=${topic} partition=${each.partition} offset=${each.offset} /></td>
            <td class="right">${onPardon && html`<button class="plain" aria-label=${"Pardon " + subjectOf(each)}
              onClick=${() => onPardon(each)}>Pardon</button>`}</td>
          </tr>`,
        )}
      </tbody>
    <//>`;
}

/** Asks for a reason, and says first which penalties end: those of this client, or of all of the account. */
function Pardon({ penalty, onDone, onAgain, onClose }) {
  const { account, clientId } = penalty;
  const profileAt = path("v1", "accounts", account, "profile");
  const inForceAt = withQuery("/v1/penalties", { account, limit: EXPORT_PAGE });
  const profile = usePoll(profileAt, (signal) => get(profileAt, signal));
  const inForce = usePoll(inForceAt, (signal) => get(inForceAt, signal));
  const ready = profile.data && inForce.data;
  const failed = profile.error ?? inForce.error;
  if (!ready) {
    return html`<${Dialog} title=${"Pardon " + subjectOf(penalty)} onClose=${onClose} onSubmit=${() => {}}>
      ${failed
        ? html`<p class="note bad" role="alert">${failed.message}</p>`
        : html`<div class="skeleton" role="status" aria-label="Loading"></div>`}
    <//>`;
  }
  const ending = inForce.data.penalties.filter((each) => clientId === undefined || each.clientId === clientId);
  return html`<${PardonForm} penalty=${penalty} profile=${profile.data} ending=${ending}
    refresh=${profile.refresh} onDone=${onDone} onAgain=${onAgain} onClose=${onClose} />`;
}

function PardonForm({ penalty, profile, ending, refresh, onDone, onAgain, onClose }) {
  const { account, clientId } = penalty;
  const who = clientId ?? `${account} and all of its clients`;
  const [reason, setReason] = useState("");
  const address = path("v1", "accounts", account, "profile", "changes");
  const body = { reason, action: "pardon", ...(clientId !== undefined && { client: clientId }) };
  const sent = useChange(address, {
    version: profile.version,
    told: () => `${who}: pardoned. It counts from the account's next request on.`,
    onDone: () => {
      onDone();
      onClose();
    },
    onOld: refresh,
  });
  const isReady = !sent.isBusy && !sent.isOutdated && reason.trim() !== "";
  const line = ["account", "pardon", account, ...(clientId === undefined ? [] : ["--client", clientId]), "--reason"];
  return html`<${Dialog} title=${"Pardon " + subjectOf(penalty)} onClose=${onClose}
    onSubmit=${() => isReady && sent.submit(body)}>
    <div class="note effect stack tight">
      <span>${ending.length === 0
        ? "Nothing is in force any more."
        : "These end, and denials so far are forgotten:"}</span>
      <ul class="problems">
        ${ending.slice(0, 10).map((each) => html`<li>${each.penaltyId}, rung ${each.rung} of ${each.rungs}, of
          ${" "}${subjectOf(each)}: <${Until} penalty=${each} /> left</li>`)}
        ${ending.length > 10 && html`<li>and ${count(ending.length - 10)} more</li>`}
      </ul>
    </div>
    <${Field} label="Reason" hint="For the audit trail.">
      <textarea name="reason" required maxlength=${REASON_MAX} value=${reason}
        onInput=${(event) => setReason(event.target.value)}></textarea>
    <//>
    <${Refused} change=${sent} onAgain=${onAgain}
      now=${profile.version === sent.seen ? null : `Version ${profile.version} is there now.`} />
    <details>
      <summary class="small muted">As a request</summary>
      <div class="stack tight">
        <${Command} text=${curl("POST", address, { body, ifMatch: sent.ifMatch })} label="Copy as curl" />
        <${Command} text=${command(...line, reason)} label="Copy command" />
      </div>
    </details>
    <div class="actions">
      <button type="button" onClick=${(event) => event.target.closest("dialog").close()}>Cancel</button>
      <button class="primary" disabled=${!isReady}>${sent.isBusy ? "Working…" : "Pardon"}</button>
    </div>
  <//>`;
}
