// @ts-check
/** A picture of its own from what stands on the page: what style sheets say of each part is written into it. */

import { s } from "../dom.js";
import { t } from "../words.js";

/** @typedef {{svg: string, width: number, height: number}} Picture */

const STYLES = [
  "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity", "fill-opacity", "stroke-opacity", "paint-order",
  "font-family", "font-size", "font-weight", "font-style", "letter-spacing", "text-anchor",
];

/**
 * The paths and texts of an SVG and the HTML that lies over it, as they are seen.
 * @param {HTMLElement} net
 * @param {HTMLElement} over
 * @returns {Picture}
 */
export function pictureOf(net, over) {
  const { width, height, left, top } = net.getBoundingClientRect();
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--sheet").trim();
  const parts = [s("rect", { width, height, fill: ground })];
  for (const node of net.querySelectorAll(".main-svg path, .main-svg text")) {
    const copy = copied(/** @type {SVGGraphicsElement} */ (node), left, top);
    if (copy) parts.push(copy);
  }
  for (const node of over.querySelectorAll("i, canvas")) parts.push(sample(node, left, top));
  const texts = document.createTreeWalker(over, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) parts.push(...written(/** @type {Text} */ (texts.currentNode), left, top));
  const svg = s("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}` }, ...parts);
  return { svg: new XMLSerializer().serializeToString(svg), width, height };
}

/** A node with its style as attributes, null where nothing is to be seen of it. @param {SVGGraphicsElement} node @param {number} left @param {number} top */
function copied(node, left, top) {
  const style = getComputedStyle(node), matrix = node.getScreenCTM();
  const empty = (style.fill === "none" && style.stroke === "none") || !(node.hasAttribute("d") || node.textContent);
  if (!matrix || empty || style.display === "none" || style.opacity === "0") return null;
  const { a, b, c, d, e, f } = matrix;
  const isText = node.tagName === "text";
  const copy = s(node.tagName, { transform: `matrix(${a} ${b} ${c} ${d} ${e - left} ${f - top})`, ...styled(style, isText) });
  for (const name of isText ? ["x", "y"] : ["d"]) copy.setAttribute(name, node.getAttribute(name) ?? "");
  if (isText) copy.textContent = node.textContent;
  return copy;
}

/** @param {CSSStyleDeclaration} style @param {boolean} isText */
function styled(style, isText) {
  const names = isText ? STYLES : STYLES.slice(0, STYLES.indexOf("font-family"));
  return Object.fromEntries(names.map((name) => [name, plain(style.getPropertyValue(name))]));
}

const pot = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** A colour that every program knows, where a style sheet has mixed it. @param {string} value */
function plain(value) {
  if (!pot || !value.startsWith("color(")) return value;
  pot.fillStyle = value;
  pot.fillRect(0, 0, 1, 1);
  return `rgb(${[...pot.getImageData(0, 0, 1, 1).data.slice(0, 3)].join(" ")})`.replaceAll(" ", ",");
}

/** A text of the page, in the middle of where it stands. @param {Text} text @param {number} left @param {number} top */
function written(text, left, top) {
  const range = document.createRange(), parent = /** @type {HTMLElement} */ (text.parentElement);
  range.selectNodeContents(text);
  const box = range.getBoundingClientRect(), style = getComputedStyle(parent);
  if (!box.width || !box.height) return [];
  const fits = parent.scrollWidth <= parent.clientWidth || style.textOverflow !== "ellipsis";
  const room = fits ? box.width : parent.clientWidth, all = text.data.trim();
  const said = fits ? all : `${all.slice(0, Math.floor((all.length * room) / parent.scrollWidth) - 1)}…`;
  const look = { ...styled(style, true), fill: plain(style.color), stroke: "none", "text-anchor": "middle", "dominant-baseline": "central" };
  return [s("text", { x: box.left - left + room / 2, y: (box.top + box.bottom) / 2 - top, ...look }, said)];
}

/** A sample of the legend, a line or a ring, or the picture that enters the network. @param {Element} node @param {number} left @param {number} top */
function sample(node, left, top) {
  const box = node.getBoundingClientRect(), style = getComputedStyle(node);
  const [x, y] = [box.left - left, box.top - top];
  if (node instanceof HTMLCanvasElement) return s("image", { x, y, width: box.width, height: box.height, href: node.toDataURL(), style: "image-rendering:pixelated" });
  const line = parseFloat(style.borderTopWidth), dash = style.borderTopStyle === "dashed" ? "4 3" : null;
  const ring = style.borderRadius === "50%", width = line || 3;
  const look = { fill: "none", stroke: plain(line ? style.borderTopColor : /** @type {string} */ (style.boxShadow.match(/^\w+\([^)]*\)/)?.[0])), "stroke-width": width, "stroke-dasharray": dash };
  if (ring) return s("circle", { cx: x + box.width / 2, cy: y + box.height / 2, r: Math.max(0, (box.width - width) / 2), ...look });
  return s("path", { d: `M${x} ${y + width / 2}h${box.width}`, ...look });
}

/** The picture in pixels, `scale` for each of its own. @param {Picture} picture @param {number} scale @returns {Promise<Blob>} */
export async function pixels({ svg, width, height }, scale) {
  const image = new Image();
  await new Promise((resolve, reject) => {
    image.onload = resolve;
    image.onerror = () => reject(new Error(t`the browser cannot draw this picture`));
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  });
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(t`the picture is too large`))), "image/png"));
}
