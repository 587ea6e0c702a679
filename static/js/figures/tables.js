// @ts-check
/** What a figure shows, as a table: for who does not see it, and for who wants the numbers. Pure. */

import { t } from "../words.js";

/** @typedef {{columns: string[], rows: (string | number | null)[][]}} Table */

const MOST = 200; // rows that are read on the page; a file has all

/**
 * The table of what Plotly draws: of a heat map its cells, of lines and bars their values side by side.
 * @param {any[]} traces @param {string} along  what the x axis, or the rows of a heat map, are
 * @returns {Table}
 */
export function tableOf(traces, along) {
  const map = traces.find(({ type }) => type === "heatmap");
  return map ? ofMap(map, along) : ofLines(traces.filter(({ x, y }) => x?.length && y?.length), along);
}

/** @param {any} map @param {string} along @returns {Table} */
function ofMap({ x, y, z }, along) {
  return { columns: [along, ...[...x].map(worded)], rows: [...z].map((row, i) => [cell(y[i]), ...[...row].map(cell)]) };
}

/** @param {any[]} traces @param {string} along @returns {Table} */
function ofLines(traces, along) {
  const flat = traces.map((trace) => (trace.orientation === "h" ? { ...trace, x: trace.y, y: trace.x } : trace));
  const placesOf = (/** @type {any} */ { x, customdata }) => [...(customdata?.length === x.length ? customdata : x)];
  const places = [...new Set(flat.flatMap(placesOf))];
  if (places.every((place) => typeof place === "number")) places.sort((a, b) => a - b);
  const values = flat.map(({ x, y, customdata }) => new Map(placesOf({ x, customdata }).map((place, i) => [place, y[i]])));
  return {
    columns: [along, ...flat.map(({ name }, i) => name ?? (flat.length > 1 ? String(i + 1) : t`value`))],
    rows: places.map((place) => [cell(place), ...values.map((of) => cell(of.get(place)))]),
  };
}

/** @param {any} value @returns {string | number | null} */
function cell(value) {
  return value === undefined || value === null || Number.isNaN(value) ? null : value;
}

/** @param {any} value */
function worded(value) {
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value);
}

/** The rows that are read on the page: all, or evenly chosen ones, the last among them. @param {Table} table */
export function readable({ rows }) {
  if (rows.length <= MOST) return rows;
  return Array.from({ length: MOST }, (_, i) => rows[Math.round((i * (rows.length - 1)) / (MOST - 1))]);
}

/** @param {Table} table @returns {string} */
export function csvOf({ columns, rows }) {
  const quoted = (/** @type {any} */ value) => (value === null ? "" : /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
  return [columns, ...rows].map((row) => row.map(quoted).join(",")).join("\n") + "\n";
}

/** Curves in a sentence: where each began and where it is. @param {import("./charts.js").Lines} made @param {(value: number) => string} written */
export function toldOf({ xs, lines }, written) {
  return lines.flatMap(({ name, ys }) => {
    const known = ys.filter(Number.isFinite);
    if (!known.length) return [];
    return [known.length === 1 ? t`${name}: ${written(known[0])}` : t`${name}: ${written(known[0])} at first, ${written(known[known.length - 1])} after ${worded(xs[ys.findLastIndex(Number.isFinite)])} epochs`];
  }).join(t`; `);
}
