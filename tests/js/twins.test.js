import assert from "node:assert/strict";
import test from "node:test";

import { START, reduce } from "../../static/js/store.js";
import { isOnSameData, parting, settingName, settingValue, settingsApart, stateOf, tensorsOf, twinConfigs, twinName, twinsCommand } from "../../static/js/twins.js";

const config = (more = {}) => ({
  seed: 0, shuffle: true, data: { name: "xor" }, optimizer: { name: "sgd", learning_rate: 0.5, schedule: { name: "constant" } },
  layers: [{ units: 3, activation: "sigmoid", W: [[1, 2, 3]] }, { units: 3, activation: "sigmoid" }, { units: 1, activation: "sigmoid" }], l2: 0, ...more,
});
const layers = (activation) => config().layers.map((layer, i) => (i < 2 ? { ...layer, activation } : layer));

test("two configs differ in settings, each with its path and both values", () => {
  assert.deepEqual(settingsApart(config(), config()), []);
  const other = config({ l2: 0.1, clip: { by: "norm", threshold: 1 }, layers: [{ units: 3, activation: "relu", W: [[1, 2, 4]] }, ...config().layers.slice(1)] });
  assert.deepEqual(settingsApart(config(), other), [
    { path: "layers.0.activation", here: "sigmoid", there: "relu" },
    { path: "layers.0.W", here: [[1, 2, 3]], there: [[1, 2, 4]] },
    { path: "l2", here: 0, there: 0.1 },
    { path: "clip", here: undefined, there: { by: "norm", threshold: 1 } },
  ]);
  assert.deepEqual(settingsApart(config(), config({ layers: config().layers.slice(0, 2) })).map(({ path }) => path), ["layers.2"]);
});

test("settings and values are read as words", () => {
  assert.deepEqual(["optimizer.learning_rate", "layers.1.batch_norm", "layers.2", "init.weights", "init.scale", "l2", "cost.half"].map(settingName),
    ["learning rate", "layer 2 batch norm", "layer 3", "first weights", "scale of first weights", "l2", "cost half"]);
  assert.deepEqual([undefined, true, false, "leaky_relu", 0.3, [[1]], { units: 3, activation: "relu" }, { by: "norm", threshold: 1 }].map(settingValue),
    ["none", "yes", "no", "leaky relu", "0.3", "given", "3 relu", "norm 1"]);
});

test("a twin is called by what it has otherwise", () => {
  const name = (more) => twinName(config(), config(more));
  assert.equal(name({}), "the same again");
  assert.equal(name({ l2: 0.1 }), "l2 0.1");
  assert.equal(name({ layers: layers("relu") }), "activation relu");
  assert.equal(name({ layers: [{ ...config().layers[0], activation: "tanh" }, ...config().layers.slice(1)] }), "layer 1 tanh");
  assert.equal(name({ optimizer: { name: "adam", learning_rate: 0.5, beta1: 0.9, beta2: 0.99, schedule: { name: "constant" } } }), "optimizer adam");
  assert.equal(name({ optimizer: { name: "adam", learning_rate: 0.1, beta1: 0.9, schedule: { name: "constant" } } }), "optimizer adam, learning rate 0.1");
  assert.equal(name({ l2: 1, l1: 2, seed: 3 }), "seed 3, l2 1 and 1 more");
  assert.equal(name({ layers: config().layers.map((layer, i) => (i ? layer : { ...layer, batch_norm: true })) }), "layer 1 batch norm");
});

test("twins have data, seed and shuffle in common", () => {
  assert.equal(isOnSameData(config(), config({ l2: 1 })), true);
  for (const more of [{ seed: 1 }, { shuffle: false }, { data: { name: "and" } }]) assert.equal(isOnSameData(config(), config(more)), false);
});

test("a number that is none comes as null and is none", () => {
  assert.deepEqual(tensorsOf({ W1: { shape: [1, 2], data: [1.5, null] } }).W1, { shape: [1, 2], data: Float64Array.of(1.5, NaN) });
});

test("the state of a twin is that of the run with its own place, network and numbers", () => {
  const state = { ...START, welcome: { config: config(), sizes: [2, 3, 3, 1], twins: [] }, status: { focus: 3, state: "paused" }, selection: { kind: "cost", example: 1 } };
  const twin = { config: config({ l2: 1 }), sizes: [2, 1], program: [{ symbol: "X" }], per_epoch: 2 };
  const told = { position: 7, op: "cost", layer: 1, phase: "cost", epoch: 0, iteration: 0, cost: 0.5, tensors: { y: { shape: [1, 1], data: [1] } }, surface: null };
  const seen = stateOf(state, twin, told);
  assert.deepEqual([seen.position, seen.op, seen.cost, seen.welcome.sizes, seen.welcome.config.l2], [7, "cost", 0.5, [2, 1], 1]);
  assert.deepEqual([seen.status.focus, seen.selection, seen.surface], [0, null, null]);
  assert.equal(stateOf({ ...state, status: { focus: null } }, twin, told).status.focus, null);
});

test("where two runs part is one sentence", () => {
  const difference = { position: 11, kind: "update", layer: 1, symbol: "W1", only: "", tensor: "W1", index: [0, 2], here: 0.25, there: -1.5 };
  assert.equal(parting(null), "No difference so far: every number is the same.");
  assert.equal(parting(difference), "W1 in layer 1 is the first to differ: W1[0, 2] is 0.250000 in the run, −1.500000 in the twin.");
  assert.equal(parting({ ...difference, symbol: "C", tensor: "cost", layer: 2, index: [] }), "The cost is the first to differ: C is 0.250000 in the run, −1.500000 in the twin.");
  assert.equal(parting({ ...difference, symbol: "zhat1", only: "there" }), "They part at ẑ1: an op that only the twin has.");
  assert.equal(parting({ ...difference, only: "here", symbol: "clip" }), "They part at clip: an op that only the run has.");
  assert.equal(parting({ ...difference, symbol: "z1", tensor: "z1", index: [], here: null, there: null }), "z1 in layer 1 is the first to differ: it has another shape.");
  assert.match(parting({ ...difference, there: null }), /not a number in the twin/);
});

test("other twins make the comparison void, and the config before a change is kept while the data stay", () => {
  const welcome = (more) => ({ type: "welcome", sizes: [2, 1], config: config(), program: [], twins: [], ...more });
  let state = reduce({ ...START, comparison: { twins: [] } }, welcome());
  assert.equal(state.before, null);
  state = reduce({ ...state, comparison: { twins: [1] } }, welcome({ config: config({ l2: 1 }) }));
  assert.equal(state.before.l2, 0);
  assert.deepEqual(state.comparison, { twins: [1] });
  state = reduce(state, welcome({ config: config({ l2: 1 }), twins: [{ config: config() }] }));
  assert.deepEqual([state.before.l2, state.comparison, twinConfigs(state).length], [0, null, 1]);
  state = reduce(state, welcome({ config: config({ data: { name: "or" } }) }));
  assert.equal(state.before, null);
});

test("the data of twins are those of the run, and go over the wire once", () => {
  const { data, ...own } = config({ l2: 1 });
  const state = reduce(START, { type: "welcome", sizes: [2, 1], config: config(), program: [], twins: [{ config: own }] });
  assert.deepEqual(twinConfigs(state), [config({ l2: 1 })]);
  assert.deepEqual(twinsCommand(state, twinConfigs(state)), { type: "twins", configs: [own] });
  const other = config({ data: { ...data, name: "or" } });
  assert.deepEqual(twinsCommand(state, [other]).configs, [other]);
});
