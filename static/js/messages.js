// @ts-check
/** Messages from the server: text is JSON, binary is the safetensors format. Pure. */

/** @typedef {{shape: number[], data: Float64Array | Float32Array | Int32Array}} Tensor */
/** @typedef {{type: string, seq: number, position: number, tensors: Record<string, Tensor>, [fact: string]: any}} Arrays */

const VIEWS = { F64: Float64Array, F32: Float32Array, I32: Int32Array };
const NUMBERS = ["seq", "position", "layer", "epoch", "iteration", "end", "start"];

/**
 * Read a binary message; its tensors are views on the buffer, not copies.
 * @param {ArrayBuffer} buffer
 * @returns {Arrays}
 */
export function readArrays(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const { __metadata__: facts, ...named } = header;
  /** @type {Record<string, Tensor>} */
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(named)) {
    const View = VIEWS[/** @type {keyof typeof VIEWS} */ (dtype)];
    if (!View) throw new Error(`unknown dtype ${dtype} of tensor ${name}`);
    tensors[name] = { shape, data: new View(buffer, 8 + length + from, (to - from) / View.BYTES_PER_ELEMENT) };
  }
  for (const fact of NUMBERS) if (fact in facts) facts[fact] = Number(facts[fact]);
  if ("cost" in facts) facts.cost = facts.cost === "" ? null : Number(facts.cost);
  return { ...facts, tensors };
}

/**
 * Read a message of either kind.
 * @param {string | ArrayBuffer} data
 * @returns {any}
 */
export function readMessage(data) {
  return typeof data === "string" ? JSON.parse(data) : readArrays(data);
}
