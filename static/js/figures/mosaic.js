// @ts-check
/** Pictures of pixels: one, or many side by side, as a heat map. */

import { token } from "./plot.js";

/** Many pictures in one grid, with a gap between them, rows from the top. @param {ArrayLike<number>[]} pictures @param {number} side @param {number} across  pictures in a row @returns {(number | null)[][]} */
export function mosaic(pictures, side, across) {
  const step = side + 1, width = Math.min(across, pictures.length) * step - 1, height = Math.ceil(pictures.length / across) * step - 1;
  const grid = Array.from({ length: height }, () => /** @type {(number | null)[]} */ (Array(width).fill(null)));
  pictures.forEach((picture, k) => {
    const top = Math.floor(k / across) * step, left = (k % across) * step;
    for (let i = 0; i < side; i++) for (let j = 0; j < side; j++) grid[top + i][left + j] = picture[i * side + j];
  });
  return grid;
}

/** @param {(number | null)[][]} z @param {number} low @param {number} high @param {string[]} colours  tokens from low to high */
export function mosaicFigure(z, low, high, colours) {
  const hidden = { visible: false, fixedrange: true };
  return {
    traces: [{ type: "heatmap", z, zmin: low, zmax: high, showscale: false, hoverinfo: "skip", hoverongaps: false, colorscale: colours.map((name, i) => [i / (colours.length - 1), token(name)]) }],
    layout: { margin: { l: 0, r: 0, t: 0, b: 0 }, xaxis: { ...hidden, range: [-0.5, (z[0]?.length ?? 1) - 0.5] }, yaxis: { ...hidden, range: [z.length - 0.5, -0.5] } },
  };
}
