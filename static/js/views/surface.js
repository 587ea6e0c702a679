// @ts-check
/** What the network makes of its inputs: a surface over the plane, a curve, or bars for the outputs. */

import { byId, memo, say, sizeOf } from "../dom.js";
import { focus, isFast } from "../selectors.js";
import { t } from "../words.js";
import { outputsIn } from "./outputs.js";

/** @typedef {import("../store.js").State} State */

/** @param {import("../store.js").Store} store @param {() => void} redraw */
export function surfaceView(store, redraw) {
  const box = byId("surface"), outer = byId("surface-box");
  const room = sizeOf(box, redraw);
  const put = outputsIn(box);
  const show = memo((surface, points, row, _tensors, theme, fast, _welcome, _width, _height) => {
    const { state } = store;
    const known = surface && points;
    const bars = !known && state.welcome.sizes[0] > 2;
    outer.querySelector(".sf").classList.toggle("wide", bars);
    say(byId("surface-title"), bars ? (row === null ? t`Outputs in the mean` : t`Outputs for example ${row + 1}`) : t`Output over the inputs`);
    box.hidden = !known && !bars;
    if (!box.hidden) put(state, [theme, room.width, room.height, row, state.welcome, known ? String(surface.tensors.outputs.shape) : bars], fast);
  });
  return (/** @type {State} */ state, /** @type {string} */ theme) => show(state.surface, state.points, focus(state), state.surface ? state.tensors.examples : state.tensors, theme, isFast(state), state.welcome, room.width, room.height);
}
