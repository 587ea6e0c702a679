// @ts-check
/** Plays a recording in place of the socket: takes the same commands and says the same messages. */

import { t } from "./words.js";

/** @typedef {import("./reel.js").Reel} Reel */

const BEAT = 16; // ms between two beats of play at the least
const FASTEST = 1000; // steps a second for "max"

/** The actions that need no server. */
export const PLAYS = new Set([
  "step", "back", "play", "stop", "reset", "seek", "size", "speed", "next-size", "focus", "example-before", "example-after", "mean",
  "select", "follow", "hint", "panel", "lens", "toggle-break", "log", "theme", "keys", "export", "predict",
]);

export class Recording {
  key = "";
  #position = 0;
  #seq = 0;
  #playing = false;
  #pace = { size: "op", rate: /** @type {number | "max"} */ (4) };
  /** @type {Set<number>} */
  #breaks = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** Of each kind the one that was said last. @type {Record<string, any>} */
  #said = {};

  /** @param {Reel} reel @param {{take: (message: any) => void, online: (online: boolean) => void}} hooks */
  constructor(reel, hooks) {
    this.reel = reel;
    this.hooks = hooks;
    this.focus = reel.facts.focus;
    hooks.online(true);
    for (const message of reel.opening) if (message.type !== "status") hooks.take(message);
    this.#show(null, reel.facts.at);
    this.#tell();
  }

  /** @param {any} command */
  send(command) {
    const refusal = this.#carryOut(command);
    if (refusal) this.hooks.take({ type: "error", code: "recording", message: refusal, id: command.id });
    else if (command.id !== undefined && command.type !== "explain") this.hooks.take({ type: "answer", id: command.id });
    return true;
  }

  /** There is nobody to tell what is drawn. */
  acknowledge() {}

  /** @param {any} command @returns {string | undefined} why it cannot be carried out */
  #carryOut(command) {
    const { reel } = this, { first, last } = reel.facts, { size = "op", count = 1 } = command;
    switch (command.type) {
      case "step": return this.#rest(this.#heeding(reel.after(this.#position, size, count)));
      case "back": return this.#rest(reel.before(this.#position, size, count));
      case "seek": return this.#rest(Math.min(last, Math.max(first, command.position)));
      case "reset": return this.#rest(first);
      case "pause": return this.#rest(this.#position);
      case "play": return this.#play(command);
      case "break": return this.#break(command);
      case "focus": return this.#look(command.example);
      case "explain": return this.#explain(command);
      case "sync": return this.#show(null, this.#position);
      default: return t`This is a recording: it can be stepped and played, not changed.`;
    }
  }

  /** Be at rest at a position. @param {number} position @returns {undefined} */
  #rest(position) {
    clearTimeout(this.#timer);
    this.#playing = false;
    this.#show(this.#position, position);
    this.#tell();
  }

  /** A position, or the first breakpoint on the way there. @param {number} target */
  #heeding(target) {
    const { length } = this.reel.program;
    for (let p = this.#position + 1; p < target; p++) if (this.#breaks.has((p - 1) % length)) return p;
    return target;
  }

  /** @param {{size: string, rate: number | "max"}} pace @returns {undefined} */
  #play({ size, rate }) {
    const { first, last } = this.reel.facts;
    this.#pace = { size, rate };
    if (this.#position === last) this.#show(last, first); // once more, from the start
    this.#playing = true;
    this.#tell();
    this.#wait();
  }

  #wait() {
    const { rate } = this.#pace, each = 1000 / (rate === "max" ? FASTEST : rate);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#beat(Math.max(1, Math.round(BEAT / each))), Math.max(BEAT, each));
  }

  /** @param {number} count  steps */
  #beat(count) {
    const target = this.reel.after(this.#position, this.#pace.size, count), rest = this.#heeding(target);
    const { last } = this.reel.facts, { length } = this.reel.program;
    if (rest === last || rest < target || this.#breaks.has((rest - 1) % length)) { this.#rest(rest); return; }
    this.#show(this.#position, rest);
    this.#wait();
  }

  /** @param {{op: number, on: boolean}} command @returns {undefined} */
  #break({ op, on }) {
    if (on) this.#breaks.add(op);
    else this.#breaks.delete(op);
    this.#tell();
  }

  /** @param {number | null} example */
  #look(example) {
    if (!this.reel.facts.whole && example !== this.focus) return t`Only this example is on record.`;
    this.focus = example;
    this.#tell();
  }

  /** @param {any} command */
  #explain(command) {
    const found = this.reel.explanation(this.#position, command);
    this.hooks.take({ ...(found ?? { type: "answer" }), id: command.id });
    return undefined;
  }

  /** Say what leads from one position to another, and what is to be seen there. @param {number | null} from @param {number} to @returns {undefined} */
  #show(from, to) {
    const { reel, hooks } = this;
    for (const frame of reel.frames(from, to)) hooks.take({ ...frame, seq: ++this.#seq, end: reel.facts.last });
    this.#position = to;
    for (const type of ["evaluation", "surface"]) {
      const newest = reel.newest(to, type);
      if (newest && newest !== this.#said[type]) hooks.take(this.#said[type] = newest);
    }
  }

  /** Say what the recording is doing. */
  #tell() {
    const { opening, facts: { last } } = this.reel;
    const { state, diverged, ...told } = opening.find((message) => message.type === "status");
    const ended = this.#position === last && state === "diverged";
    this.hooks.take({
      ...told, ...this.#pace, position: this.#position, end: last, focus: this.focus, breakpoints: [...this.#breaks].sort((a, b) => a - b),
      state: this.#playing ? "playing" : ended ? "diverged" : "paused", ...(ended ? { diverged } : {}),
    });
  }
}
