import assert from "node:assert/strict";
import test from "node:test";

import { decodeLink, encodeLink } from "../../static/js/link.js";

test("what goes into a link comes out of it", async () => {
  const document = { config: { seed: 3, data: { name: "xor" } }, edits: [], position: 4209 };
  const link = await encodeLink(document);
  assert.match(link, /^x=[\w-]+$/);
  assert.deepEqual(await decodeLink(`#${link}`), document);
});

test("a broken link holds no experiment", async () => {
  for (const hash of ["", "#", "#x=", "#x=abc", "#other"]) assert.equal(await decodeLink(hash), null);
});
