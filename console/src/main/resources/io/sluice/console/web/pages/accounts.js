import { useEffect, useRef } from "preact/hooks";
import { command, curl, get } from "../lib/api.js";
import { count } from "../lib/format.js";
import { usePoll } from "../lib/poll.js";
import { go, to } from "../lib/router.js";
import { Bar, Card, Empty, Head, html, Loaded, Table } from "../lib/ui.js";

const KNOWN_MAX = 100;
const EVERY_MILLIS = 15_000;

/** Goes to an account by its name. The names of the busiest are offered; any other one may be typed as well. */
export function AccountSearch({ names, isFirst }) {
  const field = useRef(null);
  useEffect(() => {
    if (isFirst) field.current.focus();
  }, []);
  const open = (event) => {
    event.preventDefault();
    const name = field.current.value.trim().split("/")[0];
    if (name !== "") go(["accounts", name]);
  };
  return html`<form class="row" role="search" onSubmit=${open}>
    <label class="unseen" for="account-name">Account</label>
    <input id="account-name" ref=${field} list="account-names" placeholder="Account or client ID" autocomplete="off"
      maxlength="256"
      spellcheck=${false} style=${{ flex: "1 1 240px", width: "auto" }} />
    <datalist id="account-names">${names.map((name) => html`<option value=${name}></option>`)}</datalist>
    <button class="primary">Open</button>
  </form>`;
}

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
  return [...accounts.values()].sort((a, b) => b.used - a.used || b.denied - a.denied);
}

/** Where one looks for an account. */
export function Accounts() {
  const known = usePoll("accounts", busiest, EVERY_MILLIS);
  const names = (known.data ?? []).map((account) => account.name);
  const source = {
    curl: curl("GET", `/v1/top?by=used-cost&window=day&limit=${KNOWN_MAX}`),
    command: command("top", "--once", "--by", "used-cost", "--window", "day"),
  };
  return html`
    <${Head} title="Accounts"><p>Its buckets, usage and decisions, and what you can do about it.</p><//>
    <div class="stack">
      <${Card} title="Find an account"><${AccountSearch} names=${names} isFirst /><//>
      <${Card} title="Busiest today" source=${source}>
        <${Loaded} of=${known} tall>
          ${(accounts) =>
            accounts.length === 0
              ? html`<${Empty} title="No account has used anything today.">Days are in UTC.<//>`
              : html`<${Busiest} accounts=${accounts} />`}
        <//>
      <//>
    </div>
  `;
}

function Busiest({ accounts }) {
  const most = Math.max(1, accounts[0].used);
  return html`<${Table}>
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
