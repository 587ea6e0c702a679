// @ts-check
/** The figure of what must be kept: bytes after every op of a minibatch. */

import { tensorName } from "../format.js";
import { t } from "../words.js";
import { token } from "./plot.js";

const UNITS = ["B", "kB", "MB", "GB"];

/** @param {number} n */
export function bytes(n) {
  let size = n, unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) { size /= 1000; unit++; }
  return `${unit && size < 100 ? size.toPrecision(3) : Math.round(size)} ${UNITS[unit]}`;
}

/** Operations by phase. @param {{operations: number[]}} work @param {{phase: string}[]} program */
export function byPhase({ operations }, program) {
  /** @type {Record<string, number>} */
  const sums = {};
  program.forEach(({ phase }, i) => { sums[phase] = (sums[phase] ?? 0) + operations[i]; });
  return sums;
}

/** @param {{alive: number[]}} work @param {{phase: string, symbol: string}[]} program @param {number} now  ops that are executed */
export function workFigure({ alive }, program, now) {
  const font = { size: 12, color: token("ink-3"), family: token("font") };
  const axis = { fixedrange: true, zeroline: false, tickfont: font, ticks: "" };
  const most = Math.max(...alive, 1), first = program.map((_, i) => i).filter((i) => program[i].phase !== program[i - 1]?.phase);
  return {
    traces: [{
      type: "bar", x: program.map((_, i) => i), y: alive, text: alive.map(bytes), textposition: "none", customdata: program.map((op) => tensorName(op.symbol)), hovertemplate: `${t`after ${"%{customdata}"}: ${"%{text}"}`}<extra></extra>`,
      marker: { color: program.map((op) => token(op.phase)), opacity: program.map((_, i) => (i === now - 1 ? 1 : 0.45)), line: { color: token("ink"), width: program.map((_, i) => (i === now - 1 ? 1.5 : 0)) } },
    }],
    layout: {
      margin: { l: 52, r: 4, t: 6, b: 20 }, bargap: 0.15, font: { family: token("font") },
      xaxis: { ...axis, showgrid: false, tickangle: 0, tickvals: first, ticktext: first.map((i) => tensorName(program[i].symbol)) },
      yaxis: { ...axis, range: [0, most * 1.08], gridcolor: token("line"), tickvals: [0, most / 2, most], ticktext: [0, most / 2, most].map(bytes) },
    },
  };
}
