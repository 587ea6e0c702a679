// @ts-check
/** The confusion matrix: what the examples of each class are told to be. */

import { byId, h, memo } from "../dom.js";
import { percent } from "../format.js";
import { t } from "../words.js";
import { choice } from "./lenses.js";

/** @typedef {import("../store.js").State} State */

/** @param {() => void} redraw */
export function classes(redraw) {
  const box = byId("classes"), sets = byId("classes-of");
  let of = "train";
  const mark = choice(sets, (value) => { of = value; redraw(); });
  const show = memo((evaluation, set, given) => {
    const rows = set === "test" ? evaluation?.test_confusion : evaluation?.confusion;
    box.replaceChildren(...(rows ? [table(rows, given)] : [h("p", { class: "hint", text: evaluation ? t`The targets of this data are numbers, not classes.` : "" })]));
  });
  return (/** @type {State} */ state) => {
    if (!state.welcome || state.lens !== "classes") return;
    const tested = Boolean(state.evaluation?.test_confusion);
    sets.hidden = !tested;
    mark(tested ? of : "train");
    show(state.evaluation, tested ? of : "train", state.welcome.config.data.class_names);
  };
}

/** @param {number[][]} rows @param {string[] | undefined} given  names of the classes */
function table(rows, given) {
  const names = rows.map((_, i) => given?.[i] ?? String(i));
  const most = (/** @type {number[]} */ row) => row.reduce((sum, n) => sum + n, 0);
  return h("table", { class: `confusion${rows.length > 4 ? " many" : ""}` },
    h("caption", { text: t`Rows: what they are. Columns: what the network says.` }),
    h("thead", {}, h("tr", {}, h("td", {}), ...names.map((name) => h("th", { scope: "col", text: name })), h("th", { scope: "col", text: t`right` }))),
    h("tbody", {}, ...rows.map((row, i) => {
      const all = most(row);
      return h("tr", {}, h("th", { scope: "row", text: names[i] }),
        ...row.map((n, j) => h("td", { class: i === j ? "hit" : n ? "miss" : null, style: `--k:${all ? Math.round((70 * n) / all) : 0}%`, text: String(n) })),
        h("td", { class: "share", text: all ? percent(row[i] / all) : "–" }));
    })));
}
