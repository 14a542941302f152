import { useState } from "preact/hooks";
import { command, curl, get, path } from "../lib/api.js";
import { Refused, useChange } from "../lib/change.js";
import { download } from "../lib/export.js";
import { count, dateTime } from "../lib/format.js";
import { usePoll } from "../lib/poll.js";
import { proposed, revisionOf } from "../lib/revisions.js";
import { go, to } from "../lib/router.js";
import { has } from "../lib/session.js";
import {
  Ago, Card, Dialog, Empty, Field, Head, html, Loaded, Problems, Segmented, Table, Tag, text,
} from "../lib/ui.js";
import { compareYaml, stopComparing, useWorked, yamlOf } from "../lib/yaml.js";
import { Editor } from "./ruleset-editor.js";

const EVERY_MILLIS = 10_000;
const CHANGES_MAX = 200;
/** A longer text is shown by its beginning, and can be taken whole as a file. */
const LINES_MAX = 2_000;
const VALUE_CHARACTERS_MAX = 1_000;
const CHANGE_KINDS = { added: "good", removed: "bad" };
const KINDS = { open: "warn", approved: "good", activated: "good", rejected: "bad", stale: "" };

/** Rulesets: what is in force, what was, and what is on its way. */
export function Rulesets({ route, caller }) {
  const [, what, which] = route.segments;
  if (what === "new") {
    // What is typed of one ruleset or limit is never taken for what is typed of another.
    const { from, limit } = route.query;
    return html`<${Editor} key=${JSON.stringify([from, limit])} route=${route} caller=${caller} />`;
  }
  if (what === "proposals" && which) return html`<${Proposal} key=${which} id=${which} caller=${caller} />`;
  if (what === "revisions" && which) return html`<${Revision} key=${which} number=${which} caller=${caller} />`;
  return html`<${History} caller=${caller} />`;
}

function History({ caller }) {
  const proposals = usePoll("proposals", (signal) => get("/v1/rulesets/proposals?limit=20", signal), EVERY_MILLIS);
  const revisions = usePoll("revisions", (signal) => get("/v1/rulesets?limit=64", signal), EVERY_MILLIS);
  const propose = has(caller, "editor") && html`<a class="button" href=${to(["rulesets", "new"])}>Propose a change</a>`;
  return html`
    <${Head} title="Rulesets" aside=${propose}><p>Proposed, approved, in force, and back.</p><//>
    <div class="stack">
      <${Card} title="Proposals"
        source=${{ curl: curl("GET", "/v1/rulesets/proposals?limit=20"), command: command("rules", "proposals") }}>
        <${Loaded} of=${proposals}>
          ${(data) =>
            data.proposals.length === 0
              ? html`<${Empty} title="Nobody has proposed anything." />`
              : html`<${Table}>
                  <thead><tr><th scope="col">Proposal</th><th scope="col">State</th><th scope="col">By</th>
                    <th scope="col">Why</th><th scope="col">When</th></tr></thead>
                  <tbody>
                    ${data.proposals.map(
                      (each) => html`<tr key=${each.id}>
                        <td><a href=${to(["rulesets", "proposals", String(each.id)])}>${each.id}</a> <span
                          class="muted">on ${each.baseRevision}</span></td>
                        <td><${Tag} kind=${KINDS[each.status]}>${each.status}<//></td>
                        <td>${each.author}</td>
                        <td class="muted">${each.reason}</td>
                        <td><${Ago} millis=${each.atMillis} /></td>
                      </tr>`,
                    )}
                  </tbody>
                <//>`}
        <//>
      <//>
      <${Card} title="Revisions"
        source=${{ curl: curl("GET", "/v1/rulesets?limit=64"), command: command("rules", "history") }}>
        <${Loaded} of=${revisions}>
          ${(data) =>
            data.revisions.length === 0
              ? html`<${Empty} title="No ruleset has been in force.">Every request gets an error until then.<//>`
              : html`<${Table}>
                  <thead><tr><th scope="col">Revision</th><th scope="col">How</th><th scope="col">By</th>
                    <th scope="col">Why</th><th scope="col">When</th></tr></thead>
                  <tbody>
                    ${data.revisions.map(
                      (each) => html`<tr key=${each.revision}>
                        <td><a href=${to(["rulesets", "revisions", String(each.revision)])}>${each.revision}</a>
                          ${each.revision === data.activeRevision && html` <${Tag} kind="good">in force<//>`}</td>
                        <td>${howOf(each)}</td>
                        <td>${each.author}</td>
                        <td class="muted">${each.reason}</td>
                        <td><${Ago} millis=${each.atMillis} /></td>
                      </tr>`,
                    )}
                  </tbody>
                <//>`}
        <//>
      <//>
    </div>
  `;
}

const howOf = (revision) =>
  revision.how === "rolled-back" ? `back to ${revision.fromRevision}` : `proposal ${revision.proposalId ?? "–"}`;

/**
 * A step of a proposal or revision, with its reason.
 *
 * @param base the revision in force that it rests on, as seen when the dialog opened; undefined if it rests on none
 * @param active the revision in force now
 */
function Step({ title, verb, isHarsh, address, body = {}, base, active, note, onDone, onOld, onAgain, onClose }) {
  const [reason, setReason] = useState("");
  const step = useChange(address, {
    version: base,
    told: () => title + ": done.",
    onDone: (taken) => {
      onDone(taken);
      onClose();
    },
    onOld,
  });
  const isReady = !step.isBusy && !step.isOutdated && reason.trim() !== "";
  return html`<${Dialog} title=${title} onClose=${onClose}
    onSubmit=${() => isReady && step.submit({ ...body, reason })}>
    <p class="note effect">${note}</p>
    <${Field} label="Reason" hint="For the audit trail.">
      <textarea name="reason" required maxlength="1000" value=${reason}
        onInput=${(event) => setReason(event.target.value)}></textarea>
    <//>
    <${Refused} change=${step} onAgain=${onAgain}
      now=${active === base ? null : `Revision ${active} is in force now.`} />
    <div class="actions">
      <button type="button" onClick=${(event) => event.target.closest("dialog").close()}>Cancel</button>
      <button class=${isHarsh ? "danger" : "primary"}
        disabled=${!isReady}>${step.isBusy ? "Working…" : verb}</button>
    </div>
  <//>`;
}

function Proposal({ id, caller }) {
  const address = path("v1", "rulesets", "proposals", id);
  const [step, setStep] = useState(null);
  const seen = usePoll(address, (signal) => proposed(id, signal), EVERY_MILLIS);
  const proposal = seen.data?.proposal;
  const active = seen.data?.diff.activeRevision ?? 0;
  const isOpen = proposal?.status === "open" || proposal?.status === "approved";
  const steps = isOpen
    ? [
        proposal.status === "open" &&
          has(caller, "approver") && ["approve", "Approve", "Somebody with the role operator can activate it then."],
        has(caller, "approver") && ["reject", "Reject", "Nobody can activate it then."],
        has(caller, "operator") && [
          "activate",
          "Activate",
          `It follows revision ${active}, from one exact request of each partition on.`,
        ],
      ].filter(Boolean)
    : [];
  // A step stays as it was chosen, whatever is polled meanwhile.
  const choose = ([name, verb, note]) => setStep({ name, verb, note, base: active, times: (step?.times ?? 0) + 1 });
  const again = () => {
    const same = steps.find(([name]) => name === step.name);
    if (same) choose(same);
    else setStep(null);
  };
  return html`
    <${Head} title=${"Proposal " + id} aside=${proposal && html`<${Tag}
      kind=${KINDS[proposal.status]}>${proposal.status}<//>`}>
      <p><a href=${to(["rulesets"])}>Rulesets</a></p>
    <//>
    <div class="stack">
      ${steps.length > 0 &&
      html`<div class="row" role="group" aria-label="Steps">
        ${steps.map(([name, verb, note]) => html`<button key=${name}
          class=${name === "reject" ? "danger" : name === "activate" ? "primary" : ""}
          onClick=${() => choose([name, verb, note])}>${verb}</button>`)}
      </div>`}
      ${step &&
      html`<${Step} key=${step.times} title=${`${step.verb} proposal ${id}`} verb=${step.verb}
        isHarsh=${step.name === "reject"} note=${step.note} address=${address + "/" + step.name}
        base=${step.name === "activate" ? step.base : undefined} active=${active}
        onDone=${seen.refresh} onOld=${seen.refresh} onAgain=${again}
        onClose=${() => setStep(null)} />`}
      <${Loaded} of=${seen} tall>
        ${({ proposal: shown, diff, active: before }) => html`
          <p class="muted">
            By <strong>${shown.author}</strong>, ${dateTime(shown.atMillis)}, on revision ${shown.baseRevision}:
            ${" "}${shown.reason}
          </p>
          ${shown.warnings?.length > 0 && html`<div
            class="note warn">Odd: <${Problems} problem=${{ errors: shown.warnings }} /></div>`}
          <${Differences} title=${`Changes of revision ${diff.activeRevision}`} changes=${diff.changes}
            buckets=${diff.buckets}
            before=${before?.document} after=${shown.document}
            source=${{ curl: curl("GET", address + "/diff"), command: command("rules", "diff", "--proposal", id) }} />
        `}
      <//>
    </div>
  `;
}

const VIEWS = [
  ["fields", "By field"],
  ["text", "As text"],
];

/**
 * What changes, and what becomes of buckets.
 *
 * @param after the later document, or a function that gives its JSON
 */
export function Differences({ title, changes, buckets, before, after, source }) {
  const [view, setView] = useState("fields");
  const tools = html`<${Segmented} label="View" value=${view} options=${VIEWS} onChange=${setView} />`;
  return html`<${Card} title=${title} tools=${tools} source=${source}>
    ${changes.length === 0
      ? html`<${Empty} title="Nothing differs." />`
      : view === "text"
        ? html`<${TextDifference} before=${before} after=${after} />`
        : html`<div class="stack tight">
            <${Table}>
              <thead class="unseen"><tr><th scope="col">Kind</th><th scope="col">Field</th><th scope="col">Before</th>
                <th scope="col">After</th></tr></thead>
              <tbody>
                ${changes.slice(0, CHANGES_MAX).map(
                  (change) => html`<tr>
                    <td class="kind"><${Tag}
                      kind=${CHANGE_KINDS[change.kind] ?? "warn"}>${change.kind}<//></td>
                    <td><code>${change.path}</code></td>
                    <td class="muted"><code>${short(change.before)}</code></td>
                    <td><code>${short(change.after)}</code></td>
                  </tr>`,
                )}
              </tbody>
            <//>
            ${changes.length > CHANGES_MAX && html`<p
              class="muted">The first ${CHANGES_MAX} of ${count(changes.length)} changes. See them all as text.</p>`}
            ${buckets.length > 0 &&
            html`<h3>Buckets</h3>
              <ul class="stack tight plain">
                ${buckets.slice(0, CHANGES_MAX).map((each) => html`<li>
                  <strong>${each.limitId}</strong>: ${each.effect}</li>`)}
              </ul>
              ${buckets.length > CHANGES_MAX && html`<p
                class="muted">The first ${CHANGES_MAX} of ${count(buckets.length)} limits.</p>`}`}
          </div>`}
  <//>`;
}

/** A value as text: of one that is very long, the beginning. */
function short(value) {
  const whole = text(value);
  return whole.length > VALUE_CHARACTERS_MAX ? whole.slice(0, VALUE_CHARACTERS_MAX) + "…" : whole;
}

/**
 * A text that is made meanwhile, by a worker.
 *
 * @param onStop ends that
 */
function Made({ of, what, onStop, children }) {
  if (of.error) return html`<p class="note bad" role="alert">${what} cannot be shown: ${of.error.message}</p>`;
  if (of.result !== undefined) return children(of.result);
  return html`<div class="skeleton tall" role="status" aria-label="Loading"></div>
    ${onStop && html`<p class="row between after"><span class="muted">Reading and comparing…</span>
      <button onClick=${onStop}>Cancel</button></p>`}`;
}

function TextDifference({ before, after }) {
  const made = useWorked(() => compareYaml(before, typeof after === "function" ? after() : after), [before, after]);
  const signs = { added: "+", removed: "−", same: " ", gap: "⋯" };
  return html`<${Made} of=${made} what="The difference" onStop=${stopComparing}>
    ${(lines) => html`<pre class="command diff" tabindex="0">${lines.slice(0, LINES_MAX).map((each) => html`<span
      class=${each.kind}>${signs[each.kind]} ${each.line}${"\n"}</span>`)}</pre>
      ${lines.length > LINES_MAX && html`<p
        class="muted">The first ${count(LINES_MAX)} of ${count(lines.length)} lines.</p>`}`}
  <//>`;
}

/** A document as YAML, by its first lines if it is long. */
function DocumentText({ document, name }) {
  const made = useWorked(() => yamlOf(document), [document]);
  return html`<${Made} of=${made} what="The document">
    ${(yaml) => {
      const lines = yaml.trimEnd().split("\n");
      const isLong = lines.length > LINES_MAX;
      return html`<pre class="command" tabindex="0">${isLong ? lines.slice(0, LINES_MAX).join("\n") : yaml}</pre>
        ${isLong && html`<p class="row between after">
          <span class="muted">The first ${count(LINES_MAX)} of ${count(lines.length)} lines.</span>
          <button onClick=${() => download(name + ".yaml", "application/yaml", yaml)}>Download all</button>
        </p>`}`;
    }}
  <//>`;
}

function Revision({ number, caller }) {
  const address = path("v1", "rulesets", number);
  const [base, setBase] = useState(null);
  const seen = usePoll(address, (signal) => revisionOf(number, signal), EVERY_MILLIS);
  const active = seen.data?.active;
  const isActive = active === Number(number);
  return html`
    <${Head} title=${"Revision " + number} aside=${isActive && html`<${Tag} kind="good">in force<//>`}>
      <p><a href=${to(["rulesets"])}>Rulesets</a></p>
    <//>
    <div class="stack">
      <div class="row">
        ${seen.data && !isActive && has(caller, "operator") && html`<button
          onClick=${() => setBase(active)}>Roll back to this</button>`}
        ${has(caller, "editor") && html`<a
          class="button" href=${to(["rulesets", "new"], { from: number })}>Propose from this</a>`}
      </div>
      ${base !== null &&
        html`<${Step} key=${base} title=${`Roll back to revision ${number}`} verb="Roll back"
          address="/v1/rulesets/rollback"
        body=${{ toRevision: Number(number) }} base=${base} active=${active}
        note=${`Its document comes back as revision ${base + 1}.`}
        onOld=${seen.refresh} onAgain=${() => setBase(isActive ? null : active)}
        onDone=${(made) => go(["rulesets", "revisions", String(made.revision)])} onClose=${() => setBase(null)} />`}
      <${Loaded} of=${seen} tall>
        ${({ revision }) => html`
          <p class="muted">
            ${howOf(revision)}, by <strong>${revision.author}</strong>, ${dateTime(revision.atMillis)}:
            ${" "}${revision.reason}
          </p>
          <${Card} title="Document" source=${{ curl: curl("GET", address), command: command("rules", "show", number) }}>
            <${DocumentText} document=${revision.document} name=${"revision-" + number} />
          <//>
        `}
      <//>
    </div>
  `;
}
