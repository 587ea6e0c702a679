// @ts-check
/** Data of one's own, as a table of texts that is edited and as points that are clicked. Pure. */

/** @typedef {{header: string[], rows: string[][], target: number}} Table */
/** @typedef {{x: number, y: number, kind: 0 | 1}} Point */

export const REACH = 5; // how far the plane goes that points are clicked on, in each direction
const NEAR = 0.35; // as near as this a click means the point that is there

/** A small table to begin with: what is in use, where it is a table, else the truth table of AND. @param {any} data  of a config @returns {Table} */
export function tableFrom(data) {
  if (!data.X || data.X.length * data.X[0].length > 20_000) return { header: ["x1", "x2", "y"], rows: [["0", "0", "0"], ["0", "1", "0"], ["1", "0", "0"], ["1", "1", "1"]], target: 2 };
  const inputs = data.X[0].map((/** @type {number} */ _, /** @type {number} */ j) => data.input_names?.[j] ?? `x${j + 1}`);
  const targets = data.labels ? ["class"] : data.Y[0].map((/** @type {number} */ _, /** @type {number} */ k) => `y${k + 1}`);
  const told = (/** @type {number} */ i) => (data.labels ? [data.class_names?.[data.labels[i]] ?? String(data.labels[i])] : data.Y[i].map(String));
  return { header: [...inputs, targets[0]], rows: data.X.map((/** @type {number[]} */ row, /** @type {number} */ i) => [...row.map(String), told(i)[0]]), target: inputs.length };
}

/** @param {Table} table @returns {Table} */
export function withRow(table) {
  return { ...table, rows: [...table.rows, table.header.map(() => "")] };
}

/** @param {Table} table @param {number} i @returns {Table} */
export function withoutRow(table, i) {
  return { ...table, rows: table.rows.filter((_, at) => at !== i) };
}

/** One column of inputs more, before the target. @param {Table} table @returns {Table} */
export function withColumn(table) {
  const put = (/** @type {string[]} */ row, /** @type {string} */ text) => [...row.slice(0, table.target), text, ...row.slice(table.target)];
  let n = table.header.length;
  while (table.header.includes(`x${n}`)) n++;
  return { header: put(table.header, `x${n}`), rows: table.rows.map((row) => put(row, "")), target: table.target + 1 };
}

/** @param {Table} table @param {number} i @param {number} j @param {string} text @returns {Table} */
export function withCell(table, i, j, text) {
  return { ...table, rows: table.rows.map((row, at) => (at === i ? row.map((old, k) => (k === j ? text : old)) : row)) };
}

/** What is pasted from a spreadsheet, from a cell on; the table grows as it needs rows. @param {Table} table @param {number} i @param {number} j @param {string} text @returns {Table} */
export function withPasted(table, i, j, text) {
  const block = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  const rows = table.rows.map((row) => [...row]);
  block.forEach((cells, di) => {
    const row = rows[i + di] ?? (rows[i + di] = table.header.map(() => ""));
    cells.forEach((cell, dj) => { if (j + dj < row.length) row[j + dj] = cell.trim(); });
  });
  return { ...table, rows };
}

/** A click on the plane: a new point, or away with the one that is there. @param {Point[]} points @param {Point} at @returns {Point[]} */
export function withClick(points, at) {
  const hit = points.findIndex((p) => Math.hypot(p.x - at.x, p.y - at.y) < NEAR);
  return hit >= 0 ? points.filter((_, i) => i !== hit) : [...points, at];
}

/** The points as a table. @param {Point[]} points @returns {Table} */
export function tableOf(points) {
  return { header: ["x1", "x2", "class"], rows: points.map(({ x, y, kind }) => [String(x), String(y), String(kind)]), target: 2 };
}

/** The points of data of the plane with two classes, none of other data. @param {any} data  of a config @returns {Point[]} */
export function pointsFrom(data) {
  if (!data.X || !data.labels || data.X[0].length !== 2 || data.X.length > 500 || Math.max(...data.labels) > 1) return [];
  if (data.X.some((/** @type {number[]} */ row) => row.some((v) => Math.abs(v) > REACH))) return [];
  return data.X.map((/** @type {number[]} */ [x, y], /** @type {number} */ i) => ({ x, y, kind: data.labels[i] }));
}
