// @ts-check
/** What a network puts out, in a box: drawn by Plotly when it has to be, and while playing fast moved without it. */

import { h } from "../dom.js";
import { barsOf, column, outputFigure, surfaceUrl } from "../figures/outputs.js";
import { draw, setAxes, setBars, setLine, setPicture, settlePoints } from "../figures/plot.js";
import { longer } from "../pace.js";

/** @typedef {import("../store.js").State} State */

const BORDER = 400; // ms between two drawings of the line between classes; the colours follow at once
const MOVES = 100; // ms between two movements of bars and lines

/**
 * Make of a box one that shows outputs. The line between classes lies over the plane as a figure of its own: it moves, and to draw
 * five hundred points again with it takes three times as long.
 * @param {HTMLElement} box
 * @returns {(state: State, key: string, fast: boolean) => void}  `key` is another when the figure has to be drawn again
 */
export function outputsIn(box) {
  const plane = h("div", {}), border = h("div", {});
  box.replaceChildren(plane, border);
  let shown = "", bordered = 0, moved = 0;

  /** @param {any} figure */
  const drawBorder = ({ traces, layout }) => {
    const lines = traces.filter(isBorder), hide = (/** @type {any} */ axis) => ({ ...axis, visible: false });
    bordered = performance.now();
    border.hidden = !lines.length;
    if (lines.length) draw(border, lines, { ...layout, xaxis: hide(layout.xaxis), yaxis: hide(layout.yaxis) });
  };
  /** @param {State} state */
  const drawAll = (state) => {
    const figure = outputFigure(state);
    if (!figure) return;
    draw(plane, figure.traces.filter((trace) => !isBorder(trace)), figure.layout);
    settlePoints(plane);
    if (figure.picture) setPicture(plane, figure.picture);
    drawBorder(figure);
  };
  /** @param {State} state */
  const move = (state) => {
    const now = performance.now(), { surface } = state, flat = Boolean(surface?.tensors.x2);
    if (flat) {
      setPicture(plane, surfaceUrl(surface, state));
      if (!border.hidden && now - bordered > longer(BORDER)) drawBorder(outputFigure(state));
    } else if (now - moved > longer(MOVES)) {
      moved = now;
      if (surface) setLine(plane, 0, [...surface.tensors.x1.data], column(surface, 0));
      else moveBars(plane, state);
    }
  };
  return (state, key, fast) => {
    const same = key === shown;
    shown = key;
    if (same && fast) move(state);
    else drawAll(state);
  };
}

/** @param {any} trace */
function isBorder(trace) {
  return trace.type === "contour";
}

/** @param {any} box @param {State} state */
function moveBars(box, state) {
  const bars = barsOf(state), [low, high] = box.layout.yaxis.range;
  if (Math.min(...bars.values) < low || Math.max(...bars.values) > high) setAxes(box, outputFigure(state)?.layout);
  setBars(box, bars);
}
