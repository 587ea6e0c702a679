// @ts-check
/** What the network makes of its inputs: a surface over the plane, a curve, or bars for the outputs. */

import { byId, memo, say, sizeOf } from "../dom.js";
import { column, outputFigure, surfaceUrl } from "../figures/outputs.js";
import { draw, setLine, setPicture } from "../figures/plot.js";
import { longer } from "../pace.js";
import { focus, isFast } from "../selectors.js";
import { t } from "../words.js";

/** @typedef {import("../store.js").State} State */

const REFRESH = 3_100; // ms between two drawings by Plotly while playing; the colours follow at once
const BARS = 250; // ms between two drawings of bars and lines while playing

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
    say(byId("surface-title"), bars ? (row === null ? t`Outputs in the mean` : t`Outputs for example ${row + 1}`) : t`Output over the inputs`);
    box.hidden = !known && !bars;
    const now = performance.now();
    if (bars && !(fast && now - drawn < longer(BARS))) { drawn = now; put(box, state); }
    if (!known) return;
    const same = key === `${theme}|${surface.tensors.outputs.shape}|${room.width}|${points.points.data.length}`;
    const flat = Boolean(surface.tensors.x2);
    if (same && fast && surface === painted) return;
    painted = surface;
    if (same && flat && fast && now - drawn < longer(REFRESH)) { setPicture(box, surfaceUrl(surface, state)); return; }
    if (same && !flat && fast && now - drawn < longer(BARS)) { setLine(box, 0, [...surface.tensors.x1.data], column(surface, 0)); return; }
    drawn = now;
    key = `${theme}|${surface.tensors.outputs.shape}|${room.width}|${points.points.data.length}`;
    put(box, state);
  });
  return (/** @type {State} */ state, /** @type {string} */ theme) => show(state.surface, state.points, focus(state), state.surface ? state.tensors.examples : state.tensors, theme, isFast(state), state.welcome, room.width);
}

/** Draw it as it is now. @param {any} box @param {State} state */
function put(box, state) {
  const figure = outputFigure(state);
  if (!figure) return;
  draw(box, figure.traces, figure.layout);
  if (figure.picture) setPicture(box, figure.picture);
}
