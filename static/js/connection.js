// @ts-check
/** The connection: by socket or, where that is blocked, by polling; acknowledges frames, comes back by itself. */

import { Polling } from "./links/polling.js";
import { Socket } from "./links/socket.js";
import { readMessage } from "./messages.js";
import { language } from "./words.js";

/** @typedef {"socket" | "polling"} Transport */

const FIRST_WAIT = 200; // ms until the first try to come back
const LONGEST_WAIT = 5_000; // ms between two tries at the most
const OFFLINE_AFTER = 1_500; // ms without connection until it is shown
const SOCKET_LIMIT = 4_000; // ms that a socket may take to open
const DOUBTS = 2; // sockets that failed while HTTP got through, after which they are taken for blocked
const TOGETHER = 2; // frames that one acknowledgement is for; the server holds back after four
const RESTARTS = 1012; // the close code of a server that comes back in a moment
const RESTART_WAIT = 1_000; // ms until the first try after that; every page of the server comes at once
const FINAL = [4403, 4404, 4410]; // removed, nothing under this key, ended: nobody comes back from these

/** What the address asks for; it is read before the address is replaced by that of the session. */
const asked = new URLSearchParams(globalThis.location?.search).get("transport");

/** What this tab has found out, or was asked for. @returns {Transport} */
function remembered() {
  if (asked === "polling" || asked === "socket") remember(asked);
  try { return sessionStorage.getItem("transport") === "polling" ? "polling" : "socket"; } catch { return "socket"; }
}

/** @param {Transport} transport */
function remember(transport) {
  try { sessionStorage.setItem("transport", transport); } catch { /* it is found out again */ }
}

export class Connection {
  /** @type {import("./links/socket.js").Link | null} */
  #link = null;
  /** The next try, while there is no link. @type {number | undefined} */
  #next;
  #wait = FIRST_WAIT;
  /** @type {number | undefined} */
  #offline;
  #handled = -1;
  #owed = 0;
  #doubts = 0;

  /**
   * @param {string} key
   * @param {{take: (message: any) => void, online: (online: boolean, restarts?: boolean) => void, lost: (code: number) => void}} hooks
   *   `lost` is called when there is nothing to come back to: 4403 removed, 4404 unknown, 4410 ended
   */
  constructor(key, hooks) {
    this.key = key;
    this.hooks = hooks;
    this.transport = remembered();
    this.#open();
    addEventListener("online", () => this.#hurry());
    addEventListener("pagehide", () => this.#link?.leave());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
  }

  /** Send a command; what is sent without connection is dropped, the page shows that it has none. @param {any} command */
  send(command) {
    return this.#link?.send(JSON.stringify(command)) ?? false;
  }

  /** Tell the server that everything up to here is drawn, not for every frame. Called once a frame. */
  acknowledge() {
    if (this.#owed >= TOGETHER && this.send({ type: "ack", seq: this.#handled })) this.#owed = 0;
  }

  #open() {
    clearTimeout(this.#next);
    this.#next = undefined;
    this.#owed = 0;
    const polls = this.transport === "polling";
    let opened = false, late = false;
    const limit = polls ? undefined : setTimeout(() => { late = true; this.#link?.leave(); }, SOCKET_LIMIT);
    const hooks = {
      opened: () => {
        clearTimeout(limit);
        opened = true;
        this.#opened();
      },
      message: (/** @type {string | ArrayBuffer} */ data) => {
        const message = readMessage(data);
        if ("seq" in message) { this.#handled = message.seq; this.#owed++; }
        this.hooks.take(message);
      },
      closed: async (/** @type {number} */ code) => {
        clearTimeout(limit);
        this.#link = null;
        if (FINAL.includes(code)) this.hooks.lost(code);
        else this.#comeBack(code === RESTARTS, !opened && (await this.#isBlocked(late)));
      },
    };
    if (polls) this.#link = new Polling(`/poll/${this.key}`, hooks);
    else this.#link = new Socket(`${location.origin.replace("http", "ws")}/ws/${this.key}?lang=${language}`, hooks);
  }

  #opened() {
    clearTimeout(this.#offline);
    this.#offline = undefined;
    this.#wait = FIRST_WAIT;
    this.#doubts = 0;
    this.hooks.online(true);
  }

  /**
   * Think about a link that did not open. If it was a socket and HTTP gets through all the same,
   * sockets may be blocked here; from the second time on, or the first that took very long, this
   * tab polls.
   * @param {boolean} late @returns {Promise<boolean>} whether it polls from now on
   */
  async #isBlocked(late) {
    if (this.transport === "polling") return false;
    const signal = AbortSignal.timeout(SOCKET_LIMIT);
    const through = await fetch(`/poll/${this.key}`, { cache: "no-store", signal }).then(({ ok }) => ok, () => false);
    this.#doubts = through ? this.#doubts + (late ? DOUBTS : 1) : 0;
    if (this.#doubts < DOUBTS) return false;
    this.transport = "polling";
    remember("polling");
    return true;
  }

  /**
   * @param {boolean} restarts  whether the server has said that it restarts
   * @param {boolean} now  whether there is another way, to be tried at once
   */
  #comeBack(restarts, now) {
    if (restarts) {
      clearTimeout(this.#offline);
      this.#offline = 0; // it is told already
      this.#wait = RESTART_WAIT;
      this.hooks.online(false, true);
    }
    this.#offline ??= window.setTimeout(() => this.hooks.online(false), OFFLINE_AFTER);
    // Thirty laptops must not come back in the same millisecond.
    const wait = now ? 0 : this.#wait * (0.5 + Math.random());
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
    this.#next = window.setTimeout(() => this.#open(), wait);
  }

  #hurry() {
    this.#wait = FIRST_WAIT;
    if (this.#next !== undefined) this.#open();
  }
}
