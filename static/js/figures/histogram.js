// @ts-check
/** How many gave which answer: bars of equal width around the truth, or one for each choice. Pure. */

import { LEAST, SHARE } from "../predict.js";

/** @typedef {{at: number, values: number[], isRight: boolean, names: string[]}} Bin  `at` is its middle, `values` are the answers in it */

const MOST = 12; // bars at the most
const STEPS = [1, 2, 2.5, 5, 10];

/**
 * Bars for numbers: those within the tolerance of the truth have one of their own.
 * @param {number[]} answers
 * @param {{truth: number, tolerance: number} | null} right  null while it is not told
 * @param {{name: string, value: number}[]} traps  what a known mistake leads to
 * @returns {{bins: Bin[], width: number}}
 */
export function binned(answers, right, traps) {
  const shown = [...answers, ...(right ? [right.truth] : [])].filter(Number.isFinite).sort((a, b) => a - b);
  const [low, high] = spread(shown);
  const width = nice((high - low) / (MOST - 1) || Math.abs(high) / 4 || 0.5);
  const middle = right ? right.truth : 0; // bars are centred on the truth, or on 0
  const most = Math.ceil(MOST / 2) * 2;
  /** @type {Map<number, Bin>} */
  const bins = new Map();
  const place = (/** @type {number} */ value) => Math.max(-most, Math.min(most, Math.round((value - middle) / width)));
  const bin = (/** @type {number} */ k, /** @type {boolean} */ isRight) => {
    const key = isRight ? NaN : k;
    if (!bins.has(key)) bins.set(key, { at: middle + k * width, values: [], isRight, names: [] });
    return /** @type {Bin} */ (bins.get(key));
  };
  if (right) bin(0, true);
  const isRight = (/** @type {number} */ value) => right !== null && Math.abs(value - right.truth) <= right.tolerance;
  const of = (/** @type {number} */ value) => {
    if (isRight(value)) return bin(0, true);
    let k = place(value);
    if (right && k === 0) k = value > right.truth ? 1 : -1; // beside the truth, not in it
    return bin(k, false);
  };
  for (const value of answers) of(value).values.push(value);
  for (const { name, value } of traps) {
    const known = bins.get(right && place(value) === 0 ? (value > right.truth ? 1 : -1) : place(value));
    const near = Math.max(SHARE * Math.abs(value), LEAST);
    if (known && !isRight(value) && known.values.some((answer) => Math.abs(answer - value) <= near)) known.names.push(name);
  }
  return { bins: [...bins.values()].sort((a, b) => a.at - b.at), width };
}

/** The range that most answers lie in: a single wild one must not flatten the others. @param {number[]} sorted @returns {[number, number]} */
function spread(sorted) {
  if (!sorted.length) return [-1, 1];
  const middle = median(sorted), away = median(sorted.map((value) => Math.abs(value - middle)).sort((a, b) => a - b));
  const room = 4 * away || Math.abs(middle) || 1;
  return [Math.max(sorted[0], middle - room), Math.min(sorted[sorted.length - 1], middle + room)];
}

/** @param {number[]} sorted */
function median(sorted) {
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2;
}

/** The next round number. @param {number} width */
function nice(width) {
  const power = 10 ** Math.floor(Math.log10(width));
  return power * (STEPS.find((step) => step * power >= width * 0.999) ?? 10);
}

/**
 * One bar for each choice.
 * @param {number[]} answers @param {{text: string, value: number}[]} choices @param {number[] | null} right  the values that are
 * @returns {{text: string, count: number, isRight: boolean}[]}
 */
export function tallied(answers, choices, right) {
  return choices.map(({ text, value }) => ({ text, count: answers.filter((answer) => answer === value).length, isRight: Boolean(right?.includes(value)) }));
}
