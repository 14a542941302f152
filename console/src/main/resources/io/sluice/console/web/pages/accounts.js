import { useEffect, useRef, useState } from "preact/hooks";
import { command, curl, get, withQuery } from "../lib/api.js";
import { count } from "../lib/format.js";
import { usePoll } from "../lib/poll.js";
import { go, to } from "../lib/router.js";
import { Bar, Card, Empty, Head, html, Loaded, Of, Table } from "../lib/ui.js";

const KNOWN_MAX = 100;
const EVERY_MILLIS = 15_000;
const OFFERED = 20;
/** So long after the last key, names are looked for. */
const ASK_AFTER_MILLIS = 120;

/** Goes to an account by its name. Names that begin as typed are offered; any other one may be typed as well. */
export function AccountSearch({ names, isFirst }) {
  const field = useRef(null);
  const [typed, setTyped] = useState("");
  const found = useNames(typed);
  useEffect(() => {
    if (isFirst) field.current.focus();
  }, []);
  const open = (event) => {
    event.preventDefault();
    const name = field.current.value.trim().split("/")[0];
    if (name !== "") go(["accounts", name]);
  };
  const offered = found ?? names;
  return html`<form class="row" role="search" onSubmit=${open}>
    <label class="unseen" for="account-name">Account</label>
    <input id="account-name" ref=${field} list="account-names" placeholder="Account or client ID" autocomplete="off"
      maxlength="256" onInput=${(event) => setTyped(event.target.value.trim().split("/")[0])}
      spellcheck=${false} style=${{ flex: "1 1 240px", width: "auto" }} />
    <datalist id="account-names">${offered.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>
    <button class="primary">Open</button>
  </form>`;
}

/** Accounts of today and yesterday whose names begin like this; null while that is not known, or for no beginning. */
function useNames(beginning) {
  const [found, setFound] = useState({});
  useEffect(() => {
    if (beginning === "") return undefined;
    const mine = new AbortController();
    const ask = async () => {
      try {
        const { accounts } = await get(namesAt(beginning), mine.signal);
        setFound({ beginning, accounts });
      } catch {
        // Nobody has to be offered a name to type one.
      }
    };
    const timer = setTimeout(ask, ASK_AFTER_MILLIS);
    return () => {
      clearTimeout(timer);
      mine.abort();
    };
  }, [beginning]);
  // What was found for a shorter beginning is still right, if there is anything of it left.
  const isOf = found.beginning && beginning.startsWith(found.beginning);
  return isOf ? found.accounts.filter((name) => name.startsWith(beginning)) : null;
}

const namesAt = (beginning) => withQuery("/v1/accounts", { prefix: beginning, limit: OFFERED });

async function busiest(signal) {
  const [used, denied] = await Promise.all(
    ["used-cost", "denied"].map((by) => get(`/v1/top?by=${by}&window=day&limit=${KNOWN_MAX}`, signal)),
  );
  const accounts = new Map();
  for (const rank of used.ranks) accounts.set(rank.account, { name: rank.account, used: rank.count, denied: 0 });
  for (const rank of denied.ranks) {
    const known = accounts.get(rank.account) ?? { name: rank.account, used: 0, denied: 0 };
    accounts.set(rank.account, { ...known, denied: rank.count });
  }
  accounts.delete("");
  const sorted = [...accounts.values()].sort((a, b) => b.used - a.used || b.denied - a.denied);
  return { all: used.accounts, accounts: sorted.slice(0, KNOWN_MAX) };
}

/** Where one looks for an account. */
export function Accounts() {
  const known = usePoll("accounts", busiest, EVERY_MILLIS);
  const names = (known.data?.accounts ?? []).map((account) => account.name);
  const source = {
    curl: curl("GET", `/v1/top?by=used-cost&window=day&limit=${KNOWN_MAX}`),
    command: command("top", "--once", "--by", "used-cost", "--window", "day"),
  };
  return html`
    <${Head} title="Accounts"><p>Its buckets, usage and decisions, and what you can do about it.</p><//>
    <div class="stack">
      <${Card} title="Find an account" source=${{
        curl: curl("GET", namesAt("ac")),
        command: command("account", "find", "ac"),
      }}><${AccountSearch} names=${names} isFirst /><//>
      <${Card} title="Busiest today" source=${source}>
        <${Loaded} of=${known} tall>
          ${({ accounts, all }) =>
            accounts.length === 0
              ? html`<${Empty} title="No account has used anything today.">Days are in UTC.<//>`
              : html`<${Busiest} accounts=${accounts} all=${all} />`}
        <//>
      <//>
    </div>
  `;
}

function Busiest({ accounts, all }) {
  const most = Math.max(1, accounts[0].used);
  return html`<${Of} shown=${accounts.length} all=${all} /><${Table}>
    <thead><tr>
      <th scope="col">Account</th>
      <th scope="col" class="wide"><span class="unseen">Share of the largest</span></th>
      <th scope="col" class="number">Tokens used</th>
      <th scope="col" class="number">Denied requests</th>
    </tr></thead>
    <tbody>
      ${accounts.map(
        (account) => html`<tr>
          <td class="name"><a href=${to(["accounts", account.name])}>${account.name}</a></td>
          <td class="middle wide" style=${{ width: "34%" }}><${Bar} share=${account.used / most} kind="rank" /></td>
          <td class="number">${count(account.used)}</td>
          <td class="number">${account.denied === 0 ? "–" : count(account.denied)}</td>
        </tr>`,
      )}
    </tbody>
  <//>`;
}
