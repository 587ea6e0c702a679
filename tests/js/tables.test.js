import assert from "node:assert/strict";
import test from "node:test";

import { csvOf, readable, tableOf, toldOf } from "../../static/js/figures/tables.js";

test("lines stand side by side, each place once", () => {
  const traces = [{ type: "scatter", name: "train", x: [0, 1, 2], y: [3, 2, NaN] }, { type: "scatter", name: "test", x: [0, 2], y: [4, 1] }];
  assert.deepEqual(tableOf(traces, "epoch"), { columns: ["epoch", "train", "test"], rows: [[0, 3, 4], [1, 2, null], [2, null, 1]] });
});

test("bars that lie are turned, and bars with names are known by them", () => {
  assert.deepEqual(tableOf([{ type: "bar", orientation: "h", x: [5, 7], y: [1, 2] }], "layer"), { columns: ["layer", "value"], rows: [[1, 5], [2, 7]] });
  assert.deepEqual(tableOf([{ type: "bar", x: [0, 1], y: [64, 32], customdata: ["X", "z1"] }], "op").rows, [["X", 64], ["z1", 32]]);
});

test("a heat map is its cells", () => {
  const map = { type: "heatmap", x: [0, 0.5], y: [1, 2], z: [[1, null], [3, 4]] };
  assert.deepEqual(tableOf([map, { type: "scatter", x: [1], y: [1] }], "y"), { columns: ["y", "0", "0.5"], rows: [[1, 1, null], [2, 3, 4]] });
});

test("of many rows some are read, the first and the last among them", () => {
  const rows = Array.from({ length: 1001 }, (_, i) => [i]);
  const read = readable({ columns: ["i"], rows });
  assert.equal(read.length, 200);
  assert.deepEqual([read[0], read[199]], [[0], [1000]]);
});

test("a file has every row, and quotes what needs it", () => {
  assert.equal(csvOf({ columns: ["a,b", "c"], rows: [[1, null], ['x"y', 2]] }), '"a,b",c\n1,\n"x""y",2\n');
});

test("curves in a sentence tell where they began and where they are", () => {
  const lines = [{ name: "train", ys: [0.5, 0.25, NaN], dash: "", strong: true }, { name: "none", ys: [], dash: "", strong: true }];
  assert.equal(toldOf({ xs: [0, 1, 2], lines, log: false, now: null }, String), "train: 0.5 at first, 0.25 after 1 epochs");
});
