// Where the customer is: the page's address without what they typed into it.
import { option } from "./options.js";

const kept = ("utm_source utm_medium utm_campaign utm_term utm_content " + option("query")).split(" ");
const root = document.documentElement;

/** @param {URL | Location} url @returns {string} the route of apps that keep it behind the # */
const route = (url) => (url.hash.startsWith("#/") ? url.hash.split("?")[0] : "");

/** What tells one page from another within a single-page app. */
export const address = () => location.pathname + location.search + route(location);

/**
 * What may be told of an address and a title: their parameters often hold what was typed.
 * @param {string} text @param {string} [title]
 */
const told = (text, title = "") => {
  const url = new URL(text, location.href);
  /** @type {Record<string, string>} */
  const campaign = {};
  for (const [name, value] of [...url.searchParams]) {
    if (!kept.includes(name)) {
      url.searchParams.delete(name);
      if (value.length > 2 && title.toLowerCase().includes(value.toLowerCase())) title = "";
    } else if (name.startsWith("utm_")) campaign[name === "utm_campaign" ? "name" : name.slice(4)] = value;
  }
  url.hash = route(url);
  return { url, title, campaign };
};

/** @param {string} from the page before */
export const here = (from) => {
  const { url, title, campaign } = told(location.href, document.querySelector("title[data-hl-mask]") ? "" : document.title);
  if (root.dataset.hlPath) url.pathname = root.dataset.hlPath; // where the path holds what was typed
  const page = { path: url.pathname + url.hash, referrer: from && told(from).url.href, search: url.search, title, url: url.href };
  return { page, campaign: campaign.source ? campaign : undefined };
};

/** @param {any} element @returns {boolean} whether we say nothing of it */
export const masked = (element) => element.closest("[data-hl-mask]");

/** @param {any} [element] @returns {string | undefined} the nearest touchpoint that was declared */
export const touchpoint = (element) =>
  (element?.closest("[data-hl-touchpoint]") || document.querySelector("html[data-hl-touchpoint],body[data-hl-touchpoint]"))?.dataset.hlTouchpoint;
