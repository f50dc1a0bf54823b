// Builds elements without markup: pages with Trusted Types, and without inline styles, let us in.

/** @typedef {Record<string, any>} Shown */

/**
 * @param {string} tag @param {Record<string, any>} [said] properties and attributes; empty ones are left out
 * @param {...(Node | string | null | undefined | false)} inside @returns {any}
 */
export const make = (tag, said = {}, ...inside) => {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(said)) {
    if (value === undefined || value === null || value === false || value === "") continue;
    if (name === "class") one.className = value;
    else if (name.startsWith("on")) one.addEventListener(name.slice(2), value);
    else if (/[-_]|^(role|for|lang|dir|list)/.test(name)) one.setAttribute(name, value);
    else /** @type {any} */ (one)[name] = value;
  }
  one.append(.../** @type {any[]} */ (inside.filter(Boolean)));
  return one;
};

const SVG = "http://www.w3.org/2000/svg";

/** @param {string[]} paths @param {string} name a class @returns {SVGElement} a picture of a size of 32 */
export const picture = (paths, name) => {
  const one = document.createElementNS(SVG, "svg");
  one.setAttribute("viewBox", "0 0 32 32");
  one.setAttribute("class", name);
  one.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    one.append(path);
  }
  return one;
};
