// @ts-check
/** A few examples of the minibatch with what the network says of them. */

import { byId, h, paced } from "../dom.js";
import { fixed, plain } from "../format.js";
import { focus, isFast } from "../selectors.js";

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
    const head = h("thead", {}, h("tr", {}, ...["x", `a${L}`, "y"].map((text) => h("th", { text }))));
    const body = h("tbody", {});
    for (let i = first; i < Math.min(y.shape[0], first + MOST); i++) {
      const short = (/** @type {any} */ tensor, /** @type {number} */ digits) => rowOf(tensor, i).map((/** @type {number} */ v) => (Number.isInteger(v) ? plain(v) : v.toFixed(digits).replace("-", "−")));
      body.append(h("tr", { "aria-current": i === row ? "true" : null, onclick: () => act("focus", i) },
        h("td", { text: short(a0, a0.shape[1] > 1 && !Number.isInteger(a0.data[0]) ? 1 : 2).join(" ") }), h("td", { text: a ? best(rowOf(a, i)) : "" }), h("td", { text: y.shape[1] > 1 ? String(argmax(rowOf(y, i))) : short(y, 2)[0] })));
    }
    table.classList.toggle("small", !Number.isInteger(a0.data[0]));
    table.replaceChildren(head, body);
  }, () => isFast(store.state), PAUSE);
  return (/** @type {State} */ state) => show(state.tensors, state.status, state.welcome);
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
  return outputs.length === 1 ? outputs[0].toFixed(3).replace("-", "−") : `${argmax(outputs)}: ${fixed(Math.max(...outputs), 2)}`;
}
