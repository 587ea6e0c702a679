import assert from "node:assert/strict";
import test from "node:test";

import { language, parts, t } from "../../static/js/words.js";

test("without a page the language is English and a sentence is itself", () => {
  assert.equal(language, "en");
  assert.equal(t`Step ${2} of ${7}`, "Step 2 of 7");
});

test("a value that looks like a place is left alone", () => {
  assert.equal(t`first ${"{1}"} second ${"x"}`, "first {1} second x");
});

test("a sentence in parts keeps its values as they are", () => {
  const value = { some: "element" };
  assert.deepEqual(parts`z is ${value}, at ${3}.`, [{ text: "z is " }, { value }, { text: ", at " }, { value: 3 }, { text: "." }]);
});
