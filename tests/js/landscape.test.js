import assert from "node:assert/strict";
import test from "node:test";

import { caption, heights } from "../../static/js/figures/landscape.js";

test("costs that differ by powers of ten are drawn by them, others as they are", () => {
  assert.deepEqual(heights([[1, 2], [3, null]]), { log: false, z: [[1, 2], [3, null]] });
  assert.deepEqual(heights([[0.01, 1], [100, null]]), { log: true, z: [[-2, 0], [2, null]] });
  assert.deepEqual(heights([[null]]).log, false);
});

test("it is always said to be a slice", () => {
  const of = { dimensions: 1300, names: ["W1[0, 0]", "b1[0]"], shares: [0.9, 0.05] };
  for (const by of ["path", "random", "weights"]) assert.match(caption({ ...of, by }), /^A slice: a plane .* 1,300 dimensions\./);
  assert.match(caption({ ...of, by: "path" }), /they show 95 % of it/);
  assert.match(caption({ ...of, by: "weights" }), /Only W1\[0, 0\] and b1\[0\] move/);
});
