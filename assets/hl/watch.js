// What goes wrong for a customer: forms left half filled, clicks that do nothing, searches without a result, errors.
// Nothing that was typed is read; nothing inside `data-hl-mask` is told.
import { after, on, option, safe } from "./options.js";
import { masked } from "./place.js";

/** @typedef {(event: string, properties: object, element?: any) => void} Track */

/** @param {any} element @returns {string} its name: an input called `id` must not stand in for it */
const named = (element) => element.getAttribute("name") || element.getAttribute("id") || "";
/** @param {any} element how somebody who knows the page finds it; never its text */
const called = (element) => element.localName + (named(element) && "#" + named(element));

/** @param {Track} track @param {any} element */
const used = (track, element) => {
  if (element?.matches("[data-hl-touchpoint]") && !masked(element)) track("Touchpoint Used", { element: called(element) }, element);
};

/** @param {Track} track @returns {() => void} to be called when the page is left */
export const forms = (track) => {
  /** @type {Map<any, {at: number, fields: Set<string>, last: string}>} */
  const begun = new Map();
  on("input", ({ target, isTrusted }) => {
    const form = target.form;
    if (!isTrusted || masked(target) || form.matches("[role=search]")) return;
    const known = begun.get(form) || { at: Date.now(), fields: new Set(), last: "" };
    begun.set(form, known);
    known.fields.add((known.last = named(target)));
  });
  on("submit", ({ target }) => {
    begun.delete(target);
    used(track, target);
  });
  after(HTMLFormElement.prototype, "submit", (_, form) => begun.delete(form)); // which tells nobody
  return () => {
    begun.forEach(({ at, fields, last }, form) =>
      track("Form Abandoned", { form: named(form), fields: fields.size, last_field: last, seconds: Math.round((Date.now() - at) / 1e3) }, form));
    begun.clear();
  };
};

/** @param {Track} track @returns {() => void} to be called when the page is left */
export const clicks = (track) => {
  let x = 0;
  let y = 0;
  let count = 0;
  let timer = 0;
  /** @type {any} */
  let last;
  const over = safe(() => {
    if (count > 3) track("Clicked Repeatedly", { clicks: count, element: called(last) }, last);
    count = 0;
  });
  on("click", ({ target, clientX, clientY, isTrusted }) => {
    if (!isTrusted || masked(target)) return;
    const button = target.closest("a,button,input,summary,[role=button]");
    used(track, button);
    if (Math.hypot(clientX - x, clientY - y) > 30) over();
    x = clientX;
    y = clientY;
    last = button || target;
    count++;
    clearTimeout(timer);
    timer = setTimeout(over, 600);
  });
  return over;
};

/** @param {Track} track */
export const errors = (track) => {
  /** @type {Set<string>} */
  const known = new Set();
  /** @param {any} error @param {string} [filename] @param {number} [line] */
  const tell = (error, filename, line) => {
    const { protocol, host, pathname } = new URL(filename || "", location.href);
    const name = /^\w+$/.test(error?.name) ? error.name : "Error"; // the message may quote what was typed
    const key = name + pathname + line;
    // extensions of the browser are not the page's; ten of a page are enough
    if (!protocol.startsWith("http") || known.has(key) || known.size > 9) return;
    known.add(key);
    track("Error Shown", { kind: "script", error: name, file: filename && host + pathname, line });
  };
  on("error", ({ error, filename, lineno }) => filename && tell(error, filename, lineno));
  on("unhandledrejection", ({ reason }) => tell(reason));
  const status = /** @type {any} */ (performance.getEntriesByType("navigation")[0])?.responseStatus;
  if (status > 399) track("Error Shown", { kind: "status", error: "" + status });
};

/** @param {Track} track @returns {() => void} to be called on a new page */
export const messages = (track) => {
  /** @type {Set<Element>} */
  let shown = new Set();
  let timer = 0;
  const check = safe(() => {
    timer = 0;
    /** @type {Set<Element>} */
    const now = new Set();
    /** @param {string} selector @param {string} more @param {(element: any) => void} tell */
    const look = (selector, more, tell) => {
      for (const element of document.querySelectorAll(selector + (more && "," + more))) {
        if (!element.getClientRects().length || masked(element)) continue;
        now.add(element);
        if (!shown.has(element)) tell(element);
      }
    };
    look('[data-hl-results="0"]', option("noResults"), (element) => track("Search Failed", { results: 0 }, element));
    look("[data-hl-error]", option("errors"), (element) =>
      track("Error Shown", { kind: "message", error: element.dataset.hlError || called(element) }, element));
    shown = now;
  });
  /** @param {number} ms */
  const later = (ms) => {
    timer ||= setTimeout(check, ms);
  };
  new MutationObserver(() => later(300)).observe(document, { childList: true, subtree: true, attributes: true });
  later(1);
  return () => {
    shown = new Set();
    clearTimeout(timer);
    timer = 0;
    later(1e3); // what the page before showed is gone by then
  };
};
