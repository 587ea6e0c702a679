// @ts-check
/** Numbers as people read them: a true minus, a plus where a sign carries meaning. Pure. */

import { t } from "./words.js";

const MINUS = "−";
const NOISE = 1e-16; // what is smaller is what rounding left of a zero

/**
 * @param {number} value
 * @param {number} digits  decimals
 */
export function fixed(value, digits = 4) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? t`not a number` : value > 0 ? "∞" : `${MINUS}∞`;
  const size = Math.abs(value);
  if (size < NOISE) return (0).toFixed(digits);
  const text = size >= 10 ** Math.max(5, 7 - digits) || size < 0.5 * 10 ** -digits
    ? power(size) : size.toFixed(digits);
  return value < 0 && Number(size.toFixed(digits)) + (text.includes("e") ? 1 : 0) !== 0 ? MINUS + text : text;
}

/** @param {number} size */
function power(size) {
  const [mantissa, exponent] = size.toExponential(1).split("e");
  return `${mantissa}e${exponent.replace("+", "").replace("-", MINUS)}`;
}

/**
 * As `fixed`, with a plus on positive numbers.
 * @param {number} value
 * @param {number} digits
 */
export function signed(value, digits = 4) {
  return (value >= NOISE ? "+" : "") + fixed(value, digits);
}

/** As `signed`, in as few characters as a label on an edge has room for. @param {number} value @param {number} digits */
export function brief(value, digits) {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size < NOISE || (size >= 0.5 * 10 ** -digits && size < 1000)) return signed(value, digits);
  return (value < 0 ? MINUS : "+") + size.toExponential(0).replace("e+", "e").replace("-", MINUS);
}

/** An input or target: as short as it is exact, at most four decimals. @param {number} value @param {number} [digits] */
export function plain(value, digits = 4) {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e6) return fixed(value, 0);
  const size = Math.abs(value);
  const text = size && size < 0.0001 ? power(size) : String(Number(size.toFixed(digits)));
  return value < 0 && text !== "0" ? MINUS + text : text;
}

/** @param {number} value */
export function thousands(value) {
  return value.toLocaleString("en-US");
}

/** The epoch as six digits, as users of TensorFlow Playground know it. @param {number} value */
export function epochDigits(value) {
  const digits = String(value).padStart(6, "0");
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Every digit, for a tooltip. @param {number} value */
export function exact(value) {
  return String(value).replace("-", MINUS);
}

/** "pos", "neg" or "" @param {number} value */
export function sign(value) {
  return value > 0 ? "pos" : value < 0 ? "neg" : "";
}

/** A share, as a whole number of hundredths. @param {number} share */
export function percent(share) {
  return `${Math.round(100 * share)} %`;
}

const LETTERS = /** @type {[string, string][]} */ ([["deltatilde", "δ~"], ["delta", "δ"], ["zhat", "ẑ"], ["ztilde", "z~"], ["mask", "drop"], ["gamma", "γ"], ["beta", "β"]]);

/** The name of a tensor as it is read: Greek where it is Greek. @param {string} name */
export function tensorName(name) {
  const [long, short] = LETTERS.find(([start]) => name.replace(/^d(?=gamma|beta)/, "").startsWith(start)) ?? ["", ""];
  return name.replace(long, short);
}
