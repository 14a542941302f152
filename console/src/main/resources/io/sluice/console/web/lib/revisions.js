import { get, path, withQuery } from "./api.js";
import { session } from "./session.js";

// A revision never changes, and may be megabytes. So what is polled is its number, and its document is loaded once.
const KEPT_MAX = 3;
const kept = new Map();
session.onSignOut(() => kept.clear());

/** The newest revision without its document, and the number of the one in force; 0 if there is none. */
async function newest(signal) {
  const { activeRevision, revisions } = await get("/v1/rulesets?limit=1", signal);
  return { activeRevision, head: revisions.find((each) => each.revision === activeRevision) };
}

/** Keeps what was loaded for a key that stands for the same content for ever. */
async function once(key, load) {
  const known = kept.get(key);
  const made = known ?? (await load());
  kept.delete(key);
  kept.set(key, made);
  if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value);
  return made;
}

/** The revision in force with its document; null if there is none. */
export async function inForce(signal) {
  const { activeRevision, head } = await newest(signal);
  if (activeRevision === 0) return null;
  const address = path("v1", "rulesets", String(activeRevision));
  // Another cluster may begin to count at the same address: the time tells them apart.
  return once(`${activeRevision} ${head?.atMillis}`, () => get(address, signal));
}

/** Any revision with its document, and the number of the one in force. */
export async function revisionOf(number, signal) {
  const listed = withQuery("/v1/rulesets", { limit: 1, before: Number(number) + 1 });
  const { activeRevision, revisions } = await get(listed, signal);
  const head = revisions.find((each) => String(each.revision) === number);
  const address = path("v1", "rulesets", number);
  const revision = await once(`${number} ${head?.atMillis}`, () => get(address, signal));
  return { revision, active: activeRevision };
}

/** A proposal with its document, what it changes of the revision in force, and that revision. */
export async function proposed(id, signal) {
  const address = path("v1", "rulesets", "proposals", id);
  const listed = withQuery("/v1/rulesets/proposals", { limit: 1, before: Number(id) + 1 });
  const [{ proposals }, active] = await Promise.all([get(listed, signal), inForce(signal)]);
  const head = proposals.find((each) => String(each.id) === id);
  const content = await once(`proposal ${id} ${head?.atMillis} on ${active?.revision ?? 0}`, async () => {
    const [proposal, diff] = await Promise.all([get(address, signal), get(address + "/diff", signal)]);
    return { proposal, diff };
  });
  return { ...content, proposal: { ...content.proposal, ...head }, active };
}
