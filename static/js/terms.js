// @ts-check
/** What the parts of an experiment are called where people read: phases, settings, and what is chosen for them. Pure. */

import { t } from "./words.js";

/** @typedef {Record<string, string>} Terms */

/** A word that has no entry is a name in every language. @param {Terms} terms @returns {(name: string) => string} */
const among = (terms) => (name) => terms[name] ?? name.replaceAll("_", " ");

/** As a heading. */
export const phaseName = among({ draw: t`Draw`, forward: t`Forward`, cost: t`Cost`, backward: t`Backward`, update: t`Update` });

/** How far a step goes. */
export const sizeName = among({ op: t`op`, layer: t`layer`, phase: t`phase`, minibatch: t`minibatch`, epoch: t`epoch` });

const ACTIVATIONS = /** @type {Terms} */ ({ linear: t`linear`, leaky_relu: t`leaky relu` });
const COSTS = /** @type {Terms} */ ({ squared_error: t`squared error`, binary_cross_entropy: t`binary cross-entropy`, cross_entropy: t`cross-entropy` });

export const activationName = among(ACTIVATIONS);
export const costName = among(COSTS);

/** How the costs of the examples become one. */
export const REDUCTIONS = /** @type {Terms} */ ({ sum: t`sum`, mean: t`mean`, mean_all: t`mean of all` });
export const reductionName = among(REDUCTIONS);

export const optimizerName = among({ sgd: "SGD", momentum: t`momentum`, nesterov: "Nesterov", adagrad: "AdaGrad", rmsprop: "RMSProp", adam: "Adam", adamw: "AdamW" });

/** A setting, by its name in the config. */
export const fieldName = among({
  data: t`data`, layers: t`layers`, init: t`init`, cost: t`cost`, optimizer: t`optimizer`, clip: t`clip`, prune: t`prune`, stop: t`stop`, mistake: t`mistake`,
  name: t`name`, samples: t`samples`, noise: t`noise`, test_share: t`test share`, features: t`features`, standardize: t`standardize`,
  units: t`units`, activation: t`activation`, bias: t`bias`, freeze_bias: t`freeze bias`, frozen: t`frozen`, batch_norm: t`batch norm`, dropout: t`dropout`, residual: t`residual`,
  weights: t`weights`, scale: t`scale`, biases: t`biases`, bias_scale: t`bias scale`, half: t`half`, reduction: t`reduction`,
  learning_rate: t`learning rate`, schedule: t`schedule`, momentum: t`momentum`, weight_decay: t`weight decay`,
  every: t`every`, factor: t`factor`, epochs: t`epochs`, floor: t`floor`, warmup: t`warmup`,
  by: t`by`, threshold: t`threshold`, share: t`share`, epoch: t`epoch`,
  cost_below: t`cost below`, gradient_norm_below: t`gradient norm below`, dead_unit: t`dead unit`,
  seed: t`seed`, minibatch_size: t`minibatch size`, shuffle: t`shuffle`,
});

/** What is chosen for a setting, by its name in the config. */
export const choiceName = among({
  ...ACTIVATIONS, ...COSTS,
  binary_cross_entropy: t`binary cross entropy`, cross_entropy: t`cross entropy`, sum: t`sum`, mean: t`mean`, mean_all: t`mean all`,
  zeros: t`zeros`, constant: t`constant`, normal: t`normal`, uniform: t`uniform`,
  xavier_normal: t`xavier normal`, xavier_uniform: t`xavier uniform`, he_normal: t`he normal`, he_uniform: t`he uniform`, lecun_normal: t`lecun normal`, lecun_uniform: t`lecun uniform`,
  momentum: t`momentum`, step: t`step`, exponential: t`exponential`, cosine: t`cosine`, warmup_cosine: t`warmup cosine`, value: t`value`, norm: t`norm`,
  circle: t`circle`, gaussian: t`gaussian`, spiral: t`spiral`, moons: t`moons`, plane: t`plane`, multi_gaussian: t`multi gaussian`, sine: t`sine`, line: t`line`, inline: t`inline`,
  x1_squared: t`x1 squared`, x2_squared: t`x2 squared`, x1_times_x2: t`x1 times x2`,
  early_update: t`early update`, missing_slope: t`missing slope`, wrong_sign: t`wrong sign`, sum_for_mean: t`sum for mean`, stale_gradients: t`stale gradients`,
  bias_per_input: t`bias per input`, unshifted_softmax: t`unshifted softmax`, uncorrected_adam: t`uncorrected adam`, no_output_activation: t`no output activation`,
});
