// @ts-check
/** Why this number: the formula in symbols and in numbers, a fork as a ledger, the chain link by link. */

import { byId, h, m, say, worded } from "../dom.js";
import { exact, fixed, sign, signed, tensorName } from "../format.js";
import { isFast, whyTarget } from "../selectors.js";
import { parts, t } from "../words.js";
import { number, symbol } from "./formula.js";
import { bar, equation, math } from "./lines.js";

/** @typedef {import("../store.js").State} State */

const UNTOLD = t`How this number came about is not known here. Its value stands under Values.`;
const NAMES = /** @type {Record<string, string>} */ ({ z: "z", a: "a", delta: "δ", y: t`target`, W: t`weight`, b: t`bias`, dW: t`gradient`, db: t`gradient`, m_W: t`first moment`, m_b: t`first moment`, v_W: t`second moment`, v_b: t`second moment` });
const OF_EXAMPLES = /^(a|z|zhat|ztilde|f|mask|y|delta|deltatilde|da)$/;

/**
 * @param {(command: string, argument?: any) => any} act
 * @param {import("../store.js").Store} store
 * @param {import("../dialogue.js").Dialogue} dialogue
 */
export function why(act, store, dialogue) {
  const body = byId("why"), what = byId("why-what");
  const ask = dialogue.asking("explain", (found, target) => {
    say(what, target ? title(target) : "");
    body.replaceChildren(...(found ? panel(found, store.state, act, dialogue) : [h("p", { class: "hint", text: target ? UNTOLD : t`After the first step, click any number in the picture: here is where it comes from.` })]));
  });
  return (/** @type {State} */ state) => {
    if (state.welcome && state.online && state.panel === "why" && !isFast(state)) ask(whyTarget(state), state);
  };
}

/** @param {{tensor: string, index: number[], example: number | null}} target */
function title({ tensor, index, example }) {
  const kind = tensor.replace(/\d+$/, ""), l = Number(tensor.match(/\d+$/)?.[0] ?? 0);
  if (kind === "cost") return t`cost of the minibatch`;
  if (kind === "costs") return t`cost of example ${index[0] + 1}`;
  const place = kind === "y" ? t`output ${index[0] + 1}` : l === 0 ? t`input ${index[0] + 1}` : index.length === 2 ? t`layer ${l}, ${index[0] + 1} → ${index[1] + 1}` : t`layer ${l}, unit ${index[0] + 1}`;
  const where = OF_EXAMPLES.test(kind) ? [example === null ? t`mean` : t`example ${example + 1}`] : [];
  return [l === 0 && kind === "a" ? "x" : NAMES[kind] ?? tensorName(kind), place, ...where].join(t`, `);
}

/** @param {any} found @param {State} state @param {(command: string, argument?: any) => any} act @param {import("../dialogue.js").Dialogue} dialogue */
function panel(found, state, act, dialogue) {
  const outputs = state.welcome.sizes[state.welcome.sizes.length - 1];
  const how = {
    symbols: true, example: found.example ?? null, many: outputs > 1,
    follow: (/** @type {any} */ q) => follow(q, act), hint: (/** @type {any} */ q) => act("hint", q),
    unfold: (/** @type {any} */ q) => dialogue.inquire({ type: "explain", tensor: q.tensor, index: q.tensor === "costs" ? q.index : q.index.slice(-1), example: q.example }),
  };
  const lines = found.lines.flatMap((/** @type {any} */ line) => equation(line, how));
  if (!lines.length) lines.push(h("div", { class: "eq" }, math([symbol(found.of, how)]), h("span", { class: "is", text: "=" }), math([number(found.of)])));
  if (found.differs !== undefined && found.differs !== null) lines.push(h("p", { class: "differs" }, ...worded(parts`The formula comes to ${strong(found.differs)}, the network has ${strong(found.of.value ?? NaN)}: something here is not computed as it should be.`)));
  const remark = found.remark ? h("p", { class: "remark", text: found.remark }) : null;
  const head = h("div", { class: "why-h" }, h("div", { class: "eqs" }, ...lines), remark);
  return found.chain && found.chain.links.length > 1 ? [head, strip(found.chain, /^d[wb]$/.test(found.of.symbol) ? found.example : null)] : [head];
}

/** @param {number} value */
const strong = (value) => h("b", { class: "num", title: exact(value), text: signed(value) });

/** Go to what a factor stands for. @param {any} quantity @param {(command: string, argument?: any) => any} act */
function follow({ tensor, index, example }, act) {
  if (example !== null && !tensor.startsWith("costs")) act("focus", example);
  const unit = tensor.match(/^(z|a|delta)(\d+)$/), entry = tensor.match(/^((?:[mv]_|d)?)([Wb]\d+)$/);
  if (unit) act("follow", { kind: "unit", layer: Number(unit[2]), unit: index[index.length - 1], quantity: unit[1] });
  else if (entry) act("follow", { kind: "entry", entry: { tensor: entry[2], index }, quantity: tensor });
  else if (tensor.startsWith("cost")) act("follow", { kind: "cost", example: example ?? null });
}

/** The chain from the cost, link by link, with the product so far. @param {any} chain @param {number | null} example  whose part of a gradient it is */
function strip({ links, paths, share }, example) {
  const most = Math.max(...links.map((/** @type {any} */ link) => Math.abs(link.product)), 1e-300);
  const list = h("ol", { class: "chain" }, ...links.map((/** @type {any} */ link, /** @type {number} */ i) => h("li", {},
    h("div", { class: "link" }, math([m("mfrac", {}, partial(link.top), partial(link.bottom))]), h("span", { class: "num", title: exact(link.value), text: `${i ? "× " : ""}${fixed(link.value)}` })),
    bar(link.product, most),
    h("div", { class: "foot2" }, h("span", { text: link.words }), h("b", { class: `num ${i === links.length - 1 ? sign(link.product) : ""}`, title: exact(link.product), text: `${i ? "= " : ""}${signed(link.product)}` })))));
  const words = paths > 1 ? strongest(paths, share) : "";
  const text = example === null ? words : words ? t`What example ${example + 1} adds. ${words}` : t`What example ${example + 1} adds.`;
  const note = text ? h("p", { class: "hint", text }) : null;
  return h("div", { class: "chain-box" }, list, note);
}

/** @param {number} paths @param {number} share  of the whole, which others may take away from */
function strongest(paths, share) {
  if (Math.abs(share) >= 10) return t`The strongest of ${paths} paths; it carries many times of the whole.`;
  return t`The strongest of ${paths} paths; it carries ${(100 * share).toFixed(0).replace("-", "−")} % of the whole.`;
}

/** @param {string} name */
function partial(name) {
  const letter = name === "Cx" ? m("msub", {}, m("mi", {}, "C"), m("mi", {}, "x")) : m("msub", {}, m("mi", {}, name[0]), m("mn", {}, name.slice(1)));
  return m("mrow", {}, m("mo", {}, "∂"), letter);
}
