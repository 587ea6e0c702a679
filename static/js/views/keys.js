// @ts-check
/** The keyboard: every control of the transport has its key, except while somebody types. */

import { byId } from "../dom.js";
import { SIZES } from "./transport.js";

/** @type {Record<string, string>} */
const KEYS = { " ": "play", ArrowRight: "step", s: "step", ArrowLeft: "back", r: "reset", b: "toggle-break", u: "until", p: "predict", Escape: "stop", "?": "keys" };

/** @param {(command: string, argument?: any) => void} act */
export function keys(act) {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || byId("dialog").open) return;
    if (target.matches("input:not([type=range]), select, textarea")) return;
    if (event.key === " " && target.matches("button") && !target.matches(".play")) return;
    if (target.matches("input[type=range]") && event.key.startsWith("Arrow")) return;
    const size = SIZES[Number(event.key) - 1];
    const name = size ? "size" : KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!name) return;
    event.preventDefault();
    act(name, size);
  });
}
