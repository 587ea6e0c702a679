import assert from "node:assert/strict";
import test from "node:test";

import { sentence } from "../../static/js/sentence.js";
import { START } from "../../static/js/store.js";

const OPS = [["draw", 0, "draw"], ["preactivate", 1, "forward"], ["activate", 1, "forward"], ["cost", 1, "cost"], ["delta", 1, "backward"], ["gradient", 1, "backward"], ["update", 1, "update"]];
const welcome = {
  sizes: [1, 1], minibatch_size: 2, config: { layers: [{ units: 1, activation: "leaky_relu" }], cost: { reduction: "mean" } },
  program: OPS.map(([kind, layer, phase]) => ({ kind, layer, phase, symbol: kind, reads: [], writes: [], code: "", shapes: [] })),
};
const rows = (...values) => ({ shape: [values.length, 1], data: new Float64Array(values) });
const tensors = {
  a0: rows(2, 3), y: rows(1, 0), z1: rows(-0.5, 1), a1: rows(-0.005, 1), delta1: rows(-2.01, 2), W1: { shape: [1, 1], data: new Float64Array([0.5]) },
  b1: { shape: [1], data: new Float64Array([-1.5]) }, dW1: { shape: [1, 1], data: new Float64Array([3]) }, costs: { shape: [2], data: new Float64Array([1, 2]) },
};
const at = (position, focus = 0) => sentence({ ...START, welcome, position, phase: OPS[position - 1]?.[2] ?? "draw", cost: 1.5, tensors, status: { focus, learning_rate: 0.1 } }).map((part) => part.text).join("");

test("every stop is one plain sentence with its numbers", () => {
  assert.equal(at(1), "Draw: example 1 of 2 brings the inputs 2 and the target 1.");
  assert.equal(at(2), "Forward, layer 1, unit 1: z is −0.5000, its inputs times its weights, plus its bias −1.5000.");
  assert.equal(at(3), "Forward, layer 1, unit 1: a is −0.0050, the leaky relu of z −0.5000.");
  assert.equal(at(4), "Cost: this example costs 1.0000; the cost, the mean over all 2, is 1.5000.");
  assert.equal(at(5), "Backward, layer 1, unit 1: delta is −2.0100; the output is −0.0050, the target 1.");
  assert.equal(at(6), "Backward, layer 1: dW1 says how the cost changes with each weight; its norm is 3.0000.");
  assert.equal(at(7), "Update, layer 1: each weight moves against its gradient, with learning rate 0.1.");
});

test("an update is told from the old weight to the new", () => {
  const old = { ...tensors, old_W1: { shape: [1, 1], data: new Float64Array([0.8]) } };
  const told = sentence({ ...START, welcome, position: 7, phase: "update", cost: 1.5, tensors: old, status: { focus: 0, learning_rate: 0.1 } }).map((part) => part.text).join("");
  assert.equal(told, "Update, layer 1: w 1 → 1 goes from +0.8000 to +0.5000, by −0.3000; its gradient is +3.0000.");
});

test("a run that diverged says so, not code", () => {
  const told = sentence({ ...START, welcome, position: 4, phase: "cost", tensors, status: { focus: 0, state: "diverged" } }).map((part) => part.text).join("");
  assert.match(told, /^Diverged: cost is not a number any more/);
});

test("the mean over the minibatch is said to be one", () => {
  assert.match(at(3, null), /a is 0.4975 in the mean/);
});

test("before the first op it says what to press", () => {
  assert.match(sentence({ ...START, welcome }).map((part) => part.text).join(""), /^Ready\. Step/);
});

test("norm, dropout and pruning are told like every other stop", () => {
  const layers = [{ units: 1, activation: "tanh", batch_norm: true, dropout: 0.4 }, { units: 1, activation: "linear" }];
  const ops = [["normalize", 1, "forward"], ["drop", 1, "forward"], ["prune", 0, "update"], ["delta", 1, "backward"]];
  const other = {
    ...welcome, sizes: [1, 1, 1], config: { ...welcome.config, layers, prune: { share: 0.5, epoch: 3 } },
    program: ops.map(([kind, layer, phase]) => ({ kind, layer, phase, symbol: kind, reads: [], writes: [], code: "", shapes: [] })),
  };
  const more = { ...tensors, zhat1: rows(-1, 1), ztilde1: rows(-0.9, 1.1), mask1: rows(0, 1 / 0.6), deltatilde1: rows(-3, 1) };
  const said = (/** @type {number} */ position) => sentence({ ...START, welcome: other, position, phase: ops[position - 1][2], tensors: more, status: { focus: 0 } }).map((part) => part.text).join("");
  assert.equal(said(1), "Forward, layer 1, unit 1: z has mean 0 and variance 1 over the minibatch now: −1.0000; scaled and shifted it is −0.9000.");
  assert.equal(said(2), "Forward, layer 1, unit 1: each unit is dropped with a chance of 0.4, drawn anew for every example. This one is dropped.");
  assert.equal(said(3), "Update: what was pruned is 0 again; from epoch 3 on that is 50 % of the weights of each layer.");
  assert.equal(said(4), "Backward, layer 1, unit 1: delta is −2.0100, what the norm lets through of −3.0000.");
});
