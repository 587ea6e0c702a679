import assert from "node:assert/strict";
import test from "node:test";

import { byPhase, bytes } from "../../static/js/figures/work.js";

test("bytes are told in the unit that suits them", () => {
  assert.deepEqual([0, 96, 999, 1000, 26_688, 126_688, 3e6].map(bytes), ["0 B", "96 B", "999 B", "1.00 kB", "26.7 kB", "127 kB", "3.00 MB"]);
});

test("operations are summed by phase", () => {
  const program = ["draw", "forward", "forward", "backward"].map((phase) => ({ phase }));
  assert.deepEqual(byPhase({ operations: [0, 5, 7, 20] }, program), { draw: 0, forward: 12, backward: 20 });
});
