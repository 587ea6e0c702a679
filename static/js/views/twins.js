// @ts-check
/** Twin runs beside the run: their pictures next to its own, always at the same place. */

import { byId, h, icon, mark, memo, say, sizeOf } from "../dom.js";
import { layoutNetwork, linksOf } from "../figures/layout.js";
import { paint } from "../figures/network.js";
import { fixed } from "../format.js";
import { isFast } from "../selectors.js";
import { stateOf, twinName } from "../twins.js";
import { activationName } from "../terms.js";
import { t } from "../words.js";
import { compared, sample } from "./compared.js";
import { drawNetwork } from "./drawing.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {(command: string, argument?: any) => void} Act */

const REFRESH = 200; // ms between two questions while playing
const AGAIN = 500; // ms until a question that had no answer is put again

/** @param {Act} act @param {import("../store.js").Store} store @param {import("../dialogue.js").Dialogue} dialogue @param {() => void} redraw */
export function twins(act, store, dialogue, redraw) {
  const ask = asking(store, dialogue, redraw);
  /** @type {ReturnType<typeof cell>[]} */
  let cells = [];
  const build = memo((welcome) => {
    const runs = byId("runs"), made = welcome.twins;
    runs.dataset.count = String(1 + made.length);
    for (const { element } of cells) element.remove();
    cells = made.map((/** @type {any} */ _, /** @type {number} */ k) => cell(k, store, act, redraw));
    runs.append(...cells.map(({ element }) => element));
    byId("run-name").hidden = !made.length;
    byId("twins-lens").hidden = !made.length;
    if (!made.length && store.state.lens === "twins") act("lens", "curves");
  });
  const panel = compared(act, store, redraw);
  return (/** @type {State} */ state, /** @type {string} */ theme) => {
    if (!state.welcome || state.span) return; // a recording has none
    build(state.welcome);
    if (!state.welcome.twins.length) return;
    ask(state);
    const { comparison } = state;
    if (comparison?.twins.length !== cells.length) return;
    cells.forEach(({ show }, k) => show(comparison.twins[k]));
    if (state.lens === "twins") panel(state, theme);
  };
}

/** Ask what the twins come to, whenever the run stands elsewhere. @param {import("../store.js").Store} store @param {import("../dialogue.js").Dialogue} dialogue @param {() => void} redraw */
function asking(store, dialogue, redraw) {
  /** What the last question was about. @type {any[] | null} */
  let asked = null;
  let at = 0, waiting = false;
  const isAsked = (/** @type {State} */ state) => placeOf(state).every((fact, i) => fact === asked?.[i]);
  return async (/** @type {State} */ state) => {
    if (isAsked(state) || waiting || !state.online) return;
    if (isFast(state) && at + REFRESH > performance.now()) return;
    [asked, at, waiting] = [placeOf(state), performance.now(), true];
    const found = await dialogue.inquire({ type: "compare" });
    waiting = false;
    if (found && found.twins.length === store.state.welcome.twins.length) store.set({ comparison: found });
    if (!found) { asked = null; setTimeout(redraw, AGAIN); } // the connection broke: ask again
    else if (!isAsked(store.state)) redraw();
  };
}

/** All that a comparison depends on; another welcome may have other twins. @param {State} state */
function placeOf({ seq, position, status, welcome }) {
  return [seq, position, status?.state, status?.focus, welcome];
}

/** The place of one twin beside the network. @param {number} k @param {import("../store.js").Store} store @param {Act} act @param {() => void} redraw */
function cell(k, store, act, redraw) {
  const { welcome } = store.state;
  const twin = welcome.twins[k], name = twinName(welcome.config, twin.config);
  const net = h("div", { class: "net" }), heads = h("div", { class: "over" }), note = h("p", { class: "hint" });
  const cost = h("span", { class: "num" });
  const canvas = h("div", { class: "canvas", role: "img", "aria-label": t`Twin: ${name}` }, net, heads, note);
  const element = h("div", { class: "run-cell" },
    h("div", { class: "run-h" }, sample(k), h("b", { text: name, title: name }), cost,
      h("button", { class: "tb", title: t`Take this one up, and keep the run as its twin`, "aria-label": t`Take up ${name}`, onclick: () => act("take-twin", k) }, icon("exchange")),
      h("button", { class: "tb", title: t`Remove`, "aria-label": t`Remove ${name}`, onclick: () => act("remove-twin", k) }, icon("close"))), canvas);
  const room = sizeOf(canvas, redraw);
  let wanted = "";
  /** @type {any} */
  let drawn = null;

  /** @param {import("../figures/layout.js").Layout} layout @param {string} key  what it is for */
  async function build(layout, key) {
    drawn = null;
    const made = await drawNetwork(net, layout);
    if (key !== wanted) return;
    heads.replaceChildren(...layout.columns.map((/** @type {number} */ x, /** @type {number} */ l) => h("div", { class: "head", style: `left:${x}px;max-width:${layout.gap - 6}px` }, h("b", { text: l ? (layout.gap < 62 ? String(l) : t`Layer ${l}`) : t`Input` }), l > 0 && layout.gap >= 62 && h("span", { text: activationName(twin.config.layers[l - 1].activation) }))));
    drawn = made;
    redraw();
  }

  const picture = memo((told, { scene, nodes, layout }) => paint(scene, nodes, stateOf(store.state, twin, told), layout));
  const show = (/** @type {any} */ told) => {
    say(cost, told.diverged ? t`diverged` : fixed(told.cost ?? told.training.cost ?? NaN));
    const small = Object.keys(told.tensors).length > 0;
    note.hidden = small;
    say(note, small ? "" : t`Too large to be drawn here; its numbers are in the results.`);
    if (!small || !room.width) return;
    const key = `${room.width}|${room.height}`;
    if (key !== wanted) {
      wanted = key;
      build(layoutNetwork(twin.sizes, room.width, room.height, 1, linksOf(twin.config), false, false), key);
    }
    if (drawn) picture(told, drawn);
    mark(element, "data-position", String(told.position));
  };
  return { element, show };
}
