// The queue: each event under its own name in the storage, so that two tabs never overwrite each other, and there until
// the server has said that it has it. Bounded in number, size and age; the oldest go first.
import { inbox, option } from "./options.js";
import { drop, get, names, set } from "./store.js";

let timer = 0;
let failures = 0;
let busy = false;
let count = 1e4;
/** Events under way: not to be sent a second time when the page is left. @type {Set<string>} */
let underway = new Set();

const queued = () => names("e:");
/** @param {string} text */
const bytes = (text) => new Blob([text]).size;
const pause = () => {
  const ms = Number(get("wait")) - Date.now();
  return ms < 864e5 ? ms : 0; // more than a day is no pause, but a clock that was wrong
};

/** @param {Record<string, any>} event @returns {boolean} whether it was taken */
export const put = (event) => {
  const text = JSON.stringify(event);
  if (bytes(text) > 32e3) return false; // the wire format's limit
  let room = 5e5 - text.length;
  let left = 300;
  for (const name of queued().reverse()) {
    room -= get(name)?.length || 0;
    if (room < 0 || !--left) drop(name), (left = 1);
  }
  set(`e:${Date.now()}${count++}${event.messageId}`, text); // thirteen digits until the year 2286
  if (document.visibilityState === "hidden") queueMicrotask(leave); // measures that come at the very end
  else soon(500);
  return true;
};

/**
 * @param {number} most @param {boolean} [rest] only what is not under way
 * @returns {[string[], string]} names, and the body of the request
 */
const take = (most, rest) => {
  /** @type {string[]} */
  const taken = [];
  const texts = [];
  let room = 48e3; // browsers refuse more than 64 KB under way when a page is left
  for (const name of queued()) {
    const text = get(name) || "";
    // the server knows for 30 days what it has: seven are safe
    if (Date.now() - Number(name.slice(2, 15)) > 7 * 864e5) drop(name);
    else if (!rest || !underway.has(name)) {
      room -= bytes(text);
      if (taken.length === most || (room < 0 && taken.length)) break;
      taken.push(name);
      texts.push(text);
    }
  }
  const sentAt = new Date().toISOString();
  return [taken, `{"writeKey":"${option("key")}","sentAt":"${sentAt}","batch":[${texts}]}`];
};

const drain = async () => {
  for (let most = 100; ; ) {
    const [taken, body] = take(most);
    if (!taken.length) return;
    underway = new Set(taken);
    // a text needs no preflight; no answer is as good as one that says to come later
    const answer = await fetch(inbox, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => undefined);
    underway = new Set();
    const refused = /400|413/.test("" + answer?.status);
    if (answer?.ok || (refused && !taken[1])) {
      taken.forEach(drop);
      failures = 0;
      most = 100;
    } else if (refused) most = taken.length >> 1; // one is to blame: the others must not be lost with it
    else {
      const said = answer?.headers.get("Retry-After") || "";
      const ms = Number(said) * 1e3 || Date.parse(said) - Date.now();
      set("wait", Date.now() + (ms > 0 ? ms : Math.min(1e3 * 2 ** failures++, 3e5) * (0.5 + Math.random() / 2)));
      return;
    }
  }
};

const send = async () => {
  if (busy || !navigator.onLine || !queued().length) return;
  if (pause() > 0) return soon(0);
  busy = true;
  await drain().catch(() => {}); // what another tab sends at the same time does no harm: the server knows it by its id
  busy = false;
  if (queued().length) soon(1e3);
};

/** @param {number} ms */
export const soon = (ms) => {
  clearTimeout(timer);
  timer = setTimeout(send, Math.max(ms, pause()));
};

/** Hands what is left to the browser; it stays in the queue, as nobody hears whether it arrived. */
export const leave = () => {
  const [taken, body] = take(100, true);
  if (taken.length && pause() <= 0 && navigator.sendBeacon(inbox, body)) taken.forEach((name) => underway.add(name));
};

export const forget = () => {
  clearTimeout(timer);
  names("").forEach((name) => name === "consent" || drop(name)); // their own word is not ours to forget
};
