// @ts-check
/** Making and changing elements. Text goes in as text, never as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} id @returns {any} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no element #${id}`);
  return element;
}

/**
 * Make an element: attributes by name, `on…` as listeners, `class`, `text`, children.
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else if (name === "value") /** @type {any} */ (element).value = value;
    else if (name === "style") element.style.cssText = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false).map((c) => /** @type {any} */ (c)));
  return element;
}

/** @param {string} name */
export function icon(name) {
  return s("svg", { class: "i", "aria-hidden": "true" }, s("use", { href: `#i-${name}` }));
}

/**
 * Return a maker of elements of a namespace: attributes by name, `on…` as listeners, children.
 * @param {string} namespace
 * @returns {(tag: string, attributes?: Record<string, any>, ...children: (Node | string)[]) => any}
 */
function maker(namespace) {
  return (tag, attributes = {}, ...children) => {
    const element = document.createElementNS(namespace, tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, String(value));
    }
    element.append(...children);
    return element;
  };
}

/** Make an SVG element. */
export const s = maker(SVG);
/** Make a MathML element. */
export const m = maker("http://www.w3.org/1998/Math/MathML");

/** @type {WeakMap<Element, {size: {width: number, height: number}, told: Set<() => void>}>} */
const sizes = new WeakMap();

/**
 * The inner size of a box, known without asking for a layout; `then` is called when it changes.
 * @param {HTMLElement} box
 * @param {() => void} [then]
 */
export function sizeOf(box, then) {
  const known = sizes.get(box) ?? observed(box);
  if (then) known.told.add(then);
  return known.size;
}

/** @param {HTMLElement} box */
function observed(box) {
  const size = { width: box.clientWidth, height: box.clientHeight };
  const known = { size, told: /** @type {Set<() => void>} */ (new Set()) };
  sizes.set(box, known);
  new ResizeObserver(() => {
    const [width, height] = [box.clientWidth, box.clientHeight];
    if (width === size.width && height === size.height) return;
    Object.assign(size, { width, height });
    for (const then of known.told) then();
  }).observe(box);
  return known;
}

/** The parts of a sentence, as children for an element. @template {Node | string | number} T @param {({text: string} | {value: T})[]} parts */
export function worded(parts) {
  return parts.map((part) => ("text" in part ? part.text : part.value));
}

/** Set text only where it changed. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) write(element, text);
}

/** Set text: in the node that is there, which the browser need not style anew. @param {Element} element @param {string} text */
export function write(element, text) {
  const { firstChild } = element;
  if (firstChild instanceof Text && !firstChild.nextSibling) firstChild.data = text;
  else element.textContent = text;
}

/** Set or remove an attribute only where it changed. @param {Element} element @param {string} name @param {string | null} value */
export function mark(element, name, value) {
  if (value === null) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Run `make` only when one of the values it depends on is another than last time. @param {(...values: any[]) => void} make */
export function memo(make) {
  /** @type {any[] | null} */
  let last = null;
  return (/** @type {any[]} */ ...values) => {
    if (last && values.every((value, i) => value === last?.[i])) return;
    last = values;
    make(...values);
  };
}

/** What an element is known by, so that the one that takes its place can be found. @param {Element} element */
const known = (element) => `${element.tagName} ${element.getAttribute("data-stage") ?? element.getAttribute("data-answer") ?? element.getAttribute("aria-label") ?? element.textContent}`;

/** Give a box other children and keep the keyboard where it was: on the same control, else on the next to press. @param {HTMLElement} box @param {Node[]} nodes */
export function replaceKeeping(box, nodes) {
  const active = document.activeElement, had = active && box.contains(active) && active !== box ? known(active) : null;
  box.replaceChildren(...nodes);
  if (had === null) return;
  const all = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("button, input, a[href]")]);
  (all.find((each) => known(each) === had) ?? box.querySelector(".btn.main") ?? all[0])?.focus({ preventScroll: true });
}
