import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get } from "./lib/api.js";
import { dropDraft } from "./lib/draft.js";
import { finish, isBack } from "./lib/oidc.js";
import { to, useRoute } from "./lib/router.js";
import { session } from "./lib/session.js";
import { Empty, Head, html, Toasts } from "./lib/ui.js";
import { Overview } from "./pages/overview.js";
import { enter, issuerClient, SignIn } from "./pages/sign-in.js";

// The first view is here already. The others come a moment later, so that they are there even if the server goes.
const VIEWS = [
  { name: "Overview", segments: [], page: async () => Overview },
  { name: "Accounts", segments: ["accounts"], page: async () => (await import("./pages/accounts.js")).Accounts },
  { name: "Limits", segments: ["limits"], page: async () => (await import("./pages/limits.js")).Limits },
  { name: "Rulesets", segments: ["rulesets"], page: async () => (await import("./pages/rulesets.js")).Rulesets },
  { name: "Penalties", segments: ["penalties"], page: async () => (await import("./pages/penalties.js")).Penalties },
  { name: "Alerts", segments: ["alerts"], page: async () => (await import("./pages/alerts.js")).Alerts },
  { name: "Access", segments: ["access"], page: async () => (await import("./pages/access.js")).AccessEntries },
  { name: "Audit", segments: ["audit"], page: async () => (await import("./pages/audit.js")).Audit },
];
const ACCOUNT = async () => (await import("./pages/account.js")).Account;
const OTHERS_AFTER_MILLIS = 2_000;

const THEMES = ["auto", "light", "dark"];
const dark = matchMedia("(prefers-color-scheme: dark)");

function showTheme() {
  const chosen = localStorage.getItem("sluice.theme") ?? "auto";
  document.documentElement.dataset.theme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
}

function ThemeChoice() {
  const [theme, setTheme] = useState(localStorage.getItem("sluice.theme") ?? "auto");
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  const change = () => {
    localStorage.setItem("sluice.theme", next);
    setTheme(next);
    showTheme();
  };
  return html`<button class="plain" onClick=${change} title=${"Change to " + next}>Theme: ${theme}</button>`;
}

function viewOf(route) {
  const [first, second] = route.segments;
  if (first === "accounts" && second !== undefined) {
    return { key: "accounts/" + second, page: ACCOUNT, menu: "accounts" };
  }
  const isListed = (each) =>
    each.segments.join("/") === route.segments.join("/") || (first === "rulesets" && each.segments[0] === first);
  const view = VIEWS.find(isListed);
  return view && { key: view.name, page: view.page, menu: view.segments[0] };
}

function Shown({ route, caller }) {
  const view = viewOf(route);
  const [loaded, setLoaded] = useState({});
  useEffect(() => {
    let isOver = false;
    view?.page().then(
      (Page) => isOver || setLoaded({ key: view.key, Page }),
      () => isOver || setLoaded({ key: view.key, Page: Missing }),
    );
    return () => {
      isOver = true;
    };
  }, [view?.key]);
  if (!view) return html`<${Head} title="Nothing here" /><${Empty} title="There is no such view.">
    <a href=${to([])}>Back to the overview</a><//>`;
  if (loaded.key !== view.key) return html`<div class="skeleton tall" role="status" aria-label="Loading"></div>`;
  return html`<${loaded.Page} key=${view.key} route=${route} caller=${caller} />`;
}

function Missing() {
  return html`<${Head} title="Not loaded" />
    <${Empty} title="This view could not be loaded.">Is the server there?<//>
    <p class="row centred"><button class="primary" onClick=${() => location.reload()}>Load the page again</button></p>`;
}

function Frame({ caller }) {
  const route = useRoute();
  const menu = viewOf(route)?.menu;
  useEffect(() => {
    document.querySelector(".nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [menu]);
  useEffect(() => {
    // One that fails now is asked for again by whoever goes there.
    const load = () => [ACCOUNT, ...VIEWS.map((view) => view.page)].forEach((page) => page().catch(() => {}));
    const timer = setTimeout(load, OTHERS_AFTER_MILLIS);
    return () => clearTimeout(timer);
  }, []);
  const content = (event) => {
    event.preventDefault();
    document.querySelector("main h1")?.focus();
  };
  const signOut = () => {
    dropDraft();
    session.signOut("You have signed out.");
  };
  return html`<a class="skip" href="#main" onClick=${content}>To the content</a>
    <div class="frame">
      <aside class="side">
        <a class="brand" href=${to([])}><img src="/console/assets/icon.svg" alt="" />Sluice</a>
        <nav aria-label="Views">
          <ul class="nav">
            ${VIEWS.map(
              (view) => html`<li>
                <a href=${to(view.segments)}
                  aria-current=${view.segments[0] === menu ? "page" : undefined}>${view.name}</a>
              </li>`,
            )}
          </ul>
        </nav>
        <div class="who">
          <div class="caller"><strong>${caller.name}</strong>
            <span class="muted">${caller.roles.join(", ") || "no role"}</span></div>
          <div class="row">
            <${ThemeChoice} />
            ${session.key() !== null &&
            html`<button class="plain" onClick=${signOut}>Sign out</button>`}
          </div>
        </div>
      </aside>
      <main id="main"><${Shown} route=${route} caller=${caller} /></main>
    </div>`;
}

/** Asks the server who looks. A port without keys lets everybody in, and says so. */
function App() {
  const [state, setState] = useState({});
  const look = async () => {
    // Somebody who is in stays in, whatever a second try finds.
    const find = (next) => setState((now) => (now.caller ? now : next));
    try {
      find({ caller: await get("/v1/caller") });
    } catch (error) {
      find(error.status === 401 ? { isUnknown: true } : { error });
    }
  };
  const comeBack = async () => {
    try {
      const { token, isKept } = await finish(issuerClient);
      setState({ caller: await enter(token, isKept) });
    } catch (error) {
      setState({ isUnknown: true, cause: error.message });
    }
  };
  useEffect(() => {
    if (isBack()) comeBack();
    else look();
    return session.onSignOut((cause) => setState({ isUnknown: true, cause }));
  }, []);
  if (state.caller) return html`<${Frame} caller=${state.caller} /><${Toasts} />`;
  if (state.isUnknown) return html`<${SignIn} cause=${state.cause} onSignedIn=${(caller) => setState({ caller })} />`;
  if (!state.error) return null;
  return html`<main class="sign-in"><div class="stack">
    <h1>The server does not answer</h1>
    <p class="muted" role="alert">${state.error.message}</p>
    <p><button class="primary" onClick=${look}>Try again</button></p>
  </div></main>`;
}

showTheme();
dark.addEventListener("change", showTheme);
render(html`<${App} />`, document.getElementById("app"));
