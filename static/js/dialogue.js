// @ts-check
/** The talk with the server: commands out, with their answers; what it says of itself as notices. */

import { memo } from "./dom.js";
import { tensorName, thousands } from "./format.js";
import { dismiss, notify } from "./views/notices.js";
import { t } from "./words.js";

/** @typedef {{key: string, send: (command: any) => boolean, acknowledge: () => void, transport?: string}} Connection  to a server or to a recording */

const REASONS = {
  epochs: t`The epoch that was asked for is reached.`, cost_below: t`The cost is below what was asked for.`,
  gradient_norm_below: t`The gradient norm is below what was asked for.`, dead_unit: t`A ReLU is off for all training examples: it is dead.`,
};

const OFFLINE = t`There is no connection to the server. It comes back by itself.`;
const GONE = t`The connection is gone. It comes back by itself, at the same place.`;
const RESTARTS = t`The server restarts. You come back by yourself, at the same place.`;

export class Dialogue {
  /** @type {Connection | null} */
  connection = null;
  /** Answers that somebody waits for, by id. @type {Map<number, (faults: string[], message?: any) => void>} */
  #waiting = new Map();
  #lastId = 0;

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
  }

  /** @param {any} command */
  send(command) {
    if (!this.connection?.send(command)) notify(OFFLINE, { bad: true, key: "offline" });
  }

  /** Send a command or a question, and wait for what is said of it. @param {any} command @returns {Promise<{faults: string[], message: any}>} */
  request(command) {
    return new Promise((resolve) => {
      this.#waiting.set(++this.#lastId, (faults, message = null) => resolve({ faults, message }));
      if (!this.connection?.send({ ...command, id: this.#lastId })) this.#answered(this.#lastId, [OFFLINE]);
    });
  }

  /** Send a command and learn its faults. @param {any} command @returns {Promise<string[]>} */
  async ask(command) {
    return (await this.request(command)).faults;
  }

  /** Ask a question. @param {any} command @returns {Promise<any>} the message that answers it, null where there is none */
  async inquire(command) {
    return (await this.request(command)).message;
  }

  /**
   * Return what asks about the newest of changing targets, each target once; an answer that another
   * target has overtaken is dropped.
   * @param {"explain" | "prove"} type
   * @param {(found: any, target: any) => void} show
   * @returns {(target: any, state: any) => void}
   */
  asking(type, show) {
    let newest = 0;
    const ask = memo(async (key) => {
      const number = ++newest, target = JSON.parse(key)?.target ?? null;
      const found = target && (await this.inquire({ type, ...target }));
      if (number === newest) show(found, target);
    });
    // Position and number of the frame stand for everything that an answer depends on.
    return (target, { seq, position }) => ask(JSON.stringify(target && { target, seq, position }));
  }

  /** @param {any} message */
  take(message) {
    if (message.type === "error") this.#refused(message);
    else if (message.type === "answer") this.#answered(message.id, []);
    else if (message.id !== undefined) { this.#answered(message.id, [], message); return; } // of a question
    this.store.take(message);
    if (this.store.state.gap) this.send({ type: "sync" });
    if (message.type === "status") this.#told(message);
  }

  /** @param {boolean} online @param {boolean} [restarts]  whether the server has said that it restarts */
  online(online, restarts = false) {
    this.store.take({ type: "ONLINE", online });
    for (const id of [...this.#waiting.keys()]) this.#answered(id, [OFFLINE]); // what was asked before has no answer any more
    if (online) dismiss("offline");
    else notify(restarts ? RESTARTS : GONE, { key: "offline", stays: Infinity });
  }

  /** Offer what a change has put aside. */
  offerRejoin() {
    if (!this.store.state.status?.rejoin) return;
    const then = () => this.send({ type: "rejoin" });
    notify(t`What was before this change is kept.`, { key: "rejoin", action: t`Return to it`, stays: 12_000, then });
  }

  /** @param {number} id @param {string[]} faults @param {any} [message] @returns {boolean} whether somebody waited */
  #answered(id, faults, message) {
    const waits = this.#waiting.get(id);
    this.#waiting.delete(id);
    waits?.(faults, message);
    return Boolean(waits);
  }

  /** @param {any} error */
  #refused(error) {
    if (!this.#answered(error.id, [error.message])) notify(error.message, { bad: true, key: error.code });
  }

  /** @param {any} status */
  #told(status) {
    if (status.state === "diverged") {
      const { symbol, layer, position } = status.diverged;
      const back = () => this.send({ type: "seek", position: position - 1 });
      const { reached } = status.diverged, op = thousands(position);
      const where = symbol === "C" ? t`The cost is not a number any more: the run diverged at op ${op}.` : t`${tensorName(symbol)} in layer ${layer} is not a number any more: the run diverged at op ${op}.`;
      const before = reached ? t`${where} The largest number left is ${reached.value.toPrecision(3)}, in ${tensorName(reached.tensor)}.` : where;
      notify(t`${before} Learning rate ${status.learning_rate}.`, { bad: true, key: "diverged", stays: Infinity, action: t`Go to the op before`, then: back });
    } else dismiss("diverged");
    if (!status.rejoin) dismiss("rejoin");
    const reason = /** @type {Record<string, string>} */ (REASONS)[status.reason];
    if (status.state === "finished" && reason) notify(reason, { key: "finished" });
  }
}
