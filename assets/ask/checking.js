// Is this an answer? What was given becomes what is kept, or a code; the engine on the server looks again.

/** @typedef {Record<string, any>} Plain */
/** @param {any} value @returns {boolean} */
const empty = (value) => value === null || value === undefined || (typeof value === "string" && !value.trim()) ||
  (Array.isArray(value) ? !value.length : typeof value === "object" && Object.values(value).every(empty));

/** @param {Plain} question @param {any} given @returns {[any, string]} what is kept, and what is wrong with it */
const read = (question, given) => {
  const { ask, least = -Infinity, most = Infinity } = question;
  if (ask === "number") {
    const number = Number(given.trim().replace(",", "."));
    return Number.isFinite(number) ? [number, number < least || number > most ? "out_of_range" : ""] : [null, "not_a_number"];
  }
  if (ask === "text" || ask === "comment") {
    const text = given.trim();
    return [text, text.length < least ? "too_short" : text.length > most ? "too_long" : ""];
  }
  if (ask === "multiple" || ask === "ranking") {
    const chosen = given.choices || given;
    const alone = (question.options || []).some((/** @type {Plain} */ one) => one.alone && chosen.includes(one.key));
    return [given, alone && chosen.length > 1 ? "not_together" : chosen.length < least ? "too_few" : chosen.length > most ? "too_many" : ""];
  }
  if (ask === "contact") {
    const found = Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim()));
    return [found, found.email && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(found.email) ? "not_an_email" : ""];
  }
  if (ask === "consent") return [given || (question.required ? null : false), ""];
  return [given, ""];
};

/** @param {Plain} question @param {any} given @returns {[any, string]} */
export const check = (question, given) => {
  let [value, wrong] = empty(given) ? [null, ""] : read(question, given);
  if (!wrong && question.required && question.ask !== "note") {
    const rows = question.rows && value && question.rows.some((/** @type {Plain} */ row) => empty(value[row.key]));
    if (value === null || rows) wrong = "required";
  }
  return [wrong ? null : value, wrong];
};
