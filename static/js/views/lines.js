// @ts-check
/** The lines of an explanation: an equation in symbols and in numbers, a sum as a ledger, and each
 *  factor unfolded in place into what it is made of. */

import { h, m } from "../dom.js";
import { exact, sign, signed, tensorName } from "../format.js";
import { t } from "../words.js";
import { formula, guarded, keysOf, number, symbol } from "./formula.js";

/** @typedef {import("./formula.js").How & {unfold: (quantity: any) => Promise<any>}} How */

const WIDE = 3; // terms of a sum up to which it stands in one line
const LONG = 14; // leaves up to which a formula stands in one line
const EACH = -1; // no example: every number of one says which
const SINGLE = ["quantity", "rest", "fold"]; // a line with one number needs it once

/** One line of an explanation: as an equation, with each large sum in it written out below. @param {any} line @param {How} how @returns {any[]} */
export function equation({ left, right }, how) {
  /** @type {any[]} */
  const folds = [];
  const whole = folded(right, folds, true);
  const rows = whole.kind === "fold" && folds.length === 1 ? [] : [whole];
  const made = rows.map((tree) => unfoldable(h("div", { class: "eq" }, aligned(left, tree, how)), folds.length ? null : tree, how));
  for (const tree of folds) made.push(ledger(rows.length ? null : left, tree, how));
  return made;
}

/** Replace each sum with many terms by a sign for it. @param {any} tree @param {any[]} folds @param {boolean} top @returns {any} */
function folded(tree, folds, top = false) {
  const fold = (/** @type {any} */ part) => folded(part, folds);
  switch (tree.kind) {
    case "sum":
      if (tree.terms.length > WIDE || (tree.terms.length > 1 && !top && leaves(tree) > LONG) || leaves(tree) > LONG) {
        folds.push(tree);
        return { kind: "fold", value: tree.value };
      }
      return { ...tree, terms: tree.terms.map(fold) };
    case "product": return { ...tree, factors: tree.factors.map(fold) };
    case "fraction": return { ...tree, top: fold(tree.top), bottom: fold(tree.bottom) };
    default: return tree;
  }
}

/** @param {any} tree @returns {number} */
function leaves(tree) {
  const parts = [tree.terms, tree.factors, tree.arguments].filter(Boolean).flat();
  for (const name of ["top", "bottom", "base", "term", "of"]) if (tree[name] && typeof tree[name] === "object") parts.push(tree[name]);
  return parts.length ? parts.reduce((/** @type {number} */ n, /** @type {any} */ part) => n + leaves(part), 0) : 1;
}

/** Symbols over numbers, factor over factor where the formula is a product. @param {any} left @param {any} tree @param {How} how */
function aligned(left, tree, how) {
  const numbers = { ...how, symbols: false };
  const parts = tree.kind === "product" ? tree.factors : [tree];
  const above = [symbol(left, how), m("mo", {}, "=")], below = [number(left), m("mo", {}, "=")];
  parts.forEach((/** @type {any} */ part, /** @type {number} */ i) => {
    if (i) { above.push(m("mo", {}, "·")); below.push(m("mo", {}, "·")); }
    for (const [row, reading] of /** @type {[any[], How][]} */ ([[above, how], [below, numbers]])) {
      row.push(m("mrow", {}, ...guarded(part, reading, parts.length > 1 && part.kind === "sum")));
    }
  });
  const cells = (/** @type {any[]} */ row) => m("mtr", {}, ...row.map((cell) => m("mtd", {}, cell)));
  return math([m("mtable", {}, cells(above), cells(below))]);
}

/** A sum with a line for each term. @param {any} left @param {any} tree @param {How} outer */
function ledger(left, tree, outer) {
  const how = ofSeveral(tree) ? { ...outer, example: EACH } : outer;
  const numbers = { ...how, symbols: false };
  const most = Math.max(...tree.terms.map((/** @type {any} */ term) => Math.abs(term.value ?? 0)), 1e-300);
  const rows = tree.terms.flatMap((/** @type {any} */ term) => unfoldingRow(term, how, h("tr", {},
    h("td", {}, math([formula(term, how)])), h("td", {}, SINGLE.includes(term.kind) ? "" : math([formula(term, numbers)])),
    h("td", { class: `num ${sign(term.value ?? NaN)}`, title: exact(term.value ?? NaN), text: signed(term.value ?? NaN) }),
    h("td", { class: "barcell" }, bar(term.value ?? 0, most)))));
  const total = left ? math([symbol(left, how)]) : h("span", { text: "Σ" });
  rows.push(h("tr", { class: "sum" }, h("td", {}, total), h("td", {}), h("td", { class: `num ${sign(tree.value ?? NaN)}`, title: exact(tree.value ?? NaN), text: signed(tree.value ?? NaN) }), h("td", {})));
  return h("table", { class: "ledger" }, h("tbody", {}, ...rows));
}

/** @param {number} value @param {number} most */
export function bar(value, most) {
  const share = Math.min(100, (100 * Math.abs(value)) / most);
  return h("span", { class: `bar ${sign(value)}` }, h("i", { style: `width:${Math.max(share / 2, value ? 1 : 0)}%` }));
}

// ---------------------------------------------------------------- unfolding

/** Whether the terms of a sum are of more than one example. @param {any} tree */
function ofSeveral(tree) {
  return new Set(tree.terms.map(leading).filter(Boolean).map((/** @type {any} */ { example }) => example)).size > 1;
}

/** What of a formula leads on: the error signal from above, else what came from below. @param {any} tree @returns {any} */
function leading(tree) {
  /** @type {any[]} */
  const found = [];
  const visit = (/** @type {any} */ part) => {
    if (part.kind === "quantity" && /^(delta|z|a[1-9]|costs)/.test(part.tensor ?? "")) found.push(part);
    for (const name of ["terms", "factors", "arguments"]) for (const child of part[name] ?? []) visit(child);
    for (const name of ["top", "bottom", "base", "term", "of", "positive", "other"]) if (part[name] && typeof part[name] === "object") visit(part[name]);
  };
  visit(tree);
  return found.find(({ tensor }) => tensor.startsWith("delta")) ?? found[0] ?? null;
}

/** A button that opens and closes what a number is made of, in `place`. @param {any} quantity @param {How} how @param {HTMLElement} place */
function unfolder(quantity, how, place) {
  const { tensor, index, layer, units } = quantity, letter = tensorName(tensor).replace(/\d+$/, "");
  const name = tensor === "costs" ? t`Unfold ${letter} of example ${index[0] + 1}` : t`Unfold ${letter} of layer ${layer}, unit ${units[0]}`;
  const button = h("button", { class: "unfold", "aria-expanded": "false", "aria-label": name, title: name, text: "▸" });
  button.addEventListener("click", async () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    const found = open ? await how.unfold(quantity) : null;
    button.setAttribute("aria-expanded", String(Boolean(found)));
    button.textContent = found ? "▾" : "▸";
    const inner = found && how.example !== EACH ? { ...how, example: found.example ?? null } : how;
    place.replaceChildren(...(found ? found.lines.flatMap((/** @type {any} */ line) => equation(line, inner)) : []));
  });
  return button;
}

/** @param {HTMLElement} line @param {any} tree @param {How} how */
function unfoldable(line, tree, how) {
  const quantity = tree && leading(tree);
  if (!quantity) return line;
  const place = h("div", { class: "nested" });
  line.prepend(unfolder(quantity, how, place));
  return h("div", {}, line, place);
}

/** A line of a ledger, and below it room for what its factor is made of. @param {any} term @param {How} how @param {HTMLElement} row */
function unfoldingRow(term, how, row) {
  const quantity = leading(term);
  if (!quantity) return [row];
  const place = h("div", { class: "nested" });
  row.firstElementChild?.prepend(unfolder(quantity, how, place));
  return [row, h("tr", {}, h("td", { colspan: 4 }, place))];
}

/** @param {any[]} children */
export function math(children) {
  const made = m("math", { display: "inline" }, ...children), keys = keysOf(made);
  return keys.length ? h("span", { class: "formula" }, made, ...keys) : made;
}
