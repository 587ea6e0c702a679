// @ts-check
/** What ails the network, in a sentence each, with a jump to the op where it began. */

import { byId, h, icon, memo } from "../dom.js";
import { thousands } from "../format.js";

/** @typedef {{kind: string, layer: number, size: number | null, units: number[], epoch: number, position: number}} Trouble */

const FEW = 6; // units that are named

/** Layers with the same trouble since the same time, told together. @param {Trouble[]} found @returns {Trouble[][]} */
export function together(found) {
  /** @type {Map<string, Trouble[]>} */
  const groups = new Map();
  for (const trouble of found) {
    const key = `${trouble.kind} ${trouble.epoch}`;
    groups.set(key, [...(groups.get(key) ?? []), trouble]);
  }
  return [...groups.values()];
}

/** @param {Trouble[]} troubles  of one kind @param {any} config @returns {string} */
export function troublesText(troubles, config) {
  if (troubles.length === 1) return troubleText(troubles[0], config);
  const layers = `layers ${list(troubles.map(({ layer }) => layer))}`, [{ kind }] = troubles;
  switch (kind) {
    case "dead": return `In ${layers} ReLUs are dead, off for every training example.`;
    case "saturated": return `In ${layers} nearly all outputs are flat: next to no gradient comes through.`;
    case "identical": return `In ${layers} units have the same weights, in and out. They get the same gradient and stay alike.`;
    default: return `The gradient explodes in ${layers}.`;
  }
}

/** @param {Trouble} trouble @param {any} config @returns {string} */
export function troubleText({ kind, layer, size, units }, config) {
  const count = config.layers[layer - 1].units, share = `${Math.round(100 * (size ?? 0))} %`;
  switch (kind) {
    case "dead": return `Layer ${layer}: ${units.length} of ${count} ReLUs ${units.length === 1 ? "is" : "are"} dead${units.length <= FEW && units.length < count ? ` (${list(units)})` : ""}, off for every training example.`;
    case "saturated": return `Layer ${layer} is saturated: ${share} of its outputs are flat, next to no gradient comes through.`;
    case "stuck": return `The output is saturated on the wrong side for ${share} of the examples: its slope lets next to nothing through. Cross-entropy has no such slope.`;
    case "identical": return `Layer ${layer}: ${units.length <= FEW ? `units ${list(units)}` : `${units.length} units`} have the same weights, in and out. They get the same gradient and stay alike.`;
    case "vanishing": return `The gradient vanishes: for a weight of layer ${layer} it is ${times(size)} smaller than above.`;
    case "exploding": return `The gradient explodes: its norm in layer ${layer} is ${size === null ? "too large for a number" : size.toPrecision(2)}.`;
    default: return kind;
  }
}

/** @param {number[]} units */
function list(units) {
  return units.length < 2 ? units.join() : `${units.slice(0, -1).join(", ")} and ${units[units.length - 1]}`;
}

/** @param {number | null} size */
function times(size) {
  return size === null || size > 1e6 ? "more than a million times" : `${thousands(Math.round(size))} times`;
}

/** @param {(command: string, argument?: any) => any} act */
export function health(act) {
  const box = byId("health"), rows = byId("troubles");
  const draw = memo((key, config) => {
    /** @type {Trouble[]} */
    const found = JSON.parse(key);
    box.hidden = !found.length;
    rows.replaceChildren(...together(found).map((troubles) => h("li", { "data-trouble": troubles[0].kind }, icon("warn"), h("span", { text: troublesText(troubles, config) }),
      h("button", { class: "lnk", title: "Go to the op where it began", text: troubles[0].epoch ? `Go to where it began, epoch ${thousands(troubles[0].epoch)}` : "Go to where it began", onclick: () => act("seek", troubles[0].position) }))));
  });
  return (/** @type {import("../store.js").State} */ state) => {
    if (state.welcome) draw(JSON.stringify(state.evaluation?.health ?? []), state.welcome.config);
  };
}
