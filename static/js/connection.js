// @ts-check
/** The socket: sends commands, hands on messages, acknowledges frames, comes back by itself. */

import { readMessage } from "./messages.js";

const FIRST_WAIT = 200; // ms until the first try to come back
const LONGEST_WAIT = 5_000; // ms between two tries at the most
const OFFLINE_AFTER = 1_500; // ms without connection until it is shown
const RESTARTS = 1012; // the close code of a server that comes back in a moment
const RESTART_WAIT = 1_000; // ms until the first try after that; every page of the server comes at once

const FINAL = [4403, 4404, 4410]; // removed, nothing under this key, ended: nobody comes back from these

export class Connection {
  /** @type {WebSocket | null} */
  #socket = null;
  #wait = FIRST_WAIT;
  /** @type {number | undefined} */
  #offline;
  #handled = -1;
  #acknowledged = -1;

  /**
   * @param {string} key
   * @param {{take: (message: any) => void, online: (online: boolean, restarts?: boolean) => void, lost: (code: number) => void}} hooks
   *   `lost` is called when there is nothing to come back to: 4403 removed, 4404 unknown, 4410 ended
   */
  constructor(key, hooks) {
    this.key = key;
    this.hooks = hooks;
    this.#open();
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
  }

  /** Send a command; what is sent without connection is dropped, the page shows that it has none. @param {any} command */
  send(command) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }

  /** Tell the server that everything up to here is drawn. Called once a frame. */
  acknowledge() {
    if (this.#handled !== this.#acknowledged && this.send({ type: "ack", seq: this.#handled })) {
      this.#acknowledged = this.#handled;
    }
  }

  #open() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws/${this.key}`);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#handled = this.#acknowledged = -1;
    socket.onopen = () => {
      clearTimeout(this.#offline);
      this.#offline = undefined;
      this.#wait = FIRST_WAIT;
      this.hooks.online(true);
    };
    socket.onmessage = ({ data }) => {
      const message = readMessage(data);
      if ("seq" in message) this.#handled = message.seq;
      this.hooks.take(message);
    };
    socket.onclose = ({ code }) => {
      if (FINAL.includes(code)) this.hooks.lost(code);
      else this.#comeBack(code === RESTARTS);
    };
  }

  /** @param {boolean} restarts  whether the server has said that it restarts */
  #comeBack(restarts) {
    if (restarts) {
      clearTimeout(this.#offline);
      this.#offline = 0; // it is told already
      this.#wait = RESTART_WAIT;
      this.hooks.online(false, true);
    }
    this.#offline ??= window.setTimeout(() => this.hooks.online(false), OFFLINE_AFTER);
    // Thirty laptops must not come back in the same millisecond.
    const wait = this.#wait * (0.5 + Math.random());
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
    setTimeout(() => this.#socket?.readyState === WebSocket.CLOSED && this.#open(), wait);
  }

  #hurry() {
    this.#wait = FIRST_WAIT;
    if (this.#socket?.readyState === WebSocket.CLOSED) this.#open();
  }
}
