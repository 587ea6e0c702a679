import assert from "node:assert/strict";
import test from "node:test";

import { isDone } from "../../static/js/lessons/conditions.js";
import { emptyDraft, fileName, lessonText, patchOf, stepFrom } from "../../static/js/lessons/draft.js";
import { lightOf, selectionOf } from "../../static/js/lessons/lights.js";
import { isRight, typedNumber, trapOf } from "../../static/js/lessons/question.js";
import { START } from "../../static/js/store.js";

const OPS = [["draw", 0], ["preactivate", 1], ["activate", 1], ["cost", 1], ["delta", 1], ["gradient", 1], ["update", 1]];
const config = { seed: 0, layers: [{ units: 3, activation: "tanh" }, { units: 1, activation: "sigmoid" }], optimizer: { name: "sgd", learning_rate: 0.1 } };
const welcome = { config, per_epoch: 2, program: OPS.map(([kind, layer]) => ({ kind, layer })) };
const state = (more = {}) => ({ ...START, welcome, status: { state: "paused", focus: 0 }, ...more });
const since = { position: 0, wentBack: false };
const done = (until, more, past = since) => isDone(state(more), until, past);

test("a task that is about the cost needs it measured where the run stands", () => {
  assert.equal(done({ cost_below: 0.1 }, { position: 14, evaluation: { position: 14, cost: 0.05 } }), true);
  assert.equal(done({ cost_below: 0.1 }, { position: 14, evaluation: { position: 14, cost: 0.1 } }), false);
  assert.equal(done({ cost_below: 0.1 }, { position: 14, evaluation: { position: 7, cost: 0.05 } }), false);
  assert.equal(done({ cost_below: 0.1 }, { position: 14, evaluation: null }), false);
  assert.equal(done({ cost_below: 0.1, op: 3 }, { position: 18, evaluation: { position: 14, cost: 0.05 } }), true);
  assert.equal(done({ cost_below: 0.1 }, { position: 20, evaluation: { position: 14, cost: 0.05 } }), true);
  assert.equal(done({ cost_below: 0.1 }, { position: 21, evaluation: { position: 14, cost: 0.05 } }), false);
  assert.equal(done({ cost_above: 0.1, accuracy_above: 0.8 }, { position: 7, evaluation: { position: 7, cost: 0.5, accuracy: 0.9 } }), true);
});

test("what was measured before weights were changed by hand does not count", () => {
  const evaluation = { position: 14, cost: 0.05 };
  assert.equal(done({ cost_below: 0.1 }, { position: 14, evaluation, stale: evaluation }), false);
  assert.equal(done({ cost_below: 0.1 }, { position: 14, evaluation, stale: { ...evaluation } }), true);
});

test("epochs, ops, and going back are seen", () => {
  assert.equal(done({ epoch: 3 }, { position: 3 * 2 * 7 }), true);
  assert.equal(done({ epoch: 3 }, { position: 3 * 2 * 7 - 1 }), false);
  assert.equal(done({ op: 4 }, { position: 5 }), true);
  assert.equal(done({ op: 4 }, { position: 0 }), false);
  assert.equal(done({ op: 6 }, { position: 14 }), true);
  assert.equal(done({ back: true }, {}, { position: 3, wentBack: true }), true);
  assert.equal(done({ back: true }, {}), false);
});

test("settings are compared by their paths", () => {
  assert.equal(done({ config: { "optimizer.learning_rate": 0.1 } }), true);
  assert.equal(done({ config: { "optimizer.learning_rate": { above: 0.05, below: 0.2 } } }), true);
  assert.equal(done({ config: { "optimizer.learning_rate": { above: 0.1 } } }), false);
  assert.equal(done({ config: { "hidden.activation": "tanh" } }), true);
  assert.equal(done({ config: { "layers.1.activation": { not: "sigmoid" } } }), false);
  assert.equal(done({ config: { "optimizer.name": { any: ["adam", "sgd"] } } }), true);
  assert.equal(done({ config: { clip: null } }), true);
  assert.equal(done({ config: { clip: { not: null } } }), false);
});

test("a change by hand, a selection, a divergence and a found mistake are seen", () => {
  assert.equal(done({ edited: "W1" }, { edits: [{ tensor: "W1" }] }), true);
  assert.equal(done({ edited: "W1" }), false);
  assert.equal(done({ light: "delta1" }, { selection: { kind: "unit", layer: 1, unit: 0, quantity: "delta" } }), true);
  assert.equal(done({ light: "dW1" }, { selection: { kind: "entry", entry: { tensor: "W1", index: [0, 0] }, quantity: "dW1" } }), true);
  assert.equal(done({ diverged: true }, { status: { state: "diverged" } }), true);
  assert.equal(done({ found: true }, { status: { exercise: { found: "x" } } }), true);
  assert.equal(done({ found: true }, { status: { exercise: { found: "x", given_up: true } } }), false);
});

test("a light of a lesson is a selection of the lab", () => {
  assert.equal(selectionOf(null), null);
  assert.deepEqual(selectionOf({ tensor: "cost", index: [], example: null }), { kind: "cost", example: null });
  assert.deepEqual(selectionOf({ tensor: "delta2", index: [3, 1], example: 3 }), { kind: "unit", layer: 2, unit: 1, quantity: "delta" });
  assert.deepEqual(selectionOf({ tensor: "dW1", index: [0, 2], example: null }), { kind: "entry", entry: { tensor: "W1", index: [0, 2] }, quantity: "dW1" });
  assert.deepEqual(selectionOf({ tensor: "b1", index: [2], example: null }), { kind: "entry", entry: { tensor: "b1", index: [2] }, quantity: "b1" });
  for (const tensor of ["m_W1", "v_W1", "keep1"]) assert.deepEqual(selectionOf({ tensor, index: [1, 0], example: null }), { kind: "entry", entry: { tensor: "W1", index: [1, 0] }, quantity: tensor });
  assert.deepEqual(selectionOf({ tensor: "rmu1", index: [0], example: null }), { kind: "entry", entry: { tensor: "rmu1", index: [0] }, quantity: "rmu1" });
});

test("a button of the text says what it lights", () => {
  assert.deepEqual(lightOf({ dataset: { tensor: "a1", index: "0,1", example: "0" } }), { tensor: "a1", index: [0, 1], example: 0 });
  assert.deepEqual(lightOf({ dataset: { tensor: "cost", index: "" } }), { tensor: "cost", index: [], example: null });
});

test("a number may be typed as people type it", () => {
  assert.equal(typedNumber(" −0,25 "), -0.25);
  assert.equal(typedNumber("3e-2"), 0.03);
  for (const text of ["", "many", "1/2", "1 000"]) assert.ok(Number.isNaN(typedNumber(text)), text);
});

test("an answer is right within its tolerance, a choice by its number", () => {
  const ask = { choices: [], answer: 3.5, within: 0.035, traps: [{ value: 3, because: "no bias" }] };
  assert.equal(isRight(ask, 3.53), true);
  assert.equal(isRight(ask, 3.54), false);
  assert.equal(trapOf(ask, 3.01), "no bias");
  assert.equal(trapOf(ask, 7), null);
  assert.equal(isRight({ choices: ["a", "b"], right: 2 }, 2), true);
  assert.equal(isRight({ choices: ["a", "b"], right: 2 }, NaN), false);
});

test("a patch leads from one config to the other, and null takes away", () => {
  assert.deepEqual(patchOf(config, config), {});
  assert.deepEqual(patchOf(config, { ...config, seed: 3, optimizer: { name: "adam" } }), { seed: 3, optimizer: { name: "adam", learning_rate: null } });
});

test("a step of a draft stands where the lab stands", () => {
  const made = stepFrom(state({ position: 9, selection: { kind: "unit", layer: 1, unit: 2, quantity: "z" }, lens: "flow", status: { focus: 1 } }), "Title", "Text");
  assert.deepEqual(made.stop, { op: "preactivate 1", minibatch: 2, example: 2, light: "z1[1,2]", view: "flow" });
  assert.deepEqual(stepFrom(state({ position: 0, status: { focus: null } }), "T", "").stop, { op: "start", example: "mean" });
  assert.equal(stepFrom(state({ position: 4, selection: { kind: "entry", entry: { tensor: "W1", index: [0, 1] } } }), "T", "").stop.light, "W1[0,1]");
});

test("a draft is a file with a head, and settings apart where a step has some", () => {
  const first = stepFrom(state({ position: 4 }), "One", "Look.\n");
  const other = { ...first, title: "Two", config: { ...config, seed: 9 } };
  const text = lessonText({ ...emptyDraft(), title: 'A "quoted" title', about: "about", shown: ["why"], steps: [first, other] });
  assert.ok(text.startsWith(`---\ntitle: "A \\"quoted\\" title"\nabout: "about"\nminutes: 10\nconfig: ${JSON.stringify(config)}\ncontrols: ["why"]\n---\n`));
  assert.ok(text.includes('\n## One\n\n```stop\nop: "cost"\n```\n\nLook.\n'));
  assert.ok(text.includes('\n## Two\n\n```stop\nop: "cost"\nwith: {"seed":9}\n```\n'));
});

test("a file is named after its title", () => {
  assert.equal(fileName("Why ReLU dies!"), "why-relu-dies.md");
  assert.equal(fileName("链式法则"), "链式法则.md");
  assert.equal(fileName("?!"), "lesson.md");
});
