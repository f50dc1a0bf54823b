// A survey on a screen that everybody touches: one person after another, with or without a line.
import { check } from "./checking.js";
import { make } from "./dom.js";
import { asked, mixed, shuffled, way } from "./flow.js";
import { draw } from "./questions.js";
import { count, last, send } from "./sending.js";
import { all, put, remove } from "./waiting.js";

/** @typedef {Record<string, any>} Plain */
const kiosk = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("kiosk")).textContent || "{}");
const { survey, place } = kiosk;
const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const REST_MS = 18e4;
const SURE_MS = 10e3;
const THANKED_MS = 8e3;
const PIPE = /\{\{\s*(answer|hidden|trait)\.([a-z][a-z0-9_]*)\s*(?:\|([^{}]*))?\}\}/g;

/** @type {Plain} */
let response = {};
let timer = 0;
let waiting = 0;
let refused = 0;
let leaving = false;

/** @returns {string} */
const secret = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
/** This page, as long as it is open: another one can tell whether who answers here is still here. */
const sitting = secret();

const here = () => kiosk.languages[response.language];
const words = () => here().words;

const fresh = (language = place.language) => {
  response = { token: secret(), edition: kiosk.edition, place: kiosk.place_link, send: kiosk.send, sitting, language, answers: {}, passed: [], hidden: place.hidden, began: Date.now(), open: true };
};

/** @param {string} text @returns {string} with what is known put in */
const piped = (text) => text.replace(PIPE, (_, source, key, otherwise) => {
  const value = source === "answer" ? response.answers[key] : source === "hidden" ? response.hidden[key] : undefined;
  return (value === undefined || value === null ? "" : said(key, value)).slice(0, 200) || (otherwise || "").trim();
});

/** @param {string} key @param {any} value @returns {string} an answer as the person read it */
const said = (key, value) => {
  const options = here().questions[key]?.options || [];
  const named = (/** @type {any} */ one) => options.find((/** @type {Plain} */ option) => option.key === one)?.text ?? "" + one;
  if (Array.isArray(value)) return value.map(named).join(", ");
  if (value?.choices || value?.choice) return [...(value.choices || [value.choice]).slice(0, -1).map(named), value.words].join(", ");
  if (typeof value === "object") return Object.values(value).filter((one) => typeof one !== "object").join(", ");
  return named(value);
};

/** @param {any} value @returns {any} with pipes filled in every text */
const filled = (value) => typeof value === "string" ? piped(value)
  : Array.isArray(value) ? value.map(filled)
  : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one)])) : value;

/** @param {Plain} question of the survey @param {string} wrong a code @returns {Plain} as it is drawn, with what was answered */
const shown = (question, wrong) => {
  const one = filled(here().questions[question.key]);
  const given = response.answers[question.key];
  const chosen = [given?.choices ?? given?.choice ?? given].flat();
  const fixed = (question.options || []).filter((/** @type {Plain} */ option) => option.last || option.other || option.alone).map((/** @type {Plain} */ option) => option.key);
  if (question.random) {
    const free = mixed(one.options.filter((/** @type {Plain} */ option) => !fixed.includes(option.key)), `${response.token}:${question.key}`);
    one.options = [...free, ...one.options.filter((/** @type {Plain} */ option) => fixed.includes(option.key))];
    one.rows = mixed(one.rows, `${response.token}:${question.key}`);
  }
  for (const point of one.points) point.chosen = point.number === given;
  for (const option of one.options) {
    option.chosen = chosen.includes(option.key);
    option.place = question.ask === "ranking" && chosen.indexOf(option.key) + 1;
  }
  for (const row of one.rows) for (const cell of row.cells) for (const point of cell.points) {
    const part = cell.name.split("--")[2];
    point.chosen = point.number === (part ? given?.[row.key]?.[part] : given?.[row.key]);
  }
  for (const field of one.fields) field.value = given?.[field.name] || "";
  return { ...one, value: given, words: given?.words || "", wrong: wrong && (words().wrong[wrong] || words().wrong.required) };
};

/** Ends this person's turn; what they answered waits to be sent. */
const finish = async () => {
  if (Object.values(response.answers).some((one) => one !== null)) await put({ ...response, open: false, ended: Date.now() });
  else await remove([response.token]);
  again();
};

const again = () => send(kiosk.send, tell);
/** @param {number} some @param {number} bad */
const tell = (some, bad) => {
  [waiting, refused] = [some, bad];
  const number = document.querySelector("#staff b");
  if (number) number.textContent = some ? "" + some : "";
  for (const [id, value] of Object.entries(figures())) {
    const cell = document.getElementById(id);
    if (cell) cell.textContent = value;
  }
};
const figures = () => ({
  waiting: "" + waiting, refused: "" + refused,
  sent: last.at ? new Date(last.at).toLocaleTimeString(response.language) : words().never, line: navigator.onLine && last.ok ? words().online : words().offline,
});

const begin = (language = place.language) => {
  fresh(language);
  show();
};

/** @param {Record<string, string>} [wrong] codes by question */
const show = (wrong = {}) => {
  const found = way(survey, /** @type {any} */ (response));
  const { language } = response;
  const { direction, title, intro } = here();
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
  const first = !found.blocks.length;
  const tongues = Object.entries(kiosk.languages);
  const head = make("header", {}, make("p", { class: "title" }, piped(title)), first && tongues.length > 1 && make("nav", { "aria-label": words().language },
    ...tongues.map(([tag, one]) => make("button", { type: "button", lang: tag, "aria-pressed": "" + (tag === language), onclick: () => speak(tag) }, one.name))));
  const done = found.next ? survey.blocks.indexOf(found.next) / survey.blocks.length : 1;
  main.replaceChildren(head, make("progress", { max: 100, value: Math.round(100 * done), "aria-label": words().done }),
    ...(found.next ? asking(found.next, found.answers, first, intro, wrong) : ended(found.end)));
  const button = document.getElementById("staff");
  if (button?.firstChild) button.firstChild.nodeValue = words().staff;
  scrollTo(0, 0);
  const target = Object.keys(wrong).length ? "[aria-invalid]" : found.next ? (first ? "" : "form") : ".end";
  const one = /** @type {HTMLElement | null} */ (target ? main.querySelector(target) : null);
  one?.setAttribute("tabindex", "-1");
  one?.focus();
  idle();
};

/** @param {string} tag */
const speak = (tag) => {
  response.language = tag;
  show();
};

/** @param {Plain} block @param {Plain} counted @param {boolean} first @param {string} intro @param {Record<string, string>} wrong */
const asking = (block, counted, first, intro, wrong) => {
  const known = new Map();
  const body = make("div", {});
  const lay = () => {
    const questions = shuffled(asked(block, /** @type {any} */ (response), counted), block, response.token);
    known.clear();
    body.replaceChildren(...questions.map((question) => {
      const drawn = draw(shown(question, wrong[question.key] || ""), words());
      known.set(question.key, [question, drawn]);
      drawn.element.addEventListener("change", () => took(question, drawn.read()));
      return drawn.element;
    }));
  };
  /** @param {Plain} question @param {any} given */
  const took = (question, given) => {
    const before = asked(block, /** @type {any} */ (response), counted).map((one) => one.key).join();
    response.answers[question.key] = check(question, given)[0];
    put(response);
    // what hangs on an answer of the same page comes or goes
    if (asked(block, /** @type {any} */ (response), counted).map((one) => one.key).join() !== before) lay();
    idle();
  };
  lay();
  /** @param {Event} event */
  const next = (event) => {
    event.preventDefault();
    /** @type {Record<string, string>} */
    const missing = {};
    for (const [key, [question, drawn]] of known) {
      const [value, code] = check(question, drawn.read());
      response.answers[key] = value;
      if (code) missing[key] = code;
    }
    if (!Object.keys(missing).length) response.passed = [...new Set([...response.passed, block.key])];
    put(response);
    show(missing);
    if (way(survey, /** @type {any} */ (response)).end) finish();
  };
  const back = () => {
    response.passed = response.passed.filter((/** @type {string} */ key) => key !== way(survey, /** @type {any} */ (response)).blocks.at(-1)?.key);
    show();
  };
  return [make("form", { noValidate: true, onsubmit: next },
    first && intro && make("p", { class: "intro" }, piped(intro)), here().blocks[block.key] && make("h1", {}, piped(here().blocks[block.key])),
    Object.keys(wrong).length > 0 && make("p", { class: "wrong", role: "alert" }, words().amiss), body,
    make("div", { class: "buttons" }, make("button", { class: "go" }, words().next), !first && make("button", { class: "back", type: "button", onclick: back }, words().back)))];
};

/** @param {Plain | undefined} end */
const ended = (end) => [make("h1", { class: "end" }, piped(here().ends[end?.key] || "")), make("p", {}, make("button", { class: "go", type: "button", onclick: () => begin() }, words().another))];

/** @param {string} id @param {...any} inside @returns {HTMLDialogElement} above all */
const above = (id, ...inside) => {
  const box = make("dialog", { id, onclose: () => (box.remove(), idle()) }, ...inside);
  document.body.append(box);
  box.showModal();
  return box;
};

/** Nobody stands in front of it any more: ask once, then begin anew for the next one. */
const alone = () => {
  const box = above("sure", make("p", {}, words().there), make("button", { class: "go", onclick: () => stay() }, words().yes_here));
  const stay = () => {
    clearTimeout(timer);
    box.remove();
    idle();
  };
  timer = setTimeout(async () => {
    box.remove();
    await finish();
    begin();
  }, SURE_MS);
};

const rest = () => {
  const wake = () => (box.remove(), idle());
  const box = above("rest", make("button", { type: "button", onclick: wake }, make("b", {}, piped(here().title)), words().touch));
};

const idle = () => {
  const box = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog[open]"));
  if (leaving || box?.id === "sure" || box?.id === "rest") return;
  clearTimeout(timer);
  if (box) return void (timer = setTimeout(() => (box.close(), idle()), 6e4)); // staff went away
  const found = way(survey, /** @type {any} */ (response));
  const begun = found.blocks.length || Object.values(response.answers).some((one) => one !== null) || response.language !== place.language;
  if (found.end) timer = setTimeout(begin, THANKED_MS);
  else if (begun) timer = setTimeout(alone, place.idle_s * 1e3);
  else timer = setTimeout(rest, REST_MS);
};

/** @param {string} pin @returns {Promise<boolean>} */
const known = async (pin) => {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(place.salt + pin));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("") === place.pin;
};

/** Staff are asked for the number that was chosen when the kiosk was made. */
const staff = () => {
  const input = make("input", { id: "pin", type: "password", inputMode: "numeric", autocomplete: "off", maxLength: 12, required: true });
  const wrong = make("p", { class: "wrong", role: "alert" });
  const box = above("staff-box", make("form", {
    onsubmit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      if (place.pin && !(await known(input.value))) return void (wrong.textContent = words().wrong_pin);
      box.close();
      panel();
    },
  }, make("label", { for: "pin" }, words().pin), input, wrong, make("div", { class: "buttons" }, make("button", { class: "go" }, words().open), make("button", { class: "back", type: "button", onclick: () => (box.close(), idle()) }, words().close))));
};

const panel = () => {
  const rows = Object.entries(figures()).map(([id, value]) => make("div", {}, make("dt", {}, words().figures[id]), make("dd", { id }, value)));
  const act = (/** @type {string} */ text, /** @type {() => void} */ run, name = "back") => make("button", { class: name, type: "button", onclick: run }, text);
  const box = above("staff-panel", make("h1", {}, place.name), make("dl", {}, ...rows), make("div", { class: "buttons" },
    act(words().send_now, again, "go"), act(words().full, () => full()), act(words().leave, leave), act(words().close, () => (box.close(), idle()))));
  count(tell);
};

const full = () => document.documentElement.requestFullscreen?.().then(() => /** @type {any} */ (navigator).keyboard?.lock?.(["Escape"])).catch(() => {});
const leave = async () => {
  leaving = true;
  await finish().catch(() => {});
  if (document.fullscreenElement) await document.exitFullscreen();
  document.querySelectorAll("dialog").forEach((box) => box.close());
  clearTimeout(timer);
  main.replaceChildren(make("h1", {}, words().left));
};

/** Has the browser keep the page and all that it needs, so that it starts without a line. */
const store = async () => {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(kiosk.worker, { scope: kiosk.scope });
  await navigator.serviceWorker.ready;
  const files = [.../** @type {any} */ (document.querySelectorAll("link[rel=stylesheet], script[src], link[rel=icon]"))].map((one) => one.href || one.src);
  await (await caches.open(kiosk.cache)).addAll([location.href, ...files]);
  await /** @type {any} */ (navigator).storage?.persist?.();
  document.documentElement.dataset.stored = "yes";
};

/** A newer edition is taken up while nobody stands here. */
const renew = async () => {
  if (!navigator.onLine || way(survey, /** @type {any} */ (response)).blocks.length || Object.keys(response.answers).length) return;
  const answer = await fetch(kiosk.scope + "edition/" + location.search).catch(() => undefined);
  if (answer?.ok && (await answer.json()).edition !== kiosk.edition) {
    leaving = true;
    location.reload();
  }
};

/** The power was cut, or another page left: what was answered until then is sent. @param {string} token */
const abandoned = async (token) => {
  const one = (await all()).find((one) => one.token === token);
  if (!one?.open) return;
  await put({ ...one, open: false, ended: one.ended || Date.now() });
  again();
};

/** Takes over what other pages have begun, each once that page is gone. */
const inherit = async () => {
  for (const { token, open, sitting: theirs } of await all()) {
    if (!open) continue;
    if (theirs && navigator.locks) navigator.locks.request(theirs, () => abandoned(token)).catch(() => {});
    else await abandoned(token);
  }
};

(async () => {
  navigator.locks?.request(sitting, () => new Promise(() => {})).catch(() => {});
  await inherit();
  begin();
  document.body.append(make("button", { id: "staff", type: "button", onclick: staff }, words().staff, " ", make("b", {})));
  for (const what of ["pointerdown", "keydown", "input"]) addEventListener(what, idle, { passive: true });
  addEventListener("online", again);
  addEventListener("offline", () => count(tell));
  addEventListener("contextmenu", (event) => event.preventDefault());
  addEventListener("beforeunload", (event) => leaving || event.preventDefault());
  history.pushState(null, "", location.href);
  addEventListener("popstate", () => leaving || history.pushState(null, "", location.href));
  addEventListener("pointerdown", full, { once: true });
  setInterval(renew, 6e5);
  document.documentElement.dataset.ready = "yes";
  again();
  store().catch(() => {});
})();
