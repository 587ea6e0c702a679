// @ts-check
/** What a recording holds: the messages of a server, by the position at which it says them. Pure. */

import { piped } from "./link.js";
import { readMessage } from "./messages.js";

/**
 * @typedef {object} Facts
 * @property {number} first   position that the recording begins at
 * @property {number} last
 * @property {number} at      where it was when it was saved
 * @property {number | null} focus
 * @property {boolean} whole  whether every example is there, not only the one in focus
 * @property {Record<string, number[]>} stops   where steps of each size end
 */

export class Reel {
  /** What is said once, at the start. @type {any[]} */
  opening = [];
  /** @type {Map<number, any[]>} */
  #said = new Map();

  /** @param {Facts} facts @param {[number, any][]} messages */
  constructor(facts, messages) {
    this.facts = facts;
    for (const [position, message] of messages) {
      if (["welcome", "status", "points", "curve"].includes(message.type)) this.opening.push(message);
      else this.#said.set(position, [...(this.#said.get(position) ?? []), message]);
    }
    /** @type {import("./store.js").Op[]} */
    this.program = this.opening[0].program;
  }

  /** Messages of a type that are said on arriving at a position. @param {number} position @param {string} type */
  #at(position, type) {
    return this.#said.get(position)?.find((message) => message.type === type);
  }

  /** The newest message of a type at or before a position. @param {number} position @param {string} type */
  newest(position, type) {
    for (let p = position; p >= this.facts.first; p--) {
      const found = this.#at(p, type);
      if (found) return found;
    }
    return null;
  }

  /** The frames that lead from one position to another, from the last snapshot on the way. @param {number | null} from @param {number} to */
  frames(from, to) {
    const frames = [];
    let position = to;
    for (; position !== from; position--) {
      const snapshot = this.#at(position, "snapshot");
      frames.unshift(snapshot ?? this.#at(position, "frame"));
      if (snapshot) break;
    }
    return frames;
  }

  /**
   * Why a number of this minibatch is what it is, null where that is not on record. It is told at the op that wrote it.
   * @param {number} position
   * @param {{tensor: string, index: number[], example?: number | null}} target
   */
  explanation(position, { tensor, index, example = null }) {
    const key = `${tensor}|${index}|`;
    const ofEntry = /^(d|m_|v_)?[Wb]\d/.test(tensor); // it is the same number for every example
    const start = position - ((position - 1) % this.program.length);
    for (let p = position; p >= start; p--) {
      const found = this.#at(p, "explanations")?.found ?? {};
      const there = found[`${key}${example ?? ""}`] ?? (ofEntry ? found[key] : undefined);
      if (there) return there;
    }
    return null;
  }

  /** Where so many steps forward end. @param {number} position @param {string} size @param {number} count */
  after(position, size, count) {
    const { last, stops } = this.facts;
    return (size === "op" ? Math.min(position + count, last) : stops[size].filter((p) => p > position)[count - 1]) ?? last;
  }

  /** Where so many steps back end. @param {number} position @param {string} size @param {number} count */
  before(position, size, count) {
    const { first, stops } = this.facts;
    return (size === "op" ? Math.max(position - count, first) : stops[size].filter((p) => p < position).at(-count)) ?? first;
  }
}

/** Read what a page holds: a header, then what it lists, compressed, in base64. @param {string} text @returns {Promise<Reel>} */
export async function unpacked(text) {
  const packed = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  const { buffer } = await piped(packed, new DecompressionStream("gzip"));
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const { messages, ...facts } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  let at = 8 + length;
  const read = messages.map((/** @type {[number, boolean, number]} */ [position, isText, size]) => {
    const bytes = buffer.slice(at, at += size);
    return [position, readMessage(isText ? new TextDecoder().decode(bytes) : bytes)];
  });
  return new Reel(facts, read);
}
