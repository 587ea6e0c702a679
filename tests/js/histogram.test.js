import assert from "node:assert/strict";
import test from "node:test";

import { binned, tallied } from "../../static/js/figures/histogram.js";

const right = { truth: 0.0091, tolerance: 0.005 };
const counts = ({ bins }) => bins.map(({ values }) => values.length);

test("every answer is in one bar, and those within the tolerance have one of their own", () => {
  const answers = [0.0091, 0.01, 0.005, 0.2, 0.2, 0.7, -0.7, -0.2];
  const made = binned(answers, right, []);
  assert.equal(counts(made).reduce((sum, n) => sum + n, 0), answers.length);
  const [own] = made.bins.filter(({ isRight }) => isRight);
  assert.deepEqual(own.values, [0.0091, 0.01, 0.005]);
});

test("the bar of the truth is there even if nobody was right", () => {
  const [own] = binned([3, 4], right, []).bins.filter(({ isRight }) => isRight);
  assert.deepEqual(own.values, []);
});

test("an answer that is nearly right does not stand in the bar of the truth", () => {
  const { bins } = binned([0.0145, 0.9, -0.9], right, []);
  assert.equal(bins.find(({ values }) => values.includes(0.0145)).isRight, false);
});

test("bars stand in order and are few, whatever is answered", () => {
  for (const answers of [[], [0], [1e6, -1e6], [1e-9, 2e-9], Array.from({ length: 300 }, (_, i) => Math.sin(i) * 10 ** (i % 7)), [5, 5, 5]]) {
    for (const truth of [null, right, { truth: -2000, tolerance: 100 }]) {
      const { bins } = binned(answers, truth, []);
      assert.ok(bins.length <= 30, `${bins.length} bars`);
      assert.ok(bins.every((bin, i) => !i || bins[i - 1].at <= bin.at));
      assert.equal(counts({ bins }).reduce((sum, n) => sum + n, 0), answers.length);
    }
  }
});

test("one wild answer does not put all others into one bar", () => {
  const { bins } = binned([0.5, -0.3, 9], { truth: 0.56, tolerance: 0.03 }, []);
  assert.deepEqual(bins.filter(({ values }) => values.length).map(({ values }) => values), [[-0.3], [0.5], [9]]);
});

test("a bar is named after a mistake only where somebody answered what it leads to", () => {
  const traps = [{ name: "wrong sign", value: -0.5 }, { name: "slope left out", value: 0.75 }];
  const { bins } = binned([-0.5, 0.6, 0.1], { truth: 0.5, tolerance: 0.025 }, traps);
  assert.deepEqual(bins.flatMap(({ names, values }) => names.map((name) => [name, ...values])), [["wrong sign", -0.5]]);
});

test("of choices each has its bar, in their order", () => {
  const choices = [{ text: "positive", value: 1 }, { text: "negative", value: -1 }];
  assert.deepEqual(tallied([1, 1, -1], choices, [-1]), [{ text: "positive", count: 2, isRight: false }, { text: "negative", count: 1, isRight: true }]);
  assert.ok(tallied([], choices, null).every(({ isRight }) => !isRight));
});
