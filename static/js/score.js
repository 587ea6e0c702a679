// @ts-check
/** How many answers were right, kept in this browser until it is reset. */

import { t } from "./words.js";

const KEY = "score";
const NONE = { right: 0, asked: 0 };

/** @returns {{right: number, asked: number}} */
export function score() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return Number.isInteger(kept?.right) && Number.isInteger(kept?.asked) ? kept : NONE;
  } catch { return NONE; }
}

/** Count an answer. @param {boolean} right */
export function count(right) {
  const { right: before, asked } = score();
  keep({ right: before + Number(right), asked: asked + 1 });
}

export function resetScore() {
  keep(NONE);
}

/** @param {{right: number, asked: number}} value */
function keep(value) {
  try { localStorage.setItem(KEY, JSON.stringify(value)); } catch { /* private windows may refuse */ }
}

/** @param {{right: number, asked: number}} value */
export function scoreText({ right, asked }) {
  return asked ? t`${right} of ${asked} right` : t`no answers yet`;
}
