// @ts-check
/** What ails the network, in a sentence each, with a jump to the op where it began. */

import { byId, h, icon, memo } from "../dom.js";
import { thousands } from "../format.js";
import { t } from "../words.js";

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
  const layers = list(troubles.map(({ layer }) => layer)), [{ kind }] = troubles;
  switch (kind) {
    case "dead": return t`In layers ${layers} ReLUs are dead, off for every training example.`;
    case "saturated": return t`In layers ${layers} nearly all outputs are flat: next to no gradient comes through.`;
    case "identical": return t`In layers ${layers} units have the same weights, in and out. They get the same gradient and stay alike.`;
    default: return t`The gradient explodes in layers ${layers}.`;
  }
}

/** @param {Trouble} trouble @param {any} config @returns {string} */
export function troubleText({ kind, layer, size, units }, config) {
  const count = config.layers[layer - 1].units, share = `${Math.round(100 * (size ?? 0))} %`;
  switch (kind) {
    case "dead": return deadText(layer, units, count);
    case "saturated": return t`Layer ${layer} is saturated: ${share} of its outputs are flat, next to no gradient comes through.`;
    case "stuck": return t`The output is saturated on the wrong side for ${share} of the examples: its slope lets next to nothing through. Cross-entropy has no such slope.`;
    case "identical": return units.length <= FEW ? t`Layer ${layer}: units ${list(units)} have the same weights, in and out. They get the same gradient and stay alike.`
      : t`Layer ${layer}: ${units.length} units have the same weights, in and out. They get the same gradient and stay alike.`;
    case "vanishing": return size === null || size > 1e6 ? t`The gradient vanishes: for a weight of layer ${layer} it is more than a million times smaller than above.`
      : t`The gradient vanishes: for a weight of layer ${layer} it is ${thousands(Math.round(size))} times smaller than above.`;
    case "exploding": return size === null ? t`The gradient explodes: its norm in layer ${layer} is too large for a number.`
      : t`The gradient explodes: its norm in layer ${layer} is ${size.toPrecision(2)}.`;
    default: return kind;
  }
}

/** @param {number} layer @param {number[]} units @param {number} count  of all units of the layer */
function deadText(layer, units, count) {
  const dead = units.length, which = dead <= FEW && dead < count ? list(units) : "";
  if (dead === 1) return which ? t`Layer ${layer}: 1 of ${count} ReLUs is dead (${which}), off for every training example.` : t`Layer ${layer}: 1 of ${count} ReLUs is dead, off for every training example.`;
  return which ? t`Layer ${layer}: ${dead} of ${count} ReLUs are dead (${which}), off for every training example.` : t`Layer ${layer}: ${dead} of ${count} ReLUs are dead, off for every training example.`;
}

/** @param {number[]} numbers */
function list(numbers) {
  return numbers.length < 2 ? numbers.join() : t`${numbers.slice(0, -1).join(t`, `)} and ${numbers[numbers.length - 1]}`;
}

/** @param {(command: string, argument?: any) => any} act */
export function health(act) {
  const box = byId("health"), rows = byId("troubles");
  const draw = memo((key, config) => {
    /** @type {Trouble[]} */
    const found = JSON.parse(key);
    box.hidden = !found.length;
    rows.replaceChildren(...together(found).map((troubles) => h("li", { "data-trouble": troubles[0].kind }, icon("warn"), h("span", { text: troublesText(troubles, config) }),
      h("button", { class: "lnk", title: t`Go to the op where it began`, text: troubles[0].epoch ? t`Go to where it began, epoch ${thousands(troubles[0].epoch)}` : t`Go to where it began`, onclick: () => act("seek", troubles[0].position) }))));
  });
  return (/** @type {import("../store.js").State} */ state) => {
    if (state.welcome) draw(JSON.stringify(state.evaluation?.health ?? []), state.welcome.config);
  };
}
