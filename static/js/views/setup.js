// @ts-check
/** The setup column: data, layers, and the settings that are changed most. */

import { byId, h, icon, memo, replaceKeeping, s } from "../dom.js";
import { thousands } from "../format.js";
import { REDUCTIONS, activationName, costName, fieldName, optimizerName, reductionName } from "../terms.js";
import { t } from "../words.js";

/** @typedef {import("../store.js").State} State */

const TILES = ["xor", "and", "or", "circle", "gaussian", "spiral", "moons", "digits28"];

/** @param {(command: string, argument?: any) => void} act */
export function setup(act) {
  const tiles = memo((catalog, name) => {
    byId("tiles").replaceChildren(...TILES.map((key) => tile(key, catalog.data[key], key === name, act)));
  });
  const layers = memo((config, inputs, options) => replaceKeeping(byId("layers"), layerRows(config, inputs, options, act)));
  const current = memo((layer, _rows) => [...byId("layers").children].forEach((item, l) => item.classList.toggle("cur", l === layer)));
  const rows = memo((config, options, catalog, status) => byId("rows").replaceChildren(...settingRows(config, options, catalog, status, act)));
  return (/** @type {State} */ state) => {
    if (!state.welcome || !state.catalog) return;
    const { config, options } = state.welcome;
    const open = document.activeElement instanceof HTMLSelectElement;
    tiles(state.catalog, config.data.name);
    if (!open) layers(config, state.welcome.sizes[0], options);
    current(state.position ? state.layer : -1, byId("layers").firstElementChild);
    rows(config, options, state.catalog, state.status?.learning_rate);
  };
}

/** @param {string} key @param {any} data @param {boolean} chosen @param {(command: string, argument?: any) => void} act */
export function tile(key, data, chosen, act) {
  const about = data.missing ? t`${data.title} ${data.missing}.` : data.about;
  return h("button", { "aria-pressed": String(chosen), title: about, "data-data": key, disabled: Boolean(data.missing), onclick: () => act("data", key) }, data.picture ? /** @type {any} */ (drawTile(data.picture)) : h("span", { class: "none", "aria-hidden": "true", text: "–" }), data.title);
}

/** Real examples of a data set, small. @param {any} picture */
export function drawTile(picture) {
  const svg = s("svg", { viewBox: "0 0 40 40", "aria-hidden": "true" });
  if (picture.image) {
    const side = 30 / picture.image.length;
    picture.image.forEach((/** @type {number[]} */ row, /** @type {number} */ i) => row.forEach((v, j) => {
      if (v > 0.08) svg.append(s("rect", { class: "ink", x: 5 + j * side, y: 5 + i * side, width: side + 0.1, height: side + 0.1, "fill-opacity": v }));
    }));
    return svg;
  }
  const { points, values } = picture;
  const low = [0, 1].map((a) => Math.min(...points.map((/** @type {number[]} */ p) => p[a])));
  const span = [0, 1].map((a) => Math.max(...points.map((/** @type {number[]} */ p) => p[a])) - low[a] || 1);
  const few = points.length <= 4;
  points.forEach((/** @type {number[]} */ p, /** @type {number} */ i) => {
    const x = 7 + (26 * (p[0] - low[0])) / span[0], y = 33 - (26 * (p[1] - low[1])) / span[1], r = few ? 4.2 : 1.7;
    if (values[i] > 1.5) svg.append(s("path", { class: "c2", d: `M${x} ${y - 2}l2 3.6h-4z` }));
    else if (values[i] > 0.5 || (values[i] > 0 && values[i] % 1)) svg.append(s("circle", { class: "p", cx: x, cy: y, r }));
    else svg.append(s("rect", { class: "n", x: x - 0.9 * r, y: y - 0.9 * r, width: 1.8 * r, height: 1.8 * r, rx: few ? 1 : 0 }));
  });
  return svg;
}

/** @param {any} config @param {number} inputs @param {any} options @param {(command: string, argument?: any) => void} act */
function layerRows(config, inputs, options, act) {
  const below = h("li", {}, h("span", { text: t`Input` }), h("span", { class: "num", text: String(inputs) }), h("span", {}));
  return [below, ...config.layers.map((/** @type {any} */ layer, /** @type {number} */ i) => {
    const reasons = options[`layers.${i}.activation`];
    const choose = h("select", { "aria-label": t`Activation of layer ${i + 1}`, onchange: () => act("layer", [i, { activation: choose.value }]) });
    for (const [name, reason] of Object.entries(reasons)) choose.append(h("option", { value: name, disabled: Boolean(reason), title: reason || null, selected: name === layer.activation, text: activationName(name) }));
    const isOutput = i === config.layers.length - 1;
    return h("li", {},
      h("button", { class: "more", title: t`Batch norm, dropout, residual link, bias, frozen`, "aria-label": t`More of layer ${i + 1}`, onclick: () => act("layer-more", i), text: t`Layer ${i + 1}` }),
      h("span", { class: "pm" }, unitsButton(i, -1, options, act), h("b", { text: String(layer.units) }), unitsButton(i, 1, options, act)),
      choose,
      besides(layer) ? h("span", { class: "with", text: besides(layer) }) : "",
      isOutput ? h("span", {}) : h("button", { class: "rm", title: t`Remove this layer`, "aria-label": t`Remove layer ${i + 1}`, onclick: () => act("remove-layer", i) }, icon("close")));
  })];
}

/** What a layer has besides units and an activation, in few words. @param {any} layer */
export function besides(layer) {
  const said = [layer.batch_norm && t`norm`, layer.dropout > 0 && t`dropout ${layer.dropout}`, layer.residual && t`link`, layer.frozen && t`frozen`];
  return said.filter(Boolean).join(" · ");
}

/** @param {number} i @param {number} change @param {any} options @param {(command: string, argument?: any) => void} act */
function unitsButton(i, change, options, act) {
  const reason = options[`layers.${i}.units`]?.[change > 0 ? "+1" : "-1"];
  return h("button", {
    title: reason || (change > 0 ? t`One unit more` : t`One unit less`), "aria-disabled": reason ? "true" : null,
    "aria-label": change > 0 ? t`One unit more in layer ${i + 1}` : t`One unit less in layer ${i + 1}`, onclick: () => act("units", [i + 1, change]),
  }, icon(change > 0 ? "plus" : "minus"));
}

/** @param {any} config @param {any} options @param {any} catalog @param {number} rate @param {(command: string, argument?: any) => void} act */
function settingRows(config, options, catalog, rate, act) {
  const { cost, optimizer, data } = config;
  const size = config.minibatch_size ?? 0;
  const rows = [
    row(t`Cost`, select("cost", fieldName("cost"), costChoices(options, config), `${cost.name}.${cost.reduction}.${cost.half}`, (value) => act("cost", value))),
    row(t`Optimizer`, select("optimizer", fieldName("optimizer"), Object.keys(catalog.optimizers).map((name) => [name, optimizerName(name)]), optimizer.name, (value) => act("optimizer", value))),
    row(t`Learning rate`, select("learning rate", fieldName("learning_rate"), numbers(catalog.learning_rates, rate), String(rate), (value) => act("patch", { optimizer: { learning_rate: Number(value) } }))),
    row(t`Minibatch`, select("minibatch size", fieldName("minibatch_size"), [["0", t`all`], ...numbers([1, 2, 5, 10, 16, 20, 32, 64, 128], size || 10)], String(size), (value) => act("patch", { minibatch_size: Number(value) || null }))),
  ];
  const reason = options["data.test_share"]?.["0.25"];
  const share = data.test_share ?? 0;
  const choose = select("test share", fieldName("test_share"), numbers([0, 0.1, 0.2, 0.25, 0.3, 0.5], share).map(([v]) => [v, `${Math.round(100 * Number(v))} %`]), String(share), (value) => act("patch", { data: { test_share: Number(value) } }));
  if (reason) choose.disabled = true;
  rows.push(row(t`Test share`, choose, Boolean(reason)));
  if (reason) rows.push([h("div", { class: "reason" }, h("dt", {}, icon("lock")), h("dd", { text: reason.replace("must be 0, ", "") }))]);
  return rows.flat();
}

/** @param {any} options @param {any} config @returns {[string, string, string?][]} */
function costChoices(options, config) {
  /** @type {[string, string, string?][]} */
  const choices = [];
  for (const [name, reason] of Object.entries(options["cost.name"])) {
    for (const half of name === "squared_error" ? [false, true] : [false]) {
      for (const reduction of Object.keys(REDUCTIONS)) {
        if (reduction === "mean_all" && config.layers[config.layers.length - 1].units === 1 && config.cost.reduction !== reduction) continue;
        const [cost, over] = [costName(name), reductionName(reduction)];
        choices.push([`${name}.${reduction}.${half}`, half ? t`½ ${cost}, ${over}` : t`${cost}, ${over}`, /** @type {string} */ (reason)]);
      }
    }
  }
  return choices;
}

/** @param {number[]} values @param {number} present @returns {[string, string][]} */
function numbers(values, present) {
  const all = values.includes(present) ? values : [...values, present].sort((a, b) => a - b);
  return all.map((v) => [String(v), v < 0.001 && v > 0 ? String(v) : thousands4(v)]);
}

/** @param {number} v */
function thousands4(v) {
  return Number.isInteger(v) ? thousands(v) : String(v);
}

/** @param {string} label @param {any} control @param {boolean} off */
function row(label, control, off = false) {
  return [h("div", { class: off ? "off" : null }, h("dt", { text: label }), h("dd", {}, control))];
}

/** @param {string} name @param {string} label  the name as it is read @param {[string, string, string?][] | string[][]} choices @param {string} value @param {(value: string) => void} change */
function select(name, label, choices, value, change) {
  const element = h("select", { "aria-label": label, "data-setting": name, onchange: () => change(element.value) });
  for (const [key, text, reason] of choices) element.append(h("option", { value: key, selected: key === value, disabled: Boolean(reason), title: reason || null, text }));
  return element;
}
