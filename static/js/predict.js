// @ts-check
/** Questions on the numbers to come, and how an answer is judged. A question is data. Pure. */

import { fixed, plain, signed } from "./format.js";
import { entry, focus, next, program, unitValue } from "./selectors.js";
import { t } from "./words.js";

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

export const SORTS = /** @type {Record<Sort, string>} */ ({ sign: t`its sign`, change: t`larger or smaller`, value: t`its value`, which: t`which weight most` });
export const SHARE = 0.05, LEAST = 0.005; // tolerance of a number: a share of it, but no less than this
const MOST = 6; // weights that are offered to choose from
const SIGNS = [{ text: t`positive`, value: 1 }, { text: t`negative`, value: -1 }, { text: t`zero`, value: 0 }];
const WAYS = [{ text: t`larger`, value: 1 }, { text: t`smaller`, value: -1 }, { text: t`unchanged`, value: 0 }];
const OF_UNIT = /^(z|a|delta)\d/;

/** @param {{tensor: string}} question */
const layerOf = ({ tensor }) => Number(tensor.match(/\d+$/)?.[0]);

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
  const example = focus(state);
  /** @param {Sort} sort @param {string} kind @param {string} letter @returns {Omit<Question, "position">} */
  const unit = (sort, kind, letter) => ({
    sort, tensor: `${kind}${l}`, index: [j], example, given: given(state, kind, l, j),
    text: sort === "sign" ? signAsked(letter, j, l, example) : valueAsked(letter, j, l, example),
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

const TOLERANCE = t`Within 5 %, or ${plain(LEAST)}, is right.`;

/** @param {string} letter @param {number} j @param {number} l @param {number | null} example */
function signAsked(letter, j, l, example) {
  return example === null ? t`Will ${letter} of unit ${j + 1} in layer ${l} be positive or negative, on average?` : t`Will ${letter} of unit ${j + 1} in layer ${l} be positive or negative, for example ${example + 1}?`;
}

/** @param {string} letter @param {number} j @param {number} l @param {number | null} example */
function valueAsked(letter, j, l, example) {
  return example === null ? t`What will ${letter} of unit ${j + 1} in layer ${l} be, on average? ${TOLERANCE}` : t`What will ${letter} of unit ${j + 1} in layer ${l} be, for example ${example + 1}? ${TOLERANCE}`;
}

/** What is asked, and what is said of the tolerance, "" where nothing is. @param {string} text  of a question @returns {[string, string]} */
export function withoutTolerance(text) {
  return text.includes(TOLERANCE) ? [text.replace(TOLERANCE, "").trim(), TOLERANCE] : [text, ""];
}

/** @param {number | null} before @returns {Omit<Question, "position">[]} */
function cost(before) {
  const about = { tensor: "cost", index: [], example: null, given: "" };
  const value = { ...about, sort: /** @type {Sort} */ ("value"), text: t`What will the cost be? ${TOLERANCE}` };
  if (before === null) return [value];
  return [{ ...about, sort: "change", before, text: t`The cost was ${fixed(before)}. Will it be larger or smaller now?` }, value];
}

/** Questions on the gradient, or the change, of the weights of a layer. @param {State} state @param {number} l @param {number} turn @param {string} tensor @returns {Omit<Question, "position">[]} */
function weights(state, l, turn, tensor) {
  const [rows, columns] = [state.welcome.sizes[l - 1], state.welcome.sizes[l]];
  const at = turn % Math.min(rows * columns, 24), index = [Math.floor(at / columns), at % columns];
  const isUpdate = tensor[0] === "W", about = { tensor, example: null, given: "" };
  const place = placeName(l, index);
  const text = isUpdate ? t`Layer ${l}, weight ${place}: will the update make it larger or smaller?` : t`Layer ${l}, weight ${place}: will its gradient be positive or negative?`;
  const one = { ...about, index, sort: /** @type {Sort} */ (isUpdate ? "change" : "sign"), text };
  if (rows * columns < 2 || rows * columns > MOST) return [one];
  const which = isUpdate ? t`Which weight of layer ${l} will change most?` : t`Which weight of layer ${l} will have the largest gradient, whatever its sign?`;
  return [one, { ...about, index: [], sort: "which", text: which }];
}

/** @param {number} l @param {number[]} index */
function placeName(l, [i, j]) {
  return l === 1 ? t`x${i + 1} → unit ${j + 1}` : t`unit ${i + 1} → unit ${j + 1}`;
}

/** What a number of a unit can be worked out from, where that is little enough to be said. @param {State} state @param {string} kind @param {number} l @param {number} j */
function given(state, kind, l, j) {
  const { config, sizes } = state.welcome;
  const value = (/** @type {string} */ name, /** @type {number} */ unit) => unitValue(state, name, unit);
  const f = config.layers[l - 1]?.activation;
  if (kind === "a") {
    const z = value(`z${l}`, j);
    return z === null ? "" : t`Its z is ${signed(z)}; the activation is ${f}.`;
  }
  if (kind === "delta" && l < sizes.length - 1 && sizes[l + 1] === 1) {
    const [above, a, w] = [value(`delta${l + 1}`, 0), value(`a${l}`, j), entry(state, `W${l + 1}`, [j, 0])];
    return above === null || a === null || w === null ? "" : t`δ of layer ${l + 1} is ${signed(above)}, the weight to it ${signed(w)}; unit ${j + 1} has a = ${fixed(a)}, its activation is ${f}.`;
  }
  if (kind === "z" && sizes[l - 1] <= 3) {
    const b = entry(state, `b${l}`, [j]);
    const pairs = Array.from({ length: sizes[l - 1] }, (_, i) => [value(`a${l - 1}`, i), entry(state, `W${l}`, [i, j])]);
    if (b === null || pairs.some(([a, w]) => a === null || w === null)) return "";
    const inputs = pairs.map(([a, w], i) => inputText(l, i, /** @type {number} */ (a), /** @type {number} */ (w)));
    return t`${inputs.join(t`, `)}; the bias is ${signed(b)}.`;
  }
  return "";
}

/** @param {number} l @param {number} i @param {number} a @param {number} w */
function inputText(l, i, a, w) {
  return l === 1 ? t`x${i + 1} = ${fixed(a)} with weight ${signed(w)}` : t`a of unit ${i + 1} = ${fixed(a)} with weight ${signed(w)}`;
}

/** The answers to choose from; none where a number is asked for. @param {Question} question @param {number[]} sizes @returns {{text: string, value: number}[]} */
export function choicesOf({ sort, tensor }, sizes) {
  if (sort === "sign") return SIGNS;
  if (sort === "change") return WAYS;
  if (sort !== "which") return [];
  const l = layerOf({ tensor }), columns = sizes[l];
  return Array.from({ length: sizes[l - 1] * columns }, (_, k) => ({ text: placeName(l, [Math.floor(k / columns), k % columns]), value: k }));
}

/** An answer as short as it can be. @param {Question} question @param {number} answer @param {number[]} sizes */
export function answerBrief(question, answer, sizes) {
  if (question.sort !== "which") return answerText(question, answer, sizes);
  const l = layerOf(question), columns = sizes[l];
  return `${l === 1 ? "x" : ""}${Math.floor(answer / columns) + 1} → ${(answer % columns) + 1}`;
}

/** An answer in words. @param {Question} question @param {number} answer @param {number[]} sizes */
export function answerText(question, answer, sizes) {
  return question.sort === "value" ? String(answer).replace("-", "−") : choicesOf(question, sizes).find(({ value }) => value === answer)?.text ?? "";
}

/** What a revealed question is about: of "which", the entry that it was. @param {any} question @param {number[]} sizes @returns {any} */
export function revealedOf({ sort, tensor, index, truth }, sizes) {
  if (sort !== "which") return aboutOf({ tensor, index });
  const columns = sizes[layerOf({ tensor })];
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
  const columns = sizes[layerOf({ tensor })];
  return choicesOf(/** @type {any} */ ({ sort, tensor }), sizes).map((_, k) => Math.abs(value([Math.floor(k / columns), k % columns])));
}

/** A truth in words. @param {Question} question @param {number} truth @param {number} alike  how many are as large, where which is asked @param {number[]} sizes */
export function toldOf(question, truth, alike, sizes) {
  const { sort, tensor, before = null } = question;
  if (sort === "which") return alike > 1 ? t`the same for ${alike} of them` : choicesOf(question, sizes)[truth].text;
  const way = truth > 0 ? t`larger` : truth < 0 ? t`smaller` : tensor === "cost" ? t`the same` : t`unchanged`;
  if (sort === "change") return tensor === "cost" && before !== null ? t`${fixed(before + truth)}, ${way}` : t`${signed(truth)}: ${way}`;
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
