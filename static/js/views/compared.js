// @ts-check
/** Twin runs in the results: what they come to, their outputs side by side, where they part, how their configs differ. */

import { byId, h, memo, sizeOf } from "../dom.js";
import { fixed, percent, thousands } from "../format.js";
import { isFast } from "../selectors.js";
import { parting, settingName, settingValue, settingsApart, stateOf, twinName } from "../twins.js";
import { t } from "../words.js";
import { outputsIn } from "./outputs.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {(command: string, argument?: any) => void} Act */

/** The sample of a twin's line, as it is in the chart. @param {number} k */
export const sample = (k) => h("i", { class: `sample twin-${k + 1}`, "aria-hidden": "true" });

const mine = () => h("i", { class: "sample mine", "aria-hidden": "true" });

/** What the results show of twins: a table, the outputs side by side, where they part, the settings. @param {Act} act @param {import("../store.js").Store} store @param {() => void} redraw */
export function compared(act, store, redraw) {
  const table = byId("twins-table"), outputs = byId("twins-outputs"), parts = byId("twins-parts"), apart = byId("twins-settings");
  const room = sizeOf(outputs, redraw);
  /** @type {ReturnType<typeof outputsIn>[]} */
  let puts = [];
  const settings = memo((welcome) => apart.replaceChildren(...settingsTable(welcome)));
  const rest = memo((evaluation, comparison, welcome) => {
    table.replaceChildren(...comparedTable(evaluation, comparison, welcome));
    parts.replaceChildren(...comparison.twins.map((/** @type {any} */ { difference }, /** @type {number} */ k) => h("li", {}, sample(k), h("span", { text: parting(difference) }), difference && h("button", { class: "lnk", text: t`Go to op ${thousands(difference.position)}`, onclick: () => act("seek", difference.position) }))));
  });
  /** @type {any} */
  let told = null;
  const pictures = memo((_surface, _points, comparison, theme, _width, welcome) => {
    const { state } = store;
    const all = [state, ...comparison.twins.map((/** @type {any} */ told, /** @type {number} */ k) => stateOf(state, state.welcome.twins[k], told))];
    const seen = all.filter((one) => one.surface);
    byId("twins-seen").hidden = !seen.length || !state.points;
    if (!seen.length || !state.points) return;
    if (puts.length !== seen.length || told !== welcome) {
      told = welcome;
      const boxes = seen.map(() => h("div", { class: "surf" }));
      puts = boxes.map(outputsIn);
      outputs.replaceChildren(...boxes.map((box, k) => h("figure", {}, h("figcaption", {}, k ? sample(k - 1) : mine(), k ? twinName(state.welcome.config, state.welcome.twins[k - 1].config) : t`This run`), box)));
    }
    seen.forEach((one, k) => puts[k](one, [theme, room.width, state.welcome], isFast(state)));
  });
  return (/** @type {State} */ state, /** @type {string} */ theme) => {
    settings(state.welcome);
    rest(state.evaluation, state.comparison, state.welcome);
    pictures(state.surface, state.points, state.comparison, theme, room.width, state.welcome);
  };
}

/** @param {any} evaluation @param {any} comparison @param {any} welcome */
function comparedTable(evaluation, comparison, welcome) {
  const { test } = welcome.examples;
  const run = evaluation && { training: evaluation, testing: test ? { cost: evaluation.test_cost, accuracy: evaluation.test_accuracy } : null };
  const rows = [{ name: t`This run`, mark: mine(), told: run }, ...comparison.twins.map((/** @type {any} */ told, /** @type {number} */ k) => ({ name: twinName(welcome.config, welcome.twins[k].config), mark: sample(k), told }))];
  const classes = evaluation?.accuracy !== undefined;
  const number = (/** @type {number | null | undefined} */ value, /** @type {boolean} */ share) => h("td", { class: "num", text: value === null || value === undefined ? "–" : share ? percent(value) : fixed(value) });
  return [
    h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col", text: t`cost` }), test > 0 && h("th", { scope: "col", text: t`test` }), classes && h("th", { scope: "col", text: t`accuracy` }))),
    h("tbody", {}, ...rows.map(({ name, mark, told }) => h("tr", {}, h("th", { scope: "row" }, h("div", {}, mark, h("span", { text: name }))), told?.diverged ? h("td", { class: "num", colspan: "3", text: t`diverged` }) : number(told?.training.cost, false),
      !told?.diverged && test > 0 && number(told?.testing?.cost, false), !told?.diverged && classes && number(told?.training.accuracy, true)))),
  ];
}

/** Every setting in which one of them is another. @param {any} welcome @returns {Node[]} */
function settingsTable(welcome) {
  const apart = welcome.twins.map((/** @type {any} */ twin) => settingsApart(welcome.config, twin.config));
  const paths = [...new Set(apart.flat().map((/** @type {any} */ setting) => setting.path))];
  if (!paths.length) return [h("caption", { class: "hint", text: t`All settings are the same.` })];
  const value = (/** @type {number} */ k, /** @type {string} */ path) => apart[k].find((/** @type {any} */ setting) => setting.path === path);
  return [
    h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col", text: t`run` }), ...apart.map((/** @type {any} */ _, /** @type {number} */ k) => h("th", { scope: "col", "aria-label": t`twin ${k + 1}` }, sample(k))))),
    h("tbody", {}, ...paths.map((path) => h("tr", {}, h("th", { scope: "row", text: settingName(path) }),
      h("td", { text: settingValue(apart.flat().find((/** @type {any} */ setting) => setting.path === path).here) }),
      ...apart.map((/** @type {any} */ _, /** @type {number} */ k) => h("td", { class: value(k, path) ? null : "same", text: value(k, path) ? settingValue(value(k, path).there) : "=" }))))),
  ];
}
