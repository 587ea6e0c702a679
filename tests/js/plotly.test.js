import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { brotliDecompressSync } from "node:zlib";

const FILE = new URL("../../static/vendor/plotly.min.js", import.meta.url);

test("Plotly and Plotly packed are the same file", () => {
  assert.ok(brotliDecompressSync(readFileSync(`${FILE.pathname}.br`)).equals(readFileSync(FILE)));
});

test("nothing in it makes functions of text, which the policy forbids", () => {
  assert.doesNotMatch(readFileSync(FILE, "utf8"), /\bnew Function\b|\beval\(/);
});
