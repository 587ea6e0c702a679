import assert from "node:assert/strict";
import test from "node:test";

import { withData, withLayer, withLayerValues, withOptimizer, withOwnData, withUnits, withWeights, withoutLayer } from "../../static/js/reshape.js";

const W = (rows, columns) => Array.from({ length: rows }, () => Array(columns).fill(1));
const config = () => ({
  data: { name: "xor", test_share: 0 },
  layers: [{ units: 3, activation: "sigmoid", W: W(2, 3), b: [1, 1, 1] }, { units: 1, activation: "sigmoid", W: W(3, 1), b: [0] }],
  cost: { name: "squared_error", reduction: "mean", half: true },
  optimizer: { name: "adam", learning_rate: 0.1, beta1: 0.9, schedule: { name: "constant" } },
});

test("one unit more drops the weights that no longer fit, and keeps those that do", () => {
  const { layers } = withUnits(config(), 0, 1);
  assert.equal(layers[0].units, 4);
  assert.equal("W" in layers[0] || "b" in layers[0], false);
  assert.equal("W" in layers[1], false);
  assert.deepEqual(layers[1].b, [0]);
});

test("a new layer stands where it is put and takes the activation of its neighbour", () => {
  const { layers } = withLayer(config(), 1);
  assert.deepEqual(layers.map((layer) => layer.units), [3, 3, 1]);
  assert.equal(layers[1].activation, "sigmoid");
  assert.deepEqual(layers[0].W, W(2, 3));
  assert.equal("W" in layers[2], false);
});

test("a removed layer takes the weights behind it along", () => {
  const { layers } = withoutLayer(config(), 0);
  assert.deepEqual(layers, [{ units: 1, activation: "sigmoid", b: [0] }]);
});

test("an output that does not fit the cost falls back to squared error", () => {
  const given = { ...config(), cost: { name: "binary_cross_entropy" } };
  assert.deepEqual(withLayerValues(given, 1, { activation: "tanh" }).cost, { name: "squared_error" });
  assert.equal("cost" in withLayerValues(given, 0, { activation: "tanh" }), false);
});

test("data with several classes get softmax and cross-entropy, numbers a linear output", () => {
  const digits = withData(config(), "digits28", { task: "classes", outputs: 10, inputs: 784, samples: 5000 });
  assert.deepEqual(digits.layers.at(-1), { units: 10, activation: "softmax" });
  assert.equal(digits.cost.name, "cross_entropy");
  assert.equal(digits.minibatch_size, 32);
  const sine = withData(config(), "sine", { task: "regression", outputs: 1, inputs: 1, samples: 100 });
  assert.equal(sine.layers.at(-1).activation, "linear");
  assert.equal(sine.cost.name, "squared_error");
  const back = withData({ ...config(), ...digits }, "xor", { task: "classes", outputs: 1, inputs: 2, samples: 4 });
  assert.equal(back.layers.at(-1).activation, "sigmoid");
  assert.equal(back.cost.name, "binary_cross_entropy");
  assert.equal(back.data.test_share, 0);
});

test("another optimizer keeps the rate and leaves its own settings behind", () => {
  assert.deepEqual(withOptimizer(config(), "sgd"), { optimizer: { name: "sgd", beta1: null } });
});

test("data of one's own brings an output for its classes or its numbers", () => {
  const two = withOwnData(config(), { name: "inline", X: [[1, 2], [3, 4], [5, 6]], labels: [0, 1, 0] });
  assert.deepEqual(two.layers.at(-1), { units: 1, activation: "sigmoid" });
  assert.equal(two.data.name, "inline");
  assert.equal(two.data.Y, null);
  const three = withOwnData(config(), { name: "inline", X: [[1], [3], [5]], labels: [0, 1, 2] });
  assert.deepEqual([three.layers.at(-1).units, three.cost.name], [3, "cross_entropy"]);
  const numbers = withOwnData(config(), { name: "inline", X: [[1], [3]], Y: [[1, 2], [3, 4]] });
  assert.deepEqual(numbers.layers.at(-1), { units: 2, activation: "linear" });
  assert.equal("W" in numbers.layers[0], false);
});

test("weights from a file go into their layers, and the others stay", () => {
  const { layers } = withWeights(config(), { 1: { W: W(2, 3), b: [7, 8, 9] } });
  assert.deepEqual(layers[0].b, [7, 8, 9]);
  assert.equal(layers[0].activation, "sigmoid");
  assert.deepEqual(layers[1], config().layers[1]);
});
