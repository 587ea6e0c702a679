// @ts-check
/** Motion: nodes that Plotly has drawn, set to where it would draw them. */

const FAR = 1e4; // px; what lies farther out is drawn there, SVG knows no larger numbers

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

/** Texts in their places. @param {HTMLElement} box */
export function settleTexts(box) {
  settle(box, ".textpoint", (group, x, y) => {
    const text = /** @type {SVGTextElement} */ (group.firstElementChild);
    text.setAttribute("x", String(Number(text.getAttribute("x")) + x));
    text.setAttribute("y", String(Number(text.getAttribute("y")) + y));
  });
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
 * Set the bars of a figure directly, on the axes as they are. Returns false if they are not there.
 * @param {any} box
 * @param {{values: number[], fills: string[], edges: number[], ink: string, width: number}} bars  widths as a share of the room of each
 */
export function setBars(box, { values, fills, edges, ink, width }) {
  const nodes = box.querySelectorAll(".barlayer .point path"), { xaxis, yaxis } = box._fullLayout ?? {};
  if (nodes.length !== values.length || !xaxis) return false;
  const floor = yaxis.d2p(0).toFixed(1);
  values.forEach((value, i) => {
    const [left, right] = [-1, 1].map((side) => xaxis.d2p(i + (side * width) / 2).toFixed(1));
    nodes[i].setAttribute("d", Number.isFinite(value) ? `M${left},${floor}V${yaxis.d2p(value).toFixed(1)}H${right}V${floor}Z` : "M0,0Z");
    Object.assign(nodes[i].style, { fill: fills[i], stroke: ink, strokeWidth: `${edges[i]}px` });
  });
  return true;
}

/** The nodes of a trace, if it has any: Plotly makes none for one without values. @param {Element} box @param {number} number */
function traceOf(box, number) {
  return [...box.querySelectorAll(".scatterlayer .trace")].find((node) => /** @type {any} */ (node).__data__?.[0]?.trace.index === number);
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
  const path = traceOf(box, number)?.querySelector(kind) ?? (floor === null ? null : box.querySelector(`.scatterlayer ${kind}`));
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

/** Put another picture in place of the one that a heat map made. @param {Element} box @param {string} url */
export function setPicture(box, url) {
  const image = box.querySelector(".heatmaplayer image");
  if (!image) return false;
  image.removeAttribute("xlink:href");
  image.setAttribute("href", url);
  /** @type {any} */ (image).style.imageRendering = "auto";
  return true;
}

/** Move the single marker of trace `number`; where it has no place it is not seen. @param {any} box @param {number} number @param {number} x @param {number} y */
export function setMarker(box, number, x, y) {
  const marker = /** @type {SVGElement | undefined} */ (traceOf(box, number)?.querySelector(".point"));
  const layout = box._fullLayout;
  if (!marker || !layout?.xaxis) return;
  const [px, py] = [layout.xaxis.d2p(x), layout.yaxis.d2p(y)];
  const isSomewhere = Number.isFinite(px) && Number.isFinite(py);
  if (isSomewhere) marker.setAttribute("transform", `translate(${px},${py})`);
  marker.style.display = isSomewhere ? "" : "none"; // Plotly too hides what lay outside when it drew
}
