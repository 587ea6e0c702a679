// @ts-check
/** What the results are looked at through: curves, gradient flow, histograms, classes, the work. */

import { mark, memo } from "../dom.js";

/** @param {(command: string, argument?: any) => void} act */
export function lenses(act) {
  const buttons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-lens]")]);
  const views = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-seen]")]);
  for (const button of buttons) button.addEventListener("click", () => act("lens", button.dataset.lens));
  const show = memo((lens) => {
    for (const button of buttons) mark(button, "aria-pressed", String(button.dataset.lens === lens));
    for (const view of views) view.hidden = view.dataset.seen !== lens;
  });
  return (/** @type {import("../store.js").State} */ state) => show(state.lens);
}

/**
 * A row of buttons of which one is pressed.
 * @param {HTMLElement} box
 * @param {(value: string) => void} choose
 * @returns {(value: string) => void} marks the one that is
 */
export function choice(box, choose) {
  const buttons = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("button")]);
  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.value ?? ""));
  return (value) => { for (const button of buttons) mark(button, "aria-pressed", String(button.dataset.value === value)); };
}
