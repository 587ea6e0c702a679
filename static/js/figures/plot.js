// @ts-check
/**
 * What Plotly draws. `nodes.js` moves what it has drawn; nobody else knows Plotly.
 *
 * Structure goes through Plotly; motion goes to its nodes. `Plotly.react` on a network costs tens of
 * milliseconds, setting a class on a node it made costs microseconds. `tests/browser/test_plot.py` holds
 * both modules against the Plotly that ships.
 */

import { setPicture, settleTexts } from "./nodes.js";

const Plotly = /** @type {any} */ (globalThis).Plotly;

const CONFIG = { staticPlot: true, displayModeBar: false, responsive: false };
const HOVER = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false };

/**
 * Draw a figure, or bring it up to date.
 * @param {HTMLElement} box
 * @param {any[]} traces
 * @param {any} layout
 * @param {boolean} hover
 * @param {string} mode  of hovering
 */
export function draw(box, traces, layout, hover = false, mode = "x unified") {
  const size = { width: box.clientWidth || 10, height: box.clientHeight || 10 };
  const common = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, dragmode: false, hovermode: hover ? mode : false };
  return Plotly.react(box, traces, { ...common, ...size, ...layout }, hover ? HOVER : CONFIG);
}

/** @type {Map<string, string>} */
const tokens = new Map(); // asking the browser makes it compute styles: ask once

/** The value of a token of the present theme. @param {string} name */
export function token(name) {
  const key = `${document.documentElement.dataset.theme}|${name}`;
  const known = tokens.get(key);
  if (known !== undefined) return known;
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  tokens.set(key, value);
  return value;
}

/**
 * Draw paths and texts in pixels of the box; nodes are returned in the order given.
 * @param {HTMLElement} box
 * @param {{path: string, under?: boolean}[]} paths  those that are `under` the others change seldom, and are kept as a picture
 * @param {{x: number, y: number, size: number}[]} texts
 * @returns {Promise<{paths: SVGPathElement[], texts: SVGTextElement[]}>}
 */
export async function drawScene(box, paths, texts) {
  const [width, height] = [box.clientWidth, box.clientHeight];
  const axis = { visible: false, fixedrange: true };
  const layout = {
    margin: { l: 0, r: 0, t: 0, b: 0 },
    xaxis: { ...axis, range: [0, width] },
    yaxis: { ...axis, range: [height, 0] },
    shapes: paths.map(({ path, under }) => ({ type: "path", path, layer: under ? "below" : "between", line: { width: 1 } })),
  };
  const trace = {
    type: "scatter", mode: "text", cliponaxis: false, x: texts.map((t) => t.x), y: texts.map((t) => t.y),
    text: texts.map(() => "0"), textposition: "middle center", textfont: { size: texts.map((t) => t.size) },
  };
  for (const old of box.querySelectorAll(".shapelayer path")) old.remove(); // Plotly leaves some between its layers
  await draw(box, [trace], layout);
  const nodes = {
    paths: /** @type {SVGPathElement[]} */ ([...box.querySelectorAll(".shapelayer path[data-index]")]),
    texts: /** @type {SVGTextElement[]} */ ([...box.querySelectorAll(".scatterlayer .textpoint text")]),
  };
  nodes.paths.sort((a, b) => Number(a.dataset.index) - Number(b.dataset.index));
  if (nodes.paths.length !== paths.length || nodes.texts.length !== texts.length) {
    throw new Error(`Plotly drew ${nodes.paths.length} of ${paths.length} paths and ${nodes.texts.length} of ${texts.length} texts`);
  }
  for (const node of nodes.paths) node.removeAttribute("style");
  for (const group of box.querySelectorAll(".shape-group")) group.removeAttribute("clip-path"); // all of it lies inside
  settleTexts(box);
  // Plotly uses nodes again: forget what was painted on them.
  for (const node of [...nodes.paths, ...nodes.texts]) Object.assign(node, { was: "", wide: -1, d: "", said: "" });
  return nodes;
}

/**
 * Give the axes of a figure other ranges and ticks. It takes a quarter of the time of drawing it again, and leaves its
 * lines to be set.
 * @param {any} box
 * @param {any} layout
 */
export function setAxes(box, layout) {
  /** @type {Record<string, any>} */
  const changes = {};
  for (const axis of ["xaxis", "yaxis"]) {
    for (const name of ["range", "dtick", "tickformat"]) {
      const value = layout[axis][name];
      if (value !== undefined && String(value) !== String(box.layout[axis][name])) changes[`${axis}.${name}`] = value;
    }
  }
  if (layout.margin.l !== box.layout.margin.l) changes["margin.l"] = layout.margin.l;
  if (Object.keys(changes).length) Plotly.relayout(box, changes);
}

/**
 * A figure as the text of an SVG that stands alone, drawn anew and beside the page.
 * @param {any[]} traces
 * @param {any} layout
 * @param {number} width
 * @param {number} height
 * @param {string | null} picture  what stands in the place of a heat map
 * @returns {Promise<string>}
 */
export async function drawing(traces, layout, width, height, picture) {
  const text = await Plotly.toImage({ data: traces, layout }, { format: "svg", width, height, imageDataOnly: true });
  if (!picture) return text;
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  setPicture(parsed, picture);
  return new XMLSerializer().serializeToString(parsed);
}
