// Sends what waits: when somebody has finished, when the line is back, now and then; never twice at once.
import { all, put, remove } from "./waiting.js";

/** @typedef {Record<string, any>} Kept */
const AT_ONCE = 50;
const LONGEST_MS = 3e5;

let busy = false;
let again = false;
let failures = 0;
let timer = 0;
/** When the server last took something, and what it said. @type {{ at: number, ok: boolean }} */
export const last = { at: 0, ok: true };

/** @param {Kept} one @param {string} address @returns {string} where it is sent, and which link it came by */
const way = (one, address) => `${one.send || address} ${one.place}`;

/** @param {string} address @param {Kept[]} some of one link @returns {Promise<boolean | undefined>} whether the server took them; undefined where none answered */
const hand = async (address, some) => {
  const responses = some.map(({ token, edition, language, began, ended, answers, passed }) => ({ token, edition, language, began, ended, answers, passed }));
  const body = JSON.stringify({ place: some[0].place, responses });
  const answer = await fetch(some[0].send || address, { method: "POST", body, credentials: "omit" }).catch(() => undefined);
  if (!answer?.ok) return answer && answer.status < 500 && answer.status !== 429 ? false : undefined;
  const { kept, refused } = await answer.json();
  await remove(kept);
  for (const one of some) if (refused[one.token]) await put({ ...one, refused: refused[one.token] });
  return true;
};

/** @param {string} address @param {(waiting: number, refused: number) => void} told called whenever the numbers change */
export const send = async (address, told) => {
  clearTimeout(timer);
  if (busy) return void (again = true);
  busy = true;
  const shut = new Set(); // ways that the server does not know: what came by another one is not held up
  try {
    for (;;) {
      const waiting = (await all()).filter((one) => !one.open && !one.refused && !shut.has(way(one, address)));
      if (!waiting.length || !navigator.onLine) break;
      const first = way(waiting[0], address);
      const some = waiting.filter((one) => way(one, address) === first).slice(0, AT_ONCE);
      const took = await hand(address, some).catch(() => undefined);
      last.ok = took !== undefined;
      if (took === false) shut.add(first);
      if (took === undefined) break;
      if (took) [last.at, failures] = [Date.now(), 0];
    }
    // nothing runs while nothing waits; where something does, less and less often
    if (shut.size || !last.ok) timer = setTimeout(() => send(address, told), Math.min(LONGEST_MS, 2e3 * 2 ** failures++));
  } finally {
    busy = false;
  }
  await count(told);
  if (again) {
    again = false;
    await send(address, told);
  }
};

/** @param {(waiting: number, refused: number) => void} told */
export const count = async (told) => {
  const kept = await all();
  told(kept.filter((one) => !one.open && !one.refused).length, kept.filter((one) => one.refused).length);
};
