import assert from "node:assert/strict";
import test from "node:test";

import { START, Store, isOfMinibatch, reduce } from "../../static/js/store.js";

const tensor = (...values) => ({ shape: [values.length], data: new Float64Array(values) });
const frame = (more) => ({ type: "frame", seq: 1, position: 1, end: 1, op: "draw", layer: 0, phase: "draw", epoch: 0, iteration: 0, cost: null, drawn: "", tensors: {}, ...more });
const welcome = (more) => ({ type: "welcome", sizes: [2, 3, 1], config: { data: { name: "xor" } }, program: [], ...more });

test("a frame adds what the op wrote to what is there", () => {
  const state = reduce({ ...START, seq: 0, tensors: { W1: tensor(1), z1: tensor(2) } }, frame({ tensors: { a1: tensor(3) } }));
  assert.deepEqual(Object.keys(state.tensors), ["W1", "z1", "a1"]);
});

test("a draw makes void what the minibatch before computed, and nothing else", () => {
  const before = { W1: tensor(1), m_W1: tensor(2), z1: tensor(3), dW1: tensor(4), cost: tensor(5) };
  const state = reduce({ ...START, seq: 0, tensors: before }, frame({ drawn: "1", tensors: { a0: tensor(6) } }));
  assert.deepEqual(Object.keys(state.tensors), ["W1", "m_W1", "a0"]);
});

test("a snapshot replaces everything", () => {
  const state = reduce({ ...START, seq: 9, tensors: { z1: tensor(1) } }, frame({ type: "snapshot", seq: 20, tensors: { W1: tensor(2) } }));
  assert.deepEqual(Object.keys(state.tensors), ["W1"]);
  assert.equal(state.seq, 20);
});

test("a missing frame is noticed and changes nothing but the wish for a snapshot", () => {
  const state = { ...START, seq: 4 };
  const next = reduce(state, frame({ seq: 6, tensors: { z1: tensor(1) } }));
  assert.equal(next.gap, true);
  assert.deepEqual({ ...next, gap: false }, state);
});

test("no state is changed in place", () => {
  const state = Object.freeze({ ...START, seq: 0, tensors: Object.freeze({ W1: tensor(1) }) });
  reduce(state, frame({ tensors: { z1: tensor(1) } }));
  assert.deepEqual(Object.keys(state.tensors), ["W1"]);
});

test("the curve is cut where the message begins", () => {
  const curve = (start, ...iteration) => ({ type: "curve", start, tensors: { iteration: tensor(...iteration) } });
  let state = reduce(START, curve(0, 0, 1, 2));
  state = reduce(state, curve(2, 7, 8));
  assert.deepEqual(state.curve.iteration, [0, 1, 7, 8]);
});

test("another network drops selection and pictures, another rate does not", () => {
  let state = reduce(START, welcome());
  state = { ...state, selection: { kind: "unit", layer: 1, unit: 2 }, surface: {} };
  assert.notEqual(reduce(state, welcome()).selection, null);
  const other = reduce(state, welcome({ sizes: [2, 4, 1] }));
  assert.equal(other.selection, null);
  assert.equal(other.surface, null);
});

test("parameters outlive a minibatch, everything else does not", () => {
  for (const name of ["W1", "b12", "m_W1", "v_b2", "P2", "gamma1", "beta1", "rmu1", "rvar1", "keep1", "m_gamma1"]) assert.equal(isOfMinibatch(name), false, name);
  for (const name of ["a0", "a0[3]", "y", "z1", "zhat1", "mu1", "var1", "mask2", "f1", "old_W1", "delta2", "dW1", "db1", "cost", "costs", "examples"]) assert.equal(isOfMinibatch(name), true, name);
});

test("the store tells its listeners of a new state, and of nothing else", () => {
  const store = new Store();
  const told = [];
  store.subscribe((state) => told.push(state.position));
  store.take(frame({ type: "snapshot", position: 5 }));
  store.take({ type: "answer", id: 1 });
  assert.deepEqual(told, [5]);
});

test("each question of a class begins without names", () => {
  const asked = (number) => ({ type: "class", question: number && { number } });
  const named = { ...reduce({ ...START }, asked(1)), named: true };
  assert.equal(reduce(named, asked(1)).named, true);
  assert.equal(reduce(named, asked(2)).named, false);
  assert.equal(reduce(named, asked(null)).named, false);
});
