// Signing in with the issuer of tokens: the code flow with PKCE, as a public client. The token stays in this tab.

const SLOT = "sluice.oidc";
const BACK = "/console/sign-in";
const PATIENCE_MILLIS = 15_000;
/** After so long, whoever comes back has to begin anew. */
const PENDING_MILLIS_MAX = 10 * 60_000;

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

const redirectUri = () => location.origin + BACK;

/** Whether the page is at the place to which the issuer sends people back. */
export const isBack = () => location.pathname === BACK;

/** The page may call nothing but the issuer: the policy of its server sees to that as well. */
async function ask(address, options = {}) {
  let response;
  try {
    response = await fetch(address, {
      ...options,
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
    });
  } catch {
    throw new Error(`The issuer does not answer this page. It has to allow requests of ${location.origin} (CORS).`);
  }
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const content = isJson ? await response.json() : {};
  if (!response.ok) {
    throw new Error(`The issuer refuses: ${content.error_description ?? content.error ?? "status " + response.status}`);
  }
  return content;
}

/** What the issuer says of itself; it has to be the one that the server trusts, and to answer where it is. */
async function discover({ issuer }) {
  const found = await ask(issuer.replace(/\/$/, "") + "/.well-known/openid-configuration");
  if (found.issuer !== issuer) {
    throw new Error(`The issuer calls itself ${found.issuer} (expected: ${issuer}).`);
  }
  const { origin } = new URL(issuer);
  if (new URL(found.token_endpoint).origin !== origin) {
    throw new Error(`The issuer gives tokens at ${found.token_endpoint} (expected: at ${origin}).`);
  }
  const { protocol } = new URL(found.authorization_endpoint);
  if (protocol !== "https:" && protocol !== new URL(issuer).protocol) {
    throw new Error(`The issuer asks people at ${found.authorization_endpoint} (expected: https).`);
  }
  return found;
}

/**
 * Goes to the issuer. Where to come back to, and what to expect then, stays in this tab.
 *
 * @param isKept whether the token is to outlive a reload
 */
export async function begin(client, isKept) {
  if (crypto.subtle === undefined) {
    throw new Error("A browser signs in with an issuer only over https, or on its own machine.");
  }
  const found = await discover(client);
  const pending = {
    state: random(),
    nonce: random(),
    verifier: random(),
    view: location.hash,
    isKept,
    atMillis: Date.now(),
  };
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pending.verifier));
  const asked = new URL(found.authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: redirectUri(),
    scope: client.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) asked.searchParams.set(name, value);
  sessionStorage.setItem(SLOT, JSON.stringify(pending));
  location.assign(asked);
}

/** The claims of a token; whether they are true, the server finds out. */
function claimsOf(token) {
  const middle = token.split(".")[1] ?? "";
  const bytes = Uint8Array.from(atob(middle.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** What was begun in this tab; nobody can come back twice. */
function takePending() {
  const text = sessionStorage.getItem(SLOT);
  sessionStorage.removeItem(SLOT);
  const pending = text === null ? null : JSON.parse(text);
  return pending !== null && Date.now() - pending.atMillis < PENDING_MILLIS_MAX ? pending : null;
}

/**
 * Takes what the issuer sent back with, out of the address, and gets the token for it.
 *
 * @param clientOf tells who the console is for the issuer
 * @returns the token, and whether it is to outlive a reload
 */
export async function finish(clientOf) {
  const answer = new URLSearchParams(location.search);
  const pending = takePending();
  // The code must not stay in the address, nor in the history.
  history.replaceState(null, "", "/console" + (pending?.view ?? ""));
  if (pending === null || answer.get("state") !== pending.state) {
    throw new Error("This sign-in was not begun in this tab, or long ago. Please begin again.");
  }
  if (answer.has("error")) {
    throw new Error("The issuer refuses: " + (answer.get("error_description") ?? answer.get("error")));
  }
  const client = await clientOf();
  if (client === null) throw new Error("The server takes no tokens of an issuer any more.");
  if (answer.has("iss") && answer.get("iss") !== client.issuer) {
    throw new Error(`Another issuer has answered: ${answer.get("iss")} (expected: ${client.issuer}).`);
  }
  const { token_endpoint: endpoint } = await discover(client);
  const tokens = await ask(endpoint, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: answer.get("code") ?? "",
      redirect_uri: redirectUri(),
      client_id: client.clientId,
      code_verifier: pending.verifier,
    }).toString(),
  });
  checkIdentity(tokens.id_token, client, pending.nonce);
  if (typeof tokens.access_token !== "string" || !/^bearer$/i.test(tokens.token_type ?? "")) {
    throw new Error("The issuer gives no bearer token.");
  }
  return { token: tokens.access_token, isKept: pending.isKept };
}

/** The ID token came over the page's own connection to the issuer; it proves that the answer is to this question. */
function checkIdentity(token, client, nonce) {
  let claims;
  try {
    claims = claimsOf(token);
  } catch {
    throw new Error("The issuer gives no ID token, or one that cannot be read.");
  }
  const isForUs = [claims.aud].flat().includes(client.clientId);
  if (claims.iss !== client.issuer || !isForUs || claims.nonce !== nonce) {
    throw new Error("The ID token is not the answer to this sign-in. Please begin again.");
  }
}
