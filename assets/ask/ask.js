// A survey on the company's own page: in a place of it, in a corner, or above all; at once, later, or after an event.
import { allowed, listen, mode } from "../hl/consent.js";
import { after, option, safe } from "../hl/options.js";
import { drop, get, set } from "../hl/store.js";
import { LEAST, panel } from "./panel.js";
import { survey, talk, token } from "./talk.js";

const page = /** @type {any} */ (window);
const DAY = 864e5;
const way = /** @type {"inline" | "corner" | "dialog"} */ (option("as") || (option("into") ? "inline" : "corner"));
const memory = "ask:" + survey;
const events = option("after").split(",").map((name) => name.trim()).filter(Boolean);

/** @returns {Record<string, any>} what this browser remembers of the survey, once somebody agreed to that */
const remembered = () => JSON.parse((allowed() && get(memory)) || "{}");
/** @param {Record<string, any>} more */
const remember = (more) => allowed() && set(memory, JSON.stringify({ ...remembered(), ...more }));

/** What comes by itself must be able to remember that it came; what stands in the page waits for whoever comes by. */
const due = () => {
  if (way === "inline") return !remembered().done;
  if (!allowed()) return false;
  const last = remembered();
  if (last.token && !last.done && Date.now() - last.at < 18e5) return true; // they went on to another page meanwhile
  const rest = Number(option("rest") || 7) * DAY;
  return Date.now() - (last.at || 0) > Number(option("every") || 90) * DAY && Date.now() - Number(get("asked") || 0) > rest;
};

/** @param {string} what @param {any} [more] */
const tell = (what, more) => dispatchEvent(new CustomEvent("hl-ask:" + what, { detail: { survey, ...more } }));

let state = /** @type {any} */ (undefined);
/** @type {ReturnType<typeof panel> | undefined} */
let shown;
let busy = false;

const shut = () => {
  if (state?.block) remember({ token: "" }); // they do not want to go on
  shown?.shut();
  shown = undefined;
  tell("closed");
};

/** @param {Record<string, any>} more */
const say = (more) => {
  const person = allowed() ? { anonymous_id: get("id") || "", user_id: get("user") || "" } : {};
  return talk({ person, token: state.token, ...more });
};

/** @type {Record<string, any>} */
let waiting = {};
let timer = 0;
const keepNow = () => {
  clearTimeout(timer);
  const given = waiting;
  waiting = {};
  if (Object.keys(given).length) return say({ do: "keep", given });
};

const act = {
  /** @param {string} key @param {any} value */
  keep: (key, value) => {
    remember({ token: state.token, at: Date.now() });
    waiting[key] = value;
    clearTimeout(timer);
    timer = setTimeout(safe(keepNow), 0); // what changes together goes together
  },
  /** @param {Record<string, any>} given @param {boolean} back */
  send: async (given, back) => {
    if (busy) return;
    busy = true;
    await keepNow();
    const next = await say({ do: back ? "back" : "send", block: state.block, given });
    busy = false;
    if (!next?.words) return shown?.fail();
    state = next;
    if (!state.block) {
      remember({ done: true });
      tell("answered");
    }
    shown?.show(state);
  },
  close: shut,
};

/** @returns {Element | null} */
const place = () => (way === "inline" ? document.querySelector(option("into") || `[data-hl-ask="${survey}"]`) : document.body);

/** Where no room is kept, waits until the place is further down than what is seen: nothing that is read may move. @param {Element} where */
const unseen = (where) => new Promise((/** @type {(value?: any) => void} */ done) => {
  if (way !== "inline" || where.clientHeight > LEAST) return done();
  new IntersectionObserver(([entry], watcher) => {
    if (entry.boundingClientRect.top < innerHeight) return;
    watcher.disconnect();
    done();
  }, { rootMargin: "0px 0px 1px 0px" }).observe(where);
});

const show = safe(async () => {
  if (shown || busy || !due()) return;
  const where = place();
  if (!where) return;
  busy = true;
  state = { token: remembered().token || token() };
  const first = await say({ do: "open", way });
  if (first?.asked && first.block) {
    await unseen(where);
    state = first;
    if (way !== "inline") {
      remember({ at: Date.now(), token: state.token });
      set("asked", Date.now());
    }
    shown = panel(way, where, act);
    shown.show(state);
    tell("shown");
  } else if (first?.end) remember({ done: true });
  busy = false;
});

/** @param {any} event */
const happened = (event) => events.includes(event) && later();
const later = () => setTimeout(show, Number(option("wait") || 0) * 1e3);
/** @type {(given: any) => void} */
let speak = () => {};
let heard = false;

/** Hears what the page tells hl.js, once that is there. */
const hear = safe(() => {
  const hl = page.hl;
  if (!hl || heard) return;
  if (Array.isArray(hl)) return hl.forEach(([what, event]) => what === "track" && happened(event));
  heard = true;
  after(hl, "track", ([event]) => happened(event));
  after(hl, "consent", ([given]) => speak(given));
});

const begin = () => !events.length && later();

safe(() => {
  if (!survey) return;
  page.hlAsk ||= Object.fromEntries(["event", "show", "close", "consent"].map((what) =>
    [what, (/** @type {any} */ said) => dispatchEvent(new CustomEvent("hl-ask", { detail: [what, said] }))]));
  addEventListener("hl-ask", safe((/** @type {any} */ { detail: [what, said] }) => {
    if (what === "event") happened(said);
    else if (what === "consent") {
      speak(said);
      // where nobody is asked, a no has to be kept; elsewhere, only a yes
      if (allowed() || mode === "given") set("consent", JSON.stringify(said));
      else drop("consent");
    } else if (said === undefined || said === survey) what === "show" ? show() : shown && shut();
  }));
  speak = listen(() => (allowed() === false && way !== "inline" ? shown && shut() : begin()));
  hear();
  addEventListener("load", hear);
  document.readyState === "complete" ? begin() : addEventListener("load", begin);
})();
