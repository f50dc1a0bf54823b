// What the script tag says. Read while the script runs: later nobody knows which tag it was.

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);

/** @param {string} name of a data attribute of the script tag @returns {string} */
export const option = (name) => script?.dataset[name] || "";

export const inbox = (option("host") || new URL(script?.src || location.href).origin) + "/v1/batch";

/**
 * Wraps a function so that whatever goes wrong in it stays in it: the page must never notice us.
 * @template {(...given: any[]) => any} F @param {F} run @returns {F}
 */
export const safe = (run) => /** @type {F} */ ((...given) => {
  try {
    return run(...given);
  } catch {
    return undefined;
  }
});

/** @param {string} what happens to the window or below @param {(event: any) => void} run */
export const on = (what, run) => addEventListener(what, safe(run), true);

/** Has a function called after one of the page's own. @param {any} object @param {string} name @param {(given: any[], self: any) => void} run */
export const after = (object, name, run) => {
  const original = object[name];
  object[name] = function (/** @type {any[]} */ ...given) {
    const answer = original.apply(this, given);
    safe(run)(given, this);
    return answer;
  };
};
