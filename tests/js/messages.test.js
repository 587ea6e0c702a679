import assert from "node:assert/strict";
import test from "node:test";

import { readArrays, readMessage } from "../../static/js/messages.js";

function packed(facts, tensors) {
  const header = { __metadata__: facts };
  const parts = [];
  let offset = 0;
  for (const [name, dtype, shape, data] of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    parts.push(new Uint8Array(data.buffer));
    offset += data.byteLength;
  }
  let text = JSON.stringify(header);
  text += " ".repeat((8 - (text.length % 8)) % 8);
  const bytes = new Uint8Array(8 + text.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(new TextEncoder().encode(text), 8);
  let at = 8 + text.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.buffer;
}

test("tensors are views on the message, without a copy", () => {
  const buffer = packed({ type: "frame", seq: "3" }, [["z1", "F64", [2, 2], new Float64Array([1, -2.5, 3, 4])]]);
  const { tensors } = readArrays(buffer);
  assert.equal(tensors.z1.data.buffer, buffer);
  assert.deepEqual([...tensors.z1.data], [1, -2.5, 3, 4]);
  assert.deepEqual(tensors.z1.shape, [2, 2]);
});

test("facts that count are numbers, and a cost that is not there is null", () => {
  const message = readArrays(packed({ type: "frame", seq: "12", position: "7", cost: "" }, []));
  assert.equal(message.seq, 12);
  assert.equal(message.position, 7);
  assert.equal(message.cost, null);
  assert.equal(readArrays(packed({ type: "frame", cost: "0.25" }, [])).cost, 0.25);
});

test("numbers keep every bit", () => {
  const value = 0.1 + 0.2;
  const { tensors } = readArrays(packed({}, [["W1", "F64", [1], new Float64Array([value])]]));
  assert.equal(tensors.W1.data[0], value);
});

test("a type that is not known is an error", () => {
  assert.throws(() => readArrays(packed({}, [["x", "BF16", [1], new Int16Array([1])]])), /unknown dtype BF16 of tensor x/);
});

test("text is JSON", () => {
  assert.deepEqual(readMessage('{"type":"status"}'), { type: "status" });
});
