// @ts-check
/** A few examples of the minibatch with what the network says of them. */

import { byId, h } from "../dom.js";
import { fixed, plain } from "../format.js";
import { paced } from "../pace.js";
import { focus, isFast, isOneHot } from "../selectors.js";

/** @typedef {import("../store.js").State} State */

const MOST = 4; // rows
const PAUSE = 300; // ms between two refreshes while playing fast

/** The first examples of the minibatch with what the network says of them. @param {(command: string, argument?: any) => void} act @param {import("../store.js").Store} store */
export function tableView(act, store) {
  const table = byId("examples");
  const show = paced(() => {
    const { state } = store;
    const { y } = state.tensors, a0 = state.tensors.a0;
    const L = state.welcome.sizes.length - 1;
    const a = state.tensors[`a${L}`];
    if (!y || !a0 || a0.shape[1] > 4) { table.replaceChildren(); return; }
    const row = focus(state);
    const first = row === null ? 0 : Math.min(Math.max(0, row - 1), Math.max(0, y.shape[0] - MOST));
    const several = y.shape[1] > 1, classes = isOneHot(state), values = several && !classes;
    const head = h("thead", {}, h("tr", {}, ...[values ? "" : "x", `a${L}`, "y"].map((text) => h("th", { text }))));
    const body = h("tbody", {});
    for (let i = first; i < Math.min(y.shape[0], first + MOST); i++) {
      const x = values ? String(i + 1) : listed(rowOf(a0, i));
      const out = !a ? "" : classes ? best(rowOf(a, i)) : several ? listed(rowOf(a, i)) : short(rowOf(a, i)[0], 3);
      const wanted = classes ? String(argmax(rowOf(y, i))) : listed(rowOf(y, i));
      body.append(h("tr", { "aria-current": i === row ? "true" : null, onclick: () => act("focus", i) }, ...[x, out, wanted].map((text) => h("td", { text }))));
    }
    const small = !Number.isInteger(a0.data[0]);
    table.classList.toggle("small", small);
    table.parentElement.classList.toggle("tight", small);
    table.replaceChildren(head, body);
  }, () => isFast(store.state), PAUSE);
  return (/** @type {State} */ state) => show(state.tensors, state.status, state.welcome);
}

/** @param {number} value @param {number} digits */
function short(value, digits) {
  return !Number.isFinite(value) || Math.abs(value) >= 1000 ? fixed(value, 0) : value.toFixed(digits).replace("-", "−");
}

/** Several values side by side, as short as a narrow table needs. @param {number[]} values */
function listed(values) {
  return values.map((v) => (Number.isInteger(v) ? plain(v) : Math.abs(v) >= 1000 ? fixed(v, 0) : v.toFixed(Math.abs(v) < 1 ? 2 : 1).replace("-", "−"))).join(" ");
}

/** @param {any} tensor @param {number} i */
function rowOf(tensor, i) {
  return [...tensor.data.slice(i * tensor.shape[1], (i + 1) * tensor.shape[1])];
}

/** @param {number[]} values */
function argmax(values) {
  return values.indexOf(Math.max(...values));
}

/** @param {number[]} outputs */
function best(outputs) {
  return `${argmax(outputs)}: ${fixed(Math.max(...outputs), 2)}`;
}
