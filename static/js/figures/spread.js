// @ts-check
/** Histograms of every layer, one below the other, as one figure. */

import { fixed, percent, tensorName } from "../format.js";
import { t } from "../words.js";
import { token } from "./plot.js";

/** @typedef {{tensor: string, low: number, high: number, counts: number[], mean: number, std: number, wild: number, flat?: number | null, off?: number | null}} Histogram */

export const ROW = 76; // px for each layer
const GAP = 0.42; // share of a row that is between it and the next: name above, ends of the axis below

/** What is said of a layer besides its bars. @param {Histogram} of */
export function told({ std, wild, flat, off }) {
  const facts = [t`spread ${fixed(std, 3)}`];
  if (flat !== null && flat !== undefined) facts.push(t`saturated ${percent(flat)}`);
  if (off !== null && off !== undefined) facts.push(t`dead ${percent(off)}`);
  if (wild) facts.push(t`${wild} not finite`);
  return facts.join(t`, `);
}

/** The middle of every bin. @param {Histogram} of */
export function middles({ low, high, counts }) {
  return counts.map((_, i) => low + ((i + 0.5) * (high - low)) / counts.length);
}

/** @param {Histogram[]} layers */
export function spreadFigure(layers) {
  const font = { size: 12, color: token("ink-3"), family: token("font") }, n = layers.length;
  /** @type {any} */
  const layout = { margin: { l: 6, r: 6, t: 0, b: 0 }, font: { family: token("font") }, bargap: 0.08, annotations: [], shapes: [], hovermode: "closest" };
  const traces = layers.map((layer, i) => {
    const name = i ? String(i + 1) : "", top = 1 - (i + GAP / 2) / n, bottom = 1 - (i + 1 - GAP / 2) / n;
    layout[`xaxis${name}`] = { anchor: `y${name}`, range: [layer.low, layer.high], fixedrange: true, showgrid: false, zeroline: false, showline: true, linecolor: token("control"), tickvals: ends(layer), tickformat: ".3~g", tickfont: font, ticks: "" };
    layout[`yaxis${name}`] = { anchor: `x${name}`, domain: [bottom, top], fixedrange: true, visible: false, range: [0, Math.max(1, ...layer.counts)] };
    layout.annotations.push({ xref: "paper", yref: "paper", x: 0, y: top, xanchor: "left", yanchor: "bottom", showarrow: false, text: tensorName(layer.tensor), font: { ...font, size: 13, color: token("ink") } });
    layout.annotations.push({ xref: "paper", yref: "paper", x: 1, y: top, xanchor: "right", yanchor: "bottom", showarrow: false, text: told(layer), font });
    const xs = middles(layer);
    return { type: "bar", name: tensorName(layer.tensor), showlegend: false, x: xs, y: layer.counts, xaxis: `x${name}`, yaxis: `y${name}`, hovertemplate: `${t`about ${"%{x:.3g}"}: ${"%{y}"}`}<extra></extra>`, marker: { color: xs.map((x) => token(x < 0 ? "neg-fill" : "pos-fill")) } };
  });
  return { traces, layout };
}

/** Where the axis is written at: its ends, and 0 where it is well between them. @param {Histogram} of */
function ends({ low, high }) {
  const width = high - low, room = 0.2 * width;
  return [low + 0.06 * width, ...(low < -room && high > room ? [0] : []), high - 0.06 * width];
}
