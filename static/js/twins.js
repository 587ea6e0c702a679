// @ts-check
/** Twin runs: how their configs differ, what each is called, and the state that draws one. Pure. */

import { fixed, tensorName } from "./format.js";
import { choiceName, fieldName } from "./terms.js";
import { t } from "./words.js";

/** @typedef {import("./store.js").State} State */
/** @typedef {{path: string, here: any, there: any}} Setting  `undefined` where one of the configs has none */
/** @typedef {{position: number, kind: string, layer: number, symbol: string, only: string, tensor: string, index: number[], here: number | null, there: number | null}} Difference */

export const MOST = 3;
const SHARED = ["data", "seed", "shuffle"];
const NAMED = 2; // differences that are told in a name

/** Whether a config can be a twin of another: the same examples in the same order. @param {any} config @param {any} other */
export function isOnSameData(config, other) {
  return SHARED.every((name) => JSON.stringify(config[name]) === JSON.stringify(other[name]));
}

/** A command for these twins; data that are those of the run, which may be long, are left out. @param {State} state @param {any[]} configs */
export function twinsCommand({ welcome }, configs) {
  const data = JSON.stringify(welcome.config.data);
  return { type: "twins", configs: configs.map((config) => (JSON.stringify(config.data) === data ? Object.fromEntries(Object.entries(config).filter(([name]) => name !== "data")) : config)) };
}

/** @param {State} state @returns {any[]} */
export function twinConfigs({ welcome }) {
  return welcome.twins.map((/** @type {any} */ { config }) => config);
}

/** The settings in which two configs differ. @param {any} here @param {any} there @param {string} [path] @returns {Setting[]} */
export function settingsApart(here, there, path = "") {
  const isPart = (/** @type {any} */ value) => value && typeof value === "object" && (!Array.isArray(value) || path === "layers" || typeof value[0] === "object" && !Array.isArray(value[0]));
  if (!isPart(here) || !isPart(there)) return JSON.stringify(here) === JSON.stringify(there) ? [] : [{ path, here, there }];
  const names = new Set([...Object.keys(here), ...Object.keys(there)]);
  return [...names].flatMap((name) => settingsApart(here[name], there[name], path ? `${path}.${name}` : name));
}

/** The name of a setting as it is read. @param {string} path */
export function settingName(path) {
  const [part, number, ...rest] = path.split(".");
  if (part === "layers") return rest.length ? t`layer ${Number(number) + 1} ${fieldsName(rest)}` : t`layer ${Number(number) + 1}`;
  const last = path.split(".").slice(part === "optimizer" || part === "init" ? 1 : 0);
  if (last.join() === "name") return fieldName(part);
  return { weights: t`first weights`, scale: t`scale of first weights` }[last.join()] ?? fieldsName(last);
}

/** @param {string[]} names  of a field within others */
function fieldsName(names) {
  return names.map(fieldName).join(" ");
}

/** A value as it is read. @param {any} value @returns {string} */
export function settingValue(value) {
  if (value === undefined || value === null) return t`none`;
  if (typeof value === "boolean") return value ? t`yes` : t`no`;
  if (typeof value === "string") return choiceName(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return t`given`;
  return value.units ? `${value.units} ${settingValue(value.activation)}` : Object.values(value).map(settingValue).join(" ");
}

/** What a twin is called: what it has otherwise, in few words. @param {any} config  of the run @param {any} twin  its config */
export function twinName(config, twin) {
  const apart = settingsApart(config, twin);
  const renamed = apart.filter(({ path }) => path.endsWith(".name")).map(({ path }) => path.replace(/name$/, ""));
  // What comes with another optimizer needs no mention.
  const told = apart.filter(({ path }) => path.endsWith(".name") || path.endsWith("learning_rate") || !renamed.some((start) => path.startsWith(start)));
  if (!told.length) return t`the same again`;
  const all = grouped(told).map(([name, value]) => (value === settingValue(null) ? t`no ${name}` : value === settingValue(true) ? name : `${name} ${value}`));
  const first = all.slice(0, NAMED).join(t`, `);
  return all.length > NAMED ? t`${first} and ${all.length - NAMED} more` : first;
}

/** Settings that are the same in several layers count once. @param {Setting[]} settings @returns {[string, string][]} */
function grouped(settings) {
  /** @type {Map<string, [string, string]>} */
  const found = new Map();
  for (const { path, there } of settings) {
    const inLayer = /^layers\.\d+\.(.+)$/.exec(path), value = settingValue(there);
    const key = inLayer ? `${inLayer[1]}|${value}` : path;
    const single = settingName(path.replace(/^(layers\.\d+)\.activation$/, "$1"));
    found.set(key, [found.has(key) && inLayer ? settingName(inLayer[1]) : single, value]);
  }
  return [...found.values()];
}

/** Tensors as the page keeps them; what is not a number came as null. @param {Record<string, {shape: number[], data: (number | null)[]}>} told @returns {any} */
export function tensorsOf(told) {
  return Object.fromEntries(Object.entries(told).map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data, (v) => v ?? NaN) }]));
}

/**
 * The state as if the twin were the run: what draws the one draws the other. Of the examples it has the one in focus, or the mean.
 * @param {State} state @param {any} twin  from the welcome @param {any} told  of it in the comparison @returns {State}
 */
export function stateOf(state, twin, told) {
  const { position, op, layer, phase, epoch, iteration, cost } = told;
  const { config, program, sizes, per_epoch: perEpoch } = twin;
  return {
    ...state, position, op, layer, phase, epoch, iteration, cost, selection: null, hint: null,
    welcome: { ...state.welcome, config, program, sizes, per_epoch: perEpoch },
    status: { ...state.status, focus: state.status?.focus === null ? null : 0 },
    tensors: tensorsOf(told.tensors),
    surface: told.surface && { tensors: tensorsOf(told.surface) },
  };
}

/** Where a twin parts from the run, as a sentence. @param {Difference | null} difference */
export function parting(difference) {
  if (!difference) return t`No difference so far: every number is the same.`;
  const { symbol, layer, only, tensor, index, here, there } = difference;
  if (only) return partingAt(symbol === "C" ? t`the cost` : tensorName(symbol), only === "here");
  const name = tensorName(symbol), op = symbol === "C" ? t`The cost` : symbol === "X" ? t`The minibatch` : layer ? t`${name} in layer ${layer}` : name;
  if (!index.length && here === null && there === null) return t`${op} is the first to differ: it has another shape.`;
  const entry = index.length ? `${tensorName(tensor)}[${index.join(", ")}]` : tensor === "cost" ? "C" : tensorName(tensor);
  return t`${op} is the first to differ: ${entry} is ${fixed(here ?? NaN, 6)} in the run, ${fixed(there ?? NaN, 6)} in the twin.`;
}

/** @param {string} op  that only one of the two has @param {boolean} here  whether that is the run */
function partingAt(op, here) {
  return here ? t`They part at ${op}: an op that only the run has.` : t`They part at ${op}: an op that only the twin has.`;
}
