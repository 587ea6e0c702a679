// @ts-check
/** Changes of a config that keep it whole: what users mean by "this data" or "one layer more". Pure. */

/** @param {any[]} layers @param {number} from  layers from here on lose weights that no longer fit */
function withoutWeights(layers, from) {
  return layers.map((layer, i) => {
    if (i < from) return layer;
    const { W, b, ...rest } = layer;
    return i === from ? rest : i === from + 1 ? (b ? { ...rest, b } : rest) : layer;
  });
}

/** @param {any} config @param {number} at @param {number} change */
export function withUnits(config, at, change) {
  const layers = withoutWeights(config.layers, at);
  return { layers: layers.map((layer, i) => (i === at ? { ...layer, units: layer.units + change } : layer)) };
}

/** @param {any} config @param {number} at  the place of the new layer among the layers */
export function withLayer(config, at) {
  const like = config.layers[Math.min(at, Math.max(0, config.layers.length - 2))];
  const activation = like.activation === "softmax" || config.layers.length === 1 ? "tanh" : like.activation;
  const layers = [...config.layers.slice(0, at), { units: 3, activation }, ...config.layers.slice(at)];
  return { layers: withoutWeights(layers, at) };
}

/** @param {any} config @param {number} at */
export function withoutLayer(config, at) {
  const layers = config.layers.filter((/** @type {any} */ _, /** @type {number} */ i) => i !== at);
  const { W, ...next } = layers[at];
  void W;
  return { layers: layers.map((/** @type {any} */ layer, /** @type {number} */ i) => (i === at ? next : layer)) };
}

/** @param {any} config @param {number} at @param {any} values */
export function withLayerValues(config, at, values) {
  const layers = config.layers.map((/** @type {any} */ layer, /** @type {number} */ i) => (i === at ? { ...layer, ...values } : layer));
  const last = layers[layers.length - 1].activation;
  const cost = config.cost.name;
  const fits = cost === "squared_error" || (cost === "cross_entropy") === (last === "softmax") && (cost === "binary_cross_entropy") === (last === "sigmoid");
  return fits ? { layers } : { layers, cost: { name: "squared_error" } };
}

/**
 * Other data, with an output and a cost that suit it; the hidden layers stay.
 * @param {any} config
 * @param {string} name
 * @param {{task: string, outputs: number, inputs: number, samples: number}} data  from the catalog
 */
export function withData(config, name, data) {
  const last = config.layers[config.layers.length - 1];
  const several = data.outputs > 1;
  const activation = data.task === "regression" ? "linear" : several ? "softmax" : last.activation === "softmax" || last.activation === "linear" ? "sigmoid" : last.activation;
  const cost = data.task === "regression" ? "squared_error" : several ? "cross_entropy" : config.cost.name === "cross_entropy" ? "binary_cross_entropy" : config.cost.name;
  const fits = cost !== "binary_cross_entropy" || activation === "sigmoid";
  const layers = withoutWeights([...config.layers.slice(0, -1), { units: data.outputs, activation }], 0).map(({ W, b, ...layer }) => (void W, void b, layer));
  const few = data.samples <= 4;
  return {
    data: { name, samples: null, features: null, X: null, Y: null, labels: null, input_names: null, class_names: null, noise: name === "line" || name === "moons" ? 0.1 : 0, test_share: few ? 0 : config.data.test_share || 0.2 },
    layers, cost: { ...config.cost, name: fits ? cost : "squared_error", half: false },
    minibatch_size: few ? null : config.minibatch_size ?? (data.inputs > 100 ? 32 : 10),
  };
}

/**
 * Data that somebody brought, with an output and a cost that suit it; the hidden layers stay.
 * @param {any} config
 * @param {any} data  of a config, with name inline
 */
export function withOwnData(config, data) {
  const classes = data.labels ? Math.max(...data.labels) + 1 : 0, samples = data.X.length;
  const outputs = data.labels ? (classes > 2 ? classes : 1) : data.Y[0].length;
  const patch = withData(config, "inline", { task: data.labels ? "classes" : "regression", outputs, inputs: data.X[0].length, samples });
  return { ...patch, data: { ...patch.data, ...data } };
}

/** Weights for some layers, by their number; the others stay as they are. @param {any} config @param {Record<string, any>} layers */
export function withWeights(config, layers) {
  return { layers: config.layers.map((/** @type {any} */ layer, /** @type {number} */ i) => ({ ...layer, ...layers[i + 1] })) };
}

const KEPT = ["learning_rate", "schedule"];

/** Another optimizer: its own settings start at their defaults. @param {any} config @param {string} name */
export function withOptimizer(config, name) {
  const dropped = Object.fromEntries(Object.keys(config.optimizer).filter((key) => !KEPT.includes(key)).map((key) => [key, null]));
  return { optimizer: { ...dropped, name } };
}
