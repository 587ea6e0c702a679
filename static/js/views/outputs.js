// @ts-check
/** What a network puts out, in a box: drawn by Plotly when it has to be, and while playing fast moved without it. */

import { h } from "../dom.js";
import { setBars, setLine, setMarker, setPicture, settlePoints } from "../figures/nodes.js";
import { barsOf, column, focusPoint, outputFigure, surfaceUrl } from "../figures/outputs.js";
import { draw, setAxes } from "../figures/plot.js";
import { turns } from "../pace.js";

/** @typedef {import("../store.js").State} State */

const BORDER = 400; // ms between two drawings of the line between classes; the colours follow at once
const SHARE = 40; // times as long as such a drawing takes, at the least: early in a run the line may wind through all of the plane
const MOVES = 100; // ms between two movements of bars and lines
const RING = 250; // ms between two movements of the ring around the example in focus, that it does not flicker
const AXES = 500; // ms between two looks at whether the axes fit

/**
 * Make of a box one that shows outputs. The line between classes lies over the plane as a figure of its own: it moves, and to draw
 * five hundred points again with it takes three times as long.
 * @param {HTMLElement} box
 * @returns {(state: State, facts: any[], fast: boolean) => void}  whenever one of the facts is another, the figure is drawn again
 */
export function outputsIn(box) {
  const plane = h("div", {}), border = h("div", {});
  box.replaceChildren(plane, border);
  /** @type {any[]} */
  let known = [];
  /** @type {any} */
  let painted = null;
  let took = 0, ringed = false;
  const due = turns();

  /** @param {any} figure */
  const drawBorder = ({ traces, layout }) => {
    const lines = traces.filter(isBorder), hide = (/** @type {any} */ axis) => ({ ...axis, visible: false });
    const started = performance.now();
    border.hidden = !lines.length;
    if (lines.length) draw(border, lines, { ...layout, xaxis: hide(layout.xaxis), yaxis: hide(layout.yaxis) });
    took = performance.now() - started;
  };
  /** @param {State} state */
  const drawAll = (state) => {
    const figure = outputFigure(state);
    if (!figure) return;
    draw(plane, figure.traces.filter((trace) => !isBorder(trace)), figure.layout);
    if (figure.picture) {
      settlePoints(plane); // its axes stay; where they move Plotly has to find its points as it left them
      setPicture(plane, figure.picture);
    }
    painted = state.surface;
    ringed = focusPoint(state) !== null;
    drawBorder(figure);
  };
  /** @param {State} state */
  const move = (state) => {
    const { surface } = state, flat = Boolean(surface?.tensors.x2);
    if (flat && surface !== painted) setPicture(plane, surfaceUrl(painted = surface, state));
    if (flat && !border.hidden && due("border", Math.max(BORDER, SHARE * took))) drawBorder(outputFigure(state));
    if (!flat && due("axes", AXES)) setAxes(plane, outputFigure(state)?.layout);
    if (!flat && due("moves", MOVES)) {
      if (surface) setLine(plane, 0, [...surface.tensors.x1.data], column(surface, 0));
      else setBars(plane, barsOf(state));
    }
    if (ringed && due("ring", RING)) setMarker(plane, plane.data.length - 1, ...focusPoint(state) ?? [NaN, NaN]);
  };
  return (state, facts, fast) => {
    const now = [...facts, state.points];
    const same = now.length === known.length && now.every((fact, i) => fact === known[i]);
    known = now;
    const lacksRing = !ringed && focusPoint(state) !== null; // of many examples not all are drawn, the one in focus may not be
    if (same && fast && !lacksRing) move(state);
    else drawAll(state);
  };
}

/** @param {any} trace */
function isBorder(trace) {
  return trace.type === "contour";
}
