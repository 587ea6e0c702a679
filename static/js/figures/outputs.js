// @ts-check
/** The figures of what the network puts out: which marks they have, and how Plotly is to draw them. */

import { focus, unitValue } from "../selectors.js";
import { token } from "./plot.js";
import { paintSurface, rgb } from "./surface.js";

/** @typedef {import("../store.js").State} State */

const canvas = document.createElement("canvas");

/** What the outputs look like now, null where there is nothing to see. @param {State} state */
export function outputFigure(state) {
  const { surface, points } = state;
  if (surface && points) return surface.tensors.x2 ? planeFigure(surface, points, state) : lineFigure(surface, points, state);
  return state.welcome.sizes[0] > 2 ? barsFigure(state) : null;
}

/** The outputs over the plane as a picture. @param {any} surface @param {State} state */
export function surfaceUrl(surface, state) {
  return paintSurface(canvas, surface.tensors.outputs, { classes: hasClasses(state), scale: 1, colours: signColours() });
}

/** The colours of minus, zero and plus in the present theme. @returns {[import("./surface.js").RGB, import("./surface.js").RGB, import("./surface.js").RGB]} */
export function signColours() {
  return /** @type {any} */ (["neg-fill", "zero", "pos-fill"].map((name) => rgb(token(name))));
}

/** @param {State} state */
function hasClasses(state) {
  const { data } = state.welcome.config;
  return state.evaluation?.accuracy !== undefined || data.labels !== undefined;
}

/** An output at every place. @param {any} surface @param {number} k */
export function column(surface, k) {
  const { shape, data } = surface.tensors.outputs;
  return Array.from({ length: shape[0] }, (_, i) => data[i * shape[1] + k]);
}

/** Where the example stands that is shown in detail: in the plane, or with its target. @param {State} state @returns {[number, number] | null} */
export function focusPoint(state) {
  const { points, surface } = state, row = focus(state);
  const chosen = row === null ? undefined : state.tensors.examples?.data[row];
  if (!points || !surface || chosen === undefined || chosen >= points.points.shape[0]) return null;
  const width = points.points.shape[1], [x, y] = points.points.data.slice(chosen * width, (chosen + 1) * width);
  const target = row === null ? undefined : state.tensors.y?.data[row];
  if (surface.tensors.x2) return [x, y];
  return target === undefined ? null : [x, target];
}

/** @param {any} surface @param {any} points @param {State} state */
function planeFigure(surface, points, state) {
  const { x1, x2, outputs } = surface.tensors;
  const n = outputs.shape[0], k = outputs.shape[2];
  const z = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => outputs.data[(i * n + j) * k + (k === 2 ? 1 : 0)]));
  const classes = hasClasses(state);
  const xs = [...x1.data], ys = [...x2.data];
  const traces = [{ type: "heatmap", x: xs, y: ys, z, showscale: false, zsmooth: false, hoverinfo: "skip" }];
  if (classes && k <= 2) traces.push(/** @type {any} */ ({ type: "contour", x: xs, y: ys, z, showscale: false, autocontour: false, contours: { start: 0.5, end: 0.5, size: 1, coloring: "none" }, line: { color: token("ink"), width: 1.5, dash: "4px,3px" }, hoverinfo: "skip" }));
  traces.push(...marks(points.points, points.targets, 1), ...marks(points.test_points, points.test_targets, 0.45));
  const at = focusPoint(state);
  if (at) traces.push(/** @type {any} */ ({ type: "scatter", mode: "markers", x: [at[0]], y: [at[1]], marker: { size: 17, color: "rgba(0,0,0,0)", line: { color: token("ink"), width: 2 } }, hoverinfo: "skip" }));
  const font = { size: 12, color: token("ink-3"), family: token("font") };
  const axis = { fixedrange: true, showgrid: false, zeroline: false, nticks: 4, tickfont: font, ticks: "" };
  const layout = {
    margin: { l: 22, r: 2, t: 4, b: 18 }, font: { family: token("font") },
    xaxis: { ...axis, range: [xs[0], xs[n - 1]] }, yaxis: { ...axis, range: [ys[0], ys[n - 1]] },
  };
  return { traces, layout, picture: surfaceUrl(surface, state) };
}

/** Discs for class 1, squares for class 0; numbers by the sign. @param {any} points @param {any} targets @param {number} opacity */
function marks(points, targets, opacity) {
  const [n, width] = points.shape;
  if (!n) return [];
  const k = targets.shape[1];
  const value = (/** @type {number} */ i) => (k === 2 ? targets.data[2 * i + 1] : k > 2 ? 1 : targets.data[i]);
  const size = n > 100 ? 4 : n > 20 ? 6 : 10;
  return [true, false].map((up) => {
    const rows = Array.from({ length: n }, (_, i) => i).filter((i) => (value(i) > 0.5) === up);
    return /** @type {any} */ ({
      type: "scatter", mode: "markers", opacity, hoverinfo: "skip",
      x: rows.map((i) => points.data[i * width]), y: rows.map((i) => points.data[i * width + 1]),
      marker: { symbol: up ? "circle" : "square", size, color: token(up ? "pos-fill" : "neg-fill"), line: { color: "#fff", width: size > 8 ? 2 : size > 5 ? 1 : 0.5 } },
    });
  });
}

/** @param {any} surface @param {any} points @param {State} state */
function lineFigure(surface, points, state) {
  const font = { size: 12, color: token("ink-3"), family: token("font") };
  const axis = { fixedrange: true, zeroline: false, nticks: 4, tickfont: font, ticks: "" };
  const dots = (/** @type {any} */ p, /** @type {any} */ t, /** @type {number} */ opacity) => ({ type: "scatter", mode: "markers", opacity, x: [...p.data], y: column({ tensors: { outputs: t } }, 0), marker: { size: 5, color: token("pos-fill") }, hoverinfo: "skip" });
  const traces = [
    { type: "scatter", mode: "lines", x: [...surface.tensors.x1.data], y: column(surface, 0), line: { color: token("ink"), width: 2 }, hoverinfo: "skip" },
    dots(points.points, points.targets, 0.8),
  ];
  if (points.test_points.shape[0]) traces.push(/** @type {any} */ (dots(points.test_points, points.test_targets, 0.3)));
  const at = focusPoint(state);
  if (at) traces.push(/** @type {any} */ ({ type: "scatter", mode: "markers", x: [at[0]], y: [at[1]], marker: { size: 13, color: "rgba(0,0,0,0)", line: { color: token("ink"), width: 2 } }, hoverinfo: "skip" }));
  return { traces, layout: { margin: { l: 24, r: 2, t: 2, b: 18 }, font: { family: token("font") }, xaxis: { ...axis, showgrid: false }, yaxis: { ...axis, gridcolor: token("line"), range: around(traces.flatMap(({ y }) => y)) } }, picture: null };
}

/** A range that holds all values, with some air. @param {number[]} values @returns {[number, number]} */
function around(values) {
  const finite = values.filter(Number.isFinite), low = Math.min(...finite), high = Math.max(...finite);
  const air = 0.06 * (high - low) || 0.5;
  return finite.length ? [low - air, high + air] : [-1, 1];
}

const BARS = 24; // outputs that have a bar
const GAP = 0.35; // between two bars, as a share of the room of each

/** The outputs as bars, the target's in the colour of plus; for data that has no plane. @param {State} state */
export function barsOf(state) {
  const k = state.welcome.sizes[state.welcome.sizes.length - 1], L = state.welcome.sizes.length - 1;
  const units = Array.from({ length: Math.min(k, BARS) }, (_, j) => j);
  const isTarget = units.map((j) => (unitValue(state, "y", j) ?? 0) > 0.5);
  return {
    units, values: units.map((j) => unitValue(state, `a${L}`, j) ?? 0), width: 1 - GAP,
    fills: isTarget.map((is) => token(is ? "pos-fill" : "control")), edges: isTarget.map((is) => (is ? 1.5 : 0)), ink: token("ink"),
  };
}

/** @param {State} state */
function barsFigure(state) {
  const { units, values, fills, edges, ink } = barsOf(state);
  const finite = values.filter(Number.isFinite);
  const font = { size: 12, color: token("ink-3"), family: token("font") };
  const traces = [{ type: "bar", x: units, y: values, hoverinfo: "skip", marker: { color: fills, line: { color: ink, width: edges } } }];
  const layout = {
    margin: { l: 36, r: 4, t: 6, b: 20 }, bargap: GAP, font: { family: token("font") },
    xaxis: { fixedrange: true, tickvals: units, tickfont: font, ticks: "" },
    yaxis: { fixedrange: true, range: [Math.min(0, ...finite), Math.max(1, ...finite)], nticks: 4, gridcolor: token("line"), tickfont: font, zeroline: false },
  };
  return { traces, layout, picture: null };
}
