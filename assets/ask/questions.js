// A question as values becomes elements, and what was answered becomes values again, as the engine takes them.
import { make, picture } from "./dom.js";

/** @typedef {Record<string, any>} Shown */
/** @typedef {{ element: HTMLElement, read: () => any }} Drawn */

/** @param {Shown} point @returns {any} a face from sad to glad, a star, or the point's text */
const look = (point) => (point.paths.length ? picture(point.paths, "look") : point.text);

/** @param {Iterable<any>} inputs @returns {HTMLInputElement[]} */
const checked = (inputs) => [...inputs].filter((input) => input.checked);

/** @param {string} name @param {Shown[]} points @param {(point: Shown) => any} text @param {string} label @returns {Drawn} */
const scale = (name, points, text, label) => {
  const element = make("div", { class: `points n${points.length}`, role: "radiogroup", "aria-label": label },
    ...points.map((point) => make("label", {},
      make("input", { type: "radio", name, value: "" + point.number, checked: point.chosen, "aria-label": point.text ?? "" + point.number }),
      make("span", {}, text(point)))));
  return { element, read: () => (checked(element.querySelectorAll("input"))[0] ? Number(checked(element.querySelectorAll("input"))[0].value) : null) };
};

/** @param {Shown} question @returns {Drawn} */
const ranking = (question) => {
  const selects = question.options.map((/** @type {Shown} */ option) => make("select", { "aria-label": option.text, name: option.key },
    make("option", { value: "" }), ...question.ranks.map((/** @type {number} */ rank) => make("option", { selected: rank === option.place }, "" + rank))));
  return {
    element: make("ul", { class: "choices" }, ...selects.map((/** @type {any} */ select, /** @type {number} */ at) =>
      make("li", {}, make("label", { class: "rank" }, select, make("span", {}, question.options[at].text))))),
    read: () => selects.filter((/** @type {any} */ one) => one.value).sort((/** @type {any} */ a, /** @type {any} */ b) => a.value - b.value)
      .map((/** @type {any} */ one) => one.name),
  };
};

/** @param {Shown} question @returns {Drawn} */
const choices = (question) => {
  const several = question.ask === "multiple";
  /** @type {any[]} */
  const words = [];
  const element = make("ul", { class: "choices" }, ...question.options.map((/** @type {Shown} */ option) => {
    const own = option.other && make("input", { class: "words", value: question.words, maxLength: 500, "aria-label": option.text });
    if (own) words.push(own);
    return make("li", {}, make("label", {},
      make("input", { type: several ? "checkbox" : "radio", name: question.name, value: option.key, checked: option.chosen }),
      make("span", {}, option.text)), own);
  }));
  return {
    element,
    read: () => {
      const found = checked(element.querySelectorAll("[name]")).map((input) => input.value);
      const own = words.map((input) => input.value.trim()).find(Boolean);
      if (!found.length) return null;
      if (own) return several ? { choices: found, words: own } : { choice: found[0], words: own };
      return several ? found : found[0];
    },
  };
};

/** @param {Shown} question @param {Shown} words @returns {Drawn} */
const rows = (question, words) => {
  /** @type {[string, string, Drawn][]} */
  const cells = [];
  const element = make("div", {},
    question.ask === "kano" && make("ol", { class: "kano" }, ...words.kano.map((/** @type {string} */ text) => make("li", {}, text))),
    ...question.rows.map((/** @type {Shown} */ row) => make("div", { class: "row", role: "group", "aria-label": row.text }, make("p", {}, row.text),
      ...row.cells.map((/** @type {Shown} */ cell) => {
        const drawn = scale(cell.name, cell.points, (point) => "" + point.number, cell.label ? `${row.text}: ${cell.label}` : row.text);
        cells.push([row.key, cell.name.split("--")[2] || "", drawn]);
        return make("div", { class: "cell" }, cell.label && make("span", { class: "what" }, cell.label), drawn.element);
      }))));
  return {
    element,
    read: () => {
      /** @type {Shown} */
      const found = {};
      for (const [row, part, drawn] of cells) {
        const value = drawn.read();
        if (value === null) continue;
        if (part) (found[row] ||= {})[part] = value;
        else found[row] = value;
      }
      return found;
    },
  };
};

/** @param {Shown} question @returns {Drawn} */
const fields = (question) => {
  const inputs = question.fields.map((/** @type {Shown} */ field) =>
    make("input", { name: field.name, type: field.type, autocomplete: field.auto, value: field.value, maxLength: 300 }));
  return {
    element: make("div", {}, ...inputs.map((/** @type {any} */ input, /** @type {number} */ at) =>
      make("label", { class: "field" }, make("span", {}, question.fields[at].label), input))),
    read: () => Object.fromEntries(inputs.map((/** @type {any} */ input) => [input.name, input.value])),
  };
};

/** @param {Shown} question @param {Record<string, any>} said @returns {Drawn} */
const writing = (question, said) => {
  const shape = question.ask === "comment" ? { rows: 4 } : { type: question.ask === "date" ? "date" : "text", inputMode: question.ask === "number" && "decimal" };
  const element = make(question.ask === "comment" ? "textarea" : "input", { ...shape, ...said, name: question.name, value: "" + (question.value ?? "") });
  return { element, read: () => element.value };
};

/** @param {Shown} question @param {Shown} words @returns {Drawn} */
const inside = (question, words) => {
  if (question.points.length) return scale(question.name, question.points, look, question.text);
  if (question.ask === "ranking") return ranking(question);
  if (question.options.length) return choices(question);
  if (question.rows.length) return rows(question, words);
  if (question.fields.length) return fields(question);
  const input = make("input", { type: "checkbox", checked: question.value });
  return { element: make("ul", { class: "choices" }, make("li", {}, make("label", {}, input, make("span", {}, words.yes)))), read: () => input.checked };
};

/**
 * @param {Shown} question as the server shows it @param {Shown} words around it
 * @returns {Drawn} nothing is read of what asks nothing
 */
export const draw = (question, words) => {
  if (question.ask === "note") return { element: make("p", { class: "read" }, question.text), read: () => undefined };
  const { name, wrong, hint } = question;
  const must = question.required && make("span", { class: "must" }, ` (${words.must})`);
  const told = [hint && make("p", { class: "hint", id: `${name}-hint` }, hint), wrong && make("p", { class: "wrong", id: `${name}-wrong` }, wrong)];
  const about = [hint && `${name}-hint`, wrong && `${name}-wrong`].filter(Boolean).join(" ");
  const said = { "aria-describedby": about, "aria-invalid": wrong && "true", "aria-required": question.required && "true" };
  const poles = (question.low || question.high) && make("p", { class: "poles" }, make("span", {}, question.low), make("span", {}, question.high));
  if (/^(text|comment|number|date)$/.test(question.ask)) {
    const drawn = writing(question, { ...said, id: name });
    return { element: make("div", { class: "question" + (wrong ? " amiss" : "") }, make("label", { for: name }, question.text, must), ...told, drawn.element), read: drawn.read };
  }
  const drawn = inside(question, words);
  const { "aria-required": _, ...more } = said;
  return {
    element: make("fieldset", { class: `question ${question.ask}` + (wrong ? " amiss" : ""), ...more }, make("legend", {}, question.text, must), ...told,
      question.rows.length && poles, drawn.element, !question.rows.length && poles),
    read: drawn.read,
  };
};
