// @ts-check
/** The proof badge: what backpropagation says against what the cost itself does. */

import { byId, h } from "../dom.js";
import { exact, sign, signed, tensorName, thousands } from "../format.js";
import { isFast, proofTarget, whyTarget } from "../selectors.js";
import { t } from "../words.js";

/** @typedef {import("../store.js").State} State */

const VERDICTS = /** @type {Record<string, string[]>} */ ({ proved: ["ok", t`✓ Proved`], kink: ["warn", t`△ Kink`], failed: ["bad", t`✕ Differs`] });

/** @param {import("../dialogue.js").Dialogue} dialogue */
export function proof(dialogue) {
  const body = byId("proof");
  let open = false;
  /** @type {any} */
  let shown = null;
  byId("proof-working").addEventListener("click", () => { open = !open; draw(); });

  function draw() {
    const toggle = byId("proof-working");
    toggle.hidden = !shown;
    toggle.textContent = open ? t`Less` : t`Working`;
    toggle.setAttribute("aria-expanded", String(open));
    body.replaceChildren(...(shown ? verdict(shown, open) : [h("p", { class: "hint", text: t`A gradient is proved as soon as the way back has computed it: the cost is computed again with the number moved a little.` })]));
  }
  const ask = dialogue.asking("prove", (found) => {
    shown = found;
    draw();
  });
  return (/** @type {State} */ state) => {
    if (state.welcome && state.online && !isFast(state)) ask(proofTarget(state, whyTarget(state)), state);
  };
}

/** @param {any} found @param {boolean} open */
function verdict(found, open) {
  const [tone, word] = VERDICTS[found.verdict];
  const [mantissa, exponent] = (found.error ?? NaN).toExponential(1).split("e");
  const facts = h("dl", { class: "kv" }, ...[[t`analytic`, found.analytic], [t`numerical`, found.numerical], ...(found.complex_step === undefined ? [] : [[t`complex step`, found.complex_step]])].flatMap(([name, value]) => [
    h("dt", { text: name }), h("dd", { class: sign(value ?? NaN), title: exact(value ?? NaN), "data-value": String(value), text: signed(value ?? NaN, 10) })]));
  const parts = [h("div", { class: `badge ${tone}`, text: word }), h("p", { class: "err num" }, mantissa, ...(found.error ? [" × 10", h("sup", { text: exponent.replace("-", "−").replace("+", "") })] : []))];
  parts.push(h("p", { class: "hint", text: t`relative error of ${name(found)}, analytic against numerical` }));
  if (found.kink) parts.push(h("p", { class: "hint warn", text: kinkText(found) }));
  parts.push(facts, open ? working(found) : null, h("p", { class: "hint", text: t`All ${thousands(found.parameters)} parameters this way: ${thousands(2 * found.parameters)} forward passes. Backward: one.` }));
  return parts.filter(Boolean);
}

/** @param {any} found */
function name({ tensor, index, example }) {
  const at = tensor.startsWith("delta") && example !== null && example !== undefined ? [example, ...index] : index;
  return `${tensorName(tensor)}[${at}]`;
}

/** @param {any} found */
function kinkText({ kink: [layer, unit], verdict: word, kinks }) {
  if (word === "kink") {
    return unit ? t`Within h lies the kink of layer ${layer}, unit ${unit}: left and right of it the slopes differ, so this number proves nothing.`
      : t`Within h lies the kink of |w| in layer ${layer}: left and right of it the slopes differ, so this number proves nothing.`;
  }
  return unit ? t`${kinks} others of this tensor have a kink within h, first the kink of layer ${layer}, unit ${unit}.`
    : t`${kinks} others of this tensor have a kink within h, first the kink of |w| in layer ${layer}.`;
}

/** @param {any} found */
function working({ plus, minus, h: step, tensor, numerical, worst, entries }) {
  const moved = tensor.startsWith("delta") ? "z" : tensor[1] === "W" ? "w" : "b";
  const rows = [[`C(${moved} + h)`, plus], [`C(${moved} − h)`, minus], ["h", step], [t`difference / 2h`, numerical], [t`worst of ${entries}`, worst]];
  return h("dl", { class: "kv working" }, ...rows.flatMap(([term, value]) => [h("dt", { text: term }), h("dd", { title: exact(value ?? NaN), text: value === null ? t`not a number` : Number(value).toPrecision(value === step ? 1 : 10).replace("-", "−") })]));
}
