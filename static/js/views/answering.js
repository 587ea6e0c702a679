// @ts-check
/** A question as it is put: its text, what is given, and a button for each choice or a field for a number. */

import { h } from "../dom.js";
import { choicesOf } from "../predict.js";
import { t } from "../words.js";

/** @param {import("../predict.js").Question} question @returns {Node[]} */
export function put({ text, given }) {
  return [h("p", { class: "q", text }), ...(given ? [h("p", { class: "given", text: given })] : [])];
}

/**
 * @param {import("../predict.js").Question} question @param {number[]} sizes
 * @param {(answer: number) => void} take
 * @param {number | null} [answered]  what was answered before, where that can be changed
 * @returns {Node}
 */
export function answering(question, sizes, take, answered = null) {
  const choices = choicesOf(question, sizes);
  if (choices.length) return h("div", { class: "choices" }, ...choices.map(({ text, value }) => h("button", { class: "btn line", "data-answer": String(value), "aria-pressed": answered === null ? null : String(value === answered), text, onclick: () => take(value) })));
  const input = h("input", { class: "field", inputmode: "text", autocomplete: "off", "aria-label": t`Your answer` }), fault = h("small", { class: "fault", role: "alert" });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    fault.textContent = "";
    const value = input.value.replace("−", "-").replace(",", ".").trim();
    if (value === "" || !Number.isFinite(Number(value))) fault.textContent = t`The answer must be a number, got “${input.value}”.`;
    else take(Number(value));
  };
  return h("form", { class: "choices", onsubmit: submit }, input, h("button", { class: "btn main", text: answered === null ? t`Answer` : t`Change` }), fault);
}
