// @ts-check
/** Leads through a lesson: each step puts the lab at its stop, asks, and sees when a task is done. */

import { byId, h } from "../dom.js";
import { t } from "../words.js";
import { isDone } from "./conditions.js";
import { lightOf, selectionOf } from "./lights.js";
import { keepProgress, progressOf } from "./progress.js";
import { Question } from "./question.js";
import { textOf } from "./texts.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {(name: string, argument?: any) => any} Act */

const PANELS = ["why", "values"];

export class Guide {
  #step = -1;
  /** Grows with each move, so that one which is overtaken stops. */
  #moves = 0;
  /** The move that is under way; the next waits for it, since only then is it known where the lab stands. */
  #underWay = Promise.resolve();
  /** Whether the lab has come to the stop of this step, or is on its way. @type {"" | "leading" | "arrived"} */
  #place = "";
  /** Whether something was refused on the way there, for want of a connection most likely. */
  #missed = false;
  #since = { position: 0, wentBack: false };

  /**
   * @param {any} lesson  as the server tells it
   * @param {{store: import("../store.js").Store, dialogue: import("../dialogue.js").Dialogue, act: Act, root: HTMLElement}} lab
   */
  constructor(lesson, lab) {
    this.lesson = lesson;
    this.lab = lab;
    this.progress = progressOf(lesson.slug);
    this.text = byId("lesson-text");
    this.text.addEventListener("click", (/** @type {MouseEvent} */ event) => this.#light(event));
    byId("lesson-before").addEventListener("click", () => this.go(this.#step - 1));
    byId("lesson-next").addEventListener("click", () => this.go(this.#step + 1));
    byId("lesson-again").addEventListener("click", () => this.go(this.#step));
    addEventListener("hashchange", () => this.go(this.asked));
    lab.store.subscribe((state) => this.#see(state));
  }

  /** The step that the address asks for. */
  get asked() {
    const number = Number(location.hash.slice(1));
    return number >= 1 && number <= this.lesson.steps.length ? number - 1 : 0;
  }

  get step() {
    return this.lesson.steps[this.#step];
  }

  /** Go to a step: its text at once, the lab as soon as it is there. @param {number} number */
  async go(number) {
    if (number < 0 || number >= this.lesson.steps.length) return;
    const turned = number !== this.#step;
    this.#step = number;
    this.#place = "";
    if (location.hash !== `#${number + 1}`) history.replaceState(null, "", `#${number + 1}`);
    this.#draw(turned);
    await this.#lead();
  }

  /** The lab stands somewhere else now: lead it again when there is a connection. */
  lost() {
    this.#moves++;
    this.#place = "";
  }

  /** The connection goes or comes back: what was on its way may not have arrived. */
  interrupted() {
    if (this.#place === "leading" || this.#missed) this.lost();
  }

  /** Put the lab at the stop of the step, once there is one. */
  async #lead() {
    const { store } = this.lab;
    if (!store.state.online || !store.state.welcome || !store.state.status) return;
    const move = ++this.#moves, before = this.#underWay;
    this.#place = "leading";
    this.#underWay = before.then(() => this.#put(move));
    await this.#underWay;
    if (move !== this.#moves) return;
    const { step } = this;
    this.#look(step);
    this.#since = { position: step.position, wentBack: false };
    this.#place = "arrived";
    this.#see(store.state);
  }

  /** @param {number} move  it is given up when another has begun */
  async #put(move) {
    const { store, dialogue } = this.lab, { step } = this, config = this.lesson.configs[step.config];
    const example = step.example === null ? null : step.light?.example ?? step.example;
    /** @param {any} command */
    const ask = async (command) => { this.#missed = (await dialogue.ask(command)).length > 0 || this.#missed; };
    this.#missed = false;
    if (move === this.#moves && store.state.status?.state === "playing") dialogue.send({ type: "pause" });
    const { exercise } = store.state.status ?? {};
    if (move === this.#moves && exercise && !exercise.found) await ask({ type: "guess", mistake: null });
    const { welcome, edits } = store.state;
    const differs = edits.length || JSON.stringify(welcome.config) !== JSON.stringify(config);
    if (move === this.#moves && differs) await ask({ type: "configure", config, anew: true });
    if (move === this.#moves) await ask({ type: "seek", position: step.position });
    if (move === this.#moves && example !== (store.state.status?.focus ?? null)) await ask({ type: "focus", example });
  }

  /** Open what the step talks of, and light it. @param {any} step */
  #look({ view, size, light }) {
    const { store } = this.lab;
    /** @type {any} */
    const values = { selection: selectionOf(light), predicting: false };
    if (size) values.size = size;
    if (PANELS.includes(view)) values.panel = view;
    else if (light) values.panel = "why";
    if (view && view !== "program" && !PANELS.includes(view)) values.lens = view;
    store.set(values);
  }

  /** Press on a number of the text. @param {MouseEvent} event */
  #light(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest?.("[data-tensor]");
    if (!(button instanceof HTMLElement)) return;
    const light = lightOf(button);
    if (light.example !== null && light.example !== this.lab.store.state.status?.focus) this.lab.act("focus", light.example);
    this.lab.store.set({ selection: selectionOf(light), panel: "why" });
  }

  /** @param {boolean} turned  whether it is another step than before */
  #draw(turned) {
    const { steps } = this.lesson, { step } = this;
    byId("lesson-place").textContent = t`Step ${this.#step + 1} of ${steps.length}`;
    byId("lesson-title").textContent = step.title;
    const parts = [h("div", { class: "prose" }, textOf(step.text))];
    if (step.ask) parts.push(new Question(step.ask, this.progress.answers[this.#step] ?? null, (answer) => this.#answered(answer)).element);
    if (step.task) parts.push(h("section", { class: "task", id: "lesson-task" }));
    this.text.replaceChildren(...parts);
    if (step.task) this.#drawTask();
    this.#drawWay();
    if (turned) byId("lesson-body").scrollTop = 0;
  }

  /** Where the learner is, and the ways on. */
  #drawWay() {
    const { steps } = this.lesson, last = this.#step === steps.length - 1;
    byId("lesson-way").replaceChildren(...steps.map((/** @type {any} */ step, /** @type {number} */ i) => h("li", {},
      h("a", { href: `#${i + 1}`, title: step.title, "aria-label": t`Step ${i + 1}: ${step.title}`, "aria-current": i === this.#step ? "step" : null, class: this.#isBehind(i) ? "behind" : null }))));
    // What would tell the answer, such as the name of a mistake, waits for it.
    this.lab.root.toggleAttribute("data-asking", Boolean(this.step.ask) && !(this.#step in this.progress.answers));
    byId("lesson-before").disabled = this.#step === 0;
    byId("lesson-next").hidden = last;
    byId("lesson-following").hidden = !last;
  }

  /** Whether all that a step asks for is done. @param {number} i */
  #isBehind(i) {
    const { ask, task } = this.lesson.steps[i];
    return this.#isDone(i) && (Boolean(ask || task) || i < this.#step);
  }

  /** Whether nothing of what it asks for is left to do. @param {number} i */
  #isDone(i) {
    const { ask, task } = this.lesson.steps[i];
    return (!ask || i in this.progress.answers) && (!task || Boolean(this.progress.done[i]));
  }

  #drawTask() {
    const { task } = this.step, isOver = Boolean(this.progress.done[this.#step]);
    const box = byId("lesson-task");
    box.classList.toggle("behind", isOver);
    const words = h("p", { class: "do" }, textOf(task.task));
    const said = h("p", { class: "told", role: "status" });
    if (isOver) said.append(h("b", { class: "right", text: t`✓ Done. ` }), textOf(task.done));
    const hint = task.hint && !isOver && h("details", {}, h("summary", { text: t`A hint` }), textOf(task.hint));
    box.replaceChildren(h("h3", { text: t`Your turn` }), words, hint || "", said);
  }

  /** @param {import("./question.js").Answer} answer */
  #answered(answer) {
    const { then, light } = this.step.ask;
    this.progress.answers[this.#step] ??= answer;
    this.#keep();
    if (then !== null) this.lab.act("seek", then);
    if (light || then !== null) this.lab.store.set({ selection: selectionOf(light), panel: "why" });
  }

  /** @param {State} state */
  #see(state) {
    if (!this.#place && this.step && state.welcome && state.status) this.#lead();
    if (this.#place !== "arrived" || !this.step.task) return;
    if (state.position < this.#since.position) this.#since.wentBack = true;
    this.#since.position = state.position;
    if (this.progress.done[this.#step] || !isDone(state, this.step.task.until, this.#since)) return;
    this.progress.done[this.#step] = true;
    this.#keep();
    this.#drawTask();
  }

  #keep() {
    this.progress.over = this.lesson.steps.every((/** @type {any} */ _, /** @type {number} */ i) => this.#isDone(i));
    keepProgress(this.lesson.slug, this.progress);
    this.#drawWay();
  }
}
