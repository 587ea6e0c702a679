// @ts-check
/** Formulas as native MathML: a tree from the server, read as symbols or as numbers, its factors links. */

import { h, m } from "../dom.js";
import { exact, fixed, plain, sign, signed } from "../format.js";
import { t } from "../words.js";

/** @typedef {any} Tree  see `explanation` in docs/protocol.md */
/** @typedef {{symbols: boolean, example: number | null, many: boolean, follow: (quantity: any) => void, hint: (quantity: any) => void}} How  `many`: there are several outputs, so that targets are numbered */

const SYMBOLS = /** @type {Record<string, string>} */ ({ delta: "δ", eta: "η", gamma: "γ", beta: "β", mu: "μ", mask: "r", rmu: "μ", rvar: "var" });
const ACCENTS = /** @type {Record<string, string>} */ ({ hat: "^", tilde: "~" });
const UNSIGNED = ["a", "f", "mask", "keep", "var", "rvar", "rvarnew", "C", "Cx", "v", "vnew", "vhat", "norm", "sumW2", "sumAbsW"]; // read without a plus
const FUNCTIONS = /** @type {Record<string, string>} */ ({ ln: "ln", tanh: "tanh", max: "max", min: "min", sign: "sgn", sigma: "σ" });

/** @param {Tree} tree @param {How} how @returns {any} */
export function formula(tree, how) {
  switch (tree.kind) {
    case "number": return m("mn", {}, how.symbols && tree.text ? tree.text : constant(tree));
    case "quantity": return linked(tree, how.symbols ? symbol(tree, how) : number(tree), how);
    case "rest": return how.symbols ? m("mtext", {}, t`${tree.count} more`) : number(tree);
    case "fold": return how.symbols ? m("mo", { class: "fold" }, "Σ") : number(tree);
    case "sum": return sum(tree.terms, how);
    case "product": return product(tree.factors, how);
    case "fraction": return m("mfrac", {}, formula(tree.top, how), formula(tree.bottom, how));
    case "power": return m("msup", {}, m("mrow", {}, ...guarded(tree.base, how, !isPlain(tree.base, how))), m("mn", {}, String(tree.exponent)));
    case "negative": return m("mrow", {}, m("mo", { form: "prefix" }, "−"), ...guarded(tree.term, how, bracketed(tree.term, how)));
    case "call": return call(tree, how);
    case "cases": return formula(tree.of.value > 0 ? tree.positive : tree.other, how);
    default: throw new Error(`no formula for ${tree.kind}`);
  }
}

/** Whether a power of it needs no brackets. @param {Tree} tree @param {How} how */
function isPlain(tree, how) {
  return tree.kind === "number" || (tree.kind === "quantity" && (how.symbols ? !/^(d(w|b|p|gamma|beta)|da)$/.test(tree.symbol) : tree.value >= 0));
}

/** @param {Tree[]} terms @param {How} how */
function sum(terms, how) {
  const row = m("mrow");
  terms.forEach((term, i) => {
    const minus = term.kind === "negative";
    const inner = minus ? term.term : term;
    if (i || minus) row.append(m("mo", i ? {} : { form: "prefix" }, minus ? "−" : "+"));
    row.append(...guarded(inner, how, (i > 0 || minus) && bracketed(inner, how)));
  });
  return row;
}

/** Whether a part behind a sign needs brackets. @param {Tree} tree @param {How} how @returns {boolean} */
function bracketed(tree, how) {
  if (["sum", "negative"].includes(tree.kind)) return true;
  if (tree.kind === "product") return bracketed(tree.factors[0], how) && !["sum", "negative"].includes(tree.factors[0].kind);
  return !how.symbols && ["quantity", "rest", "fold"].includes(tree.kind) && tree.value < 0;
}

/** @param {Tree[]} factors @param {How} how */
function product(factors, how) {
  const row = m("mrow");
  factors.forEach((factor, i) => {
    if (i) row.append(m("mo", {}, "·"));
    row.append(...guarded(factor, how, ["sum", "negative"].includes(factor.kind)));
  });
  return row;
}

/** A formula, in brackets or not. @param {Tree} tree @param {How} how @param {boolean} brackets */
export function guarded(tree, how, brackets) {
  const inner = formula(tree, how);
  return brackets ? [m("mo", { form: "prefix" }, "("), inner, m("mo", { form: "postfix" }, ")")] : [inner];
}

/** @param {Tree} tree @param {How} how */
function call({ name, arguments: given }, how) {
  const inner = given.map((/** @type {Tree} */ part) => formula(part, how));
  if (name === "exp") return m("msup", {}, m("mi", {}, "e"), m("mrow", {}, ...inner));
  if (name === "sqrt") return m("msqrt", {}, ...inner);
  if (name === "abs") return m("mrow", {}, m("mo", {}, "|"), ...inner, m("mo", {}, "|"));
  const listed = inner.flatMap((/** @type {any} */ part, /** @type {number} */ i) => (i ? [m("mo", {}, ","), part] : [part]));
  return m("mrow", {}, m("mi", { mathvariant: "normal" }, FUNCTIONS[name]), m("mo", { form: "prefix" }, "("), ...listed, m("mo", { form: "postfix" }, ")"));
}

/** The number of a leaf, with its colour. @param {Tree} leaf */
export function number(leaf) {
  const value = leaf.value ?? NaN;
  const given = ["x", "y", "eta"].includes(leaf.symbol);
  const text = given ? plain(value) : UNSIGNED.includes(leaf.symbol ?? "") ? fixed(value) : signed(value);
  return m("mn", { class: given ? null : sign(value), title: exact(value) }, text);
}

/** A constant as it is in the config, where that is a number; else what it comes to. @param {Tree} leaf */
function constant({ value, text }) {
  return /^−?[\d.]+(e[-−]?\d+)?$/.test(text) ? text.replace("-", "−") : String(Number(value.toPrecision(6))).replace("-", "−");
}

/** @param {Tree} quantity @param {any} inner @param {How} how */
function linked(quantity, inner, how) {
  if (!quantity.tensor) return inner;
  const text = `${quantity.tensor}[${quantity.index}]`;
  const press = () => how.follow(quantity);
  const factor = m("mrow", { class: "factor", "data-factor": text, onclick: press, onpointerenter: () => how.hint(quantity), onpointerleave: () => how.hint(null) }, inner);
  keys.set(factor, h("button", {
    type: "button", class: "vh", "data-key": text, "aria-label": t`Why ${text}`, onclick: press,
    onfocus: () => { factor.classList.add("focused"); how.hint(quantity); }, onblur: () => { factor.classList.remove("focused"); how.hint(null); },
  }));
  return factor;
}

/** What a factor is pressed with by keyboard: within a formula nothing can be, for who does not see it. @type {WeakMap<Element, HTMLButtonElement>} */
const keys = new WeakMap();

/** The buttons of the factors in a formula, in their order. @param {Element} formula @returns {HTMLButtonElement[]} */
export function keysOf(formula) {
  return [...formula.querySelectorAll(".factor")].flatMap((factor) => keys.get(factor) ?? []);
}

/** The symbol of a quantity: layer in brackets above, unit below, another example in round brackets. @param {Tree} quantity @param {How} how */
export function symbol(quantity, how) {
  const { symbol: name, layer, units, example } = quantity;
  const other = example !== null && example !== how.example ? `(${example + 1})` : "";
  const of = (/** @type {string} */ before, /** @type {any[]} */ ...inner) => m("mrow", {}, m("mo", {}, before), ...inner);
  switch (name) {
    case "C": return m("mi", {}, "C");
    case "Cx": return m("msub", {}, m("mi", {}, "C"), m("mi", {}, other ? String(example + 1) : "x"));
    case "norm": return of("‖", m("mi", {}, "g"), m("mo", {}, "‖"));
    case "sumW2": return of("Σ", m("msup", {}, m("mi", {}, "w"), m("mn", {}, "2")));
    case "sumAbsW": return of("Σ", m("mo", {}, "|"), m("mi", {}, "w"), m("mo", {}, "|"));
    case "dw": case "db": case "dp": case "dgamma": case "dbeta": return m("mfrac", {}, of("∂", m("mi", {}, "C")), of("∂", indexed(m("mi", {}, SYMBOLS[name.slice(1)] ?? name.slice(1)), layer, units, "")));
    case "da": return m("mfrac", {}, of("∂", m("msub", {}, m("mi", {}, "C"), m("mi", {}, "x"))), of("∂", indexed(m("mi", {}, "a"), layer, units, other)));
  }
  const [, mean, bare, over] = /** @type {RegExpMatchArray} */ (name.match(/^(mean |)(.*?)(hat|tilde|)(?:new)?$/));
  const letter = m("mi", {}, SYMBOLS[bare] ?? bare);
  const accent = ACCENTS[over] ?? (mean || /^r(mu|var)$/.test(bare) ? "¯" : "");
  const marked = accent ? m("mover", {}, letter, m("mo", {}, accent)) : letter;
  if (name === "y" && !how.many) return other ? m("msup", {}, marked, m("mtext", {}, other)) : marked;
  return indexed(marked, layer, units, (name.endsWith("new") ? "new" : "") + other);
}

/** @param {any} letter @param {number | null} layer @param {number[]} units @param {string} more */
function indexed(letter, layer, units, more) {
  const text = `${layer ? `[${layer}]` : ""}${more ? ` ${more}` : ""}`.trim();
  const below = m("mtext", {}, units.join("→")), above = m("mtext", {}, text);
  if (!units.length) return text ? m("msup", {}, letter, above) : letter;
  return text ? m("msubsup", {}, letter, below, above) : m("msub", {}, letter, below);
}
