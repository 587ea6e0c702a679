// @ts-check
/** Sweeps: which settings can be swept, how their values are written, and what came out. Pure. */

import { t } from "./words.js";

/** @typedef {{path: string, values: (string | number)[]}} Axis */
/** @typedef {{done: number, costs: (number | null)[], accuracies: (number | null)[], test_costs: (number | null)[], test_accuracies: (number | null)[], converged: (number | null)[], end?: boolean}} Line  what became of every network, row by row */
/** @typedef {{title: string, path: string, first: string, words?: boolean, hidden?: boolean}} Setting  `first` are values to begin with */

export const SETTINGS = /** @type {Setting[]} */ ([
  { title: t`Seed`, path: "seed", first: "0 … 15" },
  { title: t`Learning rate`, path: "optimizer.learning_rate", first: "0.01, 0.03, 0.1, 0.3, 1, 3" },
  { title: t`First weights`, path: "init.weights", first: "normal, xavier_uniform, he_normal, zeros", words: true },
  { title: t`Scale of the first weights`, path: "init.scale", first: "0.1, 0.3, 1, 3" },
  { title: t`Activation, hidden layers`, path: "hidden.activation", first: "sigmoid, tanh, relu, gelu", words: true, hidden: true },
  { title: t`Units, hidden layers`, path: "hidden.units", first: "2, 3, 4, 6, 8", hidden: true },
  { title: t`Dropout, hidden layers`, path: "hidden.dropout", first: "0, 0.2, 0.5", hidden: true },
  { title: t`Optimizer`, path: "optimizer.name", first: "sgd, momentum, rmsprop, adam", words: true },
  { title: t`Minibatch`, path: "minibatch_size", first: "1, 2, 4" },
  { title: t`L2`, path: "l2", first: "0, 0.001, 0.01, 0.1" },
  { title: t`Noise of the data`, path: "data.noise", first: "0, 0.1, 0.2" },
]);

/**
 * The values that a text lists, split by commas; `0 … 15` and `0..15` are all whole numbers between.
 * @param {string} text
 * @param {boolean} [words]  whether values are words
 * @returns {(string | number)[] | null}  null where one of them is nothing
 */
export function valuesOf(text, words = false) {
  /** @type {(string | number)[]} */
  const values = [];
  for (const part of text.split(/[,;]/).map((part) => part.trim()).filter(Boolean)) {
    const span = part.match(/^(-?\d+)\s*(?:…|\.{2,3}|–|-)\s*(\d+)$/);
    if (span) {
      const [from, to] = [Number(span[1]), Number(span[2])];
      if (to < from || to - from > 2000) return null;
      for (let v = from; v <= to; v++) values.push(v);
    } else if (words) values.push(part.replaceAll(" ", "_"));
    else if (Number.isFinite(Number(part))) values.push(Number(part));
    else return null;
  }
  return values.length ? values : null;
}

/** What became of a row of networks. @param {Line} line @param {number} row @param {number} width */
export function summary(line, row, width) {
  const at = Array.from({ length: width }, (_, j) => row * width + j);
  const costs = at.map((i) => line.costs[i]).filter((c) => c !== null).map(Number).sort((a, b) => a - b);
  const converged = at.filter((i) => line.converged[i] !== null).length;
  return { converged, share: converged / width, diverged: width - costs.length, median: costs.length ? middle(costs) : null, best: costs[0] ?? null };
}

/** @param {number[]} sorted */
function middle(sorted) {
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

const LIGHTEST = 1e-4; // costs at and below this are drawn as the best

/** How dark a cost is drawn, from 0 for the best to 1 for the worst, by its logarithm. @param {number | null} cost @param {number} worst */
export function shade(cost, worst) {
  if (cost === null) return 1;
  const low = Math.log(LIGHTEST), high = Math.log(Math.max(worst, 10 * LIGHTEST));
  return Math.min(1, Math.max(0, (Math.log(Math.max(cost, LIGHTEST)) - low) / (high - low)));
}

/** Yield the lines of a stream as they come. @param {ReadableStream<Uint8Array>} stream @returns {AsyncGenerator<Line>} */
export async function* linesOf(stream) {
  const reader = stream.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = /** @type {string} */ (parts.pop());
    for (const part of parts) if (part) yield JSON.parse(part);
  }
}
