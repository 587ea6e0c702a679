// @ts-check
/** An experiment as a link: config, changes and position, compressed, in the part after #. */

/** @param {any} document @returns {Promise<string>} */
export async function encodeLink(document) {
  const bytes = await piped(new TextEncoder().encode(JSON.stringify(document)), new CompressionStream("deflate-raw"));
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return `x=${btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/**
 * @param {string} hash  with or without #
 * @returns {Promise<any | null>}  null where the link holds no experiment
 */
export async function decodeLink(hash) {
  const found = /[#&]?x=([\w-]+)/.exec(hash);
  if (!found) return null;
  try {
    const text = atob(found[1].replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(await piped(bytes, new DecompressionStream("deflate-raw"))));
  } catch {
    return null;
  }
}

/** What comes out of a stream that bytes go into. @param {Uint8Array} bytes @param {any} stream */
export async function piped(bytes, stream) {
  const body = new Blob([/** @type {any} */ (bytes)]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(body).arrayBuffer());
}
