// @ts-check
/** The dialog of the landscape: a slice of the cost, along weights, random directions or the path. */

import { h } from "../dom.js";
import { caption, landscapeFigure } from "../figures/landscape.js";
import { draw } from "../figures/plot.js";
import { tableOf } from "../figures/tables.js";
import { t } from "../words.js";
import { open } from "./dialogs.js";
import { choice } from "./lenses.js";
import { written } from "./tables.js";

/** @typedef {import("../store.js").State} State */

const WAYS = [["path", t`The path`], ["random", t`Random`], ["weights", t`Two weights`]];
const LISTED = 400; // weights that can be chosen

/** @param {State} state @param {import("../dialogue.js").Dialogue} dialogue */
export function openLandscape(state, dialogue) {
  let by = state.position > 2 * state.welcome.program.length ? "path" : "random", seed = 0;
  const names = weights(state);
  const pick = (/** @type {number} */ first, /** @type {string} */ label) => h("select", { class: "field", "aria-label": label, onchange: () => ask() }, ...names.map((name, i) => h("option", { value: name, text: name, selected: i === first })));
  const one = pick(0, t`First weight`), two = pick(Math.min(1, names.length - 1), t`Second weight`);
  const ways = h("div", { class: "seg", role: "group", "aria-label": t`Directions of the slice` }, ...WAYS.map(([value, name]) => h("button", { type: "button", "data-value": value, text: name })));
  const again = h("button", { type: "button", class: "lnk", text: t`Draw others`, onclick: () => { seed++; ask(); } });
  const chosen = h("span", { class: "own-choices" }, one, two);
  const box = h("div", { class: "landscape", role: "img", "aria-label": t`Landscape of the cost` }), said = h("p", { class: "hint", "aria-live": "polite" });
  const mark = choice(ways, (value) => { by = value; ask(); });
  const table = h("details", { class: "in-numbers" });
  open(t`Landscape of the cost`, [h("div", { class: "own-choices" }, ways, again, chosen), said, box, table]);
  ask();

  async function ask() {
    mark(by);
    again.hidden = by !== "random";
    chosen.hidden = by !== "weights";
    const question = by === "weights" ? { weights: [one.value, two.value] } : { seed };
    const { faults, message } = await dialogue.request({ type: "landscape", by, ...question });
    box.hidden = !message;
    if (!message) { said.textContent = faults[0]; return; }
    const { traces, layout, log } = landscapeFigure(message), about = caption(message);
    said.textContent = log ? t`${about} Blue is low, orange is high, by powers of ten; the ring is where the run began, the disc where it stands.`
      : t`${about} Blue is low, orange is high; the ring is where the run began, the disc where it stands.`;
    box.setAttribute("aria-label", about);
    const { x, y, costs, names } = message;
    table.replaceChildren(h("summary", { text: t`As a table` }), written(tableOf([{ type: "heatmap", x, y, z: costs }], `${names[1]} ↓ ${names[0]} →`), about));
    await draw(box, traces, layout, true, "closest");
  }
}

/** The weights and biases that can be chosen, the output's first: on it much depends. @param {State} state */
function weights({ welcome }) {
  const { sizes } = welcome;
  /** @type {string[]} */
  const names = [];
  for (let l = sizes.length - 1; l > 0; l--) {
    for (let i = 0; i < sizes[l - 1]; i++) for (let j = 0; j < sizes[l]; j++) if (names.length < LISTED) names.push(`W${l}[${i}, ${j}]`);
    for (let j = 0; welcome.config.layers[l - 1].bias && j < sizes[l]; j++) if (names.length < LISTED) names.push(`b${l}[${j}]`);
  }
  return names;
}
