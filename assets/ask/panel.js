// Where a survey is seen: in a place of the page, in a corner, or above all. Everything is drawn anew for each page, so
// nothing that is already seen moves; in a place of the page the room is kept, and what is longer scrolls in it.
import { draw } from "./questions.js";
import { make } from "./dom.js";
import css from "./ask.css";

/** The least height of a place that counts as kept free. */
export const LEAST = 100;

/** @typedef {Record<string, any>} State */
/** @typedef {{ keep: (key: string, value: any) => void, send: (given: State, back: boolean) => void, close: () => void }} Act */

/**
 * @param {"inline" | "corner" | "dialog"} way @param {Element} place @param {Act} act
 * @returns {{ show: (state: State) => void, fail: () => void, shut: () => void }}
 */
export const panel = (way, place, act) => {
  const host = make("hl-ask", { "data-way": way });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const looks = getComputedStyle(place);
  const kept = place.clientHeight - parseFloat(looks.paddingTop) - parseFloat(looks.paddingBottom);
  const room = kept > LEAST ? kept : 0;
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  /** @type {any} */
  let box;
  /** @type {State} */
  let now = {};
  let turns = 0;

  /** @param {State} state @param {(back: boolean) => void} send @param {any[]} parts */
  const form = (state, send, parts) => make("form", { noValidate: true, onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), send(false)) },
    ...parts,
    make("p", { class: "buttons" }, make("button", { class: "go" }, state.words.next),
      !state.first && make("button", { class: "back", type: "button", onclick: () => send(true) }, state.words.back)));

  /** @param {State} state @returns {any[]} */
  const content = (state) => {
    if (!state.block) return [make("p", { class: "end", tabIndex: -1 }, state.end), state.link && make("p", {}, make("a", { class: "go", href: state.link, rel: "noopener noreferrer" }, state.words.onward))];
    const drawn = state.questions.map((/** @type {State} */ question) => ({ key: question.key, ...draw(question, state.words) }));
    const given = () => Object.fromEntries(drawn.map((/** @type {any} */ one) => [one.key, one.read()]).filter((/** @type {any} */ [, value]) => value !== undefined));
    for (const one of drawn) {
      // every answer is kept the moment it is given
      one.element.addEventListener("change", () => act.keep(one.key, one.read()));
    }
    return [
      state.intro && make("p", { class: "intro" }, state.intro), state.heading && make("h2", {}, state.heading),
      form(state, (back) => act.send(given(), back), drawn.map((/** @type {any} */ one) => one.element)),
    ];
  };

  /** @param {State} state */
  const fresh = (state) => {
    const close = way !== "inline" && make("button", { class: "close", type: "button", "aria-label": state.words.close, onclick: act.close }, "×");
    const said = { class: "box", lang: state.language, dir: state.direction, "aria-label": state.title };
    const inside = [
      make("header", {}, make("p", { class: "title" }, state.title), close),
      state.block && make("progress", { max: 100, value: state.done, "aria-label": state.words.done }),
      make("div", { class: "inside", tabIndex: -1, role: "group", "aria-label": state.title }, ...content(state)),
      make("p", { class: "alert", role: "alert" }), make("p", { class: "sr", role: "status" }),
    ];
    return way === "dialog" ? make("dialog", said, ...inside) : make("section", { ...said, role: way === "corner" ? "dialog" : "region" }, ...inside);
  };

  host.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && way !== "inline") {
      event.stopPropagation();
      act.close();
    }
  });

  return {
    show: (state) => {
      const focused = turns++ > 0 || way === "dialog"; // nobody's focus is taken by what comes by itself beside the page
      const next = fresh((now = state));
      if (!host.isConnected) place.append(host);
      const high = way === "inline" && (room || box?.offsetHeight);
      box?.close?.();
      box?.remove();
      root.append((box = next));
      if (high) {
        // the room stays as it was: what stands below does not move
        const fixed = new CSSStyleSheet();
        fixed.replaceSync(`.box{height:${high}px}`);
        root.adoptedStyleSheets = [sheet, fixed];
      }
      if (way === "dialog") {
        box.addEventListener("cancel", (/** @type {Event} */ event) => (event.preventDefault(), act.close()));
        box.showModal();
      }
      if (!focused) setTimeout(() => (next.querySelector(".sr").textContent = `${state.words.asks} ${state.title}`), 100);
      else (box.querySelector("[aria-invalid]") || box.querySelector(".end") || box.querySelector(".inside")).focus();
    },
    fail: () => (box.querySelector(".alert").textContent = now.words.again),
    shut: () => {
      box?.close?.();
      host.remove();
      if (way === "dialog") before?.focus?.();
    },
  };
};
