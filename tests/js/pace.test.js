// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { longer, noteGap, turns } from "../../static/js/pace.js";

const SCREEN = 1000 / 60;

/** @param {number} ms @param {number} times */
function frames(ms, times) {
  for (let i = 0; i < times; i++) noteGap(ms);
}

test("a pause is as long as it is said while frames come with the screen", () => {
  frames(SCREEN, 200);
  assert.equal(longer(100), 100);
  frames(8, 200);
  assert.equal(longer(100), 100, "a faster screen changes nothing");
});

test("where frames are late a pause grows, four times at the most, and shrinks again", () => {
  frames(SCREEN, 200);
  for (let i = 0; i < 50; i++) { frames(21, 3); frames(SCREEN, 1); }
  const some = longer(100);
  assert.ok(some > 130 && some < 150, `${some}`);
  frames(200, 200);
  assert.equal(longer(100), 400);
  frames(SCREEN, 200);
  assert.ok(longer(100) < 101);
});

test("a slow screen is not a late frame", () => {
  frames(1000 / 30, 4000);
  assert.equal(Math.round(longer(100)), 100);
  frames(SCREEN, 200);
  frames(1000 / 30, 100);
  assert.ok(longer(100) > 300, "one that was faster before is");
});

test("one long gap, as of a page that nobody saw, counts for no more than a slow frame", () => {
  frames(SCREEN, 200);
  frames(60_000, 1);
  assert.equal(longer(100), 400);
  frames(SCREEN, 60);
  assert.ok(longer(100) < 105);
});

test("each thing has turns of its own, the next when its pause is over", () => {
  frames(SCREEN, 200);
  const due = turns();
  assert.equal(due("lines", 1e6), true, "the first is due at once");
  assert.equal(due("lines", 1e6), false);
  assert.equal(due("ring", 1e6), true);
  assert.equal(due("lines", 0), true);
});
