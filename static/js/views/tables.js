// @ts-check
/** The button beside each figure that shows it as a table, and the dialog with it. */

import { byId, h, mark } from "../dom.js";
import { chart, lossLines, normLines } from "../figures/charts.js";
import { outputFigure } from "../figures/outputs.js";
import { csvOf, readable, tableOf, toldOf } from "../figures/tables.js";
import { fixed } from "../format.js";
import { paced } from "../pace.js";
import { isFast } from "../selectors.js";
import { t } from "../words.js";
import { open } from "./dialogs.js";

/** @typedef {import("../store.js").State} State */

const RESTS = 1_000; // ms between two descriptions while playing

/** Figures: what their rows are, and what they show now, if that is not what Plotly drew last. @type {Record<string, {along: string | ((state: State) => string), traces?: (state: State) => any[]}>} */
const FIGURES = {
  loss: { along: t`epoch`, traces: (state) => chart(lossLines(state), 1, state.phase).traces.slice(0, -1) },
  norms: { along: t`epoch`, traces: (state) => chart(normLines(state), 1, state.phase).traces.slice(0, -1) },
  surface: { along: (state) => (state.surface?.tensors.x2 ? "x2 ↓ x1 →" : "x1"), traces: (state) => outputFigure(state)?.traces ?? [] },
  "flow-heat": { along: t`layer ↓ epoch →` },
  "flow-now": { along: t`layer` },
  "spread-fig": { along: t`value` },
  "work-fig": { along: t`op` },
};

/** @param {import("../store.js").Store} store */
export function tables(store) {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest?.("[data-table]");
    if (button instanceof HTMLElement) show(button.dataset.table ?? "", store.state);
  });
  const describe = paced((_curve, state) => {
    mark(byId("loss"), "aria-label", t`Cost over the epochs. ${toldOf(lossLines(state), fixed)}`);
    mark(byId("norms"), "aria-label", t`Norm of the gradient of each layer over the epochs. ${toldOf(normLines(state), fixed)}`);
  }, () => isFast(store.state), RESTS);
  return (/** @type {State} */ state) => {
    if (state.welcome && state.lens === "curves") describe(state.curve, state);
  };
}

/** @param {string} name @param {State} state */
function show(name, state) {
  const box = byId(name), { along, traces } = FIGURES[name];
  const table = tableOf(traces ? traces(state) : box.data ?? [], typeof along === "string" ? along : along(state));
  const title = box.closest("section")?.querySelector("h2")?.textContent ?? "";
  if (!table.rows.length) { open(title, [h("p", { class: "hint", text: t`There is nothing to see in this figure yet.` })]); return; }
  const rows = readable(table).length;
  const said = rows < table.rows.length ? t`${rows} of ${table.rows.length} rows; the file has all.` : "";
  const url = URL.createObjectURL(new Blob([csvOf(table)], { type: "text/csv" }));
  open(title, [h("p", { class: "hint", text: said }), written(table, title)],
    h("div", { class: "dlg-f" }, h("a", { class: "btn line", href: url, download: `${name}.csv`, text: t`Save as CSV` })));
  byId("dialog").addEventListener("close", () => URL.revokeObjectURL(url), { once: true });
}

/** The rows that can be read on the page, in a box that scrolls. @param {import("../figures/tables.js").Table} table @param {string} title */
export function written(table, title) {
  const text = (/** @type {any} */ value) => (value === null ? "–" : typeof value === "number" ? String(Number(value.toPrecision(6))) : value);
  const head = h("tr", {}, ...table.columns.map((column) => h("th", { scope: "col", text: column })));
  const body = readable(table).map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row", text: text(first) }), ...rest.map((value) => h("td", { text: text(value) }))));
  return h("div", { class: "figures-table", tabindex: "0", role: "region", "aria-label": title }, h("table", {}, h("thead", {}, head), h("tbody", {}, ...body)));
}
