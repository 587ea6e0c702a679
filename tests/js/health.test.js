import assert from "node:assert/strict";
import test from "node:test";

import { together, troubleText, troublesText } from "../../static/js/views/health.js";

const config = { layers: [{ units: 3 }, { units: 10 }] };
const text = (kind, layer, size, units = []) => troubleText({ kind, layer, size, units, epoch: 0, position: 1 }, config);

test("layers with the same trouble are told together", () => {
  const of = (kind, layer, epoch) => ({ kind, layer, epoch, size: 2, units: [1, 2], position: 1 });
  const [alike, dead] = together([of("identical", 1, 0), of("identical", 2, 0), of("dead", 2, 4)]);
  assert.match(troublesText(alike, config), /^In layers 1 and 2 units have the same weights/);
  assert.equal(troublesText(dead, config), troubleText(dead[0], config));
});

test("every trouble is a sentence with its layer and its number", () => {
  assert.equal(text("dead", 1, 2, [1, 3]), "Layer 1: 2 of 3 ReLUs are dead (1 and 3), off for every training example.");
  assert.equal(text("dead", 1, 1, [2]), "Layer 1: 1 of 3 ReLUs is dead (2), off for every training example.");
  assert.equal(text("saturated", 2, 0.953), "Layer 2 is saturated: 95 % of its outputs are flat, next to no gradient comes through.");
  assert.match(text("stuck", 2, 0.5), /^The output is saturated on the wrong side for 50 %/);
  assert.match(text("identical", 1, 3, [1, 2, 3]), /units 1, 2 and 3 have the same weights/);
  assert.match(text("identical", 2, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]), /: 9 units have/);
  assert.match(text("vanishing", 1, 2150), /layer 1 it is 2,150 times smaller/);
  assert.match(text("vanishing", 1, null), /more than a million times smaller/);
  assert.equal(text("exploding", 2, 123456), "The gradient explodes: its norm in layer 2 is 1.2e+5.");
});
