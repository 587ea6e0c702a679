import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import test from "node:test";

import { Polling, readBatch } from "../../static/js/links/polling.js";

/** @param {(string | Uint8Array)[]} messages */
function packed(messages) {
  const parts = messages.map((message) => {
    const data = Buffer.from(message);
    const head = Buffer.alloc(5);
    head.writeUInt8(typeof message === "string" ? 0 : 1, 0);
    head.writeUInt32LE(data.length, 1);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat(parts);
}

const bufferOf = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);

test("a batch is taken apart into texts and buffers of their own", () => {
  const numbers = new Uint8Array(new Float64Array([0.1, -2]).buffer);
  const [text, data, empty] = readBatch(bufferOf(packed(["δ is 1", numbers, ""])));
  assert.equal(text, "δ is 1");
  assert.deepEqual([...new Float64Array(data)], [0.1, -2]);
  assert.equal(empty, "");
  assert.deepEqual(readBatch(new ArrayBuffer(0)), []);
});

test("a batch that is cut off, or is none, is an error", () => {
  const whole = packed(["one", "two"]);
  for (let length = 1; length < whole.length; length++) {
    if (length !== packed(["one"]).length) assert.throws(() => readBatch(bufferOf(whole.subarray(0, length))), RangeError, length);
  }
  assert.throws(() => readBatch(bufferOf(Buffer.from("<html><p>Log in to go on</p></html>"))), RangeError);
});

/** A server that answers each request as it is told to, and after that not at all, and the link that asks it. */
async function linked(t, ...told) {
  const answers = told.map(([pattern, list]) => [pattern, [...list]]);
  const asked = [], heard = [], closed = deferred();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    asked.push(`${request.method} ${request.url}${body && ` ${body}`}`);
    const answer = answers.find(([pattern]) => pattern.test(asked.at(-1)))?.[1].shift();
    if (!answer) return;
    const [status, data = "", cut = false] = answer;
    if (status === 0) { request.socket.destroy(); return; }
    response.writeHead(status, { "content-type": "application/json", "content-length": data.length });
    if (cut) response.write(data.slice(0, -1), () => request.socket.destroy());
    else response.end(status === 204 ? undefined : data);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => { server.closeAllConnections(); server.close(); });
  let link;
  await new Promise((opened) => {
    const message = (data) => { heard.push(data); };
    link = new Polling(`http://127.0.0.1:${server.address().port}/poll/key`, { opened, message, closed: (code) => { opened(); closed.resolve(code); } });
  });
  return { link, asked, heard, closed: closed.promise };
}

function deferred() {
  let resolve;
  const promise = new Promise((then) => { resolve = then; });
  return { promise, resolve };
}

const OPENS = [/^POST \/poll\/key\?lang=en$/, [[201, '{"connection": "name"}']]];
const OVER = [410, '{"close": 4408, "detail": "It is over."}'];

test("it opens, hears batch after batch, and closes with the code that it is told", async (t) => {
  const batches = [[200, packed(["one", "two"])], [204], [200, packed(["three"])], OVER];
  const { asked, heard, closed } = await linked(t, OPENS, [/^GET/, batches]);
  assert.equal(await closed, 4408);
  assert.deepEqual(heard, ["one", "two", "three"]);
  const numbers = [1, 2, 2, 3].map((batch) => `GET /poll/key/name?batch=${batch}`);
  assert.deepEqual(asked, ["POST /poll/key?lang=en", ...numbers]);
});

for (const [how, answer] of [["lost", [0]], ["cut off", [200, packed(["one"]), true]], ["a proxy's own", [502, "<html>"]], ["not ours", [200, "<html>"]]]) {
  test(`an answer that is ${how} is asked for again, and every message is heard once`, async (t) => {
    const batches = [answer, [200, packed(["one"])], OVER];
    const { asked, heard, closed } = await linked(t, OPENS, [/^GET/, batches]);
    assert.equal(await closed, 4408);
    assert.deepEqual(heard, ["one"]);
    assert.deepEqual(asked.slice(1), [1, 1, 2].map((batch) => `GET /poll/key/name?batch=${batch}`));
  });
}

test("an answer that is lost twice ends the link", async (t) => {
  const { heard, closed } = await linked(t, OPENS, [/^GET/, [[0], [0]]]);
  assert.equal(await closed, 1006);
  assert.deepEqual(heard, []);
});

test("commands go in order, several in one request, and again when the answer is lost", async (t) => {
  const { link, asked, closed } = await linked(t, OPENS, [/^POST.*batch=1/, [[0], [204]]], [/^POST.*batch=2/, [[204]]], [/^POST.*batch=3/, [OVER]]);
  for (const text of ["a", "b", "c", "x".repeat(1200)]) assert.equal(link.send(text), true);
  assert.equal(await closed, 4408);
  assert.deepEqual(asked.filter((line) => line.startsWith("POST /poll/key/")), [
    "POST /poll/key/name?batch=1 a", "POST /poll/key/name?batch=1 a", "POST /poll/key/name?batch=2 b\nc",
    `POST /poll/key/name?batch=3 ${"x".repeat(1200)}`,
  ]);
  assert.equal(link.send("too late"), false);
});

test("a refusal to open is told as an error message, and then why it closes", async (t) => {
  const refusal = [503, '{"close": 4429, "code": "full", "detail": "This server is full."}'];
  const { link, heard, closed, asked } = await linked(t, [/^POST/, [refusal]]);
  assert.equal(await closed, 4429);
  assert.deepEqual(heard.map((text) => JSON.parse(text)), [{ type: "error", code: "full", message: "This server is full." }]);
  assert.equal(link.send("a"), false);
  assert.equal(asked.length, 1);
});
