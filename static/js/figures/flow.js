// @ts-check
/** The figures of gradient flow: each layer over the run as a heat map, and all layers as they are now. */

import { norm } from "../selectors.js";
import { t } from "../words.js";
import { epochs } from "./curves.js";
import { token } from "./plot.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {{xs: number[], rows: (number | null)[][], low: number, high: number, now: (number | null)[]}} Flow  powers of ten, a row for each layer; `now` as they are */

const DECADES = 9; // that are told apart; what is farther below is drawn as the lowest

/**
 * A quantity of every layer over the run.
 * @param {any} curve  columns by name
 * @param {string} quantity  norm, delta or change
 * @param {number} layers
 * @param {number} perEpoch
 * @param {Record<string, import("../messages.js").Tensor>} [tensors]  what is defined now; where it says nothing of a layer, the newest of the curve is told
 * @returns {Flow}
 */
export function flowOf(curve, quantity, layers, perEpoch, tensors = {}) {
  const rows = Array.from({ length: layers }, (_, i) => (curve[`${quantity}${i + 1}`] ?? []).map(logarithm));
  let low = Infinity, high = -Infinity;
  for (const row of rows) for (const v of row) if (v !== null) { if (v < low) low = v; if (v > high) high = v; }
  if (high < low) [low, high] = [-1, 0];
  low = Math.max(low, high - DECADES);
  const now = rows.map((row, i) => ofTensors(tensors, quantity, i + 1) ?? newest(row));
  return { xs: epochs(curve.iteration ?? [], perEpoch), rows, low, high: Math.max(high, low + 0.5), now };
}

/** @param {(number | null)[]} row  powers of ten */
function newest(row) {
  const v = row.findLast((x) => x !== null);
  return v === undefined || v === null ? null : 10 ** v;
}

/** The same quantity of what stands on the page, null where it does not. @param {Record<string, any>} tensors @param {string} quantity @param {number} l */
function ofTensors(tensors, quantity, l) {
  const { [`dW${l}`]: dW, [`delta${l}`]: delta } = tensors;
  if (quantity === "norm") return dW ? norm(dW.data) : null;
  if (quantity === "delta") return delta ? norm(delta.data) / Math.sqrt(delta.shape[0]) : null;
  const pairs = [`W${l}`, `P${l}`].filter((name) => tensors[`old_${name}`] && tensors[name]).map((name) => [tensors[name].data, tensors[`old_${name}`].data]);
  const moved = Math.hypot(...pairs.map(([now, old]) => norm(now.map((/** @type {number} */ v, /** @type {number} */ i) => v - old[i]))));
  const size = Math.hypot(...pairs.map(([, old]) => norm(old)));
  return size ? moved / size : null;
}

/** @param {number} v */
function logarithm(v) {
  return Number.isFinite(v) && v > 0 ? Math.log10(v) : null;
}

/** Each layer over the run. @param {Flow} flow */
export function heatFigure({ xs, rows, low, high }) {
  const font = { size: 12, color: token("ink-3"), family: token("font") };
  const axis = { fixedrange: true, showgrid: false, zeroline: false, tickfont: font, ticks: "" };
  const layers = rows.map((_, i) => i + 1);
  const every = Math.ceil(layers.length / 12);
  return {
    traces: [{
      type: "heatmap", x: xs, y: layers, z: rows, zmin: low, zmax: high, showscale: false, connectgaps: false, zsmooth: false,
      colorscale: [[0, token("zero")], [1, token("ink")]], hovertemplate: `${t`layer ${"%{y}"}, epoch ${"%{x:.4~g}"}: ${"10<sup>%{z:.2f}</sup>"}`}<extra></extra>`, hoverongaps: false,
    }],
    layout: {
      margin: { l: 28, r: 6, t: 4, b: 20 }, font: { family: token("font") }, hovermode: "closest",
      xaxis: { ...axis, nticks: 5, tickformat: (xs[xs.length - 1] ?? 0) < 10 ? "~r" : ",~s" },
      yaxis: { ...axis, tickvals: layers.filter((l) => (l - 1) % every === 0), range: [0.5, layers.length + 0.5] },
    },
  };
}

/** All layers now, on an axis that goes where they go. @param {Flow} flow */
export function profileFigure({ now }) {
  const known = now.filter((v) => v !== null).map((v) => Math.log10(/** @type {number} */ (v)));
  const low = Math.floor(Math.min(...known, 0)), high = Math.ceil(Math.max(...known, low + 1));
  const font = { size: 12, color: token("ink-3"), family: token("font") };
  const axis = { fixedrange: true, zeroline: false, tickfont: font, ticks: "" };
  const layers = now.map((_, i) => i + 1);
  return {
    traces: [{
      type: "scatter", mode: "lines+markers", x: layers, y: now, hovertemplate: `${t`layer ${"%{x}"}: ${"%{y:.4g}"}`}<extra></extra>`, connectgaps: false,
      line: { color: token("ink-3"), width: 1.5 }, marker: { size: 8, color: token("ink") }, cliponaxis: false,
    }],
    layout: {
      margin: { l: 46, r: 10, t: 6, b: 20 }, font: { family: token("font") }, hovermode: "closest",
      xaxis: { ...axis, showgrid: false, range: [0.6, layers.length + 0.4], tickvals: layers.filter((l) => (l - 1) % Math.ceil(layers.length / 12) === 0) },
      yaxis: { ...axis, type: "log", range: [low, high], gridcolor: token("line"), dtick: Math.max(1, Math.ceil((high - low) / 4)), tickformat: ".0e" },
    },
  };
}
