// Who looks: the key stays in this tab, in memory or in its session storage. It is never part of an address.
const SLOT = "sluice.key";

let key = sessionStorage.getItem(SLOT);
const listeners = new Set();

export const session = {
  /** The key or token; null for none. */
  key: () => key,

  /** Takes a key. One that is to outlive a reload goes to the storage of this tab. */
  signIn(newKey, isKept) {
    key = newKey;
    if (isKept) sessionStorage.setItem(SLOT, newKey);
    else sessionStorage.removeItem(SLOT);
  },

  /** Forgets the key. */
  forget() {
    key = null;
    sessionStorage.removeItem(SLOT);
  },

  /** Forgets the key, and says why on the page that asks for one. */
  signOut(cause) {
    this.forget();
    for (const listener of listeners) listener(cause);
  },

  /** Calls back when somebody signs out, or is signed out; returns what ends that. */
  onSignOut(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Whether a caller has a role. What it may do, the server decides; this decides what is shown. */
export const has = (caller, role) => caller.roles.includes(role);
