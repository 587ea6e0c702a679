// @ts-check
/** Top bar and dock: step sizes, speed, play and pause, counters. */

import { byId, mark, memo, say } from "../dom.js";
import { epochDigits, thousands } from "../format.js";
import { done, isBlurred, isFast, program, shownIteration } from "../selectors.js";
import { sizeName } from "../terms.js";
import { t } from "../words.js";

/** @typedef {import("../store.js").State} State */

/** Steps a second, by the place on the slider. @type {(number | "max")[]} */
export const RATES = [0.5, 1, 2, 4, 8, 15, 30, 60, 240, 1000, "max"];
export const SIZES = ["op", "layer", "phase", "minibatch", "epoch"];

/** @param {(command: string, argument?: any) => void} act @param {import("../store.js").Store} store */
export function transport(act, store) {
  for (const button of document.querySelectorAll("[data-size]")) {
    button.addEventListener("click", () => act("size", /** @type {HTMLElement} */ (button).dataset.size));
  }
  const speed = byId("speed");
  speed.addEventListener("input", () => act("speed", Number(speed.value)));

  const sizes = memo((size) => {
    for (const button of document.querySelectorAll("[data-size]")) {
      mark(button, "aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.size === size));
    }
    say(byId("dock-step"), t`Step ${sizeName(size)}`);
  });
  const playing = memo((on) => {
    for (const button of document.querySelectorAll("[data-do=play]")) {
      mark(button, "aria-label", on ? t`Pause` : t`Play`);
      mark(button, "title", on ? t`Pause (Space)` : t`Play (Space)`);
      button.querySelector("use")?.setAttribute("href", on ? "#i-pause" : "#i-play");
    }
  });
  const rate = memo((place) => {
    const value = RATES[place];
    say(byId("rate"), value === "max" ? t`max` : t`${value}/s`);
    speed.value = String(place);
    mark(speed, "aria-valuetext", value === "max" ? t`as fast as can be` : t`${value} a second`);
  });
  const phases = memo((phase, position) => {
    const items = [...byId("phases").children];
    const at = items.findIndex((item) => /** @type {HTMLElement} */ (item).dataset.phase === phase);
    items.forEach((item, i) => {
      mark(item, "class", !position || at < 0 ? "todo" : i < at ? "done" : i > at ? "todo" : "");
      mark(item, "aria-current", position && i === at ? "step" : null);
    });
  });
  const [epoch, minibatch, op] = ["n-epoch", "n-minibatch", "n-op"].map(byId);

  return (/** @type {State} */ state) => {
    if (!state.welcome) return;
    const lab = /** @type {HTMLElement} */ (document.querySelector(".lab"));
    const phase = isBlurred(state) ? "" : state.phase;
    mark(lab, "data-phase", phase);
    lab.classList.toggle("fast", isFast(state));
    lab.classList.toggle("start", !state.position);
    mark(byId("say"), "aria-live", state.status?.state === "playing" ? "off" : "polite");
    sizes(state.size);
    rate(state.speed);
    playing(state.status?.state === "playing");
    phases(phase, state.position > 0);
    const per = state.welcome.per_epoch;
    say(epoch, epochDigits(state.epoch));
    counter(minibatch, (shownIteration(state) % per) + 1, per);
    counter(op, done(state), program(state).length);
    for (const button of document.querySelectorAll("[data-do=back]")) mark(button, "aria-disabled", state.position ? null : "true");
  };
}

/** @param {Element} element @param {number} value @param {number} of */
function counter(element, value, of) {
  const text = `${thousands(value)}/${thousands(of)}`;
  if (/** @type {any} */ (element).said === text) return;
  /** @type {any} */ (element).said = text;
  const small = document.createElement("small");
  small.textContent = `/${thousands(of)}`;
  element.replaceChildren(thousands(value), small);
}
