// @ts-check
/** Heat maps of matrices, a pixel for each cell, and the part of one that a lens shows. Pure but for the canvas. */

import { diverging } from "./surface.js";

/** @typedef {import("./surface.js").RGB} RGB */
/** @typedef {{tensor: string, shape: number[], rows: number[], columns: number[], values: (number | null)[][], largest: number}} Cells */

/** Paint cells, full colour for the largest entry of the whole matrix. @param {HTMLCanvasElement} canvas @param {Cells} cells @param {[RGB, RGB, RGB]} colours */
export function paintCells(canvas, { values, largest }, colours) {
  [canvas.width, canvas.height] = [values[0].length, values.length];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(canvas.width, canvas.height);
  values.forEach((row, i) => row.forEach((value, j) => image.data.set([...diverging(strength(value, largest), colours), value === null ? 0 : 255], 4 * (i * row.length + j))));
  context.putImageData(image, 0, 0);
}

/** How strongly a value is coloured, with its sign; the root lets small ones be seen. @param {number | null} value @param {number} largest */
export function strength(value, largest) {
  return value === null || !largest ? 0 : Math.sign(value) * Math.sqrt(Math.abs(value) / largest);
}

/** Rows or columns that a lens over one of them shows: so many around it, within the matrix. @param {number} at @param {number} many @param {number} size @returns {[number, number]} */
export function around(at, many, size) {
  const shown = Math.min(many, size), start = Math.min(Math.max(0, at - (shown >> 1)), size - shown);
  return [start, start + shown];
}
