import assert from "node:assert/strict";
import test from "node:test";

import { piped } from "../../static/js/link.js";
import { unpacked } from "../../static/js/reel.js";
import { FACTS, MESSAGES, reel } from "./recorded.js";

/** Pack texts as the server does. */
async function packed(facts, messages) {
  const bodies = messages.map(([, message]) => new TextEncoder().encode(JSON.stringify(message)));
  const sizes = messages.map(([position], i) => [position, true, bodies[i].length]);
  const header = new TextEncoder().encode(JSON.stringify({ ...facts, messages: sizes }));
  const length = new Uint8Array(new BigUint64Array([BigInt(header.length)]).buffer);
  const whole = new Uint8Array(await new Blob([length, header, ...bodies]).arrayBuffer());
  return Buffer.from(await piped(whole, new CompressionStream("gzip"))).toString("base64");
}

test("what was packed is read again, message by message", async () => {
  const read = await unpacked(`\n${await packed(FACTS, MESSAGES)}\n`);
  assert.deepEqual(read.facts, FACTS);
  assert.deepEqual(read.opening.map((message) => message.type), ["welcome", "status", "curve"]);
  assert.deepEqual(read.frames(4, 6).map((frame) => frame.position), [5, 6]);
});

test("forward leads over every op, back from the start of the minibatch", () => {
  const positions = (from, to) => reel().frames(from, to).map((frame) => `${frame.type[0]}${frame.position}`);
  assert.deepEqual(positions(4, 6), ["f5", "f6"]);
  assert.deepEqual(positions(7, 6), ["s4", "f5", "f6"]);
  assert.deepEqual(positions(2, 6), ["s4", "f5", "f6"]);
  assert.deepEqual(positions(null, 4), ["s4"]);
  assert.deepEqual(positions(6, 6), []);
});

test("steps end where the server ends them, and at both ends of the recording", () => {
  assert.equal(reel().after(0, "op", 3), 3);
  assert.equal(reel().after(1, "minibatch", 1), 4);
  assert.equal(reel().after(1, "minibatch", 2), 8);
  assert.equal(reel().after(1, "epoch", 1), 8);
  assert.equal(reel().after(6, "op", 5), 8);
  assert.equal(reel().before(6, "minibatch", 1), 4);
  assert.equal(reel().before(6, "minibatch", 2), 0);
  assert.equal(reel().before(1, "op", 5), 0);
});

test("the newest look at the weights is found before a position", () => {
  assert.equal(reel().newest(7, "evaluation").cost, 0.5);
  assert.equal(reel().newest(8, "evaluation").cost, 0.25);
  assert.equal(reel().newest(8, "surface"), null);
});

test("a number is explained by the op of this minibatch that wrote it", () => {
  const why = (position, tensor, index, example) => reel().explanation(position, { tensor, index, example })?.remark ?? null;
  assert.equal(why(2, "z1", [0], 1), "z of the first");
  assert.equal(why(4, "z1", [0], 1), "z of the first");
  assert.equal(why(6, "z1", [0], 1), "z of the second");
  assert.equal(why(5, "z1", [0], 1), null);
  assert.equal(why(6, "z1", [0], null), null);
});

test("a weight is explained in the same way for every example, the mean of a unit is not", () => {
  const why = (tensor, index, example) => reel().explanation(4, { tensor, index, example })?.remark ?? null;
  assert.equal(why("W1", [0, 0], 1), "w");
  assert.equal(why("W1", [0, 0], null), "w");
  assert.equal(why("z1", [0], 0), null);
});
