// @ts-check
/** The program as NumPy lines, the current one lit, each with the shapes it writes. */

import { byId, h, mark, memo, say } from "../dom.js";
import { done, isFast, program } from "../selectors.js";
import { t } from "../words.js";

/** @typedef {import("../store.js").State} State */

/** @param {(command: string, argument?: any) => void} act @param {import("../store.js").Store} store */
export function listing(act, store) {
  const list = byId("code");
  list.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const line = /** @type {HTMLElement} */ (event.target).closest("li");
    if (!line) return;
    if (/** @type {HTMLElement} */ (event.target).classList.contains("g")) { act("toggle-break", Number(line.dataset.number) - 1); return; }
    const { state } = store;
    act("seek", state.position - done(state) + Number(line.dataset.number));
  });
  const other = byId("program-other");
  other.addEventListener("click", () => store.set({ library: store.state.library === "NumPy" ? "PyTorch" : "NumPy" }));
  const build = memo((/** @type {import("../store.js").Op[]} */ ops, /** @type {string} */ library) => {
    say(byId("program-what"), library);
    say(other, library === "NumPy" ? t`Show as PyTorch` : t`Show as NumPy`);
    list.replaceChildren(...ops.map((op, i) => line(op, i, library === "NumPy" ? op.code : op.torch)));
  });
  const light = memo((number, _ops, _library) => {
    [...list.children].forEach((item, i) => {
      mark(item, "aria-current", i + 1 === number ? "step" : null);
      item.classList.toggle("todo", i + 1 > number);
      /** @type {HTMLElement} */ (item.firstElementChild).textContent = i + 1 === number ? "▸" : "";
    });
    const lit = list.children[number - 1];
    if (lit && !isFast(store.state) && list.scrollHeight > list.clientHeight) list.scrollTop = lit.offsetTop - list.offsetTop - list.clientHeight / 2;
  });
  const breaks = memo((breakpoints, _ops, _library) => {
    [...list.children].forEach((item, i) => item.classList.toggle("break", breakpoints.includes(i)));
  });
  return (/** @type {State} */ state) => {
    if (!state.welcome) return;
    build(program(state), state.library);
    breaks(state.status?.breakpoints ?? [], program(state), state.library);
    light(done(state), program(state), state.library);
  };
}

/** @param {import("../store.js").Op} op @param {number} i @param {string} code */
function line(op, i, code) {
  const shapes = op.shapes.map((shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`).join(" ");
  return h("li", { "data-number": i + 1, title: code, class: code.startsWith("#") ? "said" : null },
    h("span", { class: "g", title: t`Breakpoint` }), h("span", { class: "n", text: String(i + 1) }), h("span", { text: code }), h("span", { class: "sh", text: shapes }));
}
