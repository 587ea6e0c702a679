// @ts-check
/**
 * The only module that knows Plotly and the nodes that Plotly makes.
 *
 * Structure goes through Plotly; motion goes to its nodes. `Plotly.react` on a network costs tens of
 * milliseconds, setting a class on a node it made costs microseconds. A browser test holds the
 * selectors used here against the Plotly that ships.
 */

const Plotly = /** @type {any} */ (globalThis).Plotly;

const FAR = 1e4; // px; what lies farther out is drawn there, SVG knows no larger numbers
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
  settle(box, ".textpoint", (group, x, y) => {
    const text = /** @type {SVGTextElement} */ (group.firstElementChild);
    text.setAttribute("x", String(Number(text.getAttribute("x")) + x));
    text.setAttribute("y", String(Number(text.getAttribute("y")) + y));
  });
  // Plotly uses nodes again: forget what was painted on them.
  for (const node of [...nodes.paths, ...nodes.texts]) Object.assign(node, { was: "", wide: -1, d: "", said: "" });
  return nodes;
}

/**
 * Put nodes where they are without a transform. The browser keeps what has a transform or a clip as a
 * piece of its own and arranges all pieces anew for every frame: five hundred points took 2 ms.
 * @param {HTMLElement} box
 * @param {string} selector
 * @param {(node: Element, x: number, y: number) => void} move
 */
function settle(box, selector, move) {
  for (const node of box.querySelectorAll(selector)) {
    const at = node.getAttribute("transform")?.match(/^translate\(([^,]+),([^)]+)\)$/);
    if (!at) continue;
    move(node, Number(at[1]), Number(at[2]));
    node.removeAttribute("transform");
  }
}

/** Points that stay where they are until the next drawing; one that is alone may be moved. @param {HTMLElement} box */
export function settlePoints(box) {
  settle(box, ".scatterlayer .point:not(:only-child)", (node, x, y) => node.setAttribute("d", movedPath(node.getAttribute("d") ?? "", x, y)));
}

/** A path of absolute commands, elsewhere. @param {string} d @param {number} x @param {number} y */
export function movedPath(d, x, y) {
  return d.replace(/([MLHVA])([^A-Z]*)/g, (_, letter, given) => {
    const numbers = given.trim().split(/[ ,]+/).map(Number), n = numbers.length;
    if (letter !== "V") numbers[letter === "H" ? 0 : n - 2] += x;
    if (letter !== "H") numbers[n - 1] += y;
    return letter + numbers.join(" ");
  });
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
  return Plotly.relayout(box, changes);
}

/**
 * Set the bars of a figure directly, on the axes as they are. Returns false if they are not there.
 * @param {any} box
 * @param {{values: number[], fills: string[], edges: number[], width: number}} bars  widths as a share of the room of each
 */
export function setBars(box, { values, fills, edges, width }) {
  const nodes = box.querySelectorAll(".barlayer .point path"), { xaxis, yaxis } = box._fullLayout ?? {};
  if (nodes.length !== values.length || !xaxis) return false;
  const floor = yaxis.d2p(0).toFixed(1);
  values.forEach((value, i) => {
    const [left, right] = [-1, 1].map((side) => xaxis.d2p(i + (side * width) / 2).toFixed(1));
    nodes[i].setAttribute("d", Number.isFinite(value) ? `M${left},${floor}V${yaxis.d2p(value).toFixed(1)}H${right}V${floor}Z` : "M0,0Z");
    Object.assign(nodes[i].style, { fill: fills[i], strokeWidth: `${edges[i]}px` });
  });
  return true;
}

/**
 * Set the line of trace `number` directly, on the axes as they are. Returns false if it is not there.
 * @param {any} box
 * @param {number} number
 * @param {number[]} xs
 * @param {number[]} ys
 * @param {number | null} floor  fill down to this value
 */
export function setLine(box, number, xs, ys, floor = null) {
  const kind = floor === null ? ".js-line" : ".js-fill";
  const layout = box._fullLayout;
  const trace = box.querySelectorAll(".scatterlayer .trace")[number];
  const path = trace?.querySelector(kind) ?? box.querySelector(`.scatterlayer ${kind}`);
  if (!path || !layout?.xaxis) return false;
  path.setAttribute("d", linePath(layout.xaxis, layout.yaxis, xs, ys, floor));
  return true;
}

/** @param {any} xaxis @param {any} yaxis @param {number[]} xs @param {number[]} ys @param {number | null} floor */
function linePath(xaxis, yaxis, xs, ys, floor) {
  let d = "";
  let pen = "M";
  for (let i = 0; i < xs.length; i++) {
    const y = yaxis.d2p(ys[i]);
    if (!Number.isFinite(y)) { pen = "M"; continue; }
    d += `${pen}${xaxis.d2p(xs[i]).toFixed(1)} ${Math.max(-FAR, Math.min(FAR, y)).toFixed(1)}`;
    pen = "L";
  }
  if (floor === null || !d) return d || "M0 0";
  const base = yaxis.d2p(floor).toFixed(1);
  return `${d}L${xaxis.d2p(xs[xs.length - 1]).toFixed(1)} ${base}L${xaxis.d2p(xs[0]).toFixed(1)} ${base}Z`;
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

/** Put another picture in place of the one that a heat map made. @param {Element} box @param {string} url */
export function setPicture(box, url) {
  const image = box.querySelector(".heatmaplayer image");
  if (!image) return false;
  image.removeAttribute("xlink:href");
  image.setAttribute("href", url);
  /** @type {any} */ (image).style.imageRendering = "auto";
  return true;
}

/** Move the single marker of trace `number`. @param {any} box @param {number} number @param {number} x @param {number} y */
export function setMarker(box, number, x, y) {
  const marker = box.querySelectorAll(".scatterlayer .trace")[number]?.querySelector(".point");
  const layout = box._fullLayout;
  if (!marker || !layout?.xaxis) return;
  const [px, py] = [layout.xaxis.d2p(x), layout.yaxis.d2p(y)];
  if (Number.isFinite(px) && Number.isFinite(py)) marker.setAttribute("transform", `translate(${px},${py})`);
}
