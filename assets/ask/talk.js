// What the script says to the server: a text without credentials, which needs no preflight.
import { option } from "../hl/options.js";

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
export const survey = option("survey");
const address = `${option("host") || new URL(script?.src || location.href).origin}/s/${survey}/widget/`;

/** @returns {string} a response's secret name: 128 bits that nobody else draws */
export const token = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Values that the tag brings along: `data-with-order-number` is `order_number`. */
const hidden = Object.fromEntries(Object.entries(script?.dataset || {}).filter(([name]) => name.startsWith("with"))
  .map(([name, value]) => [name.slice(4).replace(/[A-Z]/g, (letter, at) => (at ? "_" : "") + letter.toLowerCase()), value]));

/** @returns {string} the site's write key: the tag's own, else the one of hl.js */
const key = () => option("key") || /** @type {any} */ (document.querySelector('script[data-key][src*="/hl.js"]'))?.dataset.key || "";

/** @param {Record<string, any>} said @returns {Promise<any>} the answer; nothing where there is none */
export const talk = async (said) => {
  const body = JSON.stringify({ language: option("language") || document.documentElement.lang || navigator.language, hidden, key: key(), ...said });
  for (let times = 0; times < 3; times++) {
    const answer = await fetch(address, { method: "POST", body, credentials: "omit", keepalive: said.do === "keep" }).catch(() => undefined);
    if (answer && answer.status < 429) return answer.status === 204 ? {} : answer.json().catch(() => undefined);
    if (said.do === "keep") return undefined; // it goes along with its page
    await new Promise((done) => setTimeout(done, 1e3 * 3 ** times));
  }
  return undefined;
};
