// @ts-check
/** A lesson in the making: stops that a teacher collected in the lab, and the file that they become. Pure. */

import { done, program } from "../selectors.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {{title: string, text: string, config: any, stop: Record<string, any>}} Step */
/** @typedef {{title: string, about: string, minutes: number, shown: string[] | null, steps: Step[]}} Draft */

const WITHOUT_LAYER = ["draw", "cost", "clip", "prune"];

/** @returns {Draft} */
export function emptyDraft() {
  return { title: "", about: "", minutes: 10, shown: null, steps: [] };
}

/** A step that stands where the lab stands now. @param {State} state @param {string} title @param {string} text @returns {Step} */
export function stepFrom(state, title, text) {
  return { title, text, config: state.welcome.config, stop: stopOf(state) };
}

/** The place, the example, what is lit and what is open. @param {State} state */
function stopOf(state) {
  const { position, selection, panel, lens } = state, length = program(state).length;
  /** @type {Record<string, any>} */
  const stop = {};
  const op = program(state)[done(state) - 1];
  stop.op = position && op ? (WITHOUT_LAYER.includes(op.kind) ? op.kind : `${op.kind} ${op.layer}`) : "start";
  const minibatch = Math.floor(Math.max(0, position - 1) / length);
  if (minibatch) stop.minibatch = minibatch + 1;
  const example = state.status?.focus ?? null;
  if (example !== 0) stop.example = example === null ? "mean" : example + 1;
  const light = lightOf(selection, example ?? 0);
  if (light) stop.light = light;
  if (lens !== "curves" && lens !== "twins") stop.view = lens;
  else if (panel === "values") stop.view = panel;
  return stop;
}

/** What is selected, as a file names it. @param {State["selection"]} selection @param {number} row */
function lightOf(selection, row) {
  if (selection?.kind === "cost") return "cost";
  if (selection?.kind === "unit") return `${selection.quantity ?? "a"}${selection.layer}[${row},${selection.unit}]`;
  if (selection?.kind === "entry") return `${selection.quantity ?? selection.entry.tensor}[${selection.entry.index.join(",")}]`;
  return null;
}

/** The JSON merge patch that leads from one config to another. @param {any} from @param {any} to @returns {any} */
export function patchOf(from, to) {
  const patch = /** @type {Record<string, any>} */ ({});
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [from[name], to[name]];
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    if (after === undefined) patch[name] = null;
    else patch[name] = isObject(before) && isObject(after) ? patchOf(before, after) : after;
  }
  return patch;
}

/** @param {any} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The file. JSON is YAML too, so values are written as JSON. @param {Draft} draft @returns {string} */
export function lessonText({ title, about, minutes, shown, steps }) {
  const config = steps[0].config;
  const head = ["---", `title: ${JSON.stringify(title)}`, `about: ${JSON.stringify(about)}`, `minutes: ${minutes}`, `config: ${JSON.stringify(config)}`];
  if (shown) head.push(`controls: ${JSON.stringify(shown)}`);
  return [...head, "---", ...steps.map((step) => stepText(step, config))].join("\n") + "\n";
}

/** @param {Step} step @param {any} base */
function stepText({ title, text, config, stop }, base) {
  const patch = patchOf(base, config);
  const fields = Object.keys(patch).length ? { ...stop, with: patch } : stop;
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `\n## ${title.replaceAll("\n", " ")}\n\n\`\`\`stop\n${lines.join("\n")}\n\`\`\`\n\n${text.trim()}`;
}

/** The name of the file. @param {string} title */
export function fileName(title) {
  const slug = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return `${slug || "lesson"}.md`;
}
