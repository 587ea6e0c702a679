// @ts-check
/** Curves over the run: traces, axes and ranges for Plotly. Pure. */

/** Dashes of the layers, so that they can be told apart without colour. */
export const DASHES = ["solid", "5px,3px", "2px,2px", "9px,3px,2px,3px", "1px,3px", "12px,3px"];

/**
 * A range that holds the values with a margin; on a logarithmic axis in powers of ten.
 * @param {number[][]} columns
 * @param {boolean} log
 * @returns {[number, number]}
 */
export function range(columns, log) {
  let low = Infinity, high = -Infinity;
  for (const column of columns) {
    for (const v of column) {
      if (!Number.isFinite(v) || (log && v <= 0)) continue;
      if (v < low) low = v;
      if (v > high) high = v;
    }
  }
  if (high < low) return log ? [-3, 0] : [0, 1];
  if (log) return [Math.log10(low) - 0.15, Math.max(Math.log10(high), Math.log10(low) + 0.5) + 0.15];
  return [Math.min(0, low), high > 0 ? high * 1.15 : 1];
}

/** The right end of the x axis for a run of so many epochs: some room to grow into. @param {number} last */
export function reach(last) {
  return last <= 10 ? Math.max(1, last * 1.02) : last * 1.02;
}

const TALL = 150, ROUND = 26, TICK = 15; // px of a figure that has room for all ticks, of its margins, and of a tick

/**
 * @param {{ink: string, ink3: string, line: string, font: string}} colours
 * @param {[number, number]} x
 * @param {[number, number]} y
 * @param {boolean} log
 * @param {number} height  px of the whole figure
 */
export function axes({ ink3, line, font: family }, x, y, log, height = TALL) {
  const steps = Math.min(4, Math.max(1, Math.floor((height - ROUND) / TICK)));
  const font = { size: 12, color: ink3, family };
  const wide = log ? Math.max(...y.map(Math.abs)) >= 5 : Math.max(...y.map(Math.abs)) >= 1e5; // long numbers
  const common = { fixedrange: true, zeroline: false, tickfont: font, ticks: "", showline: false };
  return {
    margin: { l: wide ? 52 : 36, r: 10, t: 6, b: 20 },
    xaxis: { ...common, range: x, showgrid: false, nticks: 5, tickformat: x[1] < 10 ? "~r" : ",~s" },
    yaxis: {
      ...common, range: y, gridcolor: line, type: log ? "log" : "linear", nticks: Math.max(2, steps),
      ...(log ? { dtick: Math.max(1, Math.ceil((y[1] - y[0]) / steps)), tickformat: wide ? ".0e" : "~g" } : { tickformat: wide ? ".1e" : "~g" }),
    },
  };
}

/** Iterations as epochs. @param {number[]} iterations @param {number} perEpoch */
export function epochs(iterations, perEpoch) {
  return iterations.map((i) => i / perEpoch);
}
