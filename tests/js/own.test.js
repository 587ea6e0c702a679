import assert from "node:assert/strict";
import test from "node:test";

import { pointsFrom, tableFrom, tableOf, withCell, withClick, withColumn, withPasted, withRow, withoutRow } from "../../static/js/own.js";

const table = { header: ["x1", "y"], rows: [["1", "0"], ["2", "1"]], target: 1 };

test("rows, columns and cells are added, changed and taken away", () => {
  assert.deepEqual(withRow(table).rows.at(-1), ["", ""]);
  assert.deepEqual(withoutRow(table, 0).rows, [["2", "1"]]);
  assert.deepEqual(withCell(table, 1, 0, "7").rows, [["1", "0"], ["7", "1"]]);
  assert.deepEqual(withColumn(table), { header: ["x1", "x2", "y"], rows: [["1", "", "0"], ["2", "", "1"]], target: 2 });
  assert.deepEqual(withColumn({ ...table, header: ["x2", "y"] }).header, ["x2", "x3", "y"]);
});

test("what is pasted from a spreadsheet fills cells and adds rows", () => {
  const { rows } = withPasted(table, 1, 0, "5\t1\r\n6\t0\textra\r\n");
  assert.deepEqual(rows, [["1", "0"], ["5", "1"], ["6", "0"]]);
  assert.deepEqual(table.rows[1], ["2", "1"]);
});

test("a click puts a point, one on a point takes it away", () => {
  const one = withClick([], { x: 1, y: 1, kind: 1 });
  assert.equal(withClick(one, { x: 2, y: 1, kind: 0 }).length, 2);
  assert.deepEqual(withClick(one, { x: 1.1, y: 0.9, kind: 0 }), []);
});

test("points become a table of two inputs and a class, and come back from a config", () => {
  const points = [{ x: 0.5, y: -1, kind: 1 }, { x: 2, y: 2, kind: 0 }];
  assert.deepEqual(tableOf(points).rows, [["0.5", "-1", "1"], ["2", "2", "0"]]);
  assert.deepEqual(pointsFrom({ X: [[0.5, -1], [2, 2]], labels: [1, 0] }), points);
  assert.deepEqual(pointsFrom({ X: [[0.5, -1]], Y: [[1]] }), []);
  assert.deepEqual(pointsFrom({ X: [[50, -1]], labels: [1] }), []);
});

test("a table begins with the data in use, with its names", () => {
  const data = { X: [[1, 2]], labels: [0], input_names: ["length", "width"], class_names: ["setosa", "other"] };
  assert.deepEqual(tableFrom(data), { header: ["length", "width", "class"], rows: [["1", "2", "setosa"]], target: 2 });
  assert.equal(tableFrom({ name: "xor" }).rows.length, 4);
});
