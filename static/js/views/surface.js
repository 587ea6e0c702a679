// @ts-check
/** What the network makes of its inputs: a surface over the plane, a curve, or bars for the outputs. */

import { byId, memo, say, sizeOf } from "../dom.js";
import { draw, setLine, setPicture, token } from "../figures/plot.js";
import { paintSurface, rgb } from "../figures/surface.js";
import { focus, isFast, unitValue } from "../selectors.js";

/** @typedef {import("../store.js").State} State */

const REFRESH = 3_100; // ms between two drawings by Plotly while playing; the colours follow at once
const canvas = document.createElement("canvas");

/** @param {import("../store.js").Store} store @param {() => void} redraw */
export function surfaceView(store, redraw) {
  const box = byId("surface"), outer = byId("surface-box");
  const room = sizeOf(box, redraw);
  let drawn = 0, key = "";
  /** @type {any} */
  let painted = null;
  const show = memo((surface, points, row, _tensors, theme, fast, _welcome, _width) => {
    const { state } = store;
    const known = surface && points;
    const bars = !known && state.welcome.sizes[0] > 2;
    outer.querySelector(".sf").classList.toggle("wide", bars);
    say(byId("surface-title"), bars ? (row === null ? "Outputs in the mean" : `Outputs for example ${row + 1}`) : "Output over the inputs");
    box.hidden = !known && !bars;
    if (bars) plotBars(box, state, fast);
    if (!known) return;
    const now = performance.now();
    const same = key === `${theme}|${surface.tensors.outputs.shape}|${room.width}|${points.points.data.length}`;
    const flat = Boolean(surface.tensors.x2);
    if (same && fast && surface === painted) return;
    painted = surface;
    if (same && flat && fast && now - drawn < REFRESH) { setPicture(box, surfaceUrl(surface, state)); return; }
    if (same && !flat && fast && now - drawn < 250) { setLine(box, 0, [...surface.tensors.x1.data], column(surface, 0)); return; }
    drawn = now;
    key = `${theme}|${surface.tensors.outputs.shape}|${room.width}|${points.points.data.length}`;
    (flat ? plotPlane : plotLine)(box, surface, points, state, row);
  });
  return (/** @type {State} */ state, /** @type {string} */ theme) => show(state.surface, state.points, focus(state), state.surface ? state.tensors.examples : state.tensors, theme, isFast(state), state.welcome, room.width);
}

/** @param {any} surface @param {State} state */
function surfaceUrl(surface, state) {
  const colours = /** @type {any} */ (["neg-fill", "zero", "pos-fill"].map((name) => rgb(token(name))));
  return paintSurface(canvas, surface.tensors.outputs, { classes: hasClasses(state), scale: 1, colours });
}

/** @param {State} state */
function hasClasses(state) {
  const { data } = state.welcome.config;
  return state.evaluation?.accuracy !== undefined || data.labels !== undefined;
}

/** @param {any} surface @param {number} k */
function column(surface, k) {
  const { shape, data } = surface.tensors.outputs;
  return Array.from({ length: shape[0] }, (_, i) => data[i * shape[1] + k]);
}

/** The point that is shown in detail, in the plane. @param {State} state @param {any} points @param {number | null} row */
function focusPoint(state, points, row) {
  const chosen = row === null ? undefined : state.tensors.examples?.data[row];
  const width = points.points.shape[1];
  return chosen === undefined || chosen >= points.points.shape[0] ? null : [...points.points.data.slice(chosen * width, (chosen + 1) * width)];
}

/** @param {any} box @param {any} surface @param {any} points @param {State} state @param {number | null} row */
function plotPlane(box, surface, points, state, row) {
  const { x1, x2, outputs } = surface.tensors;
  const n = outputs.shape[0], k = outputs.shape[2];
  const z = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => outputs.data[(i * n + j) * k + (k === 2 ? 1 : 0)]));
  const classes = hasClasses(state);
  const xs = [...x1.data], ys = [...x2.data];
  const traces = [{ type: "heatmap", x: xs, y: ys, z, showscale: false, zsmooth: false, hoverinfo: "skip" }];
  if (classes && k <= 2) traces.push(/** @type {any} */ ({ type: "contour", x: xs, y: ys, z, showscale: false, autocontour: false, contours: { start: 0.5, end: 0.5, size: 1, coloring: "none" }, line: { color: token("ink"), width: 1.5, dash: "4px,3px" }, hoverinfo: "skip" }));
  traces.push(...marks(points.points, points.targets, 1), ...marks(points.test_points, points.test_targets, 0.45));
  const at = focusPoint(state, points, row);
  if (at) traces.push(/** @type {any} */ ({ type: "scatter", mode: "markers", x: [at[0]], y: [at[1]], marker: { size: 17, color: "rgba(0,0,0,0)", line: { color: token("ink"), width: 2 } }, hoverinfo: "skip" }));
  const font = { size: 12, color: token("ink-3"), family: token("font") };
  const axis = { fixedrange: true, showgrid: false, zeroline: false, nticks: 4, tickfont: font, ticks: "" };
  draw(box, traces, {
    margin: { l: 22, r: 2, t: 4, b: 18 }, font: { family: token("font") },
    xaxis: { ...axis, range: [xs[0], xs[n - 1]] }, yaxis: { ...axis, range: [ys[0], ys[n - 1]] },
  });
  setPicture(box, surfaceUrl(surface, state));
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

/** @param {any} box @param {any} surface @param {any} points @param {State} state @param {number | null} row */
function plotLine(box, surface, points, state, row) {
  const font = { size: 12, color: token("ink-3"), family: token("font") };
  const axis = { fixedrange: true, zeroline: false, nticks: 4, tickfont: font, ticks: "" };
  const dots = (/** @type {any} */ p, /** @type {any} */ t, /** @type {number} */ opacity) => ({ type: "scatter", mode: "markers", opacity, x: [...p.data], y: column({ tensors: { outputs: t } }, 0), marker: { size: 5, color: token("pos-fill") }, hoverinfo: "skip" });
  const traces = [
    { type: "scatter", mode: "lines", x: [...surface.tensors.x1.data], y: column(surface, 0), line: { color: token("ink"), width: 2 }, hoverinfo: "skip" },
    dots(points.points, points.targets, 0.8),
  ];
  if (points.test_points.shape[0]) traces.push(/** @type {any} */ (dots(points.test_points, points.test_targets, 0.3)));
  const at = focusPoint(state, points, row), y = row === null ? null : state.tensors.y?.data[row];
  if (at && y !== null && y !== undefined) traces.push(/** @type {any} */ ({ type: "scatter", mode: "markers", x: [at[0]], y: [y], marker: { size: 13, color: "rgba(0,0,0,0)", line: { color: token("ink"), width: 2 } }, hoverinfo: "skip" }));
  draw(box, traces, { margin: { l: 24, r: 2, t: 2, b: 18 }, font: { family: token("font") }, xaxis: { ...axis, showgrid: false }, yaxis: { ...axis, gridcolor: token("line") } });
}

/** The outputs as bars, the target's in the colour of plus; for data that has no plane. @param {any} box @param {State} state @param {boolean} fast */
function plotBars(box, state, fast) {
  const k = state.welcome.sizes[state.welcome.sizes.length - 1], L = state.welcome.sizes.length - 1;
  const units = Array.from({ length: Math.min(k, 24) }, (_, j) => j);
  const values = units.map((j) => unitValue(state, `a${L}`, j) ?? 0);
  const targets = units.map((j) => unitValue(state, "y", j) ?? 0);
  const now = performance.now();
  if (fast && now - (box.drawn ?? 0) < 250) return;
  box.drawn = now;
  const font = { size: 12, color: token("ink-3"), family: token("font") };
  const fill = token("pos-fill"), other = token("control");
  draw(box, [{ type: "bar", x: units, y: values, hoverinfo: "skip", marker: { color: targets.map((y) => (y > 0.5 ? fill : other)), line: { color: token("ink"), width: targets.map((y) => (y > 0.5 ? 1.5 : 0)) } } }], {
    margin: { l: 36, r: 4, t: 6, b: 20 }, bargap: 0.35, font: { family: token("font") },
    xaxis: { fixedrange: true, tickvals: units, tickfont: font, ticks: "" },
    yaxis: { fixedrange: true, range: [Math.min(0, ...values), Math.max(1, ...values)], nticks: 4, gridcolor: token("line"), tickfont: font, zeroline: false },
  });
}
