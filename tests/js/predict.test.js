import assert from "node:assert/strict";
import test from "node:test";

import { SORTS, aboutOf, choicesOf, judge, questionFor, questionsAhead, revealedOf } from "../../static/js/predict.js";
import { scoreText } from "../../static/js/score.js";
import { START } from "../../static/js/store.js";

const OPS = [["draw", 0], ["preactivate", 1], ["activate", 1], ["cost", 1], ["delta", 1], ["gradient", 1], ["update", 1]];
const welcome = { sizes: [2, 1], minibatch_size: 1, config: { minibatch_size: 1, layers: [{ activation: "sigmoid" }] }, program: OPS.map(([kind, layer]) => ({ kind, layer, phase: "", symbol: kind, reads: [], writes: [], code: "", shapes: [] })) };
const row = (...values) => ({ shape: [1, values.length], data: new Float64Array(values) });
const column = (...values) => ({ shape: [values.length, 1], data: new Float64Array(values) });
const before = (position, more = {}) => ({ ...START, welcome, position, status: { focus: 0 }, ...more });
const ask = (kind, wanted = "any", turn = 0, cost = null) => questionFor(before(OPS.findIndex(([k]) => k === kind)), turn, wanted, cost);
const after = (tensors, cost = null) => before(9, { tensors, cost });

test("a draw is not asked about, every other op is", () => {
  assert.equal(ask("draw"), null);
  for (const [kind] of OPS.slice(1)) assert.ok(ask(kind).text.endsWith("?") || ask(kind).text.endsWith("."), kind);
});

test("where the minibatch is the whole set the cost stands in the results, so it is not asked", () => {
  const whole = { ...welcome, config: { ...welcome.config, minibatch_size: null } };
  assert.equal(questionFor({ ...before(3), welcome: whole }, 0, "any", 0.5), null);
});

test("of which weight it was, the answer leads to that one", () => {
  assert.deepEqual(revealedOf({ sort: "which", tensor: "dW1", index: [], truth: 5 }, [3, 2, 1]), { kind: "entry", entry: { tensor: "W1", index: [2, 1] }, quantity: "dW1" });
  assert.deepEqual(revealedOf({ sort: "sign", tensor: "z1", index: [1], truth: -2 }, [3, 2, 1]), aboutOf({ tensor: "z1", index: [1] }));
});

test("a sign is right if it is that of the number", () => {
  const question = ask("delta", "sign");
  assert.deepEqual(choicesOf(question, welcome.sizes).map(({ value }) => value), [1, -1, 0]);
  const now = after({ delta1: row(-0.2), y: row(0) });
  assert.equal(judge(question, -1, now).right, true);
  assert.equal(judge(question, 1, now).right, false);
  assert.equal(judge(question, 0, after({ delta1: row(0), y: row(0) })).right, true);
});

test("a value is right within five per cent, or 0.005", () => {
  const question = ask("activate", "value");
  const at = (value) => after({ a1: row(value), y: row(0) });
  assert.equal(judge(question, 10.4, at(10)).right, true);
  assert.equal(judge(question, 10.6, at(10)).right, false);
  assert.equal(judge(question, 0.004, at(0)).right, true);
  assert.equal(judge(question, 0.006, at(0)).right, false);
});

test("larger or smaller is asked of the cost once there was one before", () => {
  assert.equal(ask("cost", "change"), null);
  const question = ask("cost", "change", 0, 0.5);
  assert.equal(judge(question, -1, after({}, 0.4)).right, true);
  assert.equal(judge(question, 1, after({}, 0.4)).right, false);
  assert.match(judge(question, 1, after({}, 0.4)).told, /0\.4000, smaller/);
});

test("an update is judged by what it changed", () => {
  const question = ask("update", "change");
  const now = after({ W1: column(0.7, 0.1), old_W1: column(0.5, 0.1) });
  assert.equal(judge(question, 1, now).right, true);
});

test("which weight changes most is the largest change, whatever its sign", () => {
  const question = ask("update", "which");
  const now = after({ W1: column(0.7, -0.9), old_W1: column(0.5, 0.1) });
  assert.equal(choicesOf(question, welcome.sizes).length, 2);
  assert.equal(judge(question, 1, now).right, true);
  assert.equal(judge(question, 1, now).told, "x2 → unit 1");
});

test("a question names the sort that was wanted, or there is none", () => {
  for (const sort of Object.keys(SORTS)) {
    for (const [kind] of OPS) {
      const question = ask(kind, sort, 3, 1);
      if (question) assert.equal(question.sort, sort);
    }
  }
});

test("a truth that is not there is judged by nobody", () => {
  assert.equal(judge(ask("delta", "sign"), 1, after({ y: row(0) })), null);
  assert.equal(judge(ask("activate", "value"), 1, after({ a1: row(NaN), y: row(0) })), null);
});

test("a score is said in words", () => {
  assert.equal(scoreText({ right: 0, asked: 0 }), "no answers yet");
  assert.equal(scoreText({ right: 2, asked: 3 }), "2 of 3 right");
});

test("of weights that are alike any is right", () => {
  const question = ask("gradient", "which");
  const found = judge(question, 1, after({ dW1: column(0, 0) }));
  assert.equal(found.right, true);
  assert.match(found.told, /the same for 2 of them/);
});

test("ahead, every op of the minibatch that writes a number has questions, each at its place", () => {
  const ahead = questionsAhead(before(2, { tensors: { z1: row(0.5), y: row(0) } }), 0, null);
  assert.deepEqual(ahead.map(({ op }) => op.kind), ["activate", "cost", "delta", "gradient", "update"]);
  assert.deepEqual(ahead.map(({ questions }) => questions[0].position), [3, 4, 5, 6, 7]);
  assert.match(ahead[0].questions[0].given, /z is \+0\.5000; the activation is sigmoid/);
});

test("what a question is about can be selected", () => {
  assert.deepEqual(aboutOf({ tensor: "delta2", index: [1] }), { kind: "unit", layer: 2, unit: 1, quantity: "delta" });
  assert.deepEqual(aboutOf({ tensor: "dW1", index: [0, 1] }), { kind: "entry", entry: { tensor: "W1", index: [0, 1] }, quantity: "dW1" });
  assert.deepEqual(aboutOf({ tensor: "cost", index: [] }), { kind: "cost", example: null });
});
