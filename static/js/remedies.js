// @ts-check
/** What helps gradients through a network, as changes of its config. Pure. */

import { t } from "./words.js";

/** @typedef {{name: string, text: string, value: string | boolean, choices?: string[], reason: string}} Remedy  a switch, or with choices a list */

const INITS = ["zeros", "constant", "normal", "uniform", "xavier_normal", "xavier_uniform", "he_normal", "he_uniform", "lecun_normal", "lecun_uniform"];
const ACTIVATIONS = ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus"];
const CLIP = { by: "norm", threshold: 1 };
const NONE = t`there is no hidden layer`;

/** The layers that are not the output. @param {any} config @returns {any[]} */
const hidden = (config) => config.layers.slice(0, -1);

/** @param {any} layer */
function withoutWeights({ W, ...rest }) {
  void W;
  return rest;
}

/** How every remedy stands. @param {any} config @returns {Remedy[]} */
export function remedies(config) {
  const layers = hidden(config), reason = layers.length ? "" : NONE;
  const all = (/** @type {string} */ name) => layers.length > 0 && layers.every((layer) => layer[name]);
  const functions = new Set(layers.map((layer) => layer.activation));
  return [
    { name: "activation", text: t`Activation`, value: functions.size === 1 ? [...functions][0] : "", choices: ACTIVATIONS, reason },
    { name: "weights", text: t`First weights`, value: config.init.weights, choices: INITS, reason: "" },
    { name: "batch_norm", text: t`Batch norm`, value: all("batch_norm"), reason },
    { name: "residual", text: t`Residual links`, value: all("residual"), reason },
    { name: "clip", text: t`Clip at norm 1`, value: Boolean(config.clip), reason: "" },
  ];
}

/** The patch that switches a remedy. @param {any} config @param {string} name @param {any} value */
export function remedied(config, name, value) {
  if (name === "clip") return { clip: value ? CLIP : null };
  if (name === "weights") return { init: { weights: value }, layers: config.layers.map(withoutWeights) };
  return { layers: [...hidden(config).map((layer) => ({ ...layer, [name]: value })), config.layers[config.layers.length - 1]] };
}
