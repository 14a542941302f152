// What is typed in the editor of rulesets. It outlives a token that expires, a sign-in with the issuer, and a reload of
// this tab. Whoever else signs in here does not see it.
const SLOT = "sluice.draft";

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(SLOT));
  } catch {
    return null;
  }
}

let draft = stored();

addEventListener("pagehide", () => {
  try {
    if (draft !== null) sessionStorage.setItem(SLOT, JSON.stringify({ ...draft, text: String(draft.text) }));
  } catch {
    // Longer than the storage of a tab may be: then it lasts as long as the page.
  }
});

/** The draft of a caller that began with a revision; null if there is none. */
export function draftOf(caller, from) {
  return draft !== null && draft.caller === caller && draft.from === from ? String(draft.text) : null;
}

/** Keeps a text, or what `String` makes one of: that of ten thousand limits is not made with each key. */
export function keepDraft(caller, from, text) {
  draft = { caller, from, text };
}

export function dropDraft() {
  draft = null;
  sessionStorage.removeItem(SLOT);
}
