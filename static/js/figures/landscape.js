// @ts-check
/** The figure of a slice through the cost: heights by colour and lines, and the way the run came. */

import { t } from "../words.js";
import { token } from "./plot.js";

/** @typedef {{by: string, names: string[], x: number[], y: number[], costs: (number | null)[][], path: number[][], shares?: number[], dimensions: number, position: number}} Landscape */

/** What is seen and what is not, in words. @param {Landscape} of */
export function caption({ by, shares, dimensions, names }) {
  const slice = t`A slice: a plane through the present weights, in a space of ${dimensions.toLocaleString("en-US")} dimensions.`;
  if (by === "weights") return t`${slice} Only ${names[0]} and ${names[1]} move, all others stay as they are now. The path is seen from above: on it the others moved too.`;
  if (by === "random") return t`${slice} Two random directions, the weights of each unit moved in proportion to their size. The path is seen from above.`;
  const share = shares ? Math.round(1000 * (shares[0] + shares[1])) / 10 : 0;
  return t`${slice} The two directions in which the path goes farthest: they show ${share} % of it.`;
}

/** Costs as powers of ten, where that tells them apart better. @param {(number | null)[][]} costs */
export function heights(costs) {
  const known = costs.flat().filter((c) => c !== null && c > 0).map(Number);
  const low = Math.min(...known), high = Math.max(...known);
  const log = known.length > 0 && high > 20 * low;
  return { log, z: costs.map((row) => row.map((c) => (c === null || (log && c <= 0) ? null : log ? Math.log10(c) : c))) };
}

/** @param {Landscape} of */
export function landscapeFigure({ names, x, y, costs, path }) {
  const font = { size: 12, color: token("ink-3"), family: token("font") };
  const axis = (/** @type {string} */ title) => ({ fixedrange: true, showgrid: false, zeroline: false, tickfont: font, ticks: "", nticks: 6, title: { text: title, font } });
  const { z, log } = heights(costs), end = path[path.length - 1];
  const told = costs.map((row) => row.map((c) => (c === null ? t`not a number` : c.toPrecision(4))));
  return {
    traces: [
      { type: "heatmap", x, y, z, text: told, hovertemplate: `${t`cost ${"%{text}"}`}<extra></extra>`, zsmooth: "best", colorscale: [[0, token("pos-fill")], [0.5, token("zero")], [1, token("neg-fill")]], showscale: false },
      { type: "contour", x, y, z, showscale: false, ncontours: 16, contours: { coloring: "none" }, line: { color: token("ink-3"), width: 0.75 }, hoverinfo: "skip" },
      { type: "scatter", mode: "lines", x: path.map((p) => p[0]), y: path.map((p) => p[1]), line: { color: token("page"), width: 5 }, hoverinfo: "skip" },
      { type: "scatter", mode: "lines", x: path.map((p) => p[0]), y: path.map((p) => p[1]), line: { color: token("ink"), width: 2 }, hoverinfo: "skip" },
      { type: "scatter", mode: "markers", x: [path[0][0], end[0]], y: [path[0][1], end[1]], marker: { size: [9, 13], symbol: ["circle-open", "circle"], color: [token("ink"), token("ink")], line: { color: token("page"), width: 2 } }, hoverinfo: "skip" },
    ],
    layout: { margin: { l: 56, r: 12, t: 8, b: 44 }, font: { family: token("font") }, xaxis: axis(names[0]), yaxis: axis(names[1]) },
    log,
  };
}
