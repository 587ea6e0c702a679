// @ts-check
/** Each stop as one plain sentence, with its numbers. Pure: returns parts, numbers marked. */

import { fixed, plain, signed, tensorName } from "./format.js";
import { changed, current, entry, exampleCost, focus, next, norm, program, spokenUnit, unitValue } from "./selectors.js";
import { activationName, phaseName } from "./terms.js";
import { parts, t } from "./words.js";

/** @typedef {import("./store.js").State} State */
/** @typedef {{text: string, kind: "lead" | "num" | "text"}} Part */

/** A sentence with its numbers marked. @param {({text: string} | {value: string})[]} found @returns {Part[]} */
function say(found) {
  return found.map((part) => ("text" in part ? { text: part.text, kind: "text" } : { text: part.value, kind: "num" }));
}

/** What stands before a sentence. @param {string} text @returns {Part} */
const lead = (text) => ({ text, kind: "lead" });

/**
 * @param {State} state
 * @returns {Part[]}
 */
export function sentence(state) {
  const op = current(state);
  if (!op) return opening(state);
  if (state.status?.state === "diverged") return [lead(t`Diverged: `), { text: t`${tensorName(op.symbol)} is not a number any more. Go back, or reset with a lower learning rate.`, kind: "text" }];
  const unit = spokenUnit(state)?.unit ?? 0;
  return [lead(placeOf(op, unit)), ...(told(state, op, unit) ?? say([{ value: op.code }, { text: "." }]))];
}

/** Where in the network an op is at work. @param {import("./store.js").Op} op @param {number} unit */
function placeOf({ kind, phase, layer }, unit) {
  const name = phaseName(phase);
  if (["draw", "clip", "prune", "cost"].includes(kind)) return t`${name}: `;
  return ["gradient", "update"].includes(kind) ? t`${name}, layer ${layer}: ` : t`${name}, layer ${layer}, unit ${unit + 1}: `;
}

/** @param {State} state @returns {Part[]} */
function opening(state) {
  const ops = program(state);
  if (!ops.length) return [];
  if (state.welcome.rights === "watch") return [lead(t`Ready. `), ...say(parts`A minibatch has ${String(ops.length)} ops. Here you see each one as it is made.`)];
  return [lead(t`Ready. `), ...say(parts`Step (→) makes the next of the ${String(ops.length)} ops of a minibatch, back (←) takes it back.`)];
}

/** @param {State} state @param {import("./store.js").Op} op @param {number} j @returns {Part[] | null} */
function told(state, op, j) {
  const l = op.layer;
  const mean = focus(state) === null;
  const of = (/** @type {string} */ name, unit = j) => unitValue(state, name, unit);
  switch (op.kind) {
    case "draw": {
      const rows = state.tensors.y?.shape[0] ?? 0;
      const inputs = state.welcome.sizes[0];
      if (inputs > 6 || mean) return batch(rows, inputs);
      const xs = Array.from({ length: inputs }, (_, i) => plain(of("a0", i) ?? 0)).join(", ");
      return say(parts`example ${String((focus(state) ?? 0) + 1)} of ${String(rows)} brings the inputs ${xs} and the target ${targets(state)}.`);
    }
    case "preactivate":
      return number(of(`z${l}`), (z) => {
        const b = entry(state, `b${l}`, [j]);
        return say(b === null ? parts`z is ${signed(z)}, its inputs times its weights.` : parts`z is ${signed(z)}, its inputs times its weights, plus its bias ${signed(b)}.`);
      });
    case "activate":
      return number(of(`f${l}`) ?? of(`a${l}`), (a) => number(of(`ztilde${l}`) ?? of(`z${l}`), (z) => {
        const f = activationName(state.welcome.config.layers[l - 1].activation);
        return say(mean ? parts`a is ${fixed(a)} in the mean, ${f} of each z.` : parts`a is ${fixed(a)}, the ${f} of z ${signed(z)}.`);
      }));
    case "cost":
      return number(state.cost, (cost) => {
        const c = exampleCost(state), rows = state.tensors.y?.shape[0] ?? 1;
        if (c === null || mean || rows === 1) return say(parts`the cost of this minibatch is ${fixed(cost)}.`);
        const isSum = state.welcome.config.cost.reduction === "sum";
        return say(isSum ? parts`this example costs ${fixed(c)}; the cost, the sum over all ${String(rows)}, is ${fixed(cost)}.` : parts`this example costs ${fixed(c)}; the cost, the mean over all ${String(rows)}, is ${fixed(cost)}.`);
      });
    case "delta":
      return delta(state, l, j, of);
    case "gradient":
      return number(normOf(state, `dW${l}`), (size) => say(parts`dW${String(l)} says how the cost changes with each weight; its norm is ${fixed(size)}.`));
    case "update":
      return update(state, l);
    case "normalize":
      return number(of(`zhat${l}`), (hat) => say(parts`z has mean 0 and variance 1 over the minibatch now: ${signed(hat)}; scaled and shifted it is ${signed(of(`ztilde${l}`) ?? 0)}.`));
    case "drop": {
      const chance = plain(state.welcome.config.layers[l - 1].dropout), r = of(`mask${l}`);
      if (mean || r === null) return say(parts`each unit is dropped with a chance of ${chance}, drawn anew for every example.`);
      return say(r === 0 ? parts`each unit is dropped with a chance of ${chance}, drawn anew for every example. This one is dropped.` : parts`each unit is dropped with a chance of ${chance}, drawn anew for every example. This one stays.`);
    }
    case "prune":
      return say(parts`what was pruned is 0 again; from epoch ${String(state.welcome.config.prune.epoch)} on that is ${plain(100 * state.welcome.config.prune.share)} % of the weights of each layer.`);
    case "clip":
      return say(parts`the gradients are held to the threshold.`);
    default:
      return null;
  }
}

/** How many examples a minibatch has, and of how many inputs. @param {number} rows @param {number} inputs */
function batch(rows, inputs) {
  const [n, k] = [String(rows), String(inputs)];
  if (rows === 1) return say(inputs === 1 ? parts`${n} example of ${k} input each.` : parts`${n} example of ${k} inputs each.`);
  return say(inputs === 1 ? parts`${n} examples of ${k} input each.` : parts`${n} examples of ${k} inputs each.`);
}

/** @param {State} state @param {number} l @param {number} j @param {(name: string, unit?: number) => number | null} of */
function delta(state, l, j, of) {
  return number(of(`delta${l}`), (d) => {
    if (l === state.welcome.config.layers.length) {
      return number(of(`a${l}`), (a) => number(of("y"), (y) => say(parts`delta is ${signed(d)}; the output is ${fixed(a)}, the target ${plain(y)}.`)));
    }
    if (focus(state) === null) return say(parts`delta is ${signed(d)} in the mean.`);
    const [layer, next] = state.welcome.config.layers.slice(l - 1, l + 1);
    if (layer.batch_norm) return say(parts`delta is ${signed(d)}, what the norm lets through of ${signed(of(`deltatilde${l}`) ?? 0)}.`);
    if (layer.dropout || layer.residual || next.residual) return say(parts`delta is ${signed(d)}.`);
    const W = state.tensors[`W${l + 1}`], above = state.tensors[`delta${l + 1}`];
    if (!W || !above) return say(parts`delta is ${signed(d)}.`);
    let error = 0;
    for (let k = 0; k < W.shape[1]; k++) error += W.data[j * W.shape[1] + k] * (of(`delta${l + 1}`, k) ?? 0);
    if (error === 0) return say(parts`delta is ${signed(d)}, no error is sent back.`);
    return say(parts`delta is ${signed(d)}, the error sent back ${signed(error)} times the slope ${fixed(d / error)}.`);
  });
}

/** The weight that is selected, else the first, from its old value to the new. @param {State} state @param {number} l */
function update(state, l) {
  const chosen = state.selection?.kind === "entry" && state.selection.entry.tensor === `W${l}` ? state.selection.entry.index : [0, 0];
  const now = entry(state, `W${l}`, chosen), change = changed(state, `W${l}`, chosen);
  if (now === null || change === null) return number(state.status?.learning_rate ?? null, (eta) => say(parts`each weight moves against its gradient, with learning rate ${plain(eta)}.`));
  const weight = `w ${chosen[0] + 1} → ${chosen[1] + 1}`;
  return say(parts`${weight} goes from ${signed(now - change)} to ${signed(now)}, by ${signed(change)}; its gradient is ${signed(entry(state, `dW${l}`, chosen) ?? 0)}.`);
}

/** @param {number | null} value @param {(value: number) => Part[] | null} then */
function number(value, then) {
  return value === null ? null : then(value);
}

/** @param {State} state @param {string} name */
function normOf(state, name) {
  const tensor = state.tensors[name];
  return tensor ? norm(tensor.data) : null;
}

/** @param {State} state */
function targets(state) {
  const outputs = state.tensors.y?.shape[1] ?? 0;
  return Array.from({ length: Math.min(outputs, 6) }, (_, i) => plain(unitValue(state, "y", i) ?? 0)).join(", ");
}

/** What comes next, for the time line. @param {State} state */
export function nextText(state) {
  const op = next(state);
  return op ? t`next is ${tensorName(op.symbol)}` : "";
}
