import assert from "node:assert/strict";
import test from "node:test";

import { flowOf } from "../../static/js/figures/flow.js";

const curve = { iteration: [0, 5, 10], norm1: [NaN, 1e-4, 1e-3], norm2: [NaN, 1, 10] };

test("a row for each layer, in powers of ten, over the epochs", () => {
  const { xs, rows, low, high, now } = flowOf(curve, "norm", 2, 5);
  assert.deepEqual(xs, [0, 1, 2]);
  assert.deepEqual(rows, [[null, -4, -3], [null, 0, 1]]);
  assert.deepEqual([low, high], [-4, 1]);
  assert.deepEqual(now.map((v) => Number(v.toPrecision(6))), [0.001, 10]);
});

test("a gradient of 0 or one that is not known has no colour", () => {
  const { rows, now } = flowOf({ iteration: [0, 1], delta1: [NaN, 0], delta2: [NaN, 2] }, "delta", 2, 1);
  assert.deepEqual(rows[0], [null, null]);
  assert.deepEqual(now, [null, 2]);
});

test("what lies far below the strongest does not take the scale from the others", () => {
  const { low, high } = flowOf({ iteration: [0, 1], norm1: [1e-40, 1e-40], norm2: [1, 1] }, "norm", 2, 1);
  assert.deepEqual([low, high], [-9, 0]);
});

test("before the first minibatch there is nothing to see, and a scale all the same", () => {
  const { low, high, now } = flowOf({ iteration: [] }, "norm", 2, 1);
  assert.ok(low < high);
  assert.deepEqual(now, [null, null]);
});

test("what stands on the page is newer than the curve", () => {
  const tensor = (shape, ...data) => ({ shape, data: new Float64Array(data) });
  const tensors = { delta1: tensor([2, 1], 3, 4), dW1: tensor([2, 1], 3, 4), W1: tensor([1, 2], 0, 5), old_W1: tensor([1, 2], 0, 4) };
  const now = (quantity) => flowOf(curve, quantity, 2, 5, tensors).now.map((v) => v && Number(v.toPrecision(6)));
  assert.deepEqual(now("norm"), [5, 10]);
  assert.deepEqual(now("delta"), [3.53553, null]);
  assert.deepEqual(now("change"), [0.25, null]);
});
