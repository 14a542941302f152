import { useState } from "preact/hooks";
import { curl, path } from "./api.js";
import { Refused, useChange } from "./change.js";
import { count } from "./format.js";
import { counting, numbers } from "./limits.js";
import { Command, Dialog, Field, html } from "./ui.js";

const REASON_MAX = 1000;

/**
 * Asks for what a change needs, always with a reason, and makes it.
 *
 * @param change takes what is asked for and returns the body of the change without its reason
 * @param effect says what the change will do, from what is asked for; both throw if that is not possible
 * @param profile as it is now; the change rests on what it was when the dialog opened
 * @param onAgain opens the dialog anew
 */
export function ChangeDialog(dialog) {
  const { title, verb, isHarsh, account, profile, fields, first, change, effect, onDone, onClose, onAgain } = dialog;
  const [values, setValues] = useState(first);
  const [reason, setReason] = useState("");
  const put = (changes) => setValues({ ...values, ...changes });
  const set = (name) => (event) => put({ [name]: event.target.value });

  let body = null;
  let told = null;
  let mistake = null;
  try {
    const asked = { reason, ...change(values) };
    told = effect(values);
    body = asked;
  } catch (wrong) {
    mistake = wrong.message;
  }
  const address = path("v1", "accounts", account, "profile", "changes");
  const sent = useChange(address, {
    version: profile.version,
    told: () => `${title}: done. It counts from the account's next request on.`,
    onDone: (changed) => {
      onDone(changed);
      onClose();
    },
    onOld: () => onDone(null),
  });
  const isReady = !sent.isBusy && !sent.isOutdated && body !== null && reason.trim() !== "";
  const submit = () => isReady && sent.submit(body);
  return html`<${Dialog} title=${title} onClose=${onClose} onSubmit=${submit}>
    ${fields(values, set, put)}
    <${Field} label="Reason" hint="For the audit trail.">
      <textarea name="reason" required maxlength=${REASON_MAX} value=${reason}
        onInput=${(event) => setReason(event.target.value)}></textarea>
    <//>
    ${told && html`<p class="note effect">${told}</p>`}
    ${mistake && html`<p class="note warn" role="status">${mistake}</p>`}
    <${Refused} change=${sent} now=${profile.version === sent.seen ? null : standing(profile)} onAgain=${onAgain} />
    <details>
      <summary class="small muted">As a request</summary>
      <${Command} text=${curl("POST", address, { body: body ?? {}, ifMatch: sent.ifMatch })} label="Copy" />
    </details>
    <div class="actions">
      <button type="button" onClick=${(event) => event.target.closest("dialog").close()}>Cancel</button>
      <button class=${isHarsh ? "danger" : "primary"} disabled=${!isReady}>
        ${sent.isBusy ? "Working…" : verb}
      </button>
    </div>
  <//>`;
}

function standing({ version, changed }) {
  return `Version ${version} is there now` + (changed ? `, by ${changed.principal}: ${changed.reason}` : ".");
}

const whole = (name, given, least = 1) => {
  const number = Number(given);
  if (!/^\d+$/.test(String(given).trim()) || number < least) {
    throw new Error(`${name}: not a whole number of at least ${least}`);
  }
  return number;
};

/** An override as it is typed: the numbers of a token bucket, or JSON for any other algorithm. */
function overrideOf(values) {
  if (values.json !== undefined) {
    try {
      return JSON.parse(values.json);
    } catch (wrong) {
      throw new Error("override: " + wrong.message);
    }
  }
  if (!/^\d+(ms|s|m|h|d)$/.test(values.per)) throw new Error("per: not a duration such as 1s, 5m or 1d");
  return { rate: { tokens: whole("tokens", values.tokens), per: values.per }, burst: whole("burst", values.burst) };
}

function typed(limit, overrides) {
  const now = overrides?.[limit.id] ?? counting(limit);
  const isBucket = now.rate !== undefined && (now.algorithm === undefined || now.algorithm === "token-bucket");
  if (!isBucket) return { limit: limit.id, json: JSON.stringify(now, null, 2) };
  const { tokens, per } = now.rate;
  return { limit: limit.id, tokens: String(tokens), per, burst: String(now.burst ?? tokens), json: undefined };
}

/** A limit of those that there are; one that has gone while it was chosen is shown as such. */
function LimitChoice({ limits, value, onChange }) {
  const isGone = value !== undefined && limits.every((limit) => limit.id !== value);
  return html`<${Field} label="Limit">
    <select name="limit" value=${value} onChange=${onChange}>
      ${isGone && html`<option key=${value} value=${value}>${value} (gone)</option>`}
      ${limits.map((limit) => html`<option key=${limit.id} value=${limit.id}>${limit.id}</option>`)}
    </select>
  <//>`;
}

function bucketFields(buckets) {
  return (values, set) =>
    html`<${LimitChoice} limits=${buckets} value=${values.limit} onChange=${set("limit")} />
      ${values.tokens !== undefined &&
      html`<${Field} label="Tokens" hint="They go back into the bucket, up to its capacity.">
        <input name="tokens" inputmode="numeric" value=${values.tokens} onInput=${set("tokens")} />
      <//>`}`;
}

/** The one that was chosen of what is polled, which may be without it by now. */
function present(list, id, where) {
  const found = list.find((each) => each.id === id);
  if (found === undefined) throw new Error(`${id ?? "limit"}: gone, it is no longer ${where}`);
  return found;
}

const bucketOf = (buckets, id) => present(buckets, id, "among the limits of this client");

/** The values of the scope of a bucket, as a change names it: all but the account's own. */
const scopeOf = (bucket, client) => (bucket.scope === client && bucket.scope !== "" ? [client] : []);

const become = (account, bucket, after) =>
  `${bucket.scope || account}: ${count(bucket.remaining)} of ${count(bucket.limit)} tokens become ${count(after)}.`;

/**
 * What can be done with an account: for each, a name and the dialog.
 *
 * @param opened the name of the one that is open: it stays, even if there is nothing left for it
 */
export function actions({ account, profile, rules, buckets, client, opened }) {
  const limits = rules.limits ?? [];
  const tiers = rules.tiers ?? ["standard"];
  const list = [];
  const pick = { limit: buckets[0]?.id };
  if (buckets.length > 0 || opened === "Reset bucket") {
    list.push({
      name: "Reset bucket",
      title: "Reset a bucket",
      verb: "Reset",
      first: pick,
      fields: bucketFields(buckets),
      change: (values) => {
        const scope = scopeOf(bucketOf(buckets, values.limit), client);
        return { action: "reset", limit: values.limit, ...(scope.length > 0 && { scope }) };
      },
      effect: (values) => {
        const bucket = bucketOf(buckets, values.limit);
        return become(account, bucket, bucket.limit);
      },
    });
  }
  if (buckets.length > 0 || opened === "Grant tokens") {
    list.push({
      name: "Grant tokens",
      title: "Grant tokens",
      verb: "Grant",
      first: { ...pick, tokens: "10" },
      fields: bucketFields(buckets),
      change: (values) => {
        const scope = scopeOf(bucketOf(buckets, values.limit), client);
        const tokens = whole("tokens", values.tokens);
        return { action: "grant", limit: values.limit, tokens, ...(scope.length > 0 && { scope }) };
      },
      effect: (values) => {
        const bucket = bucketOf(buckets, values.limit);
        const after = Math.min(bucket.limit, bucket.remaining + Number(values.tokens));
        return become(account, bucket, after);
      },
    });
  }
  if (limits.length > 0 || opened === "Override limit") {
    list.push({
      name: "Override limit",
      title: "Override a limit",
      verb: "Override",
      first: limits.length > 0 ? typed(limits[0], profile.limits) : {},
      fields: (values, set, put) => overrideFields({ limits, profile, values, set, put }),
      change: (values) => {
        present(limits, values.limit, "in the ruleset");
        return { action: "override", limit: values.limit, override: overrideOf(values) };
      },
      effect: (values) => {
        const before = profile.limits?.[values.limit] ?? present(limits, values.limit, "in the ruleset");
        return `${values.limit} of ${account}: ${numbers(before)} becomes ${numbers(overrideOf(values))}, whatever ` +
          `the ruleset says, until the override is removed. What a bucket holds is carried over as its limit says.`;
      },
    });
  }
  const overridden = Object.keys(profile.limits ?? {});
  if (overridden.length > 0 || opened === "Remove override") {
    list.push({
      name: "Remove override",
      title: "Remove an override",
      verb: "Remove",
      first: { limit: overridden[0] },
      fields: (values, set) =>
        html`<${LimitChoice} limits=${overridden.map((id) => ({ id }))} value=${values.limit}
          onChange=${set("limit")} />`,
      change: (values) => {
        present(overridden.map((id) => ({ id })), values.limit, "overridden");
        return { action: "remove-override", limit: values.limit };
      },
      effect: (values) => `${values.limit} counts for ${account} as the ruleset says.`,
    });
  }
  list.push({
    name: "Set tier",
    title: "Set the tier",
    verb: "Set tier",
    first: { tier: profile.tier ?? profile.effectiveTier },
    fields: (values, set) => html`<${Field} label="Tier">
      <select name="tier" value=${values.tier} onChange=${set("tier")}>
        ${[...new Set([values.tier, ...tiers])].map((tier) => html`<option value=${tier}>${tier}</option>`)}
      </select>
    <//>`,
    change: (values) => ({ action: "set-tier", tier: values.tier }),
    effect: (values) => `${account} is decided as ${values.tier}. Now it is ${profile.effectiveTier}.`,
  });
  list.push({
    name: "Pardon",
    title: "Pardon",
    verb: "Pardon",
    first: { client: "" },
    fields: (values, set) => html`<${Field} label="Client" hint="Empty for the account and all of its clients.">
      <input name="client" value=${values.client} onInput=${set("client")} placeholder=${client} />
    <//>`,
    change: (values) => ({ action: "pardon", ...(values.client.trim() !== "" && { client: values.client.trim() }) }),
    effect: (values) => {
      const who = values.client.trim() || account + " and its clients";
      return `Penalties of ${who} end, and their denials so far are forgotten.`;
    },
  });
  list.push(...listing(account, profile, opened));
  return list;
}

function overrideFields({ limits, profile, values, set, put }) {
  const choose = (event) => {
    const chosen = limits.find((limit) => limit.id === event.target.value);
    if (chosen !== undefined) put({ json: undefined, ...typed(chosen, profile.limits) });
  };
  return html`<${LimitChoice} limits=${limits} value=${values.limit} onChange=${choose} />
    ${values.json === undefined
      ? html`<div class="fields">
          <${Field} label="Tokens"><input name="tokens" inputmode="numeric" value=${values.tokens}
            onInput=${set("tokens")} /><//>
          <${Field} label="Per"><input name="per" value=${values.per} onInput=${set("per")} /><//>
          <${Field} label="Burst"><input name="burst" inputmode="numeric" value=${values.burst}
            onInput=${set("burst")} /><//>
        </div>`
      : html`<${Field} label="How it counts" hint="As in a ruleset, in JSON.">
          <textarea class="code" name="json" rows="7" spellcheck=${false} value=${values.json} onInput=${set("json")}>
            </textarea>
        <//>`}`;
}

const HOUR_MILLIS = 3_600_000;
const SPANS = [
  ["1", "an hour"],
  ["24", "a day"],
  ["168", "a week"],
  ["", "until somebody ends it"],
];

function listing(account, profile, opened) {
  const listed = (access, verb, isHarsh) => ({
    name: verb,
    title: `${verb} ${account}`,
    verb,
    isHarsh,
    // The end is counted from here on, so that a second try asks for the same.
    first: { hours: "1", message: "", fromMillis: Date.now() },
    fields: (values, set) => html`<${Field} label="For">
        <select name="hours" value=${values.hours} onChange=${set("hours")}>
          ${SPANS.map(([hours, name]) => html`<option value=${hours}>${name}</option>`)}
        </select>
      <//>
      <${Field} label="Message" hint="What callers are told; may be empty.">
        <input name="message" maxlength="256" value=${values.message} onInput=${set("message")} />
      <//>`,
    change: (values) => ({
      action: access,
      ...(values.hours !== "" && { untilMillis: values.fromMillis + Number(values.hours) * HOUR_MILLIS }),
      ...(values.message.trim() !== "" && { message: values.message.trim() }),
    }),
    effect: () =>
      access === "deny"
        ? `Every request of ${account} is refused, whatever its limits say.`
        : `Every request of ${account} is allowed, whatever its limits say.`,
  });
  const list = [listed("allow", "Allow all", false), listed("deny", "Deny all", true)];
  if (profile.listing || opened === "End listing") {
    list.unshift({
      name: "End listing",
      title: `End the listing of ${account}`,
      verb: "End it",
      first: {},
      fields: () => null,
      change: () => ({ action: "unlist" }),
      effect: () => `The limits decide about ${account} again.`,
    });
  }
  return list;
}
