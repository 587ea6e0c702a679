// @ts-check
/** Whether a task of a lesson is done: all of its conditions at once. Pure. */

import { done } from "../selectors.js";

/** @typedef {import("../store.js").State} State */
/** What is remembered since the task was given. @typedef {{position: number, wentBack: boolean}} Since */

const CHANGING = ["update", "prune"]; // the ops after which the cost is another

/** @type {Record<string, (state: State, wanted: any, since: Since) => boolean>} */
const CONDITIONS = {
  cost_below: (state, wanted) => measured(state) && state.evaluation.cost < wanted,
  cost_above: (state, wanted) => measured(state) && state.evaluation.cost > wanted,
  accuracy_above: (state, wanted) => measured(state) && state.evaluation.accuracy > wanted,
  epoch: (state, wanted) => state.position >= wanted * state.welcome.per_epoch * state.welcome.program.length,
  op: (state, wanted) => state.position > 0 && done(state) - 1 === wanted,
  back: (_, wanted, since) => since.wentBack === wanted,
  config: (state, wanted) => Object.entries(wanted).every(([path, value]) => fits(at(state.welcome.config, path), value)),
  edited: (state, wanted) => state.edits.some((edit) => edit.tensor === wanted),
  light: (state, wanted) => chosen(state) === wanted,
  diverged: (state, wanted) => (state.status?.state === "diverged") === wanted,
  found: (state, wanted) => Boolean(state.status?.exercise?.found && !state.status.exercise.given_up) === wanted,
};

/** @param {State} state @param {Record<string, any>} until @param {Since} since */
export function isDone(state, until, since) {
  return Boolean(state.welcome) && Object.entries(until).every(([name, wanted]) => CONDITIONS[name](state, wanted, since));
}

/** Whether the cost of all examples is known for the weights of where the run stands. @param {State} state */
function measured(state) {
  const { evaluation, stale, status } = state;
  return typeof evaluation?.cost === "number" && evaluation !== stale && (status?.state === "playing" || sameWeights(state, evaluation.position, state.position));
}

/** @param {State} state @param {number} one @param {number} other  positions */
function sameWeights({ welcome: { program } }, one, other) {
  const length = program.length, [from, to] = [one % length, other % length].sort((p, q) => p - q);
  return Math.floor(one / length) === Math.floor(other / length) && !program.slice(from, to).some((/** @type {any} */ { kind }) => CHANGING.includes(kind));
}

/** The settings that a path leads to; "hidden" are all layers but the last. @param {any} config @param {string} path @returns {any[]} */
function at(config, path) {
  const [first, ...rest] = path.split(".");
  const places = first === "hidden" ? config.layers.slice(0, -1) : [config[first]];
  return places.map((/** @type {any} */ place) => rest.reduce((value, name) => value?.[name], place));
}

/** @param {any[]} values @param {any} wanted */
function fits(values, wanted) {
  return values.length > 0 && values.every((value) => {
    if (wanted === null || typeof wanted !== "object") return (value ?? null) === wanted;
    const { above = -Infinity, below = Infinity, not, any } = wanted;
    if ("any" in wanted && !any.includes(value ?? null)) return false;
    if ("not" in wanted && (value ?? null) === not) return false;
    return !("above" in wanted || "below" in wanted) || (typeof value === "number" && value > above && value < below);
  });
}

/** The tensor of what is selected. @param {State} state */
function chosen({ selection }) {
  if (selection?.kind === "entry") return selection.quantity ?? selection.entry.tensor;
  if (selection?.kind === "unit") return `${selection.quantity ?? "a"}${selection.layer}`;
  return selection?.kind ?? null;
}
