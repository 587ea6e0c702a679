import assert from "node:assert/strict";
import test from "node:test";

import { axes, range, reach } from "../../static/js/figures/curves.js";
import { layoutNetwork, spread } from "../../static/js/figures/layout.js";
import { sceneOf } from "../../static/js/figures/network.js";
import { diverging, shade } from "../../static/js/figures/surface.js";

const SHAPES = [[2, 3, 1], [2, 8, 8, 8, 1], [1, 8, 8, 1], [4, 8, 3], [784, 10, 10], [2, 1], [2, ...Array(15).fill(6), 1]];

test("units stand inside the picture and apart from each other", () => {
  for (const sizes of SHAPES) {
    for (const [width, height] of [[840, 350], [700, 330], [390, 318]]) {
      const { units } = layoutNetwork(sizes, width, height, 1, [], sizes[0] === 784);
      for (const { x, y, radius } of units) {
        assert.ok(x - radius >= 0 && x + radius <= width, `${sizes} at ${width}: x ${x}`);
        assert.ok(y - radius >= 0 && y + radius <= height, `${sizes} at ${width}: y ${y}`);
      }
      for (const a of units) for (const b of units) {
        if (a !== b && a.layer === b.layer) assert.ok(Math.abs(a.y - b.y) >= a.radius + b.radius, `${sizes} at ${width}`);
      }
    }
  }
});

test("every weight has its edge while there are few, and none of them is invented", () => {
  const { edges } = layoutNetwork([2, 3, 1], 840, 350);
  assert.deepEqual(edges.map(({ layer, from, to }) => [layer, from, to].join("")), ["100", "101", "102", "110", "111", "112", "200", "210", "220"]);
  assert.equal(layoutNetwork([64, 32, 16, 10], 840, 350).edges.every((edge) => edge.from < 64 && edge.to < 32), true);
});

test("units that find no room are counted", () => {
  const { more, units } = layoutNetwork([2, 64, 1], 840, 350);
  assert.equal(more[0].hidden + units.filter((unit) => unit.layer === 1).length, 64);
});

test("written weights do not stand on each other", () => {
  const { edges } = layoutNetwork([2, 3, 1], 840, 350);
  const ys = edges.filter((edge) => edge.layer === 1).map((edge) => edge.weight.y).sort((a, b) => a - b);
  ys.slice(1).forEach((y, i) => assert.ok(y - ys[i] >= 24));
});

test("spread keeps the order and the limits", () => {
  const ys = spread([10, 10, 10], 20, 0, 100);
  assert.ok(ys[1] - ys[0] >= 19.9 && ys[2] - ys[1] >= 19.9 && ys[0] >= 0 && ys[2] <= 100);
});

test("the scene has a part for each unit and edge", () => {
  const layout = layoutNetwork([2, 3, 1], 840, 350);
  const { paths } = sceneOf(layout);
  assert.equal(paths.filter((part) => part.role === "disc").length, 6);
  assert.equal(paths.filter((part) => part.role === "edge").length, 9);
  assert.ok(paths.every((part) => !part.path.includes("NaN")));
});

test("a range leaves out what cannot be drawn", () => {
  assert.deepEqual(range([[NaN, 1, 2]], false), [0, 2.3]);
  const [low, high] = range([[0, 0.01, 1]], true);
  assert.ok(low < -2 && high > 0);
  assert.deepEqual(range([[]], false), [0, 1]);
  assert.deepEqual(range([[NaN]], true), [-3, 0]);
});

test("the axis reaches a little beyond the run", () => {
  assert.equal(reach(0), 1);
  assert.ok(reach(350) > 350);
  assert.equal(axes({ ink: "", ink3: "", line: "" }, [0, 1], [-3, 0], true).yaxis.type, "log");
});

test("colours run from orange over grey to blue and stop at the ends", () => {
  const scale = [[255, 0, 0], [128, 128, 128], [0, 0, 255]];
  assert.deepEqual(diverging(0, scale), [128, 128, 128]);
  assert.deepEqual(diverging(-1, scale), [255, 0, 0]);
  assert.deepEqual(diverging(5, scale), [0, 0, 255]);
});

test("a boundary at one half is grey", () => {
  assert.equal(shade([0.5], 0, 1, true, 1), 0);
  assert.equal(shade([0.2, 0.8], 0, 2, true, 1), 0.6000000000000001);
});

test("ticks find room in a low figure", () => {
  const colours = { ink: "#000", ink3: "#333", line: "#ccc", font: "sans" };
  const ticks = (/** @type {number | undefined} */ height) => axes(colours, [0, 10], [-4, 0], true, height).yaxis.dtick;
  assert.deepEqual([ticks(undefined), ticks(88), ticks(72), ticks(59), ticks(40)], [1, 1, 2, 2, 4]);
  assert.equal(axes(colours, [0, 10], [0, 1], false, 59).yaxis.nticks, 2);
});
