// @ts-check
/**
 * A link to the server by HTTP, where sockets are blocked: one request waits for the next messages,
 * another carries commands. Both are numbered, so a request whose answer was lost is made again.
 */

import { language } from "../words.js";

/** @typedef {import("./socket.js").Hooks} Hooks */

const PATIENCE = 45_000; // ms for a request; the server answers after 25 s at the latest
const REPEATS = 1; // times that a request is made again when it did not get through
const PAUSE = 300; // ms before it is
const LARGEST = 900; // bytes of several commands in one request; one alone may be longer
const ABNORMAL = 1006; // the code of a link that is closed without a word

/**
 * Take a batch apart: of each message a byte for its kind, four for its length, and itself.
 * @param {ArrayBuffer} buffer
 * @returns {(string | ArrayBuffer)[]}
 */
export function readBatch(buffer) {
  const view = new DataView(buffer), messages = [];
  for (let at = 0; at < buffer.byteLength;) {
    const kind = view.getUint8(at), from = at + 5;
    at = from + view.getUint32(at + 1, true);
    if (kind > 1 || at > buffer.byteLength) throw new RangeError("a batch that is cut off");
    const data = buffer.slice(from, at); // numbers begin at multiples of their size there
    messages.push(kind ? data : new TextDecoder().decode(data));
  }
  return messages;
}

export class Polling {
  /** Where this connection is, "" until it is open. */
  #address = "";
  #over = false;
  /** Commands that wait. @type {string[]} */
  #lines = [];
  #posting = false;
  /** Number of the next batch of commands. */
  #said = 1;
  /** What aborts the requests under way. @type {Set<AbortController>} */
  #requests = new Set();

  /** @param {string} address @param {Hooks} hooks */
  constructor(address, hooks) {
    this.hooks = hooks;
    this.#listen(address);
  }

  /** @param {string} text */
  send(text) {
    if (this.#over || !this.#address) return false;
    this.#lines.push(text);
    if (!this.#posting) this.#post();
    return true;
  }

  leave() {
    if (this.#over) return;
    // It arrives even if the page goes. A beacon would not say where it comes from, and be refused.
    if (this.#address) fetch(`${this.#address}/close`, { method: "POST", keepalive: true }).catch(() => {});
    this.#end(ABNORMAL);
  }

  /** @param {string} address */
  async #listen(address) {
    const opened = await this.#request(`${address}?lang=${language}`, { method: "POST" }, (body) => JSON.parse(new TextDecoder().decode(body)));
    if (!opened) return;
    this.#address = `${address}/${opened.connection}`;
    this.hooks.opened();
    for (let batch = 1; ;) {
      const messages = await this.#request(`${this.#address}?batch=${batch}`, {}, readBatch);
      if (!messages) return;
      if (messages.length) batch++;
      for (const message of messages) this.#tell(message);
    }
  }

  /** Send what waits, one request after the other, so that commands stay in order. */
  async #post() {
    this.#posting = true;
    while (this.#lines.length && !this.#over) {
      await this.#request(`${this.#address}?batch=${this.#said++}`, { method: "POST", body: this.#taken() }, () => true);
    }
    this.#posting = false;
  }

  /** Take from what waits as much as one request carries. */
  #taken() {
    let count = 0, size = 0;
    for (const line of this.#lines) {
      size += new Blob([line]).size + 1;
      if (count && size > LARGEST) break;
      count++;
    }
    return this.#lines.splice(0, count).join("\n");
  }

  /**
   * Make a request, and again if it does not get through; the link ends where that fails too.
   * @template T
   * @param {string} address @param {RequestInit} init @param {(body: ArrayBuffer) => T} read
   * @returns {Promise<T | null>} null when the link is over
   */
  async #request(address, init, read) {
    for (let tries = 0; tries <= REPEATS && !this.#over; tries++) {
      const aborts = new AbortController(), timer = setTimeout(() => aborts.abort(), PATIENCE);
      this.#requests.add(aborts);
      try {
        const response = await fetch(address, { ...init, cache: "no-store", signal: aborts.signal });
        if (response.ok) return read(await response.arrayBuffer());
        await this.#refused(response);
      } catch { /* it did not get through, or not whole */ } finally {
        clearTimeout(timer);
        this.#requests.delete(aborts);
      }
      if (tries < REPEATS && !this.#over) await new Promise((then) => setTimeout(then, PAUSE));
    }
    this.#end(ABNORMAL);
    return null;
  }

  /** The server, or something on the way to it, has refused; a proxy that has no server now may have one soon. @param {Response} response */
  async #refused(response) {
    const problem = await response.json().catch(() => ({}));
    if (!problem.close && response.status >= 500) return;
    if (problem.code) this.#tell(JSON.stringify({ type: "error", code: problem.code, message: problem.detail }));
    this.#end(problem.close ?? ABNORMAL);
  }

  /** @param {string | ArrayBuffer} message */
  #tell(message) {
    try {
      if (!this.#over) this.hooks.message(message);
    } catch (error) {
      reportError(error); // as if it had come by itself; the others are told all the same
    }
  }

  /** @param {number} code */
  #end(code) {
    if (this.#over) return;
    this.#over = true;
    for (const aborts of this.#requests) aborts.abort();
    this.hooks.closed(code);
  }
}
