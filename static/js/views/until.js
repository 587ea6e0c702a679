// @ts-check
/** Run until: at full speed to a breakpoint, an epoch, a cost, a gradient norm, a dead unit, or forever. */

import { h } from "../dom.js";
import { tensorName } from "../format.js";
import { t } from "../words.js";
import { close, open } from "./dialogs.js";

/** @typedef {import("../store.js").State} State */

/**
 * @param {State} state
 * @param {(until: any) => void} run  starts to play at full speed until that is met
 */
export function openUntil(state, run) {
  const start = (/** @type {any} */ until) => { close(); run(until); };
  const { config, program } = state.welcome;
  const breaks = state.status?.breakpoints ?? [];
  const names = breaks.map((/** @type {number} */ op) => tensorName(program[op].symbol)).join(", ");
  const rows = [
    numeric(t`Epoch`, state.epoch + 100, "epochs", start, (v) => Number.isInteger(v) && v > state.epoch, (got) => t`Epoch must be a whole number above ${state.epoch}, got “${got}”.`),
    numeric(t`Cost below`, 0.01, "cost_below", start, (v) => v > 0, (got) => t`Cost below must be a number above 0, got “${got}”.`),
    numeric(t`Gradient norm below`, 0.001, "gradient_norm_below", start, (v) => v > 0, (got) => t`Gradient norm below must be a number above 0, got “${got}”.`),
    choice(t`Breakpoint`, names ? t`the next one: ${names}` : t`none is set: press B, or right-click a tick of the time line`, () => start({}), !names),
  ];
  const relus = config.layers.some((/** @type {any} */ layer) => layer.activation === "relu");
  rows.push(choice(t`First dead unit`, relus ? t`a ReLU that is off for all training examples` : t`no layer has ReLU units`, () => start({ dead_unit: true }), !relus));
  rows.push(choice(t`First value that is not finite`, t`play stops there in any case`, () => start({}), false));
  open(t`Run until`, [h("div", { class: "until-list" }, ...rows)]);
}

/** @param {string} name @param {number} value @param {string} key @param {(until: any) => void} start @param {(value: number) => boolean} fits @param {(got: string) => string} fault_  what is said of another */
function numeric(name, value, key, start, fits, fault_) {
  const input = h("input", { class: "field", inputmode: "decimal", value: String(value), "aria-label": name, "data-until": key });
  const fault = h("small", { class: "fault", role: "alert" });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const wanted = Number(input.value.trim().replace(",", ".") || NaN);
    if (fits(wanted)) start({ [key]: wanted });
    else fault.textContent = fault_(input.value);
  };
  return h("form", { onsubmit: submit }, h("b", { text: name }), h("span", {}, input, fault), h("button", { class: "btn line", text: t`Run` }));
}

/** @param {string} name @param {string} about @param {() => void} start @param {boolean} off */
function choice(name, about, start, off) {
  return h("form", { onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); if (!off) start(); } },
    h("b", { text: name }), h("span", { class: "hint", text: about }), h("button", { class: "btn line", text: t`Run`, "aria-disabled": off ? "true" : null }));
}
