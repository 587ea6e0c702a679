import assert from "node:assert/strict";
import test from "node:test";

import { brief, epochDigits, exact, fixed, plain, sign, signed, thousands, tensorName } from "../../static/js/format.js";

test("negative numbers have a true minus, positive ones a plus where a sign says something", () => {
  assert.equal(fixed(-0.25), "−0.2500");
  assert.equal(signed(0.25), "+0.2500");
  assert.equal(signed(-0.25, 2), "−0.25");
});

test("zero has no sign", () => {
  assert.equal(fixed(0), "0.0000");
  assert.equal(signed(0), "0.0000");
  assert.equal(sign(0), "");
});

test("what would round to nothing, or not fit, is told with its power of ten", () => {
  assert.equal(fixed(0.0000123), "1.2e−5");
  assert.equal(fixed(-0.0000123), "−1.2e−5");
  assert.equal(fixed(123456), "1.2e5");
});

test("what is not a number says so", () => {
  assert.equal(fixed(NaN), "not a number");
  assert.equal(fixed(-Infinity), "−∞");
});

test("inputs are as short as they are exact", () => {
  assert.equal(plain(1), "1");
  assert.equal(plain(-0.5), "−0.5");
  assert.equal(plain(0.123456), "0.1235");
  assert.equal(plain(0.00001), "1.0e−5");
});

test("an epoch has six digits with a comma", () => {
  assert.equal(epochDigits(350), "000,350");
  assert.equal(epochDigits(1234567), "1,234,567");
  assert.equal(thousands(4209), "4,209");
});

test("a tooltip has every digit", () => {
  assert.equal(exact(-0.13355709205439217), "−0.13355709205439217");
});

test("a label on an edge has few characters", () => {
  assert.equal(brief(0.4862, 2), "+0.49");
  assert.equal(brief(-0.00022, 3), "−2e−4");
  assert.equal(brief(45321, 2), "+5e4");
  assert.equal(brief(0, 2), "0.00");
});

test("what rounding leaves of a zero is shown as zero", () => {
  assert.equal(signed(2.8e-17), "0.0000");
  assert.equal(signed(-2.8e-17), "0.0000");
});

test("six decimals do not turn a large number into a power", () => {
  assert.equal(signed(-453.32, 6), "−453.320000");
});

test("tensors are called as people read them", () => {
  const names = { delta2: "δ2", deltatilde1: "δ~1", zhat1: "ẑ1", mask3: "drop3", gamma1: "γ1", dgamma1: "dγ1", dW1: "dW1", da2: "da2", "delta1[mean]": "δ1[mean]" };
  for (const [name, read] of Object.entries(names)) assert.equal(tensorName(name), read);
});
