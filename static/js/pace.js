// @ts-check
/**
 * What may wait. While numbers fly nobody reads each of them, so what is slow to draw is drawn seldomer; and seldomer still where the
 * browser does not keep up with its screen, so that the page stays fluid on a weak machine.
 */

import { memo } from "./dom.js";

const SCREEN = 1000 / 60; // ms of a frame that nobody need be faster than
const LONGEST = 250; // ms that a gap counts for; a page that nobody sees draws nothing for long
const SMOOTH = 0.08; // share of the newest gap
const MOST = 4; // times a pause at the most
const FORGETS = 1.0003; // how fast the screen's own frame is forgotten, which is the shortest that was seen

let gap = SCREEN, shortest = SCREEN;

/** Take note of how long the frame after a drawn one was in coming. @param {number} ms */
export function noteGap(ms) {
  shortest = Math.max(SCREEN, Math.min(ms, shortest * FORGETS));
  gap += SMOOTH * (Math.min(ms, LONGEST) - gap);
}

/** A pause, longer where frames are late: later than the screen itself, which may be a slow one. @param {number} ms */
export function longer(ms) {
  return ms * Math.min(MOST, Math.max(1, (gap / shortest) ** 2));
}

/**
 * Run `make` at most about every `pause` ms while `isFast()`, with the newest values once it is calm.
 * @param {(...values: any[]) => void} make
 * @param {() => boolean} isFast
 * @param {number} pause
 */
export function paced(make, isFast, pause) {
  let last = 0;
  /** @type {number | undefined} */
  let later;
  const run = memo(make);
  return (/** @type {any[]} */ ...values) => {
    clearTimeout(later);
    const wait = last + longer(pause) - performance.now();
    if (isFast() && wait > 0) {
      later = window.setTimeout(() => { last = performance.now(); run(...values); }, wait);
      return;
    }
    last = performance.now();
    run(...values);
  };
}

/** Who asks for a turn gets it if the last was long enough ago. @returns {(what: string, pause: number) => boolean} */
export function turns() {
  /** @type {Record<string, number>} */
  const last = {};
  return (what, pause) => {
    const now = performance.now();
    if (now - (last[what] ?? -Infinity) < longer(pause)) return false;
    last[what] = now;
    return true;
  };
}
