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

/** @param {string} address @param {Kept[]} some of one link @returns {Promise<boolean>} whether the server has answered */
const hand = async (address, some) => {
  const responses = some.map(({ token, edition, language, began, ended, answers, passed }) => ({ token, edition, language, began, ended, answers, passed }));
  const body = JSON.stringify({ place: some[0].place, responses });
  const answer = await fetch(address, { method: "POST", body, credentials: "omit" }).catch(() => undefined);
  if (!answer?.ok) return false;
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
  try {
    for (;;) {
      const waiting = (await all()).filter((one) => !one.open && !one.refused);
      if (!waiting.length || !navigator.onLine) break;
      const some = waiting.filter((one) => one.place === waiting[0].place).slice(0, AT_ONCE);
      last.ok = await hand(address, some).catch(() => false);
      if (!last.ok) {
        // nothing runs while nothing waits; where something does, less and less often
        timer = setTimeout(() => send(address, told), Math.min(LONGEST_MS, 2e3 * 2 ** failures++));
        break;
      }
      last.at = Date.now();
      failures = 0;
    }
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
