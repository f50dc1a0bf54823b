// First-party storage: localStorage, or the page's memory where that is forbidden or full. Nothing is written before
// consent, and nothing read but the consent that a person gave here before.

/** @type {Record<string, string>} */
let box = {};
try {
  box = /** @type {any} */ (localStorage);
} catch {
  // forbidden
}

/** @param {string} name @returns {string | undefined} */
export const get = (name) => box["hl:" + name];

/** @param {string} name @param {any} text */
export const set = (name, text) => {
  try {
    box["hl:" + name] = text;
  } catch {
    box = { ...box, ["hl:" + name]: text };
  }
};

/** @param {string} name */
export const drop = (name) => {
  delete box["hl:" + name];
};

/** @param {string} prefix @returns {string[]} names of what is kept, in order */
export const names = (prefix) =>
  Object.keys(box).filter((key) => key.startsWith("hl:" + prefix)).map((key) => key.slice(3)).sort();

/** @returns {string} 128 bits that nobody else draws; `randomUUID` is missing where a page came without TLS */
export const fresh = () => [...crypto.getRandomValues(new Uint32Array(4))].map((bits) => bits.toString(36)).join("-");
