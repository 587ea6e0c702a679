// @ts-check
/** Histograms of weights, values and gradients, layer by layer, where the run stands. */

import { byId, say, sizeOf } from "../dom.js";
import { draw } from "../figures/plot.js";
import { ROW, spreadFigure, told } from "../figures/spread.js";
import { tensorName } from "../format.js";
import { isFast } from "../selectors.js";
import { t } from "../words.js";
import { choice } from "./lenses.js";

/** @typedef {import("../store.js").State} State */

const REFRESH = 300; // ms between two questions while playing
const FORWARD = ["z", "a"]; // what is there before the way back

/** @param {string} of */
function notYet(of) {
  const name = tensorName(of);
  return FORWARD.includes(of) ? t`${name} of this minibatch is computed in the forward phase. Step on.` : t`${name} of this minibatch is computed in the backward phase. Step on.`;
}

/** @param {import("../store.js").Store} store @param {import("../dialogue.js").Dialogue} dialogue @param {() => void} redraw */
export function spread(store, dialogue, redraw) {
  const box = byId("spread-fig"), note = byId("spread-note"), room = sizeOf(box, redraw);
  let of = "a", asked = "", at = 0, waiting = false;
  /** @type {any} */
  let found = null;
  const mark = choice(byId("spread-of"), (value) => { of = value; redraw(); });

  /** @param {string} key  what the answer is for */
  async function ask(key) {
    [asked, at, waiting] = [key, performance.now(), true];
    const answer = await dialogue.inquire({ type: "histogram", of });
    waiting = false;
    if (answer) { found = answer; put(); }
    if (key !== keyOf(store.state)) redraw();
  }

  function put() {
    const { layers } = found;
    box.style.height = `${ROW * layers.length}px`;
    note.hidden = layers.length > 0;
    box.hidden = !layers.length;
    say(note, layers.length ? "" : notYet(found.of));
    if (!layers.length) return;
    box.setAttribute("aria-label", t`Histograms. ${layers.map((/** @type {any} */ l) => t`${tensorName(l.tensor)}: from ${l.low.toPrecision(3)} to ${l.high.toPrecision(3)}, ${told(l)}`).join(t`. `)}`);
    const { traces, layout } = spreadFigure(layers);
    draw(box, traces, layout, true, "closest");
  }

  const keyOf = (/** @type {State} */ state) => `${of}|${state.seq}|${state.position}|${document.documentElement.dataset.theme}|${room.width}`;
  return (/** @type {State} */ state) => {
    if (!state.welcome || state.lens !== "spread" || !state.online) return;
    mark(of);
    const key = keyOf(state);
    if (key === asked || waiting) return;
    const wait = isFast(state) ? at + REFRESH - performance.now() : 0;
    if (wait <= 0) ask(key);
  };
}
