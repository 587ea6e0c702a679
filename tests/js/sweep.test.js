import assert from "node:assert/strict";
import test from "node:test";

import { SETTINGS, linesOf, shade, summary, valuesOf } from "../../static/js/sweep.js";

test("values are a list, or a span of whole numbers", () => {
  assert.deepEqual(valuesOf("0.1, 3; 1e-3"), [0.1, 3, 0.001]);
  for (const text of ["0 … 3", "0..3", "0...3", "0-3", "0 – 3"]) assert.deepEqual(valuesOf(text), [0, 1, 2, 3], text);
  assert.deepEqual(valuesOf("0 … 2, 7"), [0, 1, 2, 7]);
  assert.deepEqual(valuesOf("he normal, zeros", true), ["he_normal", "zeros"]);
  for (const text of ["", "much", "3 … 0", "0 … 9999"]) assert.equal(valuesOf(text), null, text);
});

test("what a setting begins with can be read", () => {
  for (const { first, words } of SETTINGS) assert.ok(valuesOf(first, words), first);
});

const line = { done: 1, costs: [1, null, 0.01, 0.02, 0.04, 0.03], accuracies: [], test_costs: [], test_accuracies: [], converged: [null, null, 10, 5, null, 7] };

test("a row is told by its share that converged and its median, without those that diverged", () => {
  assert.deepEqual(summary(line, 0, 3), { converged: 1, share: 1 / 3, diverged: 1, median: 0.505, best: 0.01 });
  assert.equal(summary(line, 1, 3).median, 0.03);
  assert.equal(summary({ ...line, costs: [null] }, 0, 1).median, null);
});

test("a higher cost is darker, and one that is not a number darkest", () => {
  assert.ok(shade(0.01, 1) < shade(0.1, 1));
  assert.equal(shade(null, 1), 1);
  assert.equal(shade(0, 1), 0);
  assert.equal(shade(1, 1), 1);
});

test("lines of a stream are read wherever they are cut", async () => {
  const parts = ['{"done":0', '.5}\n{"done":1}', "\n"].map((text) => new TextEncoder().encode(text));
  const found = [];
  for await (const each of linesOf(new ReadableStream({ start: (c) => { parts.forEach((part) => c.enqueue(part)); c.close(); } }))) found.push(each.done);
  assert.deepEqual(found, [0.5, 1]);
});
