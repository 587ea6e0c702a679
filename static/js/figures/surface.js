// @ts-check
/** The picture of the outputs over the plane. Pure but for the canvas it is painted on. */

/** Okabe and Ito's colours, safe for colour-blind eyes, for more than two classes. */
export const CLASSES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999"];

/** @typedef {[number, number, number]} RGB */

/** @param {string} hex @returns {RGB} */
export function rgb(hex) {
  const n = parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/**
 * A colour between negative, zero and positive.
 * @param {number} value  -1 … 1
 * @param {[RGB, RGB, RGB]} scale
 * @returns {RGB}
 */
export function diverging(value, [negative, zero, positive]) {
  const end = value < 0 ? negative : positive;
  const k = Math.min(1, Math.abs(value));
  return mixed(zero, end, k);
}

/** @param {RGB} a @param {RGB} b @param {number} share  of b @returns {RGB} */
function mixed(a, b, share) {
  const at = (/** @type {number} */ i) => Math.round(a[i] + (b[i] - a[i]) * share);
  return [at(0), at(1), at(2)];
}

/**
 * The value from -1 to 1 that a grid point shows.
 * @param {ArrayLike<number>} outputs
 * @param {number} at
 * @param {number} k  outputs
 * @param {boolean} classes
 * @param {number} scale  the size that is full colour, for numbers
 */
export function shade(outputs, at, k, classes, scale) {
  const value = k === 2 ? outputs[2 * at + 1] : outputs[k * at];
  return classes ? 2 * value - 1 : value / scale;
}

/**
 * Paint the outputs, x2 upward.
 * @param {HTMLCanvasElement} canvas
 * @param {{shape: number[], data: ArrayLike<number>}} outputs  (n, n, k)
 * @param {{classes: boolean, scale: number, colours: [RGB, RGB, RGB]}} how
 */
export function paintSurface(canvas, outputs, { classes, scale, colours }) {
  const [n, , k] = outputs.shape;
  canvas.width = canvas.height = n;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(n, n);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const at = row * n + column;
      const colour = k > 2 ? classColour(outputs.data, at, k, colours[1]) : diverging(shade(outputs.data, at, k, classes, scale), colours);
      image.data.set([...colour, 255], 4 * ((n - 1 - row) * n + column));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

/** The colour of the largest of several outputs, paler where it is close. @param {ArrayLike<number>} outputs @param {number} at @param {number} k @param {RGB} zero @returns {RGB} */
function classColour(outputs, at, k, zero) {
  let best = 0;
  for (let j = 1; j < k; j++) if (outputs[k * at + j] > outputs[k * at + best]) best = j;
  const full = rgb(CLASSES[best % CLASSES.length]);
  const share = Math.min(1, Math.max(0, (outputs[k * at + best] - 1 / k) / (1 - 1 / k)));
  return mixed(zero, full, 0.25 + 0.6 * share);
}
