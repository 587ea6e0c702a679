import assert from "node:assert/strict";
import test from "node:test";

import { mosaic } from "../../static/js/figures/mosaic.js";

test("pictures stand side by side with a gap, rows from the top", () => {
  assert.deepEqual(mosaic([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]], 2, 2), [
    [1, 2, null, 5, 6],
    [3, 4, null, 7, 8],
    [null, null, null, null, null],
    [9, 10, null, null, null],
    [11, 12, null, null, null],
  ]);
});

test("one picture fills its grid", () => {
  assert.deepEqual(mosaic([[1, 2, 3, 4]], 2, 1), [[1, 2], [3, 4]]);
});
