import { useLayoutEffect, useState } from "preact/hooks";

// Addresses stand behind the #, so no name in them reaches a server, its log, or another page.

/** The address of a view: #/accounts/acme?step=hour. */
export function to(segments, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = given.length === 0 ? "" : "?" + new URLSearchParams(given);
  return "#/" + segments.map(encodeURIComponent).join("/") + search;
}

function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function parse(hash) {
  const [path, search] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  return {
    segments: path === "" ? [] : path.split("/").map(decoded),
    query: Object.fromEntries(new URLSearchParams(search ?? "")),
  };
}

/** The view that the address names, as it changes. */
export function useRoute() {
  const [route, setRoute] = useState(() => parse(location.hash));
  // Before anything else runs: an address that changes at once is not missed.
  useLayoutEffect(() => {
    const changed = () => setRoute(parse(location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

/** Goes to a view. */
export function go(segments, query) {
  location.hash = to(segments, query);
}

/** Changes the parameters of the view in place, without a new entry in the history. */
export function setQuery(route, changes) {
  history.replaceState(null, "", to(route.segments, { ...route.query, ...changes }));
  dispatchEvent(new HashChangeEvent("hashchange"));
}
