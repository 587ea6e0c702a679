// @ts-check
/** The histogram of a class's answers, as Plotly is to draw it. */

import { signed } from "../format.js";
import { LEAST, SHARE, choicesOf } from "../predict.js";
import { binned, tallied } from "./histogram.js";
import { token } from "./plot.js";

const HATCH = { shape: "/", size: 7, solidity: 0.25, fgcolor: "rgba(255,255,255,.75)" };

/**
 * @param {any} question  as the teacher is told it, with its answers
 * @param {number[]} sizes @param {(mistake: string) => string} titleOf
 * @returns {{traces: any[], layout: any, words: string}}
 */
export function answersChart(question, sizes, titleOf) {
  const values = /** @type {number[]} */ (Object.values(question.answers ?? {}));
  const revealed = question.stage === "revealed";
  const bars = question.sort === "value" ? numbers(question, values, revealed, titleOf) : choices(question, values, revealed, sizes);
  const colours = { pos: token("pos-fill"), neg: token("neg-fill"), right: token("now-solid") || token("backward"), ink: token("ink"), ink2: token("ink-2"), line: token("control") };
  const trace = {
    type: "bar", x: bars.map((_, i) => i), y: bars.map(({ count }) => count), width: 0.62, cliponaxis: false, hoverinfo: "skip",
    text: bars.map(({ count, isRight, mark }) => `${isRight ? `<span style="color:${colours.right}">${mark}</span><br>` : ""}<b>${count}</b>`), textposition: "outside", textfont: { size: 20, color: colours.ink },
    marker: { color: bars.map(({ isRight, sign }) => (isRight ? colours.right : sign < 0 ? colours.neg : colours.pos)), pattern: { ...HATCH, shape: bars.map(({ isRight, sign }) => (!isRight && sign < 0 ? "/" : "")) }, cornerradius: 3 },
  };
  const room = Math.max(0, 6 - bars.length) / 2; // few bars stay narrow
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const axis = { fixedrange: true, showgrid: false, zeroline: false, color: colours.ink2 };
  const layout = {
    margin: { l: 12, r: 12, t: 44, b: 84 }, font: { family: token("font"), size: 15, color: colours.ink2 }, bargap: 0.3,
    xaxis: { ...axis, tickmode: "array", tickvals: bars.map((_, i) => i), ticktext: bars.map(({ text }) => text), range: [-0.6 - room, bars.length - 0.4 + room], linecolor: colours.line, showline: true, ticks: "outside", tickangle: 0, automargin: true },
    yaxis: { ...axis, visible: false, range: [0, most * 1.08] },
  };
  const words = `${values.length} answers: ${bars.filter(({ count }) => count).map(({ count, plain, isRight }) => `${count} ${isRight ? "right, " : ""}${plain}`).join("; ")}`;
  return { traces: [trace], layout, words };
}

/** @typedef {{text: string, plain: string, count: number, isRight: boolean, sign: number, mark: string}} Bar */

/** @param {any} question @param {number[]} values @param {boolean} revealed @param {(mistake: string) => string} titleOf @returns {Bar[]} */
function numbers(question, values, revealed, titleOf) {
  const { truth } = question;
  const right = revealed ? { truth, tolerance: Math.max(SHARE * Math.abs(truth), LEAST) } : null;
  const traps = (question.traps ?? []).map((/** @type {any} */ { mistake, value }) => ({ name: titleOf(mistake), value }));
  return binned(values, right, traps).bins.map(({ values: inside, isRight, names }) => {
    const mean = inside.reduce((sum, value) => sum + value, 0) / (inside.length || 1);
    const label = isRight ? signed(truth) : short(mean);
    return { text: [label, ...names.map(wrapped)].join("<br>"), plain: [`near ${label}`, ...names].join(", "), count: inside.length, isRight, sign: Math.sign(mean), mark: "right" };
  });
}

/** @param {any} question @param {number[]} values @param {boolean} revealed @param {number[]} sizes @returns {Bar[]} */
function choices(question, values, revealed, sizes) {
  const right = !revealed ? null : question.sort === "which" ? question.alike : [Math.sign(question.truth)];
  return tallied(values, choicesOf(question, sizes), right).map(({ text, count, isRight }) => ({ text: text.replace(" → ", "<br>→ "), plain: text, count, isRight, sign: text === "negative" || text === "smaller" ? -1 : 1, mark: "right" }));
}

/** @param {number} value */
function short(value) {
  const text = Math.abs(value) < 1e-9 ? "0" : Number(value.toPrecision(3)).toString();
  return `≈ ${value > 0 && text !== "0" ? "+" : ""}${text}`.replace("-", "−");
}

/** Words below a bar, broken so that they are no wider than it. @param {string} text */
function wrapped(text) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && `${last} ${word}`.length <= 14) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("<br>");
}
