// @ts-check
/** Predict, then reveal: a card that asks before a step, and tells after it how right one was. */

import { byId, h, mark, memo } from "../dom.js";
import { SORTS, aboutOf, judge, mixed, questionFor } from "../predict.js";
import { count, resetScore, score, scoreText } from "../score.js";
import { t } from "../words.js";
import { answering, put } from "./answering.js";

/** @typedef {import("../store.js").State} State */

export class Prediction {
  /** @type {import("../predict.js").Question | null} */
  #question = null;
  /** @type {any} */
  #answer = null;
  /** @type {{right: boolean, truth: number, told: string} | null} */
  #verdict = null;
  /** Whether the next op is asked about as soon as this one is done. */
  #eager = false;
  /** @type {import("../predict.js").Sort | "any"} */
  #sort = "any";
  /** @type {number | null} */
  #lastCost = null;
  #left = -1;
  #press = memo((predicting) => { for (const button of document.querySelectorAll("[data-do=predict]")) mark(button, "aria-pressed", String(predicting)); });

  /** @param {(command: string, argument?: any) => any} act @param {() => State} state */
  constructor(act, state) {
    this.act = act;
    this.state = state;
    this.card = byId("card");
    this.card.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => { if (event.key === "Escape") { event.stopPropagation(); act("predict"); } });
  }

  /** Ask before the next op. @returns {boolean} whether a question stands; then the step waits for the answer */
  asks() {
    const state = this.state();
    if (!state.predicting || state.size !== "op" || state.status?.state === "playing") return false;
    if (this.#question && !this.#verdict) return true;
    this.#question = questionFor(state, mixed(state.position), this.#sort, this.#lastCost);
    this.#answer = this.#verdict = null;
    this.#eager = this.#question === null;
    this.#left = state.position;
    this.#draw();
    return this.#question !== null;
  }

  /** See whether the answer is there. @param {State} state */
  see(state) {
    if (state.cost !== null && state.op !== "cost") this.#lastCost = state.cost;
    this.#press(state.predicting);
    const question = this.#question;
    if (!state.predicting) this.#eager = false;
    if (!question) { this.#hurry(state); return; }
    if (!state.predicting || (this.#verdict && state.position !== question.position)) { this.#close(); return; }
    if (this.#answer === null) {
      if (state.position !== question.position - 1) this.#close();
      return;
    }
    if (this.#verdict || state.position !== question.position) return;
    this.#verdict = judge(question, this.#answer, state);
    if (!this.#verdict) { this.#close(); return; }
    count(this.#verdict.right);
    this.act("follow", aboutOf(question));
    this.#draw();
  }

  /** Ask on, past ops that there is nothing to ask about. @param {State} state */
  #hurry(state) {
    if (!this.#eager || state.position === this.#left || state.status?.state === "playing") return;
    this.#left = state.position;
    this.act("step");
  }

  #close() {
    this.#question = this.#answer = this.#verdict = null;
    this.card.hidden = true;
  }

  /** @param {any} answer */
  #take(answer) {
    this.#answer = answer;
    this.act("execute");
  }

  #skip() {
    this.#close();
    this.#eager = true;
    this.#left = this.state().position;
    this.act("execute");
  }

  #draw() {
    const question = this.#question;
    this.card.hidden = !question;
    if (!question) return;
    this.card.replaceChildren(...(this.#verdict ? this.#revealed(this.#verdict) : this.#asked(question)), this.#foot());
    this.card.scrollIntoView({ block: "nearest" });
    this.card.querySelector(this.#verdict ? ".next" : "input, .choices button")?.focus();
  }

  /** Ask of the sort that is wanted now; where this op has none, offer to go on. */
  #another() {
    const before = this.#question;
    this.#question = null;
    if (this.asks()) return;
    this.#question = before;
    this.#eager = false;
    this.card.hidden = false;
    this.card.replaceChildren(h("p", { class: "q", text: t`There is no such question at this op.` }), h("div", { class: "choices" }, h("button", { class: "btn main", text: t`Go on`, onclick: () => this.#skip() })), this.#foot());
    this.card.querySelector(".choices button")?.focus();
  }

  /** @param {import("../predict.js").Question} question */
  #asked(question) {
    return [...put(question), answering(question, this.state().welcome.sizes, (answer) => this.#take(answer))];
  }

  /** @param {{right: boolean, told: string}} verdict */
  #revealed({ right, told }) {
    return [h("p", { class: "q", role: "status" }, h("b", { class: right ? "right" : "wrong", text: right ? t`✓ Right. ` : t`✕ Not quite. ` }), t`It is ${told}. Why shows how it comes about.`),
      h("div", { class: "choices" }, h("button", { class: "btn main next", text: t`Next question`, onclick: () => this.act("step") }))];
  }

  #foot() {
    const choose = h("select", { "aria-label": t`What is asked`, onchange: () => { this.#sort = choose.value; if (!this.#verdict) this.#another(); } });
    for (const [value, text] of [["any", t`ask anything`], ...Object.entries(SORTS)]) choose.append(h("option", { value, selected: value === this.#sort, text }));
    const told = h("span", { class: "score", text: scoreText(score()) });
    return h("div", { class: "card-f" }, choose, told,
      h("button", { class: "lnk", text: t`Reset the score`, onclick: () => { resetScore(); told.textContent = scoreText(score()); } }),
      this.#verdict ? null : h("button", { class: "lnk", text: t`Skip`, onclick: () => this.#skip() }),
      h("button", { class: "lnk", text: t`Stop asking`, onclick: () => this.act("predict") }));
  }
}
