import assert from "node:assert/strict";
import test from "node:test";

import { remedied, remedies } from "../../static/js/remedies.js";

const layer = (activation, more = {}) => ({ units: 4, activation, ...more });
const config = { init: { weights: "normal" }, layers: [layer("sigmoid", { W: [[1]] }), layer("sigmoid"), layer("softmax")], clip: null };
const of = (name, from = config) => remedies(from).find((remedy) => remedy.name === name);

test("a remedy is on where every hidden layer has it", () => {
  assert.equal(of("batch_norm").value, false);
  const one = { ...config, layers: [layer("relu", { batch_norm: true }), layer("tanh"), layer("softmax")] };
  assert.equal(of("batch_norm", one).value, false);
  assert.equal(of("activation", one).value, "");
  const all = { ...config, ...remedied(config, "batch_norm", true) };
  assert.equal(of("batch_norm", all).value, true);
  assert.equal(of("activation").value, "sigmoid");
});

test("remedies leave the output layer as it is", () => {
  assert.deepEqual(remedied(config, "activation", "relu").layers.map((l) => l.activation), ["relu", "relu", "softmax"]);
  assert.deepEqual(remedied(config, "residual", true).layers.map((l) => l.residual), [true, true, undefined]);
});

test("other first weights take the place of those that were typed in", () => {
  const patch = remedied(config, "weights", "he_normal");
  assert.deepEqual(patch.init, { weights: "he_normal" });
  assert.equal(patch.layers.some((l) => "W" in l), false);
});

test("clipping is switched on and off", () => {
  assert.deepEqual(remedied(config, "clip", true), { clip: { by: "norm", threshold: 1 } });
  assert.deepEqual(remedied(config, "clip", false), { clip: null });
});

test("without a hidden layer it is said why there is nothing to switch", () => {
  const flat = { ...config, layers: [layer("sigmoid")] };
  assert.deepEqual(remedies(flat).filter((remedy) => remedy.reason).map((remedy) => remedy.name), ["activation", "batch_norm", "residual"]);
});
