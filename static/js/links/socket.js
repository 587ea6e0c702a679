// @ts-check
/** A link to the server by WebSocket. */

/**
 * What a link tells: that it is open, each message, and once that it is closed, with the code of that.
 * @typedef {{opened: () => void, message: (data: string | ArrayBuffer) => void, closed: (code: number) => void}} Hooks
 */
/**
 * A way to the server and back; it is opened by being made, and when it is closed it stays closed.
 * `leave` closes it, `send` says whether it could.
 * @typedef {{send: (text: string) => boolean, leave: () => void}} Link
 */

export class Socket {
  /** @type {WebSocket} */
  #socket;

  /** @param {string} address @param {Hooks} hooks */
  constructor(address, hooks) {
    this.#socket = new WebSocket(address);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = hooks.opened;
    this.#socket.onmessage = ({ data }) => hooks.message(data);
    this.#socket.onclose = ({ code }) => hooks.closed(code);
  }

  /** @param {string} text */
  send(text) {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  leave() {
    this.#socket.close();
  }
}
