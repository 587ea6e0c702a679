// @ts-check
/** Predict, then reveal: what is asked before an op, and whether the answer was right. Pure. */

import { fixed, plain, signed } from "./format.js";
import { entry, focus, next, unitValue } from "./selectors.js";

/** @typedef {import("./store.js").State} State */
/** @typedef {"sign" | "change" | "value" | "which"} Sort */
/** @typedef {{text: string, value: any}} Choice */
/**
 * @typedef {object} Question
 * @property {Sort} sort
 * @property {string} text
 * @property {Choice[]} choices  none where a number is asked for
 * @property {number} position   of the op that gives the answer
 * @property {any} about         the selection that explains the answer
 * @property {(state: State) => number | null} truth  a number, or of `which` the place of the largest
 * @property {(value: number) => string} told  the truth in words
 * @property {(state: State) => number[]} [sizes]  of `which`, what is compared
 */

export const SORTS = /** @type {Record<Sort, string>} */ ({ sign: "its sign", change: "larger or smaller", value: "its value", which: "which weight most" });
const SHARE = 0.05, LEAST = 0.005; // tolerance of a number: a share of it, but no less than this
const MOST = 6; // weights that are offered to choose from
const SIGNS = [{ text: "positive", value: 1 }, { text: "negative", value: -1 }, { text: "zero", value: 0 }];
const WAYS = [{ text: "larger", value: 1 }, { text: "smaller", value: -1 }, { text: "unchanged", value: 0 }];

/** A number that jumps about, the same for the same position: kinds and units are not asked in turn. @param {number} position */
export function mixed(position) {
  return Math.imul(position + 1, 2654435761) >>> 12;
}

/**
 * Return a question on what the next op will write, null where there is none worth asking.
 * @param {State} state
 * @param {number} turn   chooses kind and unit
 * @param {Sort | "any"} wanted
 * @param {number | null} lastCost  of the minibatch before
 * @returns {Question | null}
 */
export function questionFor(state, turn, wanted, lastCost) {
  const op = next(state);
  if (!op) return null;
  const made = possible(state, op, turn, lastCost).filter(({ sort }) => wanted === "any" || sort === wanted);
  return made.length ? { ...made[(turn >> 5) % made.length], position: state.position + 1 } : null;
}

/** @param {State} state @param {import("./store.js").Op} op @param {number} turn @param {number | null} lastCost @returns {Omit<Question, "position">[]} */
function possible(state, op, turn, lastCost) {
  const l = op.layer, { sizes } = state.welcome;
  const chosen = state.selection;
  const j = chosen?.kind === "unit" && chosen.layer === l ? chosen.unit : turn % Math.min(sizes[l] ?? 1, 12);
  const row = focus(state), whose = row === null ? "on average" : `for example ${row + 1}`;
  const name = `unit ${j + 1} in layer ${l}`;
  const unit = (/** @type {string} */ quantity) => ({ kind: "unit", layer: l, unit: j, quantity });
  const read = (/** @type {string} */ name) => (/** @type {State} */ now) => unitValue(now, `${name}${l}`, j);
  switch (op.kind) {
    case "preactivate": return [
      signed_(`z of ${name}`, whose, unit("z"), read("z")), number(`z of ${name}`, whose, unit("z"), read("z"), signed)];
    case "activate": return [number(`a of ${name}`, whose, unit("a"), read("a"), fixed)];
    case "cost": return cost(lastCost);
    case "delta": return [signed_(`δ of ${name}`, whose, unit("delta"), read("delta")), number(`δ of ${name}`, whose, unit("delta"), read("delta"), signed)];
    case "gradient": return weights(state, l, turn, `dW${l}`);
    case "update": return weights(state, l, turn, `W${l}`);
    default: return [];
  }
}

/** @param {string} what @param {string} whose @param {any} about @param {(state: State) => number | null} truth @returns {Omit<Question, "position">} */
function signed_(what, whose, about, truth) {
  return { sort: "sign", text: `Will ${what} be positive or negative, ${whose}?`, choices: SIGNS, about, truth, told: (value) => signed(value) };
}

/** @param {string} what @param {string} whose @param {any} about @param {(state: State) => number | null} truth @param {(value: number) => string} told @returns {Omit<Question, "position">} */
function number(what, whose, about, truth, told) {
  return { sort: "value", text: `What will ${what} be${whose && `, ${whose}`}? Within 5 %, or ${plain(LEAST)}, is right.`, choices: [], about, truth, told };
}

/** @param {number | null} before @returns {Omit<Question, "position">[]} */
function cost(before) {
  const about = { kind: "cost", example: null };
  const asked = [number("the cost", "", about, (now) => now.cost, fixed)];
  if (before === null) return asked;
  const truth = (/** @type {State} */ now) => (now.cost === null ? null : now.cost - before);
  return [{ sort: "change", text: `The cost was ${fixed(before)}. Will it be larger or smaller now?`, choices: WAYS, about, truth, told: (by) => `${fixed(before + by)}, ${by < 0 ? "smaller" : by > 0 ? "larger" : "the same"}` }, ...asked];
}

/** Questions on the gradient, or the change, of the weights of a layer. @param {State} state @param {number} l @param {number} turn @param {string} tensor @returns {Omit<Question, "position">[]} */
function weights(state, l, turn, tensor) {
  const [rows, columns] = [state.welcome.sizes[l - 1], state.welcome.sizes[l]];
  const at = turn % Math.min(rows * columns, 24), index = [Math.floor(at / columns), at % columns];
  const isUpdate = tensor[0] === "W", name = (/** @type {number[]} */ [i, j]) => `${l === 1 ? `x${i + 1}` : `unit ${i + 1}`} → unit ${j + 1}`;
  const value = (/** @type {State} */ now, /** @type {number[]} */ place) => {
    const made = entry(now, tensor, place), before = isUpdate ? entry(now, `old_${tensor}`, place) : 0;
    return made === null || before === null ? null : made - before;
  };
  const about = { kind: "entry", entry: { tensor: `W${l}`, index }, quantity: tensor };
  const truth = (/** @type {State} */ now) => value(now, index);
  const one = isUpdate
    ? { sort: /** @type {Sort} */ ("change"), text: `Layer ${l}, weight ${name(index)}: will the update make it larger or smaller?`, choices: WAYS }
    : { sort: /** @type {Sort} */ ("sign"), text: `Layer ${l}, weight ${name(index)}: will its gradient be positive or negative?`, choices: SIGNS };
  const made = [{ ...one, about, truth, told: (/** @type {number} */ by) => (isUpdate ? `${signed(by)}: ${by > 0 ? "larger" : by < 0 ? "smaller" : "unchanged"}` : signed(by)) }];
  if (rows * columns < 2 || rows * columns > MOST) return made;
  const places = Array.from({ length: rows * columns }, (_, k) => [Math.floor(k / columns), k % columns]);
  const sizesOf = (/** @type {State} */ now) => places.map((place) => Math.abs(value(now, place) ?? NaN));
  const largest = (/** @type {State} */ now) => {
    const sizes = sizesOf(now);
    return sizes.some(Number.isNaN) ? null : sizes.indexOf(Math.max(...sizes));
  };
  const what = isUpdate ? "change most" : "have the largest gradient, whatever its sign";
  return [...made, { sort: "which", text: `Which weight of layer ${l} will ${what}?`, choices: places.map((place, k) => ({ text: name(place), value: k })), about, truth: largest, sizes: sizesOf, told: (k) => name(places[k]) }];
}

/**
 * Whether an answer is right, once the op has been executed; null where the truth is not there.
 * @param {Question} question @param {any} answer @param {State} state
 * @returns {{right: boolean, truth: number, told: string} | null}
 */
export function judge(question, answer, state) {
  const truth = question.truth(state);
  if (truth === null || !Number.isFinite(truth)) return null;
  if (question.sizes) {
    const sizes = question.sizes(state), least = sizes[truth] * (1 - 1e-9);
    const alike = sizes.filter((size) => size >= least).length;
    return { right: sizes[answer] >= least, truth, told: alike > 1 ? `the same for ${alike} of them` : question.told(truth) };
  }
  const right = question.sort === "value" ? Math.abs(answer - truth) <= Math.max(SHARE * Math.abs(truth), LEAST)
    : answer === Math.sign(truth);
  return { right, truth, told: question.told(truth) };
}
