// Heartline in the browser: what customers of this page go through, in the Segment wire format, once they agreed.
import { onINP, onLCP, onTTFB } from "web-vitals";
import { allowed, listen, mode, purposes } from "./consent.js";
import { after, on, option, safe } from "./options.js";
import { address, here, touchpoint } from "./place.js";
import { forget, leave, put, soon } from "./queue.js";
import { drop, fresh, get, set } from "./store.js";
import { clicks, errors, forms, messages } from "./watch.js";

/** @typedef {Record<string, any>} Properties */

const automatic = option("auto") !== "off";
let tracking = false;
let watching = false;
let place = "";
let turning = 0;
let where = here(document.referrer);
/** The last person the page named, should they agree later. @type {[any, any] | undefined} */
let person;
/** @type {(() => void)[]} */
let leaving = [];
let renewed = () => {};

/**
 * @param {string} type @param {Properties} more @param {typeof where} [at] where it was
 * @returns {string | undefined} the message's id, when it was taken
 */
const tell = (type, more, at = where) => {
  if (!tracking) return undefined;
  const anonymousId = get("id") || fresh();
  set("id", anonymousId);
  const messageId = fresh();
  const taken = put({
    type,
    messageId,
    timestamp: new Date().toISOString(),
    anonymousId,
    userId: get("user"),
    ...more,
    context: {
      library: { name: "hl.js", version: VERSION },
      locale: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      ...at,
      consent: { categoryPreferences: purposes() },
    },
  });
  return taken ? messageId : undefined;
};

/** @param {string} event @param {Properties} [properties] @param {any} [element] @param {typeof where} [at] */
const track = (event, properties, element, at) =>
  tell("track", { event, properties: { touchpoint: touchpoint(element), ...properties } }, at);

const left = () => leaving.forEach((leave) => leave());

/** @param {any} [name] @param {Properties} [properties] */
const turn = (name, properties) => {
  clearTimeout(turning);
  turning = 0;
  if (!tracking) return undefined;
  const next = place && place !== address();
  if (next) left();
  where = here(next ? where.page.url : where.page.referrer);
  place = address();
  for (const key in where.page) if (properties?.[key]) /** @type {any} */ (where.page)[key] = properties[key];
  renewed();
  return tell("page", { name, properties: { touchpoint: touchpoint(), ...properties, ...where.page } });
};

/** @param {any} userId @param {Properties} [traits] */
const identify = (userId, traits) => {
  if (!tracking) {
    person = [userId, traits];
    return undefined;
  }
  if (typeof userId === "object") traits ||= userId; // traits of somebody without a name
  else {
    const before = get("user");
    if (before && before !== "" + userId) drop("id"); // somebody else at the same browser
    set("user", userId);
  }
  return tell("identify", { traits });
};

const reset = () => {
  person = undefined;
  drop("id");
  drop("user");
};

/** A single-page app went on; its title follows a moment later. */
const moved = safe(() => {
  if (!tracking || place === address()) return;
  clearTimeout(turning);
  turning = setTimeout(safe(() => turn()), 50);
});

const watch = () => {
  const first = where;
  /** @param {string} event */
  const waited = (event) => safe((/** @type {any} */ { name, value }) => {
    track(event, { metric: name, wait_s: Math.round(value) / 1e3 }, undefined, name === "INP" ? where : first);
  });
  if (option("vitals") !== "off") {
    onTTFB(waited("Page Answered"));
    onLCP(waited("Page Loaded"));
    onINP(waited("Page Reacted"));
  }
  leaving = [forms(track), clicks(track)];
  renewed = messages(track);
  errors(track);
  if (automatic) {
    after(history, "pushState", moved);
    after(history, "replaceState", moved);
    on("popstate", moved);
    on("pageshow", ({ persisted }) => persisted && turn());
  }
  on("pagehide", () => {
    if (turning) turn();
    left();
    leave();
  });
  on("visibilitychange", () => (document.visibilityState === "hidden" ? leave() : soon(0)));
  on("online", () => soon(0));
};

/** Says to what somebody agreed, when that is news. */
const declare = () => {
  const words = JSON.stringify(purposes());
  if (words === "{}" || words === get("told")) return;
  track("Consent Changed", purposes());
  set("told", words);
};

const changed = safe(() => {
  const may = allowed();
  const begins = may && !tracking;
  if (begins) tracking = true;
  if (tracking) declare();
  if (begins) {
    if (person) identify(...person);
    person = undefined;
    if (automatic) turn();
    if (!watching) watch();
    watching = true;
    soon(0);
  } else if (may === false || (tracking && !may)) {
    if (tracking) leave();
    tracking = false;
    forget(); // also what is left of a time before they refused somewhere else
  }
});

/** @type {(given: any) => void} */
let callback;
/** @param {any} given */
const consent = (given) => {
  callback(given);
  // where nobody is asked, a no has to be kept; elsewhere, only a yes
  if (tracking || mode === "given") set("consent", JSON.stringify(given));
  else drop("consent");
};

/** @type {Record<string, (...given: any[]) => any>} */
const api = { page: turn, track: (event, properties) => track(event, properties), identify, reset, consent };
for (const name in api) api[name] = safe(api[name]);
/** What a page asked for before we were there: `hl.push(["track", "Brochure Opened"])`. */
api.push = safe(([name, ...given]) => api[name](...given));
safe(() => {
  const self = /** @type {any} */ (window);
  const early = self.hl;
  if (early?.page) return; // the tag is there twice
  self.hl = api;
  callback = listen(changed);
  changed();
  early?.forEach(api.push);
})();
