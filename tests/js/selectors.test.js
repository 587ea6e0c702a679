// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { isHeavy } from "../../static/js/selectors.js";

/** @param {number[]} sizes @param {any} status */
const playing = (sizes, status) => /** @type {any} */ ({ welcome: { sizes }, status: { state: "playing", ...status } });

test("a small network is drawn in every frame, a large one in every second while it flies past", () => {
  assert.equal(isHeavy(playing([2, 4, 2, 1], { rate: 60 })), false);
  assert.equal(isHeavy(playing([2, 8, 8, 1], { rate: 60 })), true);
  assert.equal(isHeavy(playing([2, 8, 8, 1], { rate: 4 })), false);
  assert.equal(isHeavy(playing([2, 8, 8, 1], { state: "paused", rate: 60 })), false);
});

test("as fast as can be, the server needs the machine", () => {
  assert.equal(isHeavy(playing([2, 3, 1], { rate: "max" })), true);
});

test("before there is a network nothing is heavy", () => {
  assert.equal(isHeavy(/** @type {any} */ ({ welcome: null, status: null })), false);
});
