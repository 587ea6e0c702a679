// @ts-check
/** Run until: at full speed to a breakpoint, an epoch, a cost, a gradient norm, a dead unit, or forever. */

import { h } from "../dom.js";
import { tensorName } from "../format.js";
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
    numeric("Epoch", state.epoch + 100, "epochs", start, (v) => Number.isInteger(v) && v > state.epoch, `a whole number above ${state.epoch}`),
    numeric("Cost below", 0.01, "cost_below", start, (v) => v > 0, "a number above 0"),
    numeric("Gradient norm below", 0.001, "gradient_norm_below", start, (v) => v > 0, "a number above 0"),
    choice("Breakpoint", names ? `the next one: ${names}` : "none is set: press B, or right-click a tick of the time line", () => start({}), !names),
  ];
  const relus = config.layers.some((/** @type {any} */ layer) => layer.activation === "relu");
  rows.push(choice("First dead unit", relus ? "a ReLU that is off for all training examples" : "no layer has ReLU units", () => start({ dead_unit: true }), !relus));
  rows.push(choice("First value that is not finite", "play stops there in any case", () => start({}), false));
  open("Run until", [h("div", { class: "until-list" }, ...rows)]);
}

/** @param {string} name @param {number} value @param {string} key @param {(until: any) => void} start @param {(value: number) => boolean} fits @param {string} rule */
function numeric(name, value, key, start, fits, rule) {
  const input = h("input", { class: "field", inputmode: "decimal", value: String(value), "aria-label": name, "data-until": key });
  const fault = h("small", { class: "fault", role: "alert" });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const wanted = Number(input.value.trim().replace(",", ".") || NaN);
    if (fits(wanted)) start({ [key]: wanted });
    else fault.textContent = `${name} must be ${rule}, got “${input.value}”.`;
  };
  return h("form", { onsubmit: submit }, h("b", { text: name }), h("span", {}, input, fault), h("button", { class: "btn line", text: "Run" }));
}

/** @param {string} name @param {string} about @param {() => void} start @param {boolean} off */
function choice(name, about, start, off) {
  return h("form", { onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); if (!off) start(); } },
    h("b", { text: name }), h("span", { class: "hint", text: about }), h("button", { class: "btn line", text: "Run", "aria-disabled": off ? "true" : null }));
}
