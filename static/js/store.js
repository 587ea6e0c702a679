// @ts-check
/** The one state of the page, and the one function that makes the next from a message. */

import { PARAMETER } from "./selectors.js";
import { isOnSameData } from "./twins.js";

/** @typedef {import("./messages.js").Tensor} Tensor */
/** @typedef {{kind: string, layer: number, phase: string, symbol: string, reads: string[], writes: string[], code: string, torch: string, shapes: number[][]}} Op */
/** @typedef {{tensor: string, index: number[]}} Entry */
/**
 * @typedef {object} State
 * @property {boolean} online
 * @property {any} welcome            config, program, sizes; null before the first welcome
 * @property {any} status             what the session is doing
 * @property {number} seq             of the newest frame
 * @property {number} position
 * @property {number} end             the furthest position of this run
 * @property {string} op
 * @property {number} layer
 * @property {string} phase
 * @property {number} epoch
 * @property {number} iteration
 * @property {number | null} cost
 * @property {Record<string, Tensor>} tensors   what is defined at `position`
 * @property {any} curve              columns by name, plain arrays
 * @property {any} surface
 * @property {any} points
 * @property {any} evaluation
 * @property {any} stale  the evaluation that was there when the weights were changed by hand or by another start
 * @property {{tensor: string, index: number[], value: number}[]} edits  the numbers of this run that were changed by hand
 * @property {any} comparison         what the twins come to, null where there are none
 * @property {any} before             the config before the last change of it, null where it was on other data
 * @property {{kind: "unit", layer: number, unit: number, quantity?: string} | {kind: "entry", entry: Entry, quantity?: string} | {kind: "cost", example: number | null} | null} selection
 * @property {any} hint               the quantity that is pointed at in a formula
 * @property {"why" | "values"} panel
 * @property {string} lens             what the results are looked at through
 * @property {"NumPy" | "PyTorch"} library   of the program's lines
 * @property {boolean} predicting     whether each op is asked about before it is shown
 * @property {string} size            of a step
 * @property {number} speed           place on the speed slider
 * @property {boolean} log            whether the loss curve is logarithmic
 * @property {any} catalog
 * @property {{first: number, last: number} | null} span   positions that a recording has; null with a server
 * @property {boolean} named           whether the board shows who answered what
 * @property {any} classroom           what is told of the class, to its teacher or to a learner; null outside of one
 * @property {boolean} gap            a frame is missing: ask for a snapshot
 */

/** @type {State} */
export const START = {
  online: false, welcome: null, status: null, seq: -1, position: 0, end: 0, op: "", layer: 0,
  phase: "draw", epoch: 0, iteration: 0, cost: null, tensors: {}, curve: { iteration: [] },
  surface: null, points: null, evaluation: null, stale: null, edits: [], comparison: null, before: null, selection: null, hint: null, panel: "why", lens: "curves", library: "NumPy", predicting: false, size: "op", speed: 3, log: false,
  catalog: null, span: null, gap: false, classroom: null, named: false,
};

/** Whether a tensor is computed anew in every minibatch. @param {string} name */
export function isOfMinibatch(name) {
  return !PARAMETER.test(name) && !/^(m_|v_|rmu|rvar|keep)/.test(name);
}

/**
 * Return the state after a message, from the server or, with a type in capitals, from the page.
 * @param {State} state
 * @param {any} message
 * @returns {State}
 */
export function reduce(state, message) {
  switch (message.type) {
    case "welcome":
      return welcome(state, message);
    case "snapshot":
    case "frame":
      return frame(state, message);
    case "status":
      return { ...state, status: message, end: message.end, size: state.size };
    case "curve":
      return { ...state, curve: joined(state.curve, message) };
    case "surface":
      return { ...state, surface: message };
    case "points":
      return { ...state, points: message.tensors };
    case "evaluation":
      return { ...state, evaluation: message };
    case "class":
      return { ...state, classroom: message, named: state.named && message.question?.number === state.classroom?.question?.number };
    case "ONLINE":
      return { ...state, online: message.online };
    case "SET":
      return { ...state, ...message.values };
    default:
      return state;
  }
}

/** @param {State} state @param {any} message @returns {State} */
function welcome(state, message) {
  const before = state.welcome && state.welcome.sizes.join();
  const same = before === message.sizes.join();
  const data = JSON.stringify(state.welcome?.config.data) === JSON.stringify(message.config.data);
  const twins = JSON.stringify(state.welcome?.twins) === JSON.stringify(withData(message).twins);
  return {
    ...state, welcome: withData(message), edits: message.edits ?? [], stale: state.evaluation, comparison: twins ? state.comparison : null, before: beforeOf(state, message.config), selection: same ? state.selection : null,
    points: data ? state.points : null, surface: same && data ? state.surface : null,
    tensors: same ? state.tensors : {},
  };
}

/** The welcome with the data in every twin, which come once because they may be long. @param {any} message */
function withData(message) {
  const { config, twins = [] } = message;
  return { ...message, twins: twins.map((/** @type {any} */ twin) => ({ ...twin, config: { ...twin.config, data: config.data } })) };
}

/** The config before this one: of the last change that left the data as they were. @param {State} state @param {any} config */
function beforeOf({ welcome, before }, config) {
  const last = welcome?.config ?? config;
  const next = JSON.stringify(last) === JSON.stringify(config) ? before : last;
  return next && isOnSameData(next, config) ? next : null;
}

/** @param {State} state @param {any} message @returns {State} */
function frame(state, message) {
  const whole = message.type === "snapshot";
  if (!whole && message.seq !== state.seq + 1) return { ...state, gap: true };
  const { position, end, op, layer, phase, epoch, iteration, cost, seq } = message;
  /** @type {Record<string, Tensor>} */
  let kept = {};
  if (!whole) {
    kept = message.drawn
      ? Object.fromEntries(Object.entries(state.tensors).filter(([name]) => !isOfMinibatch(name)))
      : { ...state.tensors };
  }
  return {
    ...state, gap: false, position, end, op, layer, phase, epoch, iteration, cost, seq,
    tensors: Object.assign(kept, message.tensors),
  };
}

/** @param {any} curve @param {any} message */
function joined(curve, message) {
  return Object.fromEntries(
    Object.entries(message.tensors).map(([name, tensor]) => [
      name, [...(curve[name] ?? []).slice(0, message.start), ...tensor.data],
    ]),
  );
}

/** Holds the state, and tells who listens that there is a new one. */
export class Store {
  state = START;
  /** @type {Set<(state: State) => void>} */
  #listeners = new Set();

  /** @param {any} message */
  take(message) {
    const next = reduce(this.state, message);
    if (next === this.state) return;
    this.state = next;
    for (const listener of this.#listeners) listener(next);
  }

  /** @param {Partial<State>} values */
  set(values) {
    this.take({ type: "SET", values });
  }

  /** @param {(state: State) => void} listener */
  subscribe(listener) {
    this.#listeners.add(listener);
  }
}
