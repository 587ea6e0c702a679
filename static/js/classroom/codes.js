// @ts-check
/** Codes as they are typed. Pure. */

import { t } from "../words.js";

export const CODE = /^[2-9A-HJ-NP-Z]{6}$/;

/** @param {string} typed @returns {string} the code without spaces and hyphens, in capitals */
export function normal(typed) {
  return typed.replace(/[\s-]/g, "").toUpperCase();
}

/** What is wrong with a code, "" where nothing is. @param {string} typed */
export function faultOf(typed) {
  const code = normal(typed);
  if (CODE.test(code)) return "";
  const odd = [...code].find((letter) => !/[2-9A-HJ-NP-Z]/.test(letter));
  if (odd) return /[O0I1]/.test(odd) ? t`A code has no ${odd}: look again, it may be another letter.` : t`A code has letters and digits only, got “${odd}”.`;
  return t`A code has six characters, got ${code.length}.`;
}

/** A code in two halves, as it is read out. @param {string} code */
export function halves(code) {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}
