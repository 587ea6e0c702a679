import assert from "node:assert/strict";
import test from "node:test";

import { faultOf, halves, normal } from "../../static/js/classroom/codes.js";

test("a code is understood however it is typed", () => {
  for (const typed of ["K7M4QX", "k7m 4qx", " k7m-4qx "]) {
    assert.equal(normal(typed), "K7M4QX");
    assert.equal(faultOf(typed), "");
  }
});

test("what is wrong with a code is said", () => {
  assert.match(faultOf("K7M4Q"), /six characters, got 5/);
  assert.match(faultOf("K7M4QO"), /has no O/);
  assert.match(faultOf("K7M4Q?"), /got “\?”/);
});

test("a code is read out in halves", () => assert.equal(halves("K7M4QX"), "K7M 4QX"));
