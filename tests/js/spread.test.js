import assert from "node:assert/strict";
import test from "node:test";

import { middles, told } from "../../static/js/figures/spread.js";

test("bars stand in the middle of their bins", () => {
  assert.deepEqual(middles({ low: -1, high: 1, counts: [1, 2, 3, 4] }), [-0.75, -0.25, 0.25, 0.75]);
});

test("of an activation it is told what is saturated or dead, of all what is not finite", () => {
  const some = { std: 0.25, wild: 0 };
  assert.equal(told({ ...some, flat: 0.5 }), "spread 0.250, saturated 50 %");
  assert.equal(told({ ...some, off: 0 }), "spread 0.250, dead 0 %");
  assert.equal(told({ ...some, flat: null, off: null, wild: 3 }), "spread 0.250, 3 not finite");
});
