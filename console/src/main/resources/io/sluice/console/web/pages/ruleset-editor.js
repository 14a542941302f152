import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { curl, send } from "../lib/api.js";
import { Refused, useChange } from "../lib/change.js";
import { draftOf, dropDraft, keepDraft } from "../lib/draft.js";
import { inForce, revisionOf } from "../lib/revisions.js";
import { go, to } from "../lib/router.js";
import { Card, Dialog, Empty, Field, Head, html } from "../lib/ui.js";
import { placesOf, readYaml, yamlOf } from "../lib/yaml.js";
import { Trial } from "./ruleset-trial.js";
import { Differences } from "./rulesets.js";

const CHECK_AFTER_MILLIS = 350;
const CHECK_PAUSE_MAX_MILLIS = 30_000;
const LONG_CHARACTERS = 100_000;
const READ_AFTER_MILLIS = 400;
const FIRST = `# docs/RULES.md explains every field.
limits:
  - id: per-client
    scope: client
    rate: {tokens: 10, per: 1s}
    burst: 20
`;

const START = { line: 1, at: 0 };
const NO_LIMIT = { ...START, field: "", detail: "more or less than limits (expected: limits, a list)" };
const NO_RULESET = { ...START, field: "", detail: "no ruleset (expected: limits, and what belongs to them)" };

/** A draft, checked as it is typed. It stays in this tab until it is proposed. It is a whole ruleset, or one limit. */
export function Editor({ route, caller }) {
  const [draft, setDraft] = useState(null);
  const [isRestored, setRestored] = useState(false);
  const [times, setTimes] = useState(0);
  const { from = null, limit } = route.query;
  const slot = limit === undefined ? from : "limit " + limit;
  const [base, setBase] = useState(null);
  const [failure, setFailure] = useState(null);
  const baseOf = (active) => ({ revision: active?.revision ?? 0, document: active?.document });
  // The draft stays. What it would change of the revision that came meanwhile is shown before it is proposed again.
  const compareAnew = async () => setBase(baseOf(await inForce()));
  useEffect(() => {
    const mine = new AbortController();
    const load = async () => {
      // The editor is three times as large as all else, so only who writes rules loads it.
      const [active, { RulesText }] = await Promise.all([inForce(mine.signal), import("../lib/editor.js")]);
      if (active === null && limit !== undefined) throw new Error("no ruleset is in force");
      const kept = draftOf(caller.name, slot);
      const start = from === null ? active : (await revisionOf(from, mine.signal)).revision;
      const text = kept ?? (start === null ? FIRST : await yamlOf(partOf(start.document, limit)));
      if (mine.signal.aborted) return;
      setBase(baseOf(active));
      setRestored(kept !== null);
      setDraft({ text, RulesText });
    };
    setFailure(null);
    load().catch((failed) => mine.signal.aborted || setFailure(failed));
    return () => mine.abort();
  }, [times]);
  const typed = (text) => {
    keepDraft(caller.name, slot, text);
    setDraft({ ...draft, text });
  };
  const begin = () => {
    dropDraft();
    setDraft(null);
    setTimes(times + 1);
  };
  return html`
    <${Head} title=${limit === undefined ? "Propose a change" : "Change " + limit}>
      <p><a href=${to(["rulesets"])}>Rulesets</a>${limit !== undefined && html`${" · "}<a
        href=${to(["rulesets", "new"])}>All of the ruleset</a>`}</p><//>
    ${failure && html`<div class="note bad row between below" role="alert"><span>${failure.message}</span>
      <button onClick=${() => setTimes(times + 1)}>Try again</button></div>`}
    ${isRestored && html`<p class="note row between below" role="status"><span>Your earlier draft is here again.</span>
      <button onClick=${begin}>Begin anew</button></p>`}
    ${draft === null
      ? !failure && html`<div class="skeleton tall" role="status" aria-label="Loading"></div>`
      : html`<${Draft} ...${draft} base=${base} limit=${limit} onText=${typed} onOutdated=${compareAnew} />`}
  `;
}

/** A ruleset, or what it says of one limit. */
function partOf(document, limit) {
  if (limit === undefined) return document;
  const limits = (document.limits ?? []).filter((each) => each.id === limit);
  if (limits.length === 0) throw new Error(`${limit}: no limit of this ruleset`);
  return { limits };
}

/**
 * The whole ruleset with what was typed of one limit in its place; null if that is not possible. Its text is made once
 * it is asked for, since it may be long.
 */
function wholeOf(json, base, limit) {
  if (json === null) return null;
  if (limit === undefined) return { json: () => json, fieldIn: (field) => field };
  const typed = JSON.parse(json);
  if (Object.keys(typed).join() !== "limits" || !Array.isArray(typed.limits)) return null;
  let made = null;
  const whole = () => {
    const limits = base.document.limits.flatMap((each) => (each.id === limit ? typed.limits : [each]));
    return JSON.stringify({ ...base.document, limits });
  };
  return { json: () => (made ??= whole()), fieldIn: fieldIn(typed, base, limit) };
}

/** The field of a whole ruleset, as a field of what was typed of one limit. */
function fieldIn(typed, base, limit) {
  const first = base.document.limits.findIndex((each) => each.id === limit);
  return (field) => field.replace(/^limits\[(\d+)\]/, (whole, at) => {
    const within = Number(at) - first;
    return within >= 0 && within < typed.limits.length ? `limits[${within}]` : whole;
  });
}

/**
 * What a text says. While a newer one is read, that of the last one, whose `text` it is then. A long one is read once
 * nobody types: only to hand it to the reader takes longer than a key may.
 */
function useRead(text) {
  const [known, setKnown] = useState({ json: null, mistakes: [] });
  const wanted = useRef(null);
  const isBusy = useRef(false);
  useEffect(() => {
    const readAll = async () => {
      // One at a time, and none that is overtaken before it begins.
      while (wanted.current !== null) {
        const mine = wanted.current;
        wanted.current = null;
        const wrong = (error) => ({ json: null, mistakes: [{ ...START, field: "", detail: error.message }] });
        setKnown({ text: mine, ...(await readYaml(String(mine)).catch(wrong)) });
      }
      isBusy.current = false;
    };
    const want = () => {
      wanted.current = text;
      if (isBusy.current) return;
      isBusy.current = true;
      readAll();
    };
    const timer = setTimeout(want, text.length > LONG_CHARACTERS ? READ_AFTER_MILLIS : 0);
    return () => clearTimeout(timer);
  }, [text]);
  return known;
}

const CHECK = "/v1/rulesets/check";
const checkOf = (whole) => ({ json: `{"document":${whole.json()}}` });

/** Asks the server for the mistakes of a document, a moment after the last key. */
function useCheck(whole, text, base) {
  const [checked, setChecked] = useState(null);
  const [error, setError] = useState(null);
  useEffect(() => {
    if (whole === null) return undefined;
    const mine = new AbortController();
    let timer = 0;
    let pauseMillis = CHECK_AFTER_MILLIS;
    const ask = async () => {
      try {
        const { content } = await send("POST", CHECK, { ...checkOf(whole), signal: mine.signal });
        if (mine.signal.aborted) return;
        const errors = await placed(text, content.errors, whole);
        const warnings = await placed(text, content.warnings, whole);
        if (mine.signal.aborted) return;
        setChecked({ of: whole, ...content, errors, warnings });
        setError(null);
      } catch (failed) {
        if (mine.signal.aborted) return;
        setError(failed);
        // A server that is gone comes back, and nobody types a letter for that.
        const isFinal = failed.status >= 400 && failed.status < 500 && failed.status !== 429;
        pauseMillis = Math.min(CHECK_PAUSE_MAX_MILLIS, pauseMillis * 2);
        if (!isFinal) timer = setTimeout(ask, pauseMillis);
      }
    };
    timer = setTimeout(ask, pauseMillis);
    return () => {
      clearTimeout(timer);
      mine.abort();
    };
  }, [whole, base]);
  return { checked: checked?.of === whole ? checked : null, error };
}

/** What the server found, with the line and the place in the text. */
async function placed(text, found = [], whole) {
  const places = await placesOf(String(text), found.map((each) => whole.fieldIn(each.field)));
  return found.map((each, at) => ({ ...places[at], ...each }));
}

function Draft({ text, RulesText, base, limit, onText, onOutdated }) {
  const controls = useRef(null);
  const [isAsked, setAsked] = useState(false);
  const draft = useRead(text);
  const isRead = draft.text === text;
  const whole = useMemo(() => wholeOf(draft.json, base, limit), [draft, base, limit]);
  const { checked, error } = useCheck(whole, draft.text, base);
  const marked = useMemo(() => {
    const isNone = draft.text !== undefined && draft.mistakes.length === 0 && whole === null;
    const none = limit === undefined ? NO_RULESET : NO_LIMIT;
    return {
      of: draft.text,
      bad: [...draft.mistakes, ...(isNone ? [none] : []), ...(checked?.errors ?? [])],
      warn: checked?.warnings ?? [],
    };
  }, [draft, whole, checked]);
  const isReady = isRead && checked?.valid === true && checked.changes.length > 0;
  const show = (at) => controls.current.show(at);
  return html`<div class="stack">
    <${Card}
      title="Ruleset"
      tools=${html`<button class="primary" disabled=${!isReady} onClick=${() => setAsked(true)}>Propose</button>`}
      source=${whole !== null && (() => ({ curl: curl("POST", CHECK, checkOf(whole)) }))}
    >
      <${RulesText} controls=${controls} text=${text} onText=${onText} marked=${marked}
        isShort=${limit !== undefined} />
      <p class="hint after">Ctrl and space suggest what may stand here. Ctrl and F find.</p>
      <div role="status" aria-live="polite">
        ${error && html`<p class="note bad">${error.message}</p>`}
        <${Findings} kind="bad" found=${marked.bad} onShow=${show} />
        <${Findings} kind="warn" found=${marked.warn} onShow=${show} />
        ${!error && whole !== null && checked === null && html`<p class="muted small">Checking…</p>`}
        ${checked?.valid && marked.bad.length === 0 && checked.changes.length === 0 && html`<p
          class="muted small">Valid. Nothing differs from revision ${checked.activeRevision}.</p>`}
      </div>
    <//>
    ${checked?.valid
      ? html`<${Differences} title=${`Changes of revision ${checked.activeRevision}`} changes=${checked.changes}
          buckets=${checked.buckets} before=${base.document} after=${whole.json} />`
      : html`<${Card} title="Changes"><${Empty} title="They are shown once the ruleset is valid." /><//>`}
    <${Trial} draft=${checked?.valid ? whole : null} />
    ${isAsked && html`<${Propose} draft=${whole} base=${base} onOutdated=${onOutdated}
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
function Propose({ draft, base, onOutdated, onClose }) {
  const [reason, setReason] = useState("");
  const [seen] = useState(base.revision);
  const [failure, setFailure] = useState(null);
  const proposed = useChange("/v1/rulesets/proposals", {
    told: (made) => `Proposal ${made.id} is made.`,
    onDone: (made) => {
      dropDraft();
      go(["rulesets", "proposals", String(made.id)]);
    },
    onOld: (failed) => failed?.status === 412 && onOutdated().catch(setFailure),
  });
  const isReady = !proposed.isBusy && !proposed.isOutdated && reason.trim() !== "";
  const submit = () => isReady && proposed.submit({ reason, document: JSON.parse(draft.json()), baseRevision: seen });
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
