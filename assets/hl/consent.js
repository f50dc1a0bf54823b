// Whether we may: what consent tools say, and what the browser says for its person. Every tool that speaks must agree.
import { after, option, safe } from "./options.js";
import { get } from "./store.js";

/** @typedef {Record<string, boolean>} Purposes */

/** What each tool said last. @type {Record<string, Purposes>} */
const said = {};
export const mode = option("consent");

/** @returns {Purposes} what all tools that spoke of a purpose agree on */
export const purposes = () => {
  /** @type {Purposes} */
  const agreed = {};
  for (const one of Object.values(said)) for (const name in one) agreed[name] = one[name] && agreed[name] !== false;
  return agreed;
};

/** @returns {boolean | undefined} false when somebody refused; nothing while nobody has said anything */
export const allowed = () => {
  const agent = /** @type {any} */ (navigator);
  const wishes = [agent.globalPrivacyControl && (option("gpc") || "respect"), agent.doNotTrack === "1" && (option("dnt") || "consent")];
  if (wishes.includes("respect")) return false;
  if (purposes().analytics ?? (mode === "given" && !wishes.includes("consent"))) return true;
  // Google's mode begins each page with a no that is nobody's: it bars, and refuses nothing
  return [said.tcf, said.callback].some((words) => words?.analytics === false) ? false : undefined;
};

/** @param {any} given `true`, `{analytics: true, …}` or a list of what was agreed to @returns {Purposes} */
const read = (given) => {
  if (given === true) given = ["analytics", "marketing", "personalisation"];
  /** @type {Purposes} */
  const words = { analytics: false };
  if (Array.isArray(given)) given.forEach((name) => (words[name] = true));
  else for (const name in given) words[name] = given[name] === true;
  return words;
};

/** @param {any} data what an IAB tool tells @returns {Purposes | undefined} nothing while it is still asking */
const tcf = (data) => {
  if (data.gdprApplies === false) return read(true);
  /** @param {number[]} numbers */
  const all = (...numbers) => numbers.every((number) => data.publisher?.consents?.[number] ?? data.purpose.consents[number]);
  return /^(tcl|user)/.test(data.eventStatus) ? { analytics: all(1, 8), marketing: all(1, 3, 4), personalisation: all(1, 5, 6) } : undefined;
};

/** @type {Purposes} */
let google = {};
const GOOGLE = { analytics_storage: "analytics", ad_storage: "marketing", personalization_storage: "personalisation" };

/** @param {() => void} changed called whenever a tool has spoken @returns {(given: any) => void} the page's own way to speak */
export const listen = (changed) => {
  let begun = false; // what was there before us is heard as a whole
  /** @param {string} tool @param {Purposes | undefined} words */
  const speak = (tool, words) => {
    // without a word from the page, all tools are heard
    if (words && (!mode || mode === "given" || mode.includes(tool))) {
      said[tool] = words;
      if (begun) changed();
    }
  };
  const hear = safe(([what, how, { region, wait_for_update: ms, ...words }]) => {
    if (what !== "consent") return;
    for (const [name, purpose] of Object.entries(GOOGLE)) {
      // a region that is granted may not be this person's
      if (words[name] && !(region && words[name] === "granted")) google = { ...google, [purpose]: words[name] === "granted" };
    }
    // a default may ask to wait for the person's own choice, which is usually there in a moment
    if (how === "default" && ms) setTimeout(() => speak("google", google), ms);
    else speak("google", google);
  });
  const page = /** @type {any} */ (window);
  let tries = 40;
  let asked = false;
  /** @type {any} */
  let layer;
  const look = safe(() => {
    if (!asked && page.__tcfapi) {
      asked = true;
      page.__tcfapi("addEventListener", 2, safe((/** @type {any} */ data, /** @type {boolean} */ well) => well && speak("tcf", tcf(data))));
    }
    if (!layer && page.dataLayer) {
      layer = page.dataLayer;
      after(layer, "push", (entries) => entries.forEach(hear));
      layer.forEach(hear);
    }
    if (tries--) setTimeout(look, 500); // tools that come later
  });
  /** @param {any} given */
  const callback = (given) => speak("callback", read(given));
  const before = get("consent");
  if (before) callback(JSON.parse(before));
  look();
  begun = true;
  return callback;
};
