// @ts-check
/** Questions on the numbers to come, and how an answer is judged. A question is data. Pure. */

import { fixed, plain, signed } from "./format.js";
import { entry, focus, next, program, unitValue } from "./selectors.js";

/** @typedef {import("./store.js").State} State */
/** @typedef {"sign" | "change" | "value" | "which"} Sort */
/**
 * @typedef {object} Question
 * @property {Sort} sort
 * @property {string} tensor    "cost", or a tensor as on the wire
 * @property {number[]} index   the unit of z, a, delta; the entry of a matrix; empty where which is asked
 * @property {number | null} example  the row, null for the mean
 * @property {string} text
 * @property {string} given     what the answer can be worked out from
 * @property {number} position  where the answer can be seen
 * @property {number | null} [before]  what the cost was, where its change is asked for
 */

export const SORTS = /** @type {Record<Sort, string>} */ ({ sign: "its sign", change: "larger or smaller", value: "its value", which: "which weight most" });
export const SHARE = 0.05, LEAST = 0.005; // tolerance of a number: a share of it, but no less than this
const MOST = 6; // weights that are offered to choose from
const SIGNS = [{ text: "positive", value: 1 }, { text: "negative", value: -1 }, { text: "zero", value: 0 }];
const WAYS = [{ text: "larger", value: 1 }, { text: "smaller", value: -1 }, { text: "unchanged", value: 0 }];
const OF_UNIT = /^(z|a|delta)\d/;

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

/** Questions on every op from the next to the end of the minibatch, op by op. @param {State} state @param {number} turn @param {number | null} lastCost */
export function questionsAhead(state, turn, lastCost) {
  const ops = program(state), at = ops.length ? state.position % ops.length : 0;
  return ops.slice(at).map((op, ahead) => ({
    op, questions: possible(state, op, turn, lastCost).map((question) => ({ ...question, position: state.position + ahead + 1 })),
  })).filter(({ questions }) => questions.length);
}

/** @param {State} state @param {import("./store.js").Op} op @param {number} turn @param {number | null} lastCost @returns {Omit<Question, "position">[]} */
function possible(state, op, turn, lastCost) {
  const l = op.layer, { sizes } = state.welcome;
  const chosen = state.selection;
  const j = chosen?.kind === "unit" && chosen.layer === l ? chosen.unit : turn % Math.min(sizes[l] ?? 1, 12);
  const example = focus(state), whose = example === null ? "on average" : `for example ${example + 1}`;
  const name = `unit ${j + 1} in layer ${l}`;
  /** @param {Sort} sort @param {string} kind @param {string} letter @returns {Omit<Question, "position">} */
  const unit = (sort, kind, letter) => ({
    sort, tensor: `${kind}${l}`, index: [j], example, given: given(state, kind, l, j),
    text: sort === "sign" ? `Will ${letter} of ${name} be positive or negative, ${whose}?` : `What will ${letter} of ${name} be, ${whose}? ${TOLERANCE}`,
  });
  switch (op.kind) {
    case "preactivate": return [unit("sign", "z", "z"), unit("value", "z", "z")];
    case "activate": return [unit("value", "a", "a")];
    // Of a minibatch that is the whole set the cost stands in the results before it is computed here.
    case "cost": return state.welcome.config.minibatch_size ? cost(lastCost) : [];
    case "delta": return [unit("sign", "delta", "δ"), unit("value", "delta", "δ")];
    case "gradient": return weights(state, l, turn, `dW${l}`);
    case "update": return weights(state, l, turn, `W${l}`);
    default: return [];
  }
}

const TOLERANCE = `Within 5 %, or ${plain(LEAST)}, is right.`;

/** @param {number | null} before @returns {Omit<Question, "position">[]} */
function cost(before) {
  const about = { tensor: "cost", index: [], example: null, given: "" };
  const value = { ...about, sort: /** @type {Sort} */ ("value"), text: `What will the cost be? ${TOLERANCE}` };
  if (before === null) return [value];
  return [{ ...about, sort: "change", before, text: `The cost was ${fixed(before)}. Will it be larger or smaller now?` }, value];
}

/** Questions on the gradient, or the change, of the weights of a layer. @param {State} state @param {number} l @param {number} turn @param {string} tensor @returns {Omit<Question, "position">[]} */
function weights(state, l, turn, tensor) {
  const [rows, columns] = [state.welcome.sizes[l - 1], state.welcome.sizes[l]];
  const at = turn % Math.min(rows * columns, 24), index = [Math.floor(at / columns), at % columns];
  const isUpdate = tensor[0] === "W", about = { tensor, example: null, given: "" };
  const words = isUpdate ? "will the update make it larger or smaller?" : "will its gradient be positive or negative?";
  const one = { ...about, index, sort: /** @type {Sort} */ (isUpdate ? "change" : "sign"), text: `Layer ${l}, weight ${placeName(l, index)}: ${words}` };
  if (rows * columns < 2 || rows * columns > MOST) return [one];
  const what = isUpdate ? "change most" : "have the largest gradient, whatever its sign";
  return [one, { ...about, index: [], sort: "which", text: `Which weight of layer ${l} will ${what}?` }];
}

/** @param {number} l @param {number[]} index */
function placeName(l, [i, j]) {
  return `${l === 1 ? `x${i + 1}` : `unit ${i + 1}`} → unit ${j + 1}`;
}

/** What a number of a unit can be worked out from, where that is little enough to be said. @param {State} state @param {string} kind @param {number} l @param {number} j */
function given(state, kind, l, j) {
  const { config, sizes } = state.welcome;
  const value = (/** @type {string} */ name, /** @type {number} */ unit) => unitValue(state, name, unit);
  const f = config.layers[l - 1]?.activation;
  if (kind === "a") {
    const z = value(`z${l}`, j);
    return z === null ? "" : `Its z is ${signed(z)}; the activation is ${f}.`;
  }
  if (kind === "delta" && l < sizes.length - 1 && sizes[l + 1] === 1) {
    const [above, a, w] = [value(`delta${l + 1}`, 0), value(`a${l}`, j), entry(state, `W${l + 1}`, [j, 0])];
    return above === null || a === null || w === null ? "" : `δ of layer ${l + 1} is ${signed(above)}, the weight to it ${signed(w)}; unit ${j + 1} has a = ${fixed(a)}, its activation is ${f}.`;
  }
  if (kind === "z" && sizes[l - 1] <= 3) {
    const b = entry(state, `b${l}`, [j]);
    const parts = Array.from({ length: sizes[l - 1] }, (_, i) => [value(`a${l - 1}`, i), entry(state, `W${l}`, [i, j])]);
    if (b === null || parts.some(([a, w]) => a === null || w === null)) return "";
    const name = l === 1 ? "x" : "a of unit ";
    return `${parts.map(([a, w], i) => `${name}${i + 1} = ${fixed(/** @type {number} */ (a))} with weight ${signed(/** @type {number} */ (w))}`).join(", ")}; the bias is ${signed(b)}.`;
  }
  return "";
}

/** The answers to choose from; none where a number is asked for. @param {Question} question @param {number[]} sizes @returns {{text: string, value: number}[]} */
export function choicesOf({ sort, tensor }, sizes) {
  if (sort === "sign") return SIGNS;
  if (sort === "change") return WAYS;
  if (sort !== "which") return [];
  const l = Number(tensor.match(/\d+$/)?.[0]), columns = sizes[l];
  return Array.from({ length: sizes[l - 1] * columns }, (_, k) => ({ text: placeName(l, [Math.floor(k / columns), k % columns]), value: k }));
}

/** An answer in words. @param {Question} question @param {number} answer @param {number[]} sizes */
export function answerText(question, answer, sizes) {
  return question.sort === "value" ? String(answer).replace("-", "−") : choicesOf(question, sizes).find(({ value }) => value === answer)?.text ?? "";
}

/** What a revealed question is about: of "which", the entry that it was. @param {any} question @param {number[]} sizes @returns {any} */
export function revealedOf({ sort, tensor, index, truth }, sizes) {
  if (sort !== "which") return aboutOf({ tensor, index });
  const columns = sizes[Number(tensor.match(/\d+$/)?.[0])];
  return aboutOf({ tensor, index: [Math.floor(truth / columns), truth % columns] });
}

/** What a question is about, as something that can be selected. @param {{tensor: string, index: number[]}} question @returns {any} */
export function aboutOf({ tensor, index }) {
  if (tensor === "cost") return { kind: "cost", example: null };
  const [, kind, layer] = /** @type {RegExpMatchArray} */ (tensor.match(/^(\D+)(\d+)$/));
  if (OF_UNIT.test(tensor)) return { kind: "unit", layer: Number(layer), unit: index[0], quantity: kind };
  return { kind: "entry", entry: { tensor: tensor.replace("d", ""), index: index.length ? index : [0, 0] }, quantity: tensor };
}

/** The numbers that a question compares, or the one it asks for; NaN where they are not there. @param {Question} question @param {State} state @returns {number[]} */
function asked({ sort, tensor, index, before = null }, state) {
  const { sizes } = state.welcome;
  if (tensor === "cost") return [state.cost === null ? NaN : state.cost - (sort === "change" ? before ?? NaN : 0)];
  if (OF_UNIT.test(tensor)) return [unitValue(state, tensor, index[0]) ?? NaN];
  const value = (/** @type {number[]} */ place) => {
    const made = entry(state, tensor, place), was = tensor[0] === "W" ? entry(state, `old_${tensor}`, place) : 0;
    return made === null || was === null ? NaN : made - was;
  };
  if (sort !== "which") return [value(index)];
  const columns = sizes[Number(tensor.match(/\d+$/)?.[0])];
  return choicesOf(/** @type {any} */ ({ sort, tensor }), sizes).map((_, k) => Math.abs(value([Math.floor(k / columns), k % columns])));
}

/** A truth in words. @param {Question} question @param {number} truth @param {number} alike  how many are as large, where which is asked @param {number[]} sizes */
export function toldOf(question, truth, alike, sizes) {
  const { sort, tensor, before = null } = question;
  if (sort === "which") return alike > 1 ? `the same for ${alike} of them` : choicesOf(question, sizes)[truth].text;
  const way = truth > 0 ? "larger" : truth < 0 ? "smaller" : tensor === "cost" ? "the same" : "unchanged";
  if (sort === "change") return tensor === "cost" && before !== null ? `${fixed(before + truth)}, ${way}` : `${signed(truth)}: ${way}`;
  return tensor === "cost" || tensor[0] === "a" ? fixed(truth) : signed(truth);
}

/**
 * Whether an answer is right, once the op has been executed; null where the truth is not there.
 * @param {Question} question @param {any} answer @param {State} state
 * @returns {{right: boolean, truth: number, told: string} | null}
 */
export function judge(question, answer, state) {
  const found = asked(question, state);
  if (!found.every(Number.isFinite)) return null;
  const { sort } = question, { sizes } = state.welcome;
  if (sort === "which") {
    const truth = found.indexOf(Math.max(...found)), least = found[truth] * (1 - 1e-9);
    const alike = found.filter((size) => size >= least).length;
    return { right: found[answer] >= least, truth, told: toldOf(question, truth, alike, sizes) };
  }
  const [truth] = found;
  const right = sort === "value" ? Math.abs(answer - truth) <= Math.max(SHARE * Math.abs(truth), LEAST) : answer === Math.sign(truth);
  return { right, truth, told: toldOf(question, truth, 1, sizes) };
}
