// @ts-check
/** What views ask of the state. Pure. */

/** @typedef {import("./store.js").State} State */
/** @typedef {import("./store.js").Op} Op */

/** The ops of one minibatch. @param {State} state @returns {Op[]} */
export function program(state) {
  return state.welcome?.program ?? [];
}

/** How many ops of this minibatch are executed; all of them between two. @param {State} state */
export function done(state) {
  const length = program(state).length;
  return length && state.position ? ((state.position - 1) % length) + 1 : 0;
}

/** The op that led here, or null. @param {State} state @returns {Op | null} */
export function current(state) {
  return state.position ? program(state)[done(state) - 1] ?? null : null;
}

/** The op that is next. @param {State} state @returns {Op | null} */
export function next(state) {
  const ops = program(state);
  return ops.length ? ops[state.position % ops.length] : null;
}

/** The iteration that is shown: of the last executed op. @param {State} state */
export function shownIteration(state) {
  return Math.floor(Math.max(0, state.position - 1) / (program(state).length || 1));
}

/** The example in detail, or null for the mean. @param {State} state */
export function focus(state) {
  const row = state.status?.focus ?? null;
  const rows = (state.tensors.y ?? state.tensors.costs)?.shape[0] ?? state.welcome?.minibatch_size ?? 1;
  return row === null ? null : Math.min(row, rows - 1);
}

/**
 * The value of a minibatch tensor for one unit: in the example in focus, or the mean.
 * @param {State} state
 * @param {string} name
 * @param {number} unit
 * @returns {number | null}  null where it is not defined yet
 */
export function unitValue(state, name, unit) {
  const row = focus(state);
  const tensor = state.tensors[name];
  if (!tensor) {
    const single = Object.keys(state.tensors).find((key) => key.startsWith(`${name}[`));
    return single ? state.tensors[single].data[unit] : null;
  }
  const [rows, units] = tensor.shape;
  if (row !== null) return tensor.data[row * units + unit];
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += tensor.data[i * units + unit];
  return sum / rows;
}

/**
 * An entry of a parameter or gradient.
 * @param {State} state
 * @param {string} name
 * @param {number[]} index
 * @returns {number | null}
 */
export function entry(state, name, index) {
  const tensor = state.tensors[name];
  if (!tensor) return null;
  const flat = index.reduce((at, i, axis) => at * tensor.shape[axis] + i, 0);
  return flat < tensor.data.length ? tensor.data[flat] : null;
}

/** A number that can be changed: an entry of a parameter, or of an input or target, of which large ones come row by row. @param {State} state @param {string} tensor @param {number[]} index */
export function numberAt(state, tensor, index) {
  return state.tensors[tensor] ? entry(state, tensor, index) : unitValue(state, tensor, index[index.length - 1]);
}

/** The cost of the example in focus, or the mean over the minibatch. @param {State} state */
export function exampleCost(state) {
  const costs = state.tensors.costs;
  if (!costs) return null;
  const row = focus(state);
  if (row !== null) return costs.data[row];
  return Array.from(costs.data).reduce((sum, c) => sum + c, 0) / costs.data.length;
}

/** Which quantity the units show now: "delta" once it is there in the way back, else "a". @param {State} state */
export function shownQuantity(state) {
  return state.phase === "backward" || state.phase === "update" ? "delta" : "a";
}

/** Whether the page is drawing faster than anyone reads. @param {State} state */
export function isFast(state) {
  const { status } = state;
  return status?.state === "playing" && (status.rate === "max" || status.rate > 4);
}

export const MANY = 40; // weights from which a picture is much work

/**
 * Whether the page draws every second frame of the screen only: states fly past, and the picture is much work, or
 * the server itself takes all of a core and sends no more anyway.
 * @param {State} state
 */
export function isHeavy(state) {
  const sizes = state.welcome?.sizes ?? [];
  const weights = sizes.slice(1).reduce((/** @type {number} */ sum, /** @type {number} */ n, /** @type {number} */ i) => sum + n * sizes[i], 0);
  return isFast(state) && (state.status?.rate === "max" || weights >= MANY);
}

const FLICKERS = 15; // ops a second from which a changing accent would flash (WCAG 2.3.1)

/** Whether single ops fly past so fast that the accent of their phase must rest. @param {State} state */
export function isBlurred(state) {
  const { status } = state;
  return status?.state === "playing" && ["op", "layer", "phase"].includes(status.size) && (status.rate === "max" || status.rate >= FLICKERS);
}

/** What an update changed an entry by, or null. @param {State} state @param {string} name @param {number[]} index */
export function changed(state, name, index) {
  const now = entry(state, name, index), before = entry(state, `old_${name}`, index);
  return now === null || before === null ? null : now - before;
}

/** The unit that the sentence speaks of: the selected one, else the first of the layer. @param {State} state @returns {{layer: number, unit: number} | null} */
export function spokenUnit(state) {
  const op = current(state), chosen = state.selection;
  if (!op || !["preactivate", "activate", "delta"].includes(op.kind)) return null;
  return chosen?.kind === "unit" && chosen.layer === op.layer ? chosen : { layer: op.layer, unit: 0 };
}

/** Whether the targets are classes, one of several outputs each. @param {State} state */
export function isOneHot(state) {
  const { config } = state.welcome;
  return config.layers[config.layers.length - 1].activation === "softmax";
}

/** @typedef {{tensor: string, index: number[], example: number | null}} Target */

/** The number that the panel explains: what is selected, else what the sentence speaks of. @param {State} state @returns {Target | null} */
export function whyTarget(state) {
  const op = current(state), chosen = state.selection, example = focus(state);
  const there = (/** @type {string} */ name) => name in state.tensors || Object.keys(state.tensors).some((key) => key.startsWith(`${name}[`));
  if (chosen?.kind === "unit") {
    const tensor = unitTensor(state, chosen, there);
    return tensor ? { tensor, index: [chosen.unit], example } : null;
  }
  if (chosen?.kind === "entry") return { tensor: entryTensor(chosen, there), index: chosen.entry.index, example };
  if (chosen?.kind === "cost") return there("cost") ? costTarget(chosen.example) : null;
  return op ? ofOp(op, example) : null;
}

/** @param {State} state @param {any} chosen @param {(name: string) => boolean} there */
function unitTensor(state, { layer, quantity }, there) {
  if (quantity && there(`${quantity}${layer}`)) return `${quantity}${layer}`;
  const op = current(state);
  if (layer && op?.kind === "preactivate" && op.layer === layer) return `z${layer}`;
  const wanted = shownQuantity(state) === "delta" ? ["delta", "a", "z"] : ["a", "z"];
  return wanted.map((name) => `${name}${layer}`).find(there) ?? null;
}

/** @param {any} chosen @param {(name: string) => boolean} there */
function entryTensor({ entry: { tensor }, quantity }, there) {
  if (quantity && there(quantity)) return quantity;
  if (there(`old_${tensor}`)) return tensor;
  return there(`d${tensor}`) ? `d${tensor}` : tensor;
}

/** @param {number | null} example @returns {Target} */
function costTarget(example) {
  return example === null ? { tensor: "cost", index: [], example } : { tensor: "costs", index: [example], example };
}

/** What an op writes first. @param {Op} op @param {number | null} example @returns {Target} */
function ofOp(op, example) {
  const l = op.layer;
  switch (op.kind) {
    case "draw": return { tensor: "a0", index: [0], example };
    case "preactivate": return { tensor: `z${l}`, index: [0], example };
    case "normalize": return { tensor: `zhat${l}`, index: [0], example };
    case "activate": return { tensor: op.writes[0], index: [0], example };
    case "drop": return { tensor: `a${l}`, index: [0], example };
    case "cost": return costTarget(null);
    case "delta": return { tensor: `delta${l}`, index: [0], example };
    case "update": return { tensor: `W${l}`, index: [0, 0], example };
    case "prune": return { tensor: op.writes[0], index: [0, 0], example };
    default: return { tensor: `dW${l || 1}`, index: [0, 0], example };
  }
}

/** The Euclidean norm. @param {ArrayLike<number>} values */
export function norm(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return Math.sqrt(sum);
}

/** The data sets whose examples are pictures, with as many pixels down as across. */
export const PICTURES = new Set(["digits8", "digits28", "mnist"]);

/** The name of a tensor that is trained. */
export const PARAMETER = /^(W|b|P|gamma|beta)\d/;

/** The gradient that proves something about a target, or null. @param {State} state @param {Target | null} target @returns {Target | null} */
export function proofTarget(state, target) {
  if (!target) return null;
  const { tensor, index, example } = target;
  const found = /^delta\d/.test(tensor) || /^d/.test(tensor) && PARAMETER.test(tensor.slice(1)) ? tensor : PARAMETER.test(tensor) ? `d${tensor}` : /^(z|zhat|ztilde|f|a|deltatilde|da)[1-9]/.test(tensor) ? tensor.replace(/^[a-z]+/, "delta") : null;
  return found && found in state.tensors ? { tensor: found, index, example } : null;
}
