// @ts-check
/** The values of what is clicked; where nothing is, what the op wrote. */

import { byId, h, mark, memo, say } from "../dom.js";
import { exact, fixed, plain, sign, signed, tensorName } from "../format.js";
import { paced } from "../pace.js";
import { PARAMETER, current, entry, focus, isFast, unitValue } from "../selectors.js";
import { t } from "../words.js";
import { editor, nudge } from "./editor.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {import("../messages.js").Tensor} Tensor */

const PAUSE = 300; // ms between two refreshes while playing fast
const ROWS = 10, COLUMNS = 12; // entries of a tensor that are shown

/** @param {(command: string, argument?: any) => any} act @param {import("../store.js").Store} store */
export function inspector(act, store) {
  const body = byId("inspect"), clear = byId("inspect-clear");
  clear.addEventListener("click", () => act("select", null));
  body.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => walk(event));
  const panels = memo((panel) => {
    document.querySelector(".inspect")?.setAttribute("data-shown", panel);
    for (const button of document.querySelectorAll("[data-panel]")) mark(button, "aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.panel === panel));
  });
  for (const button of document.querySelectorAll("[data-panel]")) button.addEventListener("click", () => act("panel", /** @type {HTMLElement} */ (button).dataset.panel));
  const fill = paced((_tensors, _status, selection, _welcome) => {
    const { state } = store;
    if (body.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement && document.activeElement.dataset.dirty) return;
    clear.hidden = !selection;
    const [title, what, ...parts] = selection?.kind === "unit" ? unit(state, selection, act) : selection?.kind === "entry" ? single(state, selection.entry, act) : written(state, act);
    say(byId("inspect-title"), /** @type {string} */ (title));
    say(byId("inspect-what"), /** @type {string} */ (what));
    const at = body.scrollTop;
    body.replaceChildren(...parts);
    body.scrollTop = at;
  }, () => isFast(store.state), PAUSE);
  return (/** @type {State} */ state) => {
    panels(state.panel);
    if (state.welcome && state.panel === "values") fill(state.tensors, state.status, state.selection, state.welcome);
  };
}

const OF_EXAMPLES = /^(a|z|zhat|ztilde|f|mask|y|delta|deltatilde|da|costs)\d*(\[|$)/;

/** Arrows move between the cells of a matrix, Enter and Space press one. @param {KeyboardEvent} event */
function walk(event) {
  const cell = event.target;
  if (!(cell instanceof HTMLTableCellElement) || cell.tabIndex === undefined) return;
  if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); cell.click(); return; }
  const step = /** @type {Record<string, number[]>} */ ({ ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] })[event.key];
  if (!step) return;
  event.preventDefault();
  event.stopPropagation();
  const row = /** @type {HTMLTableRowElement} */ (cell.parentElement), table = row.closest("table");
  const next = table?.rows[row.rowIndex + step[0]]?.cells[cell.cellIndex + step[1]];
  if (next?.hasAttribute("tabindex")) next.focus();
}

/** @param {State} state @param {(command: string, argument?: any) => any} act @returns {any[]} */
function written(state, act) {
  const op = current(state);
  if (!op) return [t`Values`, t`what each op writes is shown here; so far these are the weights`, ...matrices(state, parameters(state), act)];
  const names = op.writes.filter((name) => find(state, name));
  const what = op.kind === "cost" ? t`the cost, and what each example adds` : t`written by ${tensorName(op.symbol)}`;
  const shown = op.kind === "cost" ? ["costs", ...names] : names;
  return [t`Values`, what, ...matrices(state, shown, act)];
}

/** @param {State} state */
function parameters(state) {
  return Object.keys(state.tensors).filter((name) => PARAMETER.test(name)).sort((p, q) => Number(p.match(/\d+$/)) - Number(q.match(/\d+$/)) || (p < q ? -1 : 1));
}

/** @param {State} state @param {string} name */
function find(state, name) {
  return state.tensors[name] ?? state.tensors[Object.keys(state.tensors).find((key) => key.startsWith(`${name}[`)) ?? ""];
}

/** @param {State} state @param {string[]} names @param {(command: string, argument?: any) => any} act */
function matrices(state, names, act) {
  return names.filter((name) => find(state, name)).map((name) => matrix(state, name, /** @type {Tensor} */ (find(state, name)), act));
}

/** @param {State} state @param {string} name @param {Tensor} tensor @param {(command: string, argument?: any) => any} act */
function matrix(state, name, tensor, act) {
  const perExample = OF_EXAMPLES.test(name) && state.tensors[name] !== undefined;
  const [rows, columns] = tensor.shape.length === 2 ? tensor.shape : name === "costs" ? [tensor.shape[0], 1] : [1, tensor.shape[0] ?? 1];
  const most = Array.from(tensor.data).reduce((m, v) => Math.max(m, Math.abs(v)), 1e-300);
  const table = h("table", {});
  const row = focus(state);
  for (let i = 0; i < Math.min(rows, ROWS); i++) {
    const line = h("tr", { "aria-current": perExample && i === row ? "true" : null });
    if (perExample) line.append(h("th", { scope: "row", text: String(i + 1) }));
    for (let j = 0; j < Math.min(columns, COLUMNS); j++) line.append(cell(name, tensor.data[i * columns + j], most, [i, j], tensor, act));
    if (columns > COLUMNS) line.append(h("th", { text: "…" }));
    table.append(line);
  }
  if (rows > ROWS) table.append(h("tr", {}, h("th", { text: "⋮" })));
  const shape = `(${tensor.shape.join(", ")}${tensor.shape.length === 1 ? "," : ""})`;
  return h("div", { class: "mat", "data-tensor": name }, h("h3", {}, tensorName(name).replace("costs", "Cₓ"), h("span", { text: shape })), table);
}

/** @param {string} name @param {number} value @param {number} most @param {number[]} at @param {Tensor} tensor @param {(command: string, argument?: any) => any} act */
function cell(name, value, most, at, tensor, act) {
  const isSigned = /^(z|delta|d|W|b|P|gamma|mu|rmu|m_)/.test(name);
  const tint = isSigned && Number.isFinite(value) ? `--h:var(--${value < 0 ? "neg" : "pos"}-fill);--k:${Math.round((20 * Math.abs(value)) / most)}%` : "";
  const text = name === "y" || name === "a0" ? plain(value) : isSigned ? signed(value) : fixed(value);
  const td = h("td", { class: isSigned ? sign(value) : null, style: tint, title: exact(value), "data-value": String(value), text });
  const target = name.match(/^(?:a|z|delta)(\d+)/), isTarget = name === "y";
  if (target || isTarget) td.addEventListener("click", () => choose(act, target ? Number(target[1]) : -1, at));
  else if (PARAMETER.test(name.replace(/^d/, ""))) td.addEventListener("click", () => act("select", { kind: "entry", entry: { tensor: name.replace(/^d/, ""), index: tensor.shape.length === 2 ? at : [at[1]] } }));
  if (target || isTarget || PARAMETER.test(name.replace(/^d/, ""))) { td.style.cursor = "pointer"; td.tabIndex = at[0] || at[1] ? -1 : 0; }
  return td;
}

/** Select a unit, -1 for the output, in the example of its row. @param {(command: string, argument?: any) => any} act @param {number} layer @param {number[]} at */
function choose(act, layer, [row, unit]) {
  act("focus", row);
  act("select", { kind: "unit", layer, unit });
}

/** @param {State} state @param {{layer: number, unit: number}} chosen @param {(command: string, argument?: any) => any} act @returns {any[]} */
function unit(state, { layer: l, unit: j }, act) {
  const row = focus(state);
  const where = row === null ? t`mean of the minibatch` : t`example ${row + 1}`;
  if (l === 0) return [t`Input ${j + 1}`, where, facts([[`x${j + 1}`, unitValue(state, "a0", j), plain]]), ...given(state, "a0", j, t`Input ${j + 1}`, act)];
  const list = facts([
    ["z", unitValue(state, `z${l}`, j), signed],
    ["a", unitValue(state, `a${l}`, j), fixed],
    ["δ", unitValue(state, `delta${l}`, j), signed],
  ]);
  const bias = entry(state, `b${l}`, [j]) === null ? [] : [editor(state, `b${l}`, [j], t`Bias of unit ${j + 1}`, act)];
  const target = l === state.welcome.sizes.length - 1 ? given(state, "y", j, t`Target`, act) : [];
  return [t`Layer ${l}, unit ${j + 1}`, where, list, h("div", { class: "edits" }, ...target, ...bias), sums(state, l, j, act)];
}

/** The editor of an input or target of the example in focus. @param {State} state @param {string} tensor @param {number} j @param {string} label @param {(command: string, argument?: any) => any} act */
function given(state, tensor, j, label, act) {
  const row = focus(state);
  if (row === null || unitValue(state, tensor, j) === null) return [];
  return [editor(state, tensor, [row, j], t`${label}, example ${row + 1}`, act)];
}

/** The products whose sum is z. @param {State} state @param {number} l @param {number} j @param {(command: string, argument?: any) => any} act */
function sums(state, l, j, act) {
  const old = state.tensors[`old_W${l}`] ? "old_" : ""; // after an update z still is that of the old weights
  const W = state.tensors[`W${l}`];
  if (!W || W.shape[0] > 64) return h("div", {});
  const table = h("table", {}, h("tr", {}, ...[t`from`, old ? t`old w` : "w", "a", "w · a", "dW"].map((text) => h("th", { text }))));
  for (let i = 0; i < W.shape[0]; i++) {
    const w = /** @type {number} */ (entry(state, `${old}W${l}`, [i, j]));
    const a = unitValue(state, `a${l - 1}`, i), g = entry(state, `dW${l}`, [i, j]);
    const cells = [[signed(w), sign(w), w], [a === null ? "" : l === 1 ? plain(a) : fixed(a), "", a], [a === null ? "" : signed(w * a), a === null ? "" : sign(w * a), a === null ? null : w * a], [g === null ? "" : signed(g), g === null ? "" : sign(g), g]];
    const line = h("tr", { style: "cursor:pointer", onclick: () => act("select", { kind: "entry", entry: { tensor: `W${l}`, index: [i, j] } }) }, h("th", { text: l === 1 ? `x${i + 1}` : t`unit ${i + 1}` }));
    for (const [text, names, value] of cells) line.append(h("td", { class: names || null, text, title: value === null ? null : exact(Number(value)) }));
    table.append(line);
  }
  const b = entry(state, `${old}b${l}`, [j]), z = unitValue(state, `z${l}`, j);
  if (b !== null) table.append(h("tr", {}, h("th", { text: t`bias` }), h("td", { class: sign(b), text: signed(b), title: exact(b) }), h("td", { text: "1" }), h("td", { class: sign(b), text: signed(b), title: exact(b) })));
  if (z !== null) table.append(h("tr", { class: "sum" }, h("th", { text: "z" }), h("td", {}), h("td", {}), h("td", { class: sign(z), text: signed(z), title: exact(z) })));
  return h("div", { class: "mat sums" }, table);
}

/** @param {State} state @param {import("../store.js").Entry} at @param {(command: string, argument?: any) => any} act @returns {any[]} */
function single(state, { tensor, index }, act) {
  if (tensor === "y") return [t`Target`, t`output ${index[1] + 1}`, facts([["y", entry(state, tensor, index), plain]])];
  const [, kind, l] = /^(.*?)(\d*)$/.exec(tensor) ?? [];
  const title = kind === "W" ? t`Weight of layer ${l}` : kind === "b" ? t`Bias of layer ${l}` : t`${tensorName(kind)} in layer ${l}`;
  const name = `${tensor}[${index}]`, [from, to] = [index[0] + 1, index[1] + 1];
  const where = index.length < 2 ? t`${name}, of unit ${from}` : l === "1" ? t`${name}, from input ${from} to unit ${to}` : t`${name}, from unit ${from} to unit ${to}`;
  const list = facts([
    [t`before the update`, entry(state, `old_${tensor}`, index), signed],
    [/^[Wb]$/.test(kind) ? kind.toLowerCase() : tensorName(kind), entry(state, tensor, index), signed],
    [t`${`d${tensor}`}, ∂C by it`, entry(state, `d${tensor}`, index), signed],
    [t`first moment m`, entry(state, `m_${tensor}`, index), signed],
    [t`second moment v`, entry(state, `v_${tensor}`, index), fixed],
  ]);
  const edits = PARAMETER.test(tensor) ? [editor(state, tensor, index, t`New value`, act), nudge(state, tensor, index, act)] : [];
  return [title, where, list, ...edits];
}

/** @param {[string, number | null, (value: number, digits?: any) => string][]} rows */
function facts(rows) {
  const list = h("dl", { class: "kv" });
  for (const [name, value, format] of rows) {
    if (value === null) continue;
    list.append(h("dt", { text: name }), h("dd", { class: `big ${format === signed ? sign(value) : ""}`, title: exact(value), "data-value": String(value), text: format(value, 6) }));
  }
  return list;
}
