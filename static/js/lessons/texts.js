// @ts-check
/** The texts of a lesson, which the server made of Markdown; they stand in the page as elements. */

import { byId } from "../dom.js";

/** A new copy of a text, nothing where there is none. @param {number | null} number @returns {Node} */
export function textOf(number) {
  return number === null ? new DocumentFragment() : byId(`text-${number}`).content.cloneNode(true);
}
