// @ts-check
/** A question of a lesson: asked first, and only then told. */

import { h } from "../dom.js";
import { plain } from "../format.js";
import { t } from "../words.js";
import { textOf } from "./texts.js";

/** @typedef {{value: number | null, right: boolean}} Answer  of a choice its number, from 1; null where it was given up */

/** What a learner types as a number, NaN where it is none. @param {string} text */
export function typedNumber(text) {
  const clean = text.trim().replace(/[−–]/, "-").replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(clean) ? Number(clean) : NaN;
}

/** Whether a value answers a question. @param {any} ask @param {number} value */
export function isRight(ask, value) {
  return ask.choices.length ? value === ask.right : Math.abs(value - ask.answer) <= ask.within;
}

/** What is said to a wrong number that is known. @param {any} ask @param {number} value @returns {number | null} */
export function trapOf(ask, value) {
  const near = ask.traps.find((/** @type {any} */ trap) => Math.abs(trap.value - value) <= Math.max(0.005, 0.01 * Math.abs(trap.value)));
  return near?.because ?? null;
}

export class Question {
  /** @param {any} ask @param {Answer | null} answer  that was given before @param {(answer: Answer) => void} then */
  constructor(ask, answer, then) {
    this.ask = ask;
    this.then = then;
    this.element = h("section", { class: "ask" });
    this.#draw(answer);
  }

  /** @param {Answer | null} answer */
  #draw(answer) {
    const { ask } = this;
    const question = h("p", { class: "q" }, textOf(ask.question));
    this.element.classList.toggle("behind", answer !== null);
    const hint = ask.hint && !answer && h("details", {}, h("summary", { text: t`A hint` }), textOf(ask.hint));
    this.element.replaceChildren(h("h3", { text: t`What do you expect?` }), question, ask.choices.length ? this.#choices(answer) : this.#number(answer), hint || "", this.#verdict(answer));
  }

  /** @param {Answer | null} answer */
  #choices(answer) {
    const { ask } = this;
    return h("ol", { class: "options" }, ...ask.choices.map((/** @type {number} */ choice, /** @type {number} */ i) => {
      const sign = answer && i + 1 === ask.right ? "right" : answer && i + 1 === answer.value ? "wrong" : null;
      return h("li", {}, h("button", { type: "button", class: `btn line ${sign ?? ""}`, disabled: answer !== null, onclick: () => this.#answer(i + 1) }, textOf(choice)));
    }));
  }

  /** @param {Answer | null} answer */
  #number(answer) {
    if (answer) return h("p", { class: "told", text: answer.value === null ? t`It is ${plain(this.ask.answer)}.` : t`You said ${plain(answer.value)}. It is ${plain(this.ask.answer)}.` });
    const field = h("input", { class: "field", name: "answer", inputmode: "text", autocomplete: "off", "aria-label": t`Your answer` });
    const fault = h("p", { class: "fault", role: "alert" });
    const form = h("form", { class: "given" }, field, h("button", { class: "btn main", text: t`Answer` }), h("button", { class: "lnk", type: "button", text: t`Show me`, onclick: () => this.#answer(null) }), fault);
    form.addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const value = typedNumber(field.value);
      if (Number.isNaN(value)) fault.textContent = t`Type a number, such as 0.25 or -3.`;
      else this.#answer(value);
    });
    return form;
  }

  /** @param {Answer | null} answer */
  #verdict(answer) {
    const said = h("p", { class: "told", role: "status" });
    if (!answer) return said;
    if (answer.right) said.append(h("b", { class: "right", text: t`✓ Right. ` }));
    else if (answer.value !== null) said.append(h("b", { class: "wrong", text: t`✕ Not quite. ` }));
    const trap = answer.right || answer.value === null ? null : trapOf(this.ask, answer.value);
    if (trap !== null) said.append(textOf(trap), " ");
    if (this.ask.because !== null) said.append(textOf(this.ask.because));
    return said;
  }

  /** @param {number | null} value */
  #answer(value) {
    const answer = { value, right: value !== null && isRight(this.ask, value) };
    this.#draw(answer);
    this.then(answer);
  }
}
