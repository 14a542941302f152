import { useState } from "preact/hooks";
import { command, curl, get, path, send } from "../lib/api.js";
import { count, counted, dateTime, duration } from "../lib/format.js";
import { usePoll } from "../lib/poll.js";
import { to } from "../lib/router.js";
import { Ago, Card, Empty, html, Loaded, Segmented, Tag } from "../lib/ui.js";

const TRIALS = "/v1/rulesets/trials";
const EVERY_MILLIS = 2_000;
const ACCOUNTS_SHOWN = 20;
const SPANS = [
  ["1h", "Last hour"],
  ["24h", "Last day"],
];
const MILLIS = { "1h": 3_600_000, "24h": 86_400_000 };

/** What a draft would have decided on the last part of the log. It is not there where the log is not run. */
export function Trial({ draft }) {
  const trials = usePoll(TRIALS, (signal) => get(TRIALS, signal), EVERY_MILLIS);
  const [span, setSpan] = useState("1h");
  const [tried, setTried] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState(null);
  if (trials.data?.enabled !== true) return null;
  const trial = trials.data.trials[0];
  const isRunning = trial?.state === "running";
  const order = () => ({ json: `{"document":${draft.json()},"lastMillis":${MILLIS[span]}}` });
  const act = async (step) => {
    setBusy(true);
    setFailure(null);
    try {
      await step();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  const begin = () =>
    act(async () => {
      const begun = (await send("POST", TRIALS, order())).content;
      setTried({ id: begun.id, draft });
      trials.replace({ enabled: true, trials: [begun] });
    });
  const end = () =>
    act(async () => {
      await send("DELETE", path("v1", "rulesets", "trials", trial.id));
      trials.refresh();
    });
  const tools = html`<${Segmented} label="Span" value=${span} options=${SPANS} onChange=${setSpan} />
    <button disabled=${isBusy || isRunning || draft === null} onClick=${begin}>Try it</button>`;
  const source =
    draft !== null &&
    (() => ({
      curl: curl("POST", TRIALS, order()),
      command: command("replay", "--bootstrap-servers", "HOST:PORT", "--rules", "rules.yaml", "--from", span),
    }));
  return html`<${Card} title="Try it on the log" tools=${tools} source=${source}>
    ${failure && html`<p class="note bad" role="alert">${failure.message}</p>`}
    ${trial === undefined
      ? html`<${Empty} title="Nothing has been tried.">See what this draft would have decided, before anybody is
          refused.<//>`
      : html`<${About} trial=${trial} isOfDraft=${tried?.id === trial.id && tried.draft === draft}
          onEnd=${isRunning && !isBusy ? end : undefined} />`}
    ${(trial?.state === "done" || trial?.state === "failed") && html`<${Outcome} key=${trial.id} id=${trial.id} />`}
  <//>`;
}

function About({ trial, isOfDraft, onEnd }) {
  const { state, progressPerMille, records } = trial;
  const of = html`${isOfDraft ? "This draft" : html`Another draft, by ${trial.author}`}, on the last
    ${" "}${duration(trial.lastMillis)}`;
  if (state !== "running") {
    return html`<p class="muted">${of}, <${Ago} millis=${trial.startedAtMillis} />${state === "cancelled" &&
      ": ended before it was done"}${state === "failed" && ": failed"}.</p>`;
  }
  const percent = Math.floor(progressPerMille / 10);
  return html`<div class="row between">
    <label class="row">${of}: <progress max="1000" value=${progressPerMille}></progress> ${percent} %,
      ${" "}${counted(records, "record")}</label>
    <button disabled=${onEnd === undefined} onClick=${onEnd}>Cancel</button>
  </div>`;
}

const requests = (amounts) => count(amounts.requests);

function Outcome({ id }) {
  const at = path("v1", "rulesets", "trials", id);
  const trial = usePoll(at, (signal) => get(at, signal));
  return html`<${Loaded} of=${trial} tall>
    ${({ result, failure }) =>
      result === undefined ? html`<p class="note bad" role="alert">${failure}</p>` : html`<${Told} ...${result} />`}
  <//>`;
}

function Told({ all, matrix, accounts, notes }) {
  return html`<div class="stack tight">
    <p role="status">${summary(all, accounts)}</p>
    <${Matrix} rows=${matrix} />
    ${accounts.length > 0 && html`<${Flips} accounts=${accounts} />`}
    <ul class="note">${notes.map((note) => html`<li>${note}</li>`)}</ul>
  </div>`;
}

function summary(all, accounts) {
  const asked = Object.values(all).reduce((sum, amounts) => sum + amounts.requests, 0);
  const denied = all.newlyDenied.requests;
  const share = asked === 0 ? 0 : (100 * denied) / asked;
  return html`<strong>${count(denied)} of ${counted(asked, "request")} newly denied (${share.toFixed(3)} %)</strong>,
    ${" "}${requests(all.newlyAllowed)} newly allowed; verdicts of
    ${" "}${counted(accounts.length, "account")} flip.`;
}

function Matrix({ rows }) {
  if (rows.length === 0) return html`<${Empty} title="Nobody asked in this span." />`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Verdicts"><table>
    <thead><tr>
      <th scope="col">Tier</th><th scope="col">Refused by</th><th scope="col" class="number">Allowed by both</th>
      <th scope="col" class="number">Newly denied</th><th scope="col" class="number">Newly allowed</th>
      <th scope="col" class="number">Denied by both</th>
    </tr></thead>
    <tbody>${rows.map((row) => html`<tr>
      <td>${row.tier || "–"}</td><td>${row.refusedBy || "–"}</td>
      <td class="number">${requests(row.bothAllow)}</td>
      <td class="number">${row.newlyDenied.requests > 0
        ? html`<${Tag} kind="bad">${requests(row.newlyDenied)}<//>` : "0"}</td>
      <td class="number">${row.newlyAllowed.requests > 0
        ? html`<${Tag} kind="good">${requests(row.newlyAllowed)}<//>` : "0"}</td>
      <td class="number">${requests(row.bothDeny)}</td>
    </tr>`)}</tbody>
  </table></div>`;
}

function Flips({ accounts }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Accounts whose verdicts flip"><table>
      <thead><tr>
        <th scope="col">Account</th><th scope="col">Tier</th><th scope="col" class="number">Newly denied</th>
        <th scope="col" class="number">Newly allowed</th><th scope="col">First</th>
        <th scope="col" class="number">Longest refused</th>
      </tr></thead>
      <tbody>${accounts.slice(0, ACCOUNTS_SHOWN).map((each) => html`<tr>
        <td class="name"><a href=${to(["accounts", each.account])}>${each.account}</a></td>
        <td>${each.tier || "–"}</td>
        <td class="number">${requests(each.newlyDenied)}</td>
        <td class="number">${requests(each.newlyAllowed)}</td>
        <td class="nowrap">${dateTime(each.firstMillis)}</td>
        <td class="number">${duration(each.longestRefusedMillis)}</td>
      </tr>`)}</tbody>
    </table></div>
    ${accounts.length > ACCOUNTS_SHOWN && html`<p class="muted small">${ACCOUNTS_SHOWN} of ${count(accounts.length)},
      worst first.</p>`}`;
}
