// @ts-check
/** The dialog of data: every data set, and one's own as clicked points, as a table, from a CSV file. */

import { h, s, worded } from "../dom.js";
import { thousands } from "../format.js";
import { REACH, pointsFrom, tableFrom, tableOf, withCell, withClick, withColumn, withPasted, withRow, withoutRow } from "../own.js";
import { request } from "../requests.js";
import { parts, t } from "../words.js";
import { close, keeper, open, openForm } from "./dialogs.js";
import { tile } from "./setup.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {(data: any, keep: boolean) => Promise<string[]>} Use  takes the data of a config; returns the faults, none when it is done */

const SHOWN = 60; // rows of a table that can be changed in the page
const GRID = 0.1; // to which clicked points are rounded

/**
 * @param {State} state
 * @param {(name: string, keep: boolean) => void} choose  a data set
 * @param {Use} use
 */
export function openData(state, choose, use) {
  const { data } = state.welcome.config, keep = keeper();
  const tiles = Object.entries(state.catalog.data).map(([key, entry]) => tile(key, entry, key === data.name, (_, name) => { close(); choose(name, keep.checked()); }));
  const absent = Object.values(state.catalog.data).filter(({ missing }) => missing).map(({ title, missing }) => h("p", { class: "hint", text: t`${title} ${missing}.` }));
  const way = (/** @type {string} */ title, /** @type {string} */ about, /** @type {string} */ name, /** @type {() => void} */ go) => h("button", { "data-own": name, onclick: go }, h("b", { text: title }), h("span", { text: about }));
  const file = h("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv", hidden: true, "data-own": "file", onchange: async () => { if (file.files?.[0]) openTable(await read({ text: await file.files[0].text() }), use); } });
  open(t`Data`, [h("div", { class: "data all" }, ...tiles), ...absent, keep.element, h("h3", { text: t`Your own` }), h("div", { class: "presets" },
    way(t`Click points`, t`two classes in the plane`, "points", () => openPoints(pointsFrom(data), use)),
    way(t`Type a table`, t`numbers in rows and columns; paste from a spreadsheet`, "table", async () => openTable(await read(tableFrom(data)), use)),
    way(t`Open a CSV file`, t`at most 2,000 rows and 100 columns`, "csv", () => file.click()), file)]);
}

/** Ask the server what a table is. @param {any} brought @returns {Promise<any>} */
async function read(brought) {
  try {
    return await request("/data", { body: brought });
  } catch (error) {
    const { header = ["x1", "y"], rows = [], target = 1 } = brought;
    return { header, rows, target, classes: false, faults: [/** @type {Error} */ (error).message], notes: [], data: null };
  }
}

/** @param {any} found  what the server says of a table @param {Use} use */
function openTable(found, use) {
  let table = { header: found.header, rows: found.rows, target: found.target };
  let { faults, notes } = found, standardize = true, drop = false;
  /** @type {boolean | null} */
  let classes = null;
  const grid = h("div", { class: "grid" }), choices = h("div", { class: "own-choices" }), said = h("ul", { class: "own-said" });
  const form = h("form", { class: "own" }, h("p", { class: "hint", text: t`Columns of numbers are the inputs. Choose which column is the target.` }), choices, said, grid);
  const look = async () => {
    const answer = await read({ ...table, classes, drop });
    ({ faults, notes } = answer);
    found = answer;
    tell();
    return answer;
  };
  const change = (/** @type {any} */ next) => { table = next; show(); look(); };

  function tell() {
    said.replaceChildren(...faults.map((/** @type {string} */ text) => h("li", { class: "bad", text })), ...notes.map((/** @type {string} */ text) => h("li", { text })));
    kind.value = String(classes ?? found.classes);
  }
  const kind = h("select", { class: "field", "aria-label": t`the target is`, onchange: () => { classes = kind.value === "true"; look(); } }, h("option", { value: "true", text: t`classes` }), h("option", { value: "false", text: t`numbers` }));
  const target = h("select", { class: "field", "aria-label": t`target`, onchange: () => { classes = null; table = { ...table, target: Number(target.value) }; show(); look(); } });
  choices.append(h("label", {}, ...worded(parts`Target ${target}`)), h("label", {}, ...worded(parts`is ${kind}`)),
    check(t`Standardize inputs`, standardize, (on) => { standardize = on; }, t`mean 0 and spread 1 over the training examples`),
    check(t`Leave out rows with a missing value`, drop, (on) => { drop = on; look(); }));

  function show() {
    target.replaceChildren(...table.header.map((/** @type {string} */ name, /** @type {number} */ j) => h("option", { value: String(j), text: name, selected: j === table.target })));
    const cell = (/** @type {string} */ text, /** @type {number} */ i, /** @type {number} */ j) => h("td", { class: j === table.target ? "target" : null }, h("input", {
      value: text, "aria-label": t`${table.header[j]}, row ${i + 1}`,
      onchange: (/** @type {any} */ event) => { table = withCell(table, i, j, event.target.value); look(); },
      onpaste: (/** @type {any} */ event) => { const pasted = event.clipboardData.getData("text"); if (/[\t\n]/.test(pasted.trim())) { event.preventDefault(); change(withPasted(table, i, j, pasted)); } },
    }));
    const more = table.rows.length - SHOWN;
    grid.replaceChildren(h("table", {}, h("thead", {}, h("tr", {}, h("th", {}), ...table.header.map((/** @type {string} */ name, /** @type {number} */ j) => h("th", { scope: "col", class: j === table.target ? "target" : null, text: name })), h("th", {}))),
      h("tbody", {}, ...table.rows.slice(0, SHOWN).map((/** @type {string[]} */ row, /** @type {number} */ i) => h("tr", {}, h("th", { scope: "row", text: String(i + 1) }), ...row.map((text, j) => cell(text, i, j)), h("td", {}, h("button", { type: "button", class: "rm", "aria-label": t`Remove row ${i + 1}`, text: "×", onclick: () => change(withoutRow(table, i)) })))))),
    more > 0 ? h("p", { class: "hint", text: more === 1 ? t`and 1 more row` : t`and ${thousands(more)} more rows` }) : h("div", { class: "links" }, h("button", { type: "button", class: "lnk", text: t`Add a row`, onclick: () => change(withRow(table)) }), h("button", { type: "button", class: "lnk", text: t`Add a column`, onclick: () => change(withColumn(table)) })));
  }
  show();
  tell();
  openForm(t`Your own table`, form, async (keep) => {
    const answer = await look();
    return answer.data ? use({ ...answer.data, standardize }, keep) : answer.faults;
  });
}

/** @param {import("../own.js").Point[]} points @param {Use} use */
function openPoints(points, use) {
  /** @type {0 | 1} */
  let kind = 1;
  const pad = s("svg", { viewBox: `${-REACH} ${-REACH} ${2 * REACH} ${2 * REACH}`, class: "pad", role: "img" });
  const count = h("p", { class: "hint", "aria-live": "polite" });
  const kinds = /** @type {[0 | 1, string][]} */ ([[1, t`● Class 1`], [0, t`■ Class 0`]]).map(([value, text]) => h("button", { type: "button", "data-kind": value, text, onclick: () => { kind = value; show(); } }));
  const links = [[t`Undo`, () => points.slice(0, -1)], [t`Clear`, () => []]].map(([text, next]) => h("button", { type: "button", class: "lnk", text, onclick: () => { points = /** @type {any} */ (next)(); show(); } }));
  pad.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const { left, top, width, height } = pad.getBoundingClientRect();
    const round = (/** @type {number} */ v) => Number((Math.round(v / GRID) * GRID).toFixed(1));
    points = withClick(points, { x: round(((event.clientX - left) / width) * 2 * REACH - REACH), y: round(REACH - ((event.clientY - top) / height) * 2 * REACH), kind });
    show();
  });

  function show() {
    for (const button of kinds) button.setAttribute("aria-pressed", String(button.dataset.kind === String(kind)));
    const ones = points.filter((p) => p.kind).length;
    count.textContent = t`${ones} of class 1, ${points.length - ones} of class 0. Click a point again to take it away.`;
    pad.setAttribute("aria-label", points.length === 1 ? t`A plane with 1 point. Those who do not click can type a table instead.` : t`A plane with ${points.length} points. Those who do not click can type a table instead.`);
    pad.replaceChildren(
      s("path", { class: "axes", d: `M${-REACH} 0H${REACH}M0 ${-REACH}V${REACH}` }),
      ...points.map(({ x, y, kind: k }) => (k ? s("circle", { class: "p", cx: x, cy: -y, r: 0.16 }) : s("rect", { class: "n", x: x - 0.15, y: -y - 0.15, width: 0.3, height: 0.3 }))));
  }
  show();
  const form = h("form", { class: "own" }, h("div", { class: "own-choices" }, h("div", { class: "seg", role: "group", "aria-label": t`Class of the next point` }, ...kinds), ...links), h("div", { class: "pad-box" }, pad), count);
  openForm(t`Click points`, form, async (keep) => {
    const answer = await read({ ...tableOf(points), classes: true });
    return answer.data ? use({ ...answer.data, standardize: false }, keep) : points.length ? answer.faults : [t`Click at least one point of each class first.`];
  });
}

/** @param {string} text @param {boolean} value @param {(on: boolean) => void} change @param {string} [title] */
function check(text, value, change, title) {
  const input = h("input", { type: "checkbox", class: "check", onchange: () => change(input.checked) });
  input.checked = value;
  return h("label", { title }, input, text);
}
