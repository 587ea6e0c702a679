// @ts-check
/** The figures of cost and gradient norms: which lines they have, and how Plotly is to draw them. */

import { twinName } from "../twins.js";
import { t } from "../words.js";
import { DASHES, axes, epochs, range, reach } from "./curves.js";
import { token } from "./plot.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {{name: string, ys: number[], dash: string, strong: boolean, xs?: number[], colour?: string}} Line  with `xs` and the token of a `colour` of its own where it is not of this run */
/** @typedef {{xs: number[], lines: Line[], log: boolean, now: [number, number] | null}} Lines */

const MANY = 200; // points from which a line is drawn thin, because it scribbles

/** @param {number[]} xs */
export const isLong = (xs) => xs.length > MANY;

/**
 * What Plotly needs for some lines, with the ends of their axes.
 * @param {Lines} made
 * @param {number} more  times the length that is needed, so that the axes can stay for a while
 * @param {string} phase  whose colour the marker has
 * @param {number} [height]  px of the figure, which its ticks must find room in
 */
export function chart({ xs, lines, log, now }, more, phase, height) {
  const colours = { ink: token("ink"), ink3: token("ink-3"), line: token("line"), font: token("font") };
  const y = range([...lines.map((line) => line.ys), now ? [now[1]] : []], log);
  const end = reach(more * Math.max(...[xs, ...lines.map((line) => line.xs ?? [])].map((each) => each[each.length - 1] ?? 0), now?.[0] ?? 0));
  /** @type {any[]} */
  const traces = lines.map((line) => ({
    type: "scatter", mode: "lines", x: line.xs ?? xs, y: line.ys, name: line.name, hovertemplate: `%{y:.6g}<extra>${line.name}</extra>`,
    line: { color: line.colour ? token(line.colour) : line.strong ? colours.ink : colours.ink3, width: isLong(xs) ? 1.25 : line.strong ? 2 : 1.75, dash: line.dash }, connectgaps: false,
  }));
  traces.push({ type: "scatter", mode: "markers", x: now ? [now[0]] : [], y: now ? [now[1]] : [], showlegend: false, hoverinfo: "skip", cliponaxis: false, marker: { size: 9, color: token(phase || "draw"), line: { color: token("page"), width: 2 } } });
  return { traces, layout: { ...axes(colours, [0, end], y, log, height), font: { family: colours.font } }, end, y, colours };
}

/** @param {State} state @returns {Lines} */
export function lossLines(state) {
  const { curve, welcome, cost, position } = state;
  const xs = epochs(curve.iteration, welcome.per_epoch);
  const train = curve.train ?? [], test = curve.test ?? [];
  /** @type {Line[]} */
  const lines = [{ name: t`train`, ys: train, dash: "solid", strong: true }];
  if (welcome.examples.test) lines.push({ name: t`test`, ys: test, dash: "4px,3px", strong: false });
  lines.push(...twinLines(state));
  const at = position / welcome.program.length / welcome.per_epoch;
  const whole = welcome.per_epoch === 1;
  const y = whole && cost !== null ? cost : near(xs, train, at);
  return { xs, lines, log: state.log, now: y === null ? null : [whole ? Math.floor(Math.max(0, position - 1) / welcome.program.length) : at, y] };
}

/** The cost of the twins on the training examples, each with its dash and colour. @param {State} state @returns {Line[]} */
function twinLines({ welcome, comparison }) {
  return (comparison?.twins ?? []).map((/** @type {any} */ { curve }, /** @type {number} */ k) => ({
    name: twinName(welcome.config, welcome.twins[k].config), xs: epochs(curve.iteration, welcome.twins[k].per_epoch),
    ys: curve.train.map((/** @type {number | null} */ v) => v ?? NaN), dash: DASHES[k + 1], strong: true, colour: `twin-${k + 1}`,
  }));
}

/** The value of a curve at a place between its points. @param {number[]} xs @param {number[]} ys @param {number} at */
function near(xs, ys, at) {
  let i = xs.length - 1;
  while (i > 0 && xs[i] > at) i--;
  return ys[i] ?? null;
}

/** @param {State} state @returns {Lines} */
export function normLines(state) {
  const { curve, welcome } = state;
  const layers = welcome.sizes.length - 1;
  const lines = Array.from({ length: layers }, (_, i) => ({
    name: `dW${i + 1}`, ys: curve[`norm${i + 1}`] ?? [], dash: DASHES[i % DASHES.length], strong: true,
  }));
  return { xs: epochs(curve.iteration, welcome.per_epoch), lines, log: true, now: null };
}
