// @ts-check
/**
 * The picture of the network: which nodes it is made of, and how they look in a state.
 *
 * `sceneOf` lists what Plotly draws once for a layout; `paint` gives every node its class, width,
 * path and text for a state, and touches a node only where something changed.
 */

import { write } from "../dom.js";
import { brief, fixed, plain, sign, signed } from "../format.js";
import { changed, current, entry, exampleCost, focus, isBlurred, isFast, isOneHot, shownQuantity, spokenUnit, unitValue } from "../selectors.js";
import { t } from "../words.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {{role: string, path: string, under?: boolean, unit?: any, edge?: any, layer?: number}} Part */
/** @typedef {{role: string, x: number, y: number, size: number, unit?: any, edge?: any, layer?: number}} Label */

const THIN = 1.5; // px, the width of a weight of 0
const THICK = 7; // px, the width of a weight of 5 and more
const FULL = 5; // the weight that has the largest width
const LEAST = 14; // px radius of a unit that its value fits into
const READABLE = 22; // px radius below which a value is only read at rest
const SHORT = 30; // px radius below which a value has two decimals

/** @param {Layout} layout @returns {{paths: Part[], texts: Label[]}} */
export function sceneOf(layout) {
  const { units, edges, columns, cost } = layout;
  /** @type {Part[]} */
  const paths = [];
  /** @type {Label[]} */
  const texts = [];
  columns.forEach((x, layer) => paths.push({
    role: "band", layer, under: true, path: rounded(x, (4 + layout.bottom) / 2, layout.bandWidth, layout.bottom - 8, 16),
  }));
  for (const l of layout.links) addLink(l, layout, paths, texts);
  for (const edge of edges) paths.push({ role: "edge", edge, under: true, path: line(edge.a, edge.b) });
  for (const unit of units.filter((u) => u.layer === columns.length - 1)) {
    if (cost) paths.push({ role: "link", under: true, path: line({ x: unit.x + unit.radius + 2, y: unit.y }, { x: cost.x - cost.w / 2, y: cost.y }) });
  }
  for (const edge of edges) addEdgeValues(edge, layout.scale, paths, texts);
  for (const unit of units) addUnit(unit, layout, paths, texts);
  if (cost) addCost(cost, layout.scale, paths, texts);
  return { paths, texts };
}

/** A residual link: below the units, from the end of one layer to the end of the next. @param {number} l @param {Layout} layout @param {Part[]} paths @param {Label[]} texts */
function addLink(l, { columns, bottom, bandWidth, scale }, paths, texts) {
  const y = bottom - 16 * scale, from = columns[l - 1] + bandWidth * 0.3, to = columns[l] - bandWidth * 0.3;
  paths.push({ role: "skip", layer: l, under: true, path: line({ x: from, y }, { x: to, y }) });
  paths.push({ role: "skip", layer: l, under: true, path: line({ x: to - 7, y: y - 4 }, { x: to, y }) });
  paths.push({ role: "skip", layer: l, under: true, path: line({ x: to - 7, y: y + 4 }, { x: to, y }) });
  texts.push({ role: "skip-name", layer: l, x: (from + to) / 2, y: y - 10 * scale, size: 12 * scale });
}

/** @param {any} edge @param {number} scale @param {Part[]} paths @param {Label[]} texts */
function addEdgeValues(edge, scale, paths, texts) {
  if (edge.weight) {
    paths.push({ role: "pill", edge, path: rounded(edge.weight.x, edge.weight.y, 60 * scale, 22 * scale, 7 * scale) });
    texts.push({ role: "weight", edge, size: 13 * scale, ...edge.weight });
  }
  if (edge.signal) {
    paths.push({ role: "signal", edge, path: rounded(edge.signal.x, edge.signal.y, 72 * scale, 23 * scale, 11.5 * scale) });
    texts.push({ role: "signal", edge, size: 13 * scale, ...edge.signal });
  }
}

/** @param {any} unit @param {Layout} layout @param {Part[]} paths @param {Label[]} texts */
function addUnit(unit, layout, paths, texts) {
  const { x, y, radius } = unit;
  paths.push({ role: "halo", unit, path: circle(x, y, radius + 7) });
  paths.push({ role: "disc", unit, path: circle(x, y, radius) });
  if (unit.layer) {
    const inner = radius - Math.min(5, radius / 3);
    paths.push({ role: "track", unit, path: circle(x, y, inner) });
    paths.push({ role: "gauge", unit, path: circle(x, y, inner) });
    if (radius > 16) paths.push({ role: "notch", unit, path: line({ x, y: y - radius + 1 }, { x, y: y - radius + 9 }) });
  }
  paths.push({ role: "ring", unit, path: circle(x, y, radius) });
  const { scale } = layout;
  if (radius >= LEAST) texts.push({ role: "value", unit, x, y, size: Math.min(15 * scale, radius * (!unit.layer ? 0.5 : radius < SHORT ? 0.52 : 0.37)) });
  if (unit.layer && unit.label) texts.push({ role: "label", unit, x, y: y + radius + 13 * scale, size: 13 * scale });
}

/** @param {any} cost @param {number} scale @param {Part[]} paths @param {Label[]} texts */
function addCost(cost, scale, paths, texts) {
  paths.push({ role: "box", path: rounded(cost.x, cost.y, cost.w, cost.h, 10) });
  texts.push({ role: "cost-name", x: cost.x, y: cost.y - 12 * scale, size: 14 * scale });
  texts.push({ role: "cost", x: cost.x, y: cost.y + 11 * scale, size: 13 * scale });
  texts.push({ role: "target", x: cost.x, y: cost.y + cost.h / 2 + 15 * scale, size: 12 * scale });
}

/**
 * Give every node its look for a state.
 * @param {{paths: Part[], texts: Label[]}} scene
 * @param {{paths: SVGPathElement[], texts: SVGTextElement[]}} nodes
 * @param {State} state
 * @param {Layout} layout
 * @param {"edges" | "rest" | null} only  edges with what is written on them, or all but these
 */
export function paint(scene, nodes, state, layout, only = null) {
  const look = lookOf(state, layout);
  const stays = (/** @type {Part | Label} */ { edge }) => only !== null && Boolean(edge) !== (only === "edges");
  scene.paths.forEach((part, i) => {
    if (stays(part)) return;
    const [names, width, d] = look.path(part);
    const node = /** @type {any} */ (nodes.paths[i]);
    const full = `${part.role} ${names}`;
    if (node.was !== full) node.setAttribute("class", (node.was = full));
    if (width !== undefined && node.wide !== width) node.style.strokeWidth = `${(node.wide = width)}px`;
    if (d !== undefined && node.d !== d) node.setAttribute("d", (node.d = d));
  });
  scene.texts.forEach((label, i) => {
    if (stays(label)) return;
    const [text, names] = look.text(label);
    const node = /** @type {any} */ (nodes.texts[i]);
    const full = text === "" ? "off" : `${label.role} ${names}`;
    if (node.was !== full) node.setAttribute("class", (node.was = full));
    if (text !== "" && node.said !== text) write(node, (node.said = text));
  });
}

/**
 * How the parts look: computed once for a state, asked for every part.
 * @param {State} state
 * @param {Layout} layout
 */
function lookOf(state, layout) {
  const op = current(state);
  const quantity = shownQuantity(state);
  const L = layout.columns.length - 1;
  const writes = new Set(op?.writes), reads = new Set(op?.reads);
  const most = layout.columns.map((_, l) => largest(state, l, quantity, layout));
  const touched = (/** @type {string} */ name) => (writes.has(name) ? "writes" : reads.has(name) ? "reads" : "");
  const unitTouch = (/** @type {number} */ l) => {
    if (writes.has(`z${l}`) || writes.has(`a${l}`) || writes.has(`delta${l}`)) return "writes";
    if (op?.kind === "gradient" || op?.kind === "update") return op.kind === "gradient" ? touched(`a${l}`) || touched(`delta${l}`) : "";
    return touched(`a${l}`) || touched(`delta${l}`) || touched(`z${l}`);
  };
  const linked = (/** @type {number} */ l) => (writes.has(`a${l}`) ? "writes" : op?.kind === "delta" && reads.has(`da${l}`) ? "reads" : "");
  const back = op?.kind === "delta" ? op.layer + 1 : -1;
  const chosen = state.selection;
  const blurred = isBlurred(state), fast = isFast(state);
  const spoken = chosen?.kind === "unit" ? chosen : chosen?.kind === "entry" || blurred ? null : spokenUnit(state);

  /** @param {any} unit */
  const value = (unit) => shown(state, unit, quantity);
  /** @param {Part} part @returns {[string, number?, string?]} */
  const path = (part) => {
    const { unit, edge } = part;
    switch (part.role) {
      case "band": return [op && !blurred && part.layer === op.layer && op.kind !== "cost" && op.kind !== "clip" ? "on" : ""];
      case "edge": return edgeLook(state, edge, touched, chosen);
      case "pill": return [`on ${pillTouch(edge, op, touched)}`];
      case "signal": return [back === edge.layer && entry(state, `W${edge.layer}`, [edge.from, edge.to]) !== null ? "on" : ""];
      case "halo": return [(unit.layer === spoken?.layer && unit.unit === spoken?.unit) || isHinted(state.hint, unit) ? "on" : ""];
      case "disc": case "ring": return [unitTouch(unit.layer)];
      case "track": return [value(unit) === null ? "" : "on"];
      case "notch": return [value(unit) === null ? "" : "on"];
      case "skip": return [linked(part.layer ?? 0)];
      case "gauge": return gauge(unit, value(unit), most[unit.layer]);
      case "box": return [op?.kind === "cost" ? "writes" : op?.kind === "delta" && op.layer === L ? "reads" : ""];
      default: return [""];
    }
  };
  /** @param {Label} label @returns {[string, string]} */
  const text = (label) => {
    const { unit, edge } = label;
    switch (label.role) {
      case "value": {
        const v = value(unit);
        if (v === null || (fast && unit.radius < READABLE)) return ["", ""];
        const digits = unit.radius < SHORT ? 2 : 4;
        return unit.layer === 0 ? [plain(v, digits), ""] : isSigned(state, unit.layer, quantity) ? [digits === 2 ? brief(v, 2) : signed(v, digits), sign(v)] : [fixed(v, digits), ""];
      }
      case "label": return [under(state, unit, quantity), op?.layer === unit.layer ? "in" : ""];
      case "weight": return pillText(state, edge, op, touched);
      case "signal": {
        if (back !== edge.layer) return ["", ""];
        const d = unitValue(state, `delta${edge.layer}`, edge.to), w = entry(state, `W${edge.layer}`, [edge.from, edge.to]);
        return d === null || w === null ? ["", ""] : [`← ${signed(d * w, 3)}`, ""];
      }
      case "skip-name": return [`+ ${label.layer === 1 ? "x" : `a${(label.layer ?? 1) - 1}`}${state.tensors[`P${label.layer}`] ? ` · P${label.layer}` : ""}`, ""];
      case "cost-name": return [focus(state) === null ? t`mean Cₓ` : "Cₓ", ""];
      case "cost": { const c = exampleCost(state); return [c === null ? "·" : fixed(c), ""]; }
      case "target": return [target(state), ""];
      default: return ["", ""];
    }
  };
  return { path, text };
}

/** @param {State} state */
function target(state) {
  const outputs = state.welcome.sizes[state.welcome.sizes.length - 1];
  const ys = Array.from({ length: outputs }, (_, k) => unitValue(state, "y", k));
  if (ys[0] === null || (outputs > 1 && focus(state) === null)) return "";
  if (isOneHot(state)) return t`class ${ys.indexOf(1)}`;
  return outputs > 3 ? "" : t`target ${ys.map((y) => plain(/** @type {number} */ (y), 2)).join(", ")}`;
}

/** The value on a unit: the error signal on the way back, else what it puts out, or as far as it is. @param {State} state @param {any} unit @param {string} quantity */
function shown(state, unit, quantity) {
  const { layer, unit: j } = unit;
  if (layer === 0) return unitValue(state, "a0", j);
  return (quantity === "delta" ? unitValue(state, `delta${layer}`, j) : null)
    ?? unitValue(state, `a${layer}`, j) ?? unitValue(state, `z${layer}`, j);
}

/** Whether a formula points at a unit. @param {any} hint @param {any} unit */
function isHinted(hint, { layer, unit }) {
  const at = hint?.tensor?.match(/^(?:z|a|delta)(\d+)$/);
  return Boolean(at) && Number(at[1]) === layer && hint.index[hint.index.length - 1] === unit;
}

/** Whether a formula points at a weight. @param {any} hint @param {any} edge */
function isHintedEdge(hint, { layer, from, to }) {
  return hint?.tensor?.replace(/^(d|[mv]_)/, "") === `W${layer}` && hint.index[0] === from && hint.index[1] === to;
}

/** Whether a unit shows delta or z, which have a sign; what it puts out is read without. @param {State} state @param {number} l @param {string} quantity */
function isSigned(state, l, quantity) {
  return (quantity === "delta" && Boolean(state.tensors[`delta${l}`])) || !state.tensors[`a${l}`];
}

/** @param {State} state @param {any} unit @param {string} quantity */
function under(state, unit, quantity) {
  const a = unitValue(state, `a${unit.layer}`, unit.unit);
  const z = unitValue(state, `z${unit.layer}`, unit.unit);
  if (quantity === "delta") return a === null || !state.tensors[`delta${unit.layer}`] ? "" : `a ${fixed(a, 3)}`;
  return z === null ? "" : a === null ? "z" : `z ${signed(z, 3)}`;
}

/** The size that half a turn of the gauge stands for. @param {State} state @param {number} l @param {string} quantity @param {Layout} layout */
function largest(state, l, quantity, layout) {
  const signal = quantity === "delta" && state.tensors[`delta${l}`];
  let most = signal && l < layout.columns.length - 1 ? 0 : 1;
  for (const unit of layout.units) {
    if (unit.layer === l && l) most = Math.max(most, Math.abs(shown(state, unit, quantity) ?? 0));
  }
  return most || 1;
}

/** @param {State} state @param {any} edge @param {(name: string) => string} touched @param {State["selection"]} chosen @returns {[string, number]} */
function edgeLook(state, edge, touched, chosen) {
  const w = entry(state, `W${edge.layer}`, [edge.from, edge.to]) ?? 0;
  const lit = touched(`W${edge.layer}`) || touched(`dW${edge.layer}`);
  const selected = chosen?.kind === "entry" && /^d?W/.test(chosen.entry.tensor)
    && chosen.entry.tensor.replace("d", "") === `W${edge.layer}` && chosen.entry.index[0] === edge.from && chosen.entry.index[1] === edge.to
    || isHintedEdge(state.hint, edge);
  const width = THIN + (THICK - THIN) * Math.min(Math.abs(w) / FULL, 1);
  return [`${w < 0 ? "neg" : "pos"} ${lit ? "lit" : "calm"}${selected ? " sel" : ""}`, Math.round(width * 4) / 4];
}

/** @param {any} edge @param {any} op @param {(name: string) => string} touched */
function pillTouch(edge, op, touched) {
  return op?.kind === "gradient" ? touched(`dW${edge.layer}`) : touched(`W${edge.layer}`);
}

/** A weight; its gradient or its change when that is what the op writes. @param {State} state @param {any} edge @param {any} op @param {(name: string) => string} touched @returns {[string, string]} */
function pillText(state, edge, op, touched) {
  const here = op?.layer === edge.layer, at = [edge.from, edge.to];
  const change = here && op.kind === "update" ? changed(state, `W${edge.layer}`, at) : null;
  const gradient = here && op.kind === "gradient";
  const value = change ?? entry(state, `${gradient ? "dW" : "W"}${edge.layer}`, at);
  if (value === null) return ["", ""];
  const text = brief(value, gradient || change !== null ? 3 : 2);
  return [change === null ? text : `Δ${text}`, `${sign(value)} ${pillTouch(edge, op, touched) ? "lit" : ""}`];
}

/** An arc from twelve o'clock, clockwise for plus. @param {any} unit @param {number | null} value @param {number} most @returns {[string, number?, string?]} */
function gauge(unit, value, most) {
  if (value === null || !Number.isFinite(value)) return [""];
  const { x, y, radius } = unit;
  const r = radius - Math.min(5, radius / 3);
  const angle = Math.round(Math.min(1, Math.abs(value) / most) * 177) * (Math.PI / 180);
  if (angle === 0) return [""];
  const side = value < 0 ? -1 : 1;
  const to = `${(x + side * r * Math.sin(angle)).toFixed(1)} ${(y - r * Math.cos(angle)).toFixed(1)}`;
  return [sign(value), undefined, `M${x} ${(y - r).toFixed(1)}A${r} ${r} 0 0 ${value < 0 ? 0 : 1} ${to}`];
}

/** @param {import("./layout.js").Point} a @param {import("./layout.js").Point} b */
function line(a, b) {
  return `M${a.x.toFixed(1)},${a.y.toFixed(1)}L${b.x.toFixed(1)},${b.y.toFixed(1)}`;
}

const BOW = 0.5523; // how far a cubic's handles stand out for a quarter of a circle

/** @param {number} x @param {number} y @param {number} r */
function circle(x, y, r) {
  return rounded(x, y, 2 * r, 2 * r, r);
}

/** A rectangle with round corners, from its middle. @param {number} x @param {number} y @param {number} w @param {number} h @param {number} r */
function rounded(x, y, w, h, r) {
  const [l, t, e, b] = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
  const k = r * (1 - BOW);
  const n = (/** @type {number[]} */ ...v) => v.map((value) => value.toFixed(1)).join(",");
  return `M${n(l + r, t)}L${n(e - r, t)}C${n(e - k, t, e, t + k, e, t + r)}L${n(e, b - r)}C${n(e, b - k, e - k, b, e - r, b)}`
    + `L${n(l + r, b)}C${n(l + k, b, l, b - k, l, b - r)}L${n(l, t + r)}C${n(l, t + k, l + k, t, l + r, t)}Z`;
}
