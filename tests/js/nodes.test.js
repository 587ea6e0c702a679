// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { movedPath } from "../../static/js/figures/nodes.js";

test("a path is moved with all of its commands", () => {
  assert.equal(movedPath("M2,0A2,2 0 1,1 0,-2A2,2 0 0,1 2,0Z", 10, 20), "M12 20A2 2 0 1 1 10 18A2 2 0 0 1 12 20Z");
  assert.equal(movedPath("M2,2H-2V-2H2Z", 1.5, -1), "M3.5 1H-0.5V-3H3.5Z");
  assert.equal(movedPath("M0,1L2,3Z", 0.5, 0.25), "M0.5 1.25L2.5 3.25Z");
});
