// @ts-check
/** Changing a number: typed, dragged, or with the arrow keys; and what a nudge of it would do. */

import { h } from "../dom.js";
import { exact, sign, signed, tensorName } from "../format.js";
import { isFast, numberAt } from "../selectors.js";
import { t } from "../words.js";
import { draggable, oneAtATime } from "./drag.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {(command: string, argument?: any) => any} Act */

let reach = 22; // place of the nudge's slider, kept while one looks around

/** @param {State} state @param {string} tensor @param {number[]} index @param {string} label @param {Act} act */
export function editor(state, tensor, index, label, act) {
  const value = numberAt(state, tensor, index);
  const name = `${tensor.replace("a0", "x")}[${index}]`, id = `edit-${tensor}`;
  const input = h("input", { class: "field", id, inputmode: "decimal", "aria-describedby": `${id}-fault`, value: shortest(value ?? 0), oninput: () => { input.dataset.dirty = "1"; } });
  const fault = h("p", { class: "fault", id: `${id}-fault`, role: "alert" });
  const submit = async () => {
    const text = input.value.replace("−", "-").replace(",", ".").trim();
    const wanted = text === "" ? NaN : Number(text);
    const faults = Number.isFinite(wanted) ? await act("edit", { tensor, index, value: wanted }) : [t`it must be a number, got “${input.value}”.`];
    input.toggleAttribute("aria-invalid", faults.length > 0);
    fault.textContent = faults.length ? t`${name}: ${faults[0]}` : "";
    if (!faults.length) rest();
  };
  const rest = () => { delete input.dataset.dirty; input.blur(); };
  const move = oneAtATime((wanted) => act("edit", { tensor, index, value: wanted }));
  const step = (/** @type {number} */ by) => { const from = Number(input.value); input.value = shortest((Number.isFinite(from) ? from : value ?? 0) + by); move(Number(input.value)); };
  input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") submit();
    if (event.key === "Escape") { rest(); act("follow", { ...state.selection }); }
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (way) { event.preventDefault(); input.dataset.dirty = "1"; step(way * (event.shiftKey ? 0.01 : 0.1)); }
  });
  const handle = h("label", { for: id, title: t`Drag sideways to change it` }, h("span", { text: label }), h("span", { class: "grip", "aria-hidden": "true", text: "↔" }));
  draggable(handle, () => Number(input.value), (wanted) => { input.dataset.dirty = "1"; input.focus(); input.value = shortest(wanted); move(wanted); }, rest);
  return h("div", { class: "edit", "data-edits": tensor }, handle, h("div", { class: "row" }, input, h("button", { class: "btn line", text: t`Set`, onclick: submit })), fault,
    h("p", { class: "hint", text: counts(state, tensor) }));
}

/** @param {State} state @param {string} tensor */
function counts(state, tensor) {
  if (/^(a0|y)$/.test(tensor)) return t`The minibatch is computed anew with it; the example keeps it.`;
  return state.phase === "update" ? t`It counts from the next op on.` : t`The minibatch is computed anew with it.`;
}

/** @param {number} value */
function shortest(value) {
  return String(Number(value.toPrecision(12)));
}

/** What the cost would be with the number moved, beside what its gradient says. @param {State} state @param {string} tensor @param {number[]} index @param {Act} act */
export function nudge(state, tensor, index, act) {
  const slider = h("input", { type: "range", min: -100, max: 100, step: 1, value: reach, "aria-label": t`Nudge ${`${tensor}[${index}]`}` });
  const how = h("output", { class: "num" }), facts = h("dl", { class: "kv" });
  const kind = tensor.replace(/\d+$/, ""), letter = /^[Wb]$/.test(kind) ? kind.toLowerCase() : tensorName(kind);
  const by = () => Number((Math.sign(slider.value) * 2 * (Number(slider.value) / 100) ** 2).toPrecision(3));
  let asked = 0;
  const ask = async () => {
    const number = ++asked;
    reach = Number(slider.value);
    how.textContent = signed(by(), 3);
    const found = isFast(state) ? null : await act("nudge", { tensor, index, by: by() });
    if (found && number === asked) facts.replaceChildren(...rows(found, letter));
  };
  slider.addEventListener("input", ask);
  ask();
  const apply = () => act("edit", { tensor, index, value: Number(((numberAt(state, tensor, index) ?? 0) + by()).toPrecision(12)) });
  return h("div", { class: "edit nudge" }, h("div", { class: "row" }, h("span", { text: t`Nudge it: Δ${letter} =` }), how), h("div", { class: "row" }, slider, h("button", { class: "btn line", text: t`Apply`, onclick: apply })), facts);
}

/** @param {any} found @param {string} letter */
function rows({ change, predicted }, letter) {
  const apart = change === null || predicted === null ? null : change - predicted;
  const told = [["change", t`the cost changes by`, change], ["predicted", t`${`∂C/∂${letter} · Δ${letter}`} says`, predicted], ["apart", t`they part by`, apart]];
  return told.flatMap(([key, name, value]) => [h("dt", { text: name }), h("dd", { class: sign(value ?? 0), title: value === null ? "" : exact(value), "data-nudge": key, text: value === null ? t`not a number` : signed(value, 5) })]);
}
