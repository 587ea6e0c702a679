// @ts-check
/** Find the bug: mistakes to switch on, one hidden to be found, and the banner that says which it is. */

import { byId, h, memo } from "../dom.js";
import { language, t } from "../words.js";
import { close, open } from "./dialogs.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {(command: string, argument?: any) => any} Act */

/** The banner over the network. @param {Act} act */
export function mistakes(act) {
  const banner = byId("banner");
  const draw = memo((mistake, exercise, catalog) => {
    const parts = !catalog ? null : exercise && !exercise.found ? hunt(exercise, act)
      : mistake ? named(catalog.mistakes[mistake], exercise, act) : null;
    banner.hidden = !parts;
    banner.classList.toggle("found", Boolean(exercise?.found && !exercise.given_up));
    banner.replaceChildren(...(parts ?? []));
  });
  return (/** @type {State} */ state) => {
    if (state.welcome) draw(state.welcome.config.mistake, state.status?.exercise, state.catalog);
  };
}

/** @param {any} exercise @param {Act} act */
function hunt({ wrong }, act) {
  const task = t`One mistake is hidden in this network. Step, and compare: the proof tells where a gradient is wrong, Why where a formula and its number part; some show from the second minibatch on.`;
  const tried = wrong.length === 1 ? t`${task} 1 wrong answer so far.` : t`${task} ${wrong.length} wrong answers so far.`;
  return [
    h("span", {}, h("b", { text: t`Find the bug. ` }), wrong.length ? tried : task),
    h("button", { class: "btn line", "data-do": "guess", text: t`I know it` }), h("button", { class: "lnk", text: t`Give up`, onclick: () => act("answer", null) })];
}

/** @param {any} mistake @param {any} exercise @param {Act} act */
function named(mistake, exercise, act) {
  const { about } = mistake, title = lowered(mistake.title);
  const lead = !exercise ? t`Mistake: ${title}. ` : exercise.given_up ? t`It was: ${title}. ` : t`Found: ${title}. `;
  return [
    h("span", {}, h("b", { text: lead }), mistake.proved ? about : t`${about} No gradient is wrong, so the proof cannot see it; the formula in Why can.`),
    ...(exercise ? [h("button", { class: "btn line", text: t`Another one`, onclick: () => act("exercise") })] : []),
    h("button", { class: "lnk", text: t`Switch it off`, onclick: () => act("patch", { mistake: null }) })];
}

/** A title within an English sentence: its first letter small, but not that of a name. @param {string} title */
export function lowered(title) {
  return language !== "en" || /^(Adam|Softmax)/.test(title) ? title : title[0].toLowerCase() + title.slice(1);
}

/** Choose a mistake, or have one hidden. @param {State} state @param {Act} act */
export function openMistakes(state, act) {
  const { config, options } = state.welcome;
  const start = h("div", { class: "exercise" }, h("p", {}, h("b", { text: t`As an exercise. ` }), t`One of them is hidden in this network; you find out which. The run so far is kept.`), h("button", { class: "btn main", "data-exercise": true, text: t`Hide one`, onclick: () => { close(); act("exercise"); } }));
  const list = Object.entries(state.catalog.mistakes).map(([name, { title, about }]) => {
    const reason = options.mistake[name], on = config.mistake === name;
    return h("li", { class: reason ? "off" : null }, h("div", {}, h("b", { text: title }), h("span", { text: reason ? t`This network cannot have it: it ${reason}.` : about })),
      h("button", { class: "btn line", "data-mistake": name, "aria-pressed": String(on), "aria-disabled": reason ? "true" : null, text: on ? t`Switch off` : t`Switch on`, onclick: () => { if (!reason) { close(); act("patch", { mistake: on ? null : name }); } } }));
  });
  open(t`Find the bug`, [start, h("ul", { class: "mistakes" }, ...list)]);
}

/** Say which mistake it is. @param {State} state @param {(name: string) => Promise<boolean>} answer  tells whether it is right */
export function openGuess(state, answer) {
  const { choices, wrong } = state.status.exercise;
  const verdict = h("span", { class: "faults", role: "alert" });
  const list = choices.map((/** @type {string} */ name) => {
    const { title, about } = state.catalog.mistakes[name];
    const off = wrong.includes(name);
    const button = h("button", { "data-guess": name, "aria-disabled": off ? "true" : null }, h("b", { text: title }), h("span", { text: off ? t`It is not this one.` : about }));
    button.addEventListener("click", async () => {
      if (button.getAttribute("aria-disabled")) return;
      if (await answer(name)) { close(); return; }
      button.setAttribute("aria-disabled", "true");
      button.querySelector("span").textContent = t`It is not this one.`;
      verdict.textContent = t`“${title}” is not it. Look again where proof and formulas disagree.`;
    });
    return button;
  });
  open(t`Which mistake is it?`, [h("div", { class: "presets" }, ...list)], h("div", { class: "dlg-f" }, verdict, h("button", { class: "btn line", text: t`Look again`, onclick: close })));
}
