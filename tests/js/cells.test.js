import assert from "node:assert/strict";
import test from "node:test";

import { around, paintCells, strength } from "../../static/js/figures/cells.js";
import { isLarge, layoutNetwork } from "../../static/js/figures/layout.js";

test("a lens shows what is around a place, and never what is outside", () => {
  assert.deepEqual(around(50, 7, 100), [47, 54]);
  assert.deepEqual(around(0, 7, 100), [0, 7]);
  assert.deepEqual(around(99, 7, 100), [93, 100]);
  assert.deepEqual(around(2, 7, 5), [0, 5]);
});

test("a value is coloured by its sign and the root of its size, nothing where there is nothing", () => {
  assert.deepEqual([strength(-4, 16), strength(16, 16), strength(0, 16), strength(null, 16), strength(1, 0)], [-0.5, 1, 0, 0, 0]);
});

test("each cell is a pixel, and one that is not a number is none", () => {
  const image = { data: new Uint8ClampedArray(16) };
  const canvas = { getContext: () => ({ createImageData: () => image, putImageData: () => {} }) };
  const colours = [[200, 0, 0], [100, 100, 100], [0, 0, 200]];
  paintCells(canvas, { values: [[1, -1], [0, null]], largest: 1 }, colours);
  assert.deepEqual([canvas.width, canvas.height], [2, 2]);
  assert.deepEqual([...image.data], [0, 0, 200, 255, 200, 0, 0, 255, 100, 100, 100, 255, 100, 100, 100, 0]);
});

test("a large layer has a heat map between its units and no single edges", () => {
  const layout = layoutNetwork([784, 128, 64, 10], 820, 400, 1, [], true);
  assert.deepEqual(layout.maps.map(({ layer }) => layer), [1, 2]);
  assert.deepEqual([...new Set(layout.edges.map(({ layer }) => layer))], [3]);
  const [first, second] = layout.maps;
  assert.ok(first.x - first.w / 2 > layout.columns[0] + layout.picture / 2 && first.x + first.w / 2 < layout.columns[1] - layout.radius);
  assert.ok(second.x - second.w / 2 > layout.columns[1] && second.x + second.w / 2 < layout.columns[2]);
  assert.ok(first.y - first.h / 2 > layout.top && first.y + first.h / 2 < layout.bottom);
  assert.equal(isLarge([784, 128], 1), true);
  assert.deepEqual(layoutNetwork([2, 8, 8, 1], 820, 400).maps, []);
});
