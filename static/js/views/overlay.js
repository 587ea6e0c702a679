// @ts-check
/** What lies over the picture of the network: headings, buttons, and proxies that take focus and tell. */

import { h, icon, say } from "../dom.js";
import { fixed, plain, signed } from "../format.js";
import { entry, focus, numberAt, unitValue } from "../selectors.js";
import { activationName, costName } from "../terms.js";
import { t } from "../words.js";
import { draggable, oneAtATime } from "./drag.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {import("../figures/layout.js").Layout} Layout */

const CROWDED = 150; // px between columns below which headings have room for words only
const TIGHT = 118; // px below which a layer is told without the word of its units
const NARROW = 62; // px between columns below which a layer is its number

/** @param {HTMLElement} over @param {Layout} layout @param {import("../store.js").Store} store @param {(command: string, argument?: any) => any} act */
export function overlay(over, layout, store, act) {
  const { welcome } = store.state;
  const L = layout.columns.length - 1;
  const parts = layout.columns.map((x, l) => head(l, x, L, layout, act));
  for (let l = 1; l <= L; l++) {
    const x = (layout.columns[l - 1] + layout.columns[l]) / 2;
    parts.push(h("button", { class: "rb add", style: `left:${x}px;top:${layout.gap > 200 ? 9 : 36}px`, title: t`Add a layer here`, "aria-label": t`Add a layer before layer ${l}`, onclick: () => act("add-layer", l - 1) }, icon("plus")));
  }
  if (layout.cost) parts.push(h("div", { class: "head cost", style: `left:${layout.cost.x}px` }, h("b", { text: t`Cost` }), h("span", { text: costName(welcome.config.cost.name) })));
  for (const { layer, x, y, hidden } of layout.more) parts.push(h("div", { class: "more", style: `left:${x}px;top:${y}px`, text: t`and ${hidden} more` }));
  for (const unit of layout.units) parts.push(...proxy(unit, L, store, act, layout, welcome));
  for (const edge of layout.edges) if (edge.weight) parts.push(weight(edge, store, act));
  if (layout.picture) parts.push(h("canvas", { class: "input", width: Math.sqrt(welcome.sizes[0]), height: Math.sqrt(welcome.sizes[0]), style: `left:${layout.columns[0]}px;top:${(layout.top + layout.bottom) / 2}px;width:${layout.picture}px;height:${layout.picture}px`, role: "img", "aria-label": t`The picture that enters the network` }));
  parts.push(h("div", { class: "legend" },
    h("div", {}, h("span", {}, h("i", { class: "lp" }), t`positive`), h("span", {}, h("i", { class: "ln" }), t`negative`)),
    h("div", {}, h("span", {}, h("i", { class: "lw" }), t`written by this op`), h("span", {}, h("i", { class: "lr" }), t`read by this op`))));
  over.replaceChildren(...parts);
  /** @type {any} */ (over).layout = layout; // for who draws over it
}

/** @param {number} l @param {number} x @param {number} L @param {Layout} layout @param {(command: string, argument?: any) => any} act */
function head(l, x, L, { gap, scale }, act) {
  const name = h("b", {});
  const crowded = gap < CROWDED * scale; // plus and minus stand in the list of layers as well
  if (l > 0 && l < L && !crowded) {
    name.append(
      h("button", { class: "rb", title: t`One unit less`, "aria-label": t`One unit less in layer ${l}`, onclick: () => act("units", [l, -1]) }, icon("minus")),
      h("span", { text: t`Layer ${l}` }),
      h("button", { class: "rb", title: t`One unit more`, "aria-label": t`One unit more in layer ${l}`, onclick: () => act("units", [l, 1]) }, icon("plus")));
  } else name.textContent = gap < NARROW * scale ? (l ? String(l) : "x") : l ? t`Layer ${l}` : t`Input`;
  return h("div", { class: "head", "data-layer": l, style: `left:${x}px;max-width:${crowded ? gap - 6 : 220}px` }, name, gap < NARROW * scale ? "" : h("span", { class: "kind" }));
}

/** @param {HTMLElement} over @param {any} config @param {number} layer */
export function headings(over, config, layer) {
  for (const element of over.querySelectorAll(".head[data-layer]")) {
    const l = Number(/** @type {HTMLElement} */ (element).dataset.layer);
    element.classList.toggle("cur", l === layer);
    const made = config.layers[l - 1];
    const kind = element.querySelector(".kind");
    if (!kind) continue;
    say(kind, made ? inside(made, over) : inputs(over));
  }
}

/** @param {{units: number, activation: string}} layer @param {HTMLElement} over */
function inside({ units, activation }, over) {
  const name = activationName(activation), { gap, scale } = /** @type {Layout} */ (/** @type {any} */ (over).layout);
  if (gap < TIGHT * scale) return `${units} ${name}`;
  return units === 1 ? t`1 unit, ${name}` : t`${units} units, ${name}`;
}

/** @param {HTMLElement} over */
function inputs(over) {
  const picture = /** @type {HTMLCanvasElement | null} */ (over.querySelector("canvas.input"));
  if (picture) return t`${picture.width} × ${picture.width} pixels`;
  const { units, more } = /** @type {Layout} */ (/** @type {any} */ (over).layout);
  const n = units.filter(({ layer }) => layer === 0).length + (more.find(({ layer }) => layer === 0)?.hidden ?? 0);
  return n === 1 ? t`1 value` : t`${n} values`;
}

const FEATURES = /** @type {Record<string, string[]>} */ ({ x1: ["x", "1"], x2: ["x", "2"], x1_squared: ["x", "1", "²"], x2_squared: ["x", "2", "²"], x1_times_x2: ["x", "1", "x", "2"], sin_x1: ["sin x", "1"], sin_x2: ["sin x", "2"] });

/** A button over a unit: it takes focus, click and pointer, and tells what stands there. @param {any} unit @param {number} L @param {import("../store.js").Store} store @param {(command: string, argument?: any) => void} act @param {Layout} layout @param {any} welcome */
function proxy(unit, L, store, act, layout, welcome) {
  const { layer, unit: j, x, y, radius } = unit;
  const side = Math.max(24, 2 * radius);
  const button = h("button", {
    class: "unit", "data-layer": layer, "data-unit": j,
    style: `left:${x}px;top:${y}px;width:${side}px;height:${side}px`,
    onclick: () => act("select", { kind: "unit", layer, unit: j }),
  });
  const tell = () => {
    const text = describe(store.state, layer, j);
    button.title = text;
    button.setAttribute("aria-label", text);
  };
  button.addEventListener("pointerenter", tell);
  button.addEventListener("focus", tell);
  button.setAttribute("aria-label", layer ? t`Layer ${layer}, unit ${j + 1}` : t`Input ${j + 1}`);
  if (!layer) drags(button, j, store, act);
  if (layer || !(unit.label || radius > 16)) return [button];
  const names = welcome.config.data.features ?? (welcome.sizes[0] === 2 ? ["x1", "x2"] : null);
  const parts = names ? FEATURES[names[j]] : ["x", welcome.sizes[0] > 1 ? String(j + 1) : ""];
  const label = h("span", { class: "sym", style: `left:${x}px;top:${y + radius + 2}px` });
  parts.forEach((part, i) => label.append(i % 2 && part !== "²" ? h("sub", { text: part }) : part));
  return [button, label];
}

/** Let an input be dragged in the picture. @param {HTMLElement} button @param {number} j @param {import("../store.js").Store} store @param {(command: string, argument?: any) => any} act */
function drags(button, j, store, act) {
  const at = () => [focus(store.state) ?? -1, j];
  const read = () => (at()[0] < 0 || store.state.status?.state === "playing" ? null : numberAt(store.state, "a0", at()));
  draggable(button, read, oneAtATime((value) => act("edit", { tensor: "a0", index: at(), value })));
}

/** @param {State} state @param {number} l @param {number} j */
function describe(state, l, j) {
  if (l === 0) {
    const v = unitValue(state, "a0", j), name = state.welcome.config.data.input_names?.[j] ?? t`Input ${j + 1}`;
    return v === null ? name : t`${name}: ${plain(v)}`;
  }
  const values = ["z", "a", "delta"].flatMap((name) => {
    const v = unitValue(state, `${name}${l}`, j);
    return v === null ? [] : [`${name} ${name === "a" ? fixed(v, 6) : signed(v, 6)}`];
  });
  return [t`Layer ${l}, unit ${j + 1}`, ...values].join(t`, `);
}

/** @param {any} edge @param {import("../store.js").Store} store @param {(command: string, argument?: any) => any} act */
function weight(edge, store, act) {
  const { layer, from, to } = edge;
  const name = t`Weight of layer ${layer}, from ${from + 1} to ${to + 1}`;
  const button = h("button", {
    class: "weight", style: `left:${edge.weight.x}px;top:${edge.weight.y}px`, "aria-label": name,
    "data-weight": `${layer}.${from}.${to}`,
    onclick: () => act("select", { kind: "entry", entry: { tensor: `W${layer}`, index: [from, to] } }),
  });
  const tell = () => {
    const w = entry(store.state, `W${layer}`, [from, to]);
    button.title = w === null ? name : t`${name}: ${signed(w, 6)}`;
    button.setAttribute("aria-label", button.title);
  };
  button.addEventListener("pointerenter", tell);
  button.addEventListener("focus", tell);
  const index = [from, to], tensor = `W${layer}`;
  draggable(button, () => entry(store.state, tensor, index), oneAtATime((value) => act("edit", { tensor, index, value })));
  return button;
}
