import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { curl, get, path, send } from "../lib/api.js";
import { Refused, useChange } from "../lib/change.js";
import { RulesText } from "../lib/editor.js";
import { go, to } from "../lib/router.js";
import { read, toYaml } from "../lib/rules.js";
import { Card, Dialog, Empty, Field, Head, html, tell } from "../lib/ui.js";
import { Trial } from "./ruleset-trial.js";
import { Differences } from "./rulesets.js";

const CHECK_AFTER_MILLIS = 350;
const FIRST = `# docs/RULES.md explains every field.
limits:
  - id: per-client
    scope: client
    rate: {tokens: 10, per: 1s}
    burst: 20
`;

const START = { line: 1, at: 0 };
const NO_RULESET = { ...START, field: "", detail: "no ruleset (expected: limits, and what belongs to them)" };

/** A draft, checked as it is typed. It stays in this page until it is proposed. */
export function Editor({ route }) {
  const [draft, setDraft] = useState(null);
  const [base, setBase] = useState(null);
  const [failure, setFailure] = useState(null);
  const inForce = async () => {
    const all = await get("/v1/rulesets?limit=1");
    return [all, all.activeRevision === 0 ? null : await get(path("v1", "rulesets", String(all.activeRevision)))];
  };
  // The draft stays. What it would change of the revision that came meanwhile is shown before it is proposed again.
  const compareAnew = async () => {
    const [all, active] = await inForce();
    setBase({ revision: all.activeRevision, document: active?.document });
  };
  useEffect(() => {
    const load = async () => {
      const [all, active] = await inForce();
      const wanted = route.query.from ?? all.activeRevision;
      const from = Number(wanted) === all.activeRevision ? active : await get(path("v1", "rulesets", String(wanted)));
      setBase({ revision: all.activeRevision, document: active?.document });
      setDraft(from === null ? FIRST : toYaml(from.document));
    };
    load().catch(setFailure);
  }, [route.query.from]);
  return html`
    <${Head} title="Propose a change"><p><a href=${to(["rulesets"])}>Rulesets</a></p><//>
    ${failure && html`<p class="note bad" role="alert">${failure.message}</p>`}
    ${draft === null
      ? !failure && html`<div class="skeleton tall" role="status" aria-label="Loading"></div>`
      : html`<${Draft} text=${draft} base=${base} onText=${setDraft} onOutdated=${compareAnew} />`}
  `;
}

/** Asks the server for the mistakes of a document, a moment after the last key. */
function useCheck(document, base) {
  const [checked, setChecked] = useState(null);
  const [error, setError] = useState(null);
  useEffect(() => {
    if (document === null) return undefined;
    const mine = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const answer = await send("POST", "/v1/rulesets/check", { body: { document }, signal: mine.signal });
        setChecked({ of: document, ...answer.content });
        setError(null);
      } catch (failed) {
        if (!mine.signal.aborted) setError(failed);
      }
    }, CHECK_AFTER_MILLIS);
    return () => {
      clearTimeout(timer);
      mine.abort();
    };
  }, [document, base]);
  return { checked: checked?.of === document ? checked : null, error };
}

function Draft({ text, base, onText, onOutdated }) {
  const area = useRef(null);
  const [isAsked, setAsked] = useState(false);
  const draft = useMemo(() => {
    try {
      return read(text);
    } catch (wrong) {
      return { document: null, mistakes: [{ ...START, field: "", detail: wrong.message }], place: () => START };
    }
  }, [text]);
  const isObject = draft.document !== null && typeof draft.document === "object" && !Array.isArray(draft.document);
  const { checked, error } = useCheck(isObject ? draft.document : null, base);
  const placed = (finding) => ({ ...draft.place(finding.field), ...finding });
  const mistakes = [
    ...draft.mistakes,
    ...(draft.mistakes.length === 0 && !isObject ? [NO_RULESET] : []),
    ...(checked?.errors ?? []).map(placed),
  ];
  const warnings = (checked?.warnings ?? []).map(placed);
  const isReady = checked?.valid === true && checked.changes.length > 0;
  const show = (at) => {
    area.current.focus();
    area.current.setSelectionRange(at, at);
    const line = text.slice(0, at).split("\n").length;
    area.current.scrollTop = Math.max(0, (line - 4) * 21);
  };
  return html`<div class="stack">
    <${Card}
      title="Ruleset"
      tools=${html`<button class="primary" disabled=${!isReady} onClick=${() => setAsked(true)}>Propose</button>`}
      source=${isObject && { curl: curl("POST", "/v1/rulesets/check", { body: { document: draft.document } }) }}
    >
      <${RulesText} area=${area} text=${text} onText=${onText} mistakes=${mistakes} warnings=${warnings} />
      <div role="status" aria-live="polite">
        ${error && html`<p class="note bad">${error.message}</p>`}
        <${Findings} kind="bad" found=${mistakes} onShow=${show} />
          <${Findings} kind="warn" found=${warnings} onShow=${show} />
        ${checked?.valid && mistakes.length === 0 && checked.changes.length === 0 && html`<p
          class="muted small">Valid. Nothing differs from revision ${checked.activeRevision}.</p>`}
      </div>
    <//>
    ${checked?.valid
      ? html`<${Differences} title=${`Changes of revision ${checked.activeRevision}`} changes=${checked.changes}
        buckets=${checked.buckets}
          before=${base.document} after=${draft.document} />`
      : html`<${Card} title="Changes"><${Empty} title="They are shown once the ruleset is valid." /><//>`}
    <${Trial} document=${checked?.valid ? draft.document : null} />
    ${isAsked && html`<${Propose} document=${draft.document} base=${base} onOutdated=${onOutdated}
      onClose=${() => setAsked(false)} />`}
  </div>`;
}

function Findings({ kind, found, onShow }) {
  if (found.length === 0) return null;
  return html`<ul class=${"note findings " + kind}>
    ${found.slice(0, 50).map(
      (each) => html`<li>
        <button class="plain"
          onClick=${() => onShow(each.at)}>Line ${each.line}</button>
        ${" "}${each.field && html`<code>${each.field}</code> `}${each.detail}
      </li>`,
    )}
  </ul>`;
}

/** Proposes what its user saw: this document, on this revision. */
function Propose({ document, base, onOutdated, onClose }) {
  const [reason, setReason] = useState("");
  const [seen] = useState(base.revision);
  const [failure, setFailure] = useState(null);
  const proposed = useChange("/v1/rulesets/proposals", {
    onDone: (made) => {
      tell(`Proposal ${made.id} is made.`);
      go(["rulesets", "proposals", String(made.id)]);
    },
    onFailed: (failed) => failed.status === 412 && onOutdated().catch(setFailure),
  });
  const isReady = !proposed.isBusy && !proposed.isOutdated && reason.trim() !== "";
  const submit = () => isReady && proposed.submit({ reason, document, baseRevision: seen });
  return html`<${Dialog} title="Propose this ruleset" onClose=${onClose} onSubmit=${submit}>
    <${Field} label="Reason" hint="For those who approve it, and for the audit trail.">
      <textarea name="reason" required maxlength="1000" value=${reason}
        onInput=${(event) => setReason(event.target.value)}></textarea>
    <//>
    <p class="note">Nothing changes before somebody activates it.</p>
    <${Refused} change=${proposed} onAgain=${onClose}
      now=${base.revision === seen
        ? null
        : `Revision ${base.revision} is in force now. Look at what your draft changes of it.`} />
    ${failure && html`<p class="note bad" role="alert">${failure.message}</p>`}
    <div class="actions">
      <button type="button" onClick=${(event) => event.target.closest("dialog").close()}>Cancel</button>
      <button class="primary" disabled=${!isReady}>Propose</button>
    </div>
  <//>`;
}
