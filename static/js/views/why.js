// @ts-check
/** Why this number: the formula in symbols and in numbers, a fork as a ledger, the chain link by link. */

import { byId, h, m, say } from "../dom.js";
import { exact, fixed, sign, signed } from "../format.js";
import { isFast, whyTarget } from "../selectors.js";
import { formula, guarded, number, symbol } from "./formula.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {import("./formula.js").How} How */

const WIDE = 3; // terms of a sum up to which it stands in one line
const LONG = 14; // leaves up to which a formula stands in one line
const SINGLE = ["quantity", "rest", "fold"]; // a line with one number needs it once
const NAMES = /** @type {Record<string, string>} */ ({ z: "z", a: "a", delta: "δ", y: "target", W: "weight", b: "bias", dW: "gradient", db: "gradient", m_W: "first moment", m_b: "first moment", v_W: "second moment", v_b: "second moment" });

/**
 * @param {(command: string, argument?: any) => any} act
 * @param {import("../store.js").Store} store
 * @param {import("../dialogue.js").Dialogue} dialogue
 */
export function why(act, store, dialogue) {
  const body = byId("why"), what = byId("why-what");
  const ask = dialogue.asking("explain", (found, target) => {
    say(what, target ? title(target) : "");
    body.replaceChildren(...(found ? panel(found, store.state, act) : [h("p", { class: "hint", text: "Step once, then click any number in the picture: here is where it comes from." })]));
  });
  return (/** @type {State} */ state) => {
    if (state.welcome && state.online && state.panel === "why" && !isFast(state)) ask(whyTarget(state), state);
  };
}

/** @param {{tensor: string, index: number[], example: number | null}} target */
function title({ tensor, index, example }) {
  const kind = tensor.replace(/\d+$/, ""), l = Number(tensor.match(/\d+$/)?.[0] ?? 0);
  if (kind === "cost") return "cost of the minibatch";
  if (kind === "costs") return `cost of example ${index[0] + 1}`;
  const place = kind === "y" ? `output ${index[0] + 1}` : l === 0 ? `input ${index[0] + 1}` : index.length === 2 ? `layer ${l}, ${index[0] + 1} → ${index[1] + 1}` : `layer ${l}, unit ${index[0] + 1}`;
  const where = /^(z|a|delta|y)$/.test(kind) ? (example === null ? ", mean" : `, example ${example + 1}`) : "";
  return `${l === 0 && kind === "a" ? "x" : NAMES[kind]}, ${place}${where}`;
}

/** @param {any} found @param {State} state @param {(command: string, argument?: any) => any} act */
function panel(found, state, act) {
  const outputs = state.welcome.sizes[state.welcome.sizes.length - 1];
  const how = { symbols: true, example: found.example ?? null, many: outputs > 1, follow: (/** @type {any} */ q) => follow(q, act), hint: (/** @type {any} */ q) => act("hint", q) };
  const lines = found.lines.flatMap((/** @type {any} */ line) => equation(line, how));
  if (!lines.length) lines.push(h("div", { class: "eq" }, math([symbol(found.of, how)]), h("span", { class: "is", text: "=" }), math([number(found.of)])));
  const remark = found.remark ? h("p", { class: "remark", text: found.remark }) : null;
  const head = h("div", { class: "why-h" }, h("div", { class: "eqs" }, ...lines), remark);
  return found.chain && found.chain.links.length > 1 ? [head, strip(found.chain, /^d[wb]$/.test(found.of.symbol) ? found.example : null)] : [head];
}

/** Go to what a factor stands for. @param {any} quantity @param {(command: string, argument?: any) => any} act */
function follow({ tensor, index, example }, act) {
  if (example !== null && !tensor.startsWith("costs")) act("focus", example);
  const unit = tensor.match(/^(z|a|delta)(\d+)$/), entry = tensor.match(/^((?:[mv]_|d)?)([Wb]\d+)$/);
  if (unit) act("follow", { kind: "unit", layer: Number(unit[2]), unit: index[index.length - 1], quantity: unit[1] });
  else if (entry) act("follow", { kind: "entry", entry: { tensor: entry[2], index }, quantity: tensor });
  else if (tensor.startsWith("cost")) act("follow", { kind: "cost", example: example ?? null });
}

/** One line of an explanation: as an equation, with each large sum in it written out below. @param {any} line @param {How} how */
function equation({ left, right }, how) {
  /** @type {any[]} */
  const folds = [];
  const whole = folded(right, folds, true);
  const rows = whole.kind === "fold" && folds.length === 1 ? [] : [whole];
  const made = rows.map((tree) => h("div", { class: "eq" }, aligned(left, tree, how)));
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

/** A sum with a line for each term. @param {any} left @param {any} tree @param {How} how */
function ledger(left, tree, how) {
  const numbers = { ...how, symbols: false };
  const most = Math.max(...tree.terms.map((/** @type {any} */ term) => Math.abs(term.value ?? 0)), 1e-300);
  const rows = tree.terms.map((/** @type {any} */ term) => h("tr", {},
    h("td", {}, math([formula(term, how)])), h("td", {}, SINGLE.includes(term.kind) ? "" : math([formula(term, numbers)])),
    h("td", { class: `num ${sign(term.value ?? NaN)}`, title: exact(term.value ?? NaN), text: signed(term.value ?? NaN) }),
    h("td", { class: "barcell" }, bar(term.value ?? 0, most))));
  const total = left ? math([symbol(left, how)]) : h("span", { text: "Σ" });
  rows.push(h("tr", { class: "sum" }, h("td", {}, total), h("td", {}), h("td", { class: `num ${sign(tree.value ?? NaN)}`, title: exact(tree.value ?? NaN), text: signed(tree.value ?? NaN) }), h("td", {})));
  return h("table", { class: "ledger" }, h("tbody", {}, ...rows));
}

/** @param {number} value @param {number} most */
function bar(value, most) {
  const share = Math.min(100, (100 * Math.abs(value)) / most);
  return h("span", { class: `bar ${sign(value)}` }, h("i", { style: `width:${Math.max(share / 2, value ? 1 : 0)}%` }));
}

/** The chain from the cost, link by link, with the product so far. @param {any} chain @param {number | null} example  whose part of a gradient it is */
function strip({ links, paths, share }, example) {
  const most = Math.max(...links.map((/** @type {any} */ link) => Math.abs(link.product)), 1e-300);
  const list = h("ol", { class: "chain" }, ...links.map((/** @type {any} */ link, /** @type {number} */ i) => h("li", {},
    h("div", { class: "link" }, math([m("mfrac", {}, partial(link.top), partial(link.bottom))]), h("span", { class: "num", title: exact(link.value), text: `${i ? "× " : ""}${fixed(link.value)}` })),
    bar(link.product, most),
    h("div", { class: "foot2" }, h("span", { text: link.words }), h("b", { class: `num ${i === links.length - 1 ? sign(link.product) : ""}`, title: exact(link.product), text: `${i ? "= " : ""}${signed(link.product)}` })))));
  const words = [example === null ? "" : `What example ${example + 1} adds.`, paths > 1 ? `The strongest of ${paths} paths; it carries ${percent(share)} of the whole.` : ""].filter(Boolean);
  const note = words.length ? h("p", { class: "hint", text: words.join(" ") }) : null;
  return h("div", { class: "chain-box" }, list, note);
}

/** @param {number} share */
function percent(share) {
  return Math.abs(share) < 10 ? `${(100 * share).toFixed(0).replace("-", "−")} %` : "many times";
}

/** @param {string} name */
function partial(name) {
  const letter = name === "Cx" ? m("msub", {}, m("mi", {}, "C"), m("mi", {}, "x")) : m("msub", {}, m("mi", {}, name[0]), m("mn", {}, name.slice(1)));
  return m("mrow", {}, m("mo", {}, "∂"), letter);
}

/** @param {any[]} children */
function math(children) {
  return m("math", { display: "inline" }, ...children);
}
