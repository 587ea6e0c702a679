// @ts-check
/** The cost meter: operations of a minibatch by phase, and the memory that the way back asks for. */

import { byId, h, memo, sizeOf } from "../dom.js";
import { draw } from "../figures/plot.js";
import { byPhase, bytes, workFigure } from "../figures/work.js";
import { tensorName, thousands } from "../format.js";
import { done, isFast } from "../selectors.js";
import { phaseName } from "../terms.js";
import { t } from "../words.js";

/** @typedef {import("../store.js").State} State */

const PHASES = ["forward", "cost", "backward", "update"];
const LISTED = 16; // tensors that are named one by one

/** @param {import("../dialogue.js").Dialogue} dialogue @param {() => void} redraw */
export function work(dialogue, redraw) {
  const box = byId("work-fig"), room = sizeOf(box, redraw);
  /** @type {any} */
  let found = null;
  const ask = memo(async (welcome) => { found = await dialogue.inquire({ type: "work" }); if (found) { tell(found, welcome); redraw(); } });
  const paint = memo((of, program, now, _theme, _width) => {
    const { traces, layout } = workFigure(of, program, now);
    draw(box, traces, layout, true, "closest");
    box.setAttribute("aria-label", t`Bytes kept after each op, at most ${bytes(Math.max(...of.alive))}`);
  });
  return (/** @type {State} */ state, /** @type {string} */ theme) => {
    if (!state.welcome || state.lens !== "work" || !state.online) return;
    ask(state.welcome);
    if (found?.alive.length === state.welcome.program.length && room.width) paint(found, state.welcome.program, isFast(state) ? 0 : done(state), theme, room.width);
  };
}

/** @param {any} of @param {any} welcome */
function tell(of, { program }) {
  const sums = byPhase(of, program), forward = (sums.forward ?? 0) + (sums.cost ?? 0), most = Math.max(...of.alive);
  const rows = PHASES.map((phase) => [phaseName(phase), thousands(sums[phase] ?? 0), phase === "backward" ? t`${(sums.backward / forward).toFixed(1)} × forward` : ""]);
  rows.push([t`Finite differences`, thousands(of.differences), t`${thousands(2 * of.parameters)} passes: ${thousands(Math.round(of.differences / sums.backward))} × backward`]);
  byId("work-sums").replaceChildren(...rows.map(([name, count, more]) => h("tr", {}, h("th", { scope: "row", text: name }), h("td", { class: "num", text: count }), h("td", { class: "hint", text: more }))));
  byId("work-most").textContent = of.examples === 1 ? t`${bytes(most)} for 1 example: it grows with the minibatch, the ${thousands(of.parameters)} parameters beside it do not.`
    : t`${bytes(most)} for ${of.examples} examples: it grows with the minibatch, the ${thousands(of.parameters)} parameters beside it do not.`;
  const kept = of.kept.slice(0, LISTED);
  byId("work-kept").replaceChildren(...kept.map((/** @type {any} */ k) => h("tr", {}, h("th", { scope: "row", text: tensorName(k.tensor) }), h("td", { class: "num", text: bytes(k.bytes) }), h("td", { class: "hint", text: t`until ${tensorName(program[k.last].symbol)}` }))),
    ...(of.kept.length > LISTED ? [h("tr", {}, h("td", { colspan: 3, class: "hint", text: t`and ${of.kept.length - LISTED} more` }))] : []));
}
