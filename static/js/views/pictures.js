// @ts-check
/** Where inputs are pictures: what the units of the first layer look for in them. */

import { byId, sizeOf } from "../dom.js";
import { mosaic, mosaicFigure } from "../figures/mosaic.js";
import { draw } from "../figures/plot.js";
import { paced } from "../pace.js";
import { PICTURES, isFast } from "../selectors.js";

/** @typedef {import("../store.js").State} State */

const ASKED = 1_000; // ms between two questions while playing
const MOST = 24, ACROSS = 6;

/** @param {import("../store.js").Store} store @param {import("../dialogue.js").Dialogue} dialogue @param {() => void} redraw */
export function pictures(store, dialogue, redraw) {
  const box = byId("patterns"), outer = byId("patterns-box"), room = sizeOf(box, redraw);
  const ask = paced(async (_seq, _position, _theme, width) => {
    const found = await dialogue.inquire({ type: "patterns", most: MOST });
    if (!found?.units.length || !width) return;
    const z = mosaic(found.units.map((/** @type {any} */ unit) => unit.weights), found.side, ACROSS);
    box.style.height = `${Math.round((width * z.length) / z[0].length)}px`;
    const { traces, layout } = mosaicFigure(z, -100, 100, ["neg-fill", "zero", "pos-fill"]);
    draw(box, traces, layout);
  }, () => isFast(store.state), ASKED);
  return (/** @type {State} */ state, /** @type {string} */ theme) => {
    if (!state.welcome || state.lens !== "spread" || !state.online) return;
    outer.hidden = !PICTURES.has(state.welcome.config.data.name);
    if (!outer.hidden) ask(state.seq, state.position, theme, room.width);
  };
}
