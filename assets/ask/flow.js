// The way through a survey without a server: the same as the engine finds (listen/surveys/flow.py, conditions.py), which
// finds it again when answers arrive. A test walks both through the same answers.

/** @typedef {Record<string, any>} Plain */
/** @typedef {{ token: string, answers: Plain, passed: string[], hidden: Plain }} Response */

/** @param {any} one @returns {any[]} */
const several = (one) => (Array.isArray(one) ? one : [one]);
/** @param {any} value */
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** @param {string} sign @param {any} value @param {any} wanted */
const compare = (sign, value, wanted) => {
  const known = value !== undefined && value !== null;
  if (sign === "answered") return known === Boolean(wanted);
  if (!known) return false;
  const plain = isObject(value) && "choice" in value ? value.choice : value;
  if (sign === "is" || sign === "not") return several(wanted).includes(plain) === (sign === "is");
  if (sign === "has") {
    const chosen = several(isObject(value) ? (value.choices ?? value.choice) : value);
    return several(wanted).some((one) => chosen.includes(one));
  }
  if (typeof value !== "number") return false;
  return sign === "above" ? value > wanted : value < wanted;
};

/** @param {Plain | undefined} condition @param {Plain} facts @returns {boolean} */
export const holds = (condition, facts) => {
  if (!condition) return true;
  if (condition.all) return condition.all.every((/** @type {Plain} */ part) => holds(part, facts));
  if (condition.any) return condition.any.some((/** @type {Plain} */ part) => holds(part, facts));
  if (condition.none) return !condition.none.some((/** @type {Plain} */ part) => holds(part, facts));
  const source = ["question", "hidden", "trait"].find((name) => condition[name]) || "question";
  let value = facts[source][condition[source]];
  if (condition.row) value = isObject(value) ? value[condition.row] : undefined;
  return ["is", "not", "has", "above", "below", "answered"].every((sign) =>
    condition[sign] === undefined || condition[sign] === null || compare(sign, value, condition[sign]));
};

/** @param {Response} response @param {Plain} answers */
const facts = (response, answers) => ({ question: answers, hidden: response.hidden, trait: {} });
/** @param {any} value */
const there = (value) => value !== undefined && value !== null;

/** @param {Plain} block @param {Response} response @param {Plain} counted @returns {Plain[]} the questions that are asked */
export const asked = (block, response, counted) => {
  if (!holds(block.when, facts(response, counted))) return [];
  const seen = { ...counted };
  return block.questions.filter((/** @type {Plain} */ question) => {
    if (!holds(question.when, facts(response, seen))) return false;
    if (there(response.answers[question.key])) seen[question.key] = response.answers[question.key];
    return true;
  });
};

/** @param {Plain} survey @param {Response} response @returns {{ blocks: Plain[], next?: Plain, end?: Plain, answers: Plain }} */
export const way = (survey, response) => {
  const blocks = [];
  /** @type {Plain} */
  const counted = {};
  for (let at = 0; at < survey.blocks.length; ) {
    const block = survey.blocks[at];
    const questions = asked(block, response, counted);
    if (!questions.length) {
      at++;
      continue;
    }
    const complete = questions.every((one) => !one.required || one.ask === "note" || there(response.answers[one.key]));
    if (!response.passed.includes(block.key) || !complete) return { blocks, next: block, answers: counted };
    blocks.push(block);
    for (const one of questions) if (there(response.answers[one.key])) counted[one.key] = response.answers[one.key];
    const jump = (block.then || []).find((/** @type {Plain} */ one) => holds(one.when, facts(response, counted)));
    const end = jump && survey.ends.find((/** @type {Plain} */ one) => one.key === jump.go);
    if (end) return { blocks, end, answers: counted };
    at = jump ? survey.blocks.findIndex((/** @type {Plain} */ one) => one.key === jump.go) : at + 1;
  }
  return { blocks, end: survey.ends.find((/** @type {Plain} */ one) => holds(one.when, facts(response, counted))), answers: counted };
};

/** @template T @param {T[]} items @param {string} seed @returns {T[]} always the same order for a seed */
export const mixed = (items, seed) => {
  let state = 0;
  for (const letter of seed) state = (Math.imul(state, 31) + letter.charCodeAt(0)) | 0;
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    const other = ((state ^ (state >>> 13)) >>> 0) % (at + 1);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
};

/** @param {Plain[]} questions @param {Plain} block @param {string} seed what hangs on an answer, and notes, keep their place */
export const shuffled = (questions, block, seed) => {
  if (!block.random) return questions;
  const free = questions.flatMap((one, at) => (one.ask !== "note" && !one.when ? [at] : []));
  const order = mixed(free, `${seed}:${block.key}`);
  return questions.map((one, at) => (free.includes(at) ? questions[order[free.indexOf(at)]] : one));
};
