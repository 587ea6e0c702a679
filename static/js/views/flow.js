// @ts-check
/** Gradient flow: how strong the gradient is in every layer over the run, and what helps it through. */

import { byId, h, memo, say, sizeOf } from "../dom.js";
import { flowOf, heatFigure, profileFigure } from "../figures/flow.js";
import { draw } from "../figures/plot.js";
import { fixed } from "../format.js";
import { paced } from "../pace.js";
import { remedied, remedies } from "../remedies.js";
import { isFast } from "../selectors.js";
import { choiceName } from "../terms.js";
import { t } from "../words.js";
import { choice } from "./lenses.js";

/** @typedef {import("../store.js").State} State */

const REFRESH = 500; // ms between two drawings while playing
const LEAST = 64, ROW = 15, AXIS = 24; // px of the heat map
const ABOUT = /** @type {Record<string, string>} */ ({
  delta: t`‖δ‖ of each layer: root mean square over the examples`, norm: t`‖dW‖ of each layer`, change: t`‖ΔW‖ / ‖W‖: how far one minibatch moves the weights; about 0.001 is usual`,
});

/** @param {(command: string, argument?: any) => void} act @param {import("../store.js").Store} store @param {() => void} redraw */
export function flow(act, store, redraw) {
  const heat = byId("flow-heat"), profile = byId("flow-now");
  const room = sizeOf(heat, redraw);
  let quantity = "delta";
  const mark = choice(byId("flow-of"), (value) => { quantity = value; redraw(); });
  const paint = paced((curve, tensors, welcome, of, _theme, _width) => {
    const made = flowOf(curve, of, welcome.sizes.length - 1, welcome.per_epoch, tensors);
    heat.style.height = `${Math.max(LEAST, ROW * made.rows.length) + AXIS}px`;
    say(byId("flow-about"), ABOUT[of]);
    byId("flow-scale").replaceChildren(h("span", { class: "num", text: fixed(10 ** made.low, 3) }), h("i", {}), h("span", { class: "num", text: fixed(10 ** made.high, 3) }));
    const parts = made.now.map((v, i) => t`layer ${i + 1}: ${v === null ? t`unknown` : fixed(v)}`);
    profile.setAttribute("aria-label", t`${ABOUT[of]}, now: ${parts.join(t`, `)}`);
    for (const [box, figure] of /** @type {[any, any][]} */ ([[heat, heatFigure(made)], [profile, profileFigure(made)]])) draw(box, figure.traces, figure.layout, true, "closest");
  }, () => isFast(store.state), REFRESH);
  const help = memo((config) => { const list = document.getElementById("remedies"); list?.replaceChildren(...remedies(config).map((remedy) => row(remedy, (value) => act("patch", remedied(config, remedy.name, value))))); });
  return (/** @type {State} */ state, /** @type {string} */ theme) => {
    if (!state.welcome || state.lens !== "flow") return;
    mark(quantity);
    help(state.welcome.config);
    if (room.width) paint(state.curve, state.tensors, state.welcome, quantity, theme, room.width);
  };
}

/** @param {import("../remedies.js").Remedy} remedy @param {(value: any) => void} change */
function row({ name, text, value, choices, reason }, change) {
  const off = Boolean(reason), title = reason || null;
  /** @type {any} */
  let control;
  if (choices) {
    control = h("select", { "aria-label": text, "data-remedy": name, disabled: off, title, onchange: () => change(control.value) },
      ...(value ? [] : [h("option", { value: "", text: t`several`, selected: true })]), ...choices.map((choice) => h("option", { value: choice, text: choiceName(choice), selected: choice === value })));
  } else control = h("button", { class: "switch", role: "switch", "aria-checked": String(value), "aria-label": text, "data-remedy": name, disabled: off, title, onclick: () => change(!value) });
  return h("div", { class: off ? "off" : null }, h("dt", { text }), h("dd", {}, control));
}
