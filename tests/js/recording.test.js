import assert from "node:assert/strict";
import test from "node:test";

import { Recording } from "../../static/js/recording.js";
import { Store } from "../../static/js/store.js";
import { reel } from "./recorded.js";

/** A recording whose messages are filed in a store. */
function playing(facts) {
  const store = new Store();
  const said = [];
  const recording = new Recording(reel(facts), { take: (message) => { said.push(message); store.take(message); }, online: (online) => store.take({ type: "ONLINE", online }) });
  const send = (type, more = {}) => { said.length = 0; recording.send({ type, ...more }); return said; };
  return { store, said, send };
}

/** A clock that is moved by hand, for as long as a test runs. @returns {(ms: number) => void} */
function clock(context) {
  const { setTimeout, clearTimeout } = globalThis;
  let now = 0, next = 1;
  const waiting = new Map();
  globalThis.setTimeout = (run, ms) => { waiting.set(next, { run, at: now + ms }); return next++; };
  globalThis.clearTimeout = (number) => waiting.delete(number);
  context.after(() => Object.assign(globalThis, { setTimeout, clearTimeout }));
  return (ms) => {
    for (const end = now + ms; now < end; now++) {
      for (const [number, { run, at }] of waiting) if (at <= now + 1 && waiting.delete(number)) run();
    }
  };
}

const last = (said, type) => said.filter((message) => message.type === type).at(-1);

test("it opens where it was saved, with everything that a server says at first", () => {
  const { store, said } = playing({ at: 6 });
  assert.deepEqual(said.map((message) => message.type), ["welcome", "curve", "snapshot", "frame", "frame", "evaluation", "status"]);
  assert.equal(store.state.online, true);
  assert.equal(store.state.position, 6);
  assert.equal(store.state.end, 8);
  assert.equal(store.state.status.state, "paused");
  assert.equal(store.state.gap, false);
});

test("it steps, goes back, jumps and starts again, and no frame is missing", () => {
  const { store, send } = playing();
  const at = (type, more) => { send(type, more); assert.equal(store.state.gap, false); return store.state.position; };
  assert.equal(at("step", { size: "op" }), 1);
  assert.equal(at("step", { size: "minibatch" }), 4);
  assert.equal(at("step", { size: "epoch" }), 8);
  assert.equal(at("step", { size: "op" }), 8);
  assert.equal(at("back", { size: "op" }), 7);
  assert.equal(at("back", { size: "minibatch" }), 4);
  assert.equal(at("seek", { position: 3 }), 3);
  assert.equal(at("seek", { position: 1e9 }), 8);
  assert.equal(at("reset"), 0);
  assert.equal(at("back", { size: "op" }), 0);
});

test("the end of a run that diverged says so, what comes before does not", () => {
  const { store, send } = playing();
  send("seek", { position: 8 });
  assert.equal(store.state.status.state, "diverged");
  assert.equal(store.state.status.diverged.symbol, "z");
  send("back");
  assert.equal(store.state.status.state, "paused");
  assert.equal(store.state.status.diverged, undefined);
});

test("a look at the weights is said when another is there, and only then", () => {
  const { send } = playing();
  assert.equal(last(send("step"), "evaluation"), undefined);
  assert.equal(last(send("seek", { position: 8 }), "evaluation").cost, 0.25);
  assert.equal(last(send("seek", { position: 2 }), "evaluation").cost, 0.5);
});

test("steps larger than an op and play rest at a breakpoint", (context) => {
  const pass = clock(context);
  const { store, send } = playing();
  send("break", { op: 1, on: true });
  assert.deepEqual(store.state.status.breakpoints, [1]);
  send("step", { size: "minibatch" });
  assert.equal(store.state.position, 2);
  send("play", { size: "op", rate: 10 });
  pass(10_000);
  assert.equal(store.state.position, 6);
  assert.equal(store.state.status.state, "paused");
  send("break", { op: 1, on: false });
  assert.deepEqual(store.state.status.breakpoints, []);
});

test("it plays to the end in time, rests there, and then from the start again", (context) => {
  const pass = clock(context);
  const { store, send } = playing();
  send("play", { size: "op", rate: 10 });
  assert.equal(store.state.status.state, "playing");
  pass(300);
  assert.equal(store.state.position, 3);
  pass(5_000);
  assert.equal(store.state.position, 8);
  assert.equal(store.state.status.state, "diverged");
  send("play", { size: "op", rate: "max" });
  assert.equal(store.state.position, 0);
  pass(20);
  assert.equal(store.state.position, 8);
});

test("pause stays where it is", (context) => {
  const pass = clock(context);
  const { store, send } = playing();
  send("play", { size: "op", rate: 10 });
  pass(200);
  send("pause");
  pass(5_000);
  assert.equal(store.state.position, 2);
  assert.equal(store.state.status.state, "paused");
});

test("the example in focus is looked at without a server, unless only one is on record", () => {
  const { store, send } = playing();
  send("focus", { example: 3 });
  assert.equal(store.state.status.focus, 3);
  const single = playing({ whole: false });
  assert.equal(single.send("focus", { example: 3, id: 1 })[0].type, "error");
  assert.equal(single.store.state.status.focus, 0);
});

test("a question is answered with its id, and an unknown one with nothing", () => {
  const { send } = playing({ at: 4 });
  assert.deepEqual(send("explain", { tensor: "z1", index: [0], example: 1, id: 7 }), [{ type: "explanation", remark: "z of the first", id: 7 }]);
  assert.deepEqual(send("explain", { tensor: "z9", index: [0], id: 8 }), [{ type: "answer", id: 8 }]);
});

test("what needs a server is refused in a sentence and changes nothing", () => {
  const { store, send } = playing();
  const before = store.state;
  for (const type of ["edit", "configure", "prove", "rejoin", "watch"]) {
    const [refusal] = send(type, { id: 3 });
    assert.deepEqual([refusal.type, refusal.id], ["error", 3]);
    assert.match(refusal.message, /a recording/);
  }
  assert.equal(store.state, before);
});
