// @ts-check
/** The histogram of a class's answers, as Plotly is to draw it. */

import { signed } from "../format.js";
import { LEAST, SHARE, choicesOf } from "../predict.js";
import { binned, tallied } from "./histogram.js";
import { t } from "../words.js";
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
  const told = bars.filter(({ count }) => count).map(({ count, plain, isRight }) => (isRight ? t`${count} right, ${plain}` : `${count} ${plain}`)).join(t`; `);
  const words = t`${values.length} answers: ${told}`;
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
    return { text: [label, ...names.map(wrapped)].join("<br>"), plain: [t`near ${label}`, ...names].join(t`, `), count: inside.length, isRight, sign: Math.sign(mean), mark: t`right` };
  });
}

/** @param {any} question @param {number[]} values @param {boolean} revealed @param {number[]} sizes @returns {Bar[]} */
function choices(question, values, revealed, sizes) {
  const right = !revealed ? null : question.sort === "which" ? question.alike : [Math.sign(question.truth)];
  const offered = choicesOf(question, sizes);
  return tallied(values, offered, right).map(({ text, count, isRight }, i) => ({ text: text.replace(" → ", "<br>→ "), plain: text, count, isRight, sign: offered[i].value < 0 ? -1 : 1, mark: t`right` }));
}

/** @param {number} value */
function short(value) {
  const text = Math.abs(value) < 1e-9 ? "0" : Number(value.toPrecision(3)).toString();
  return `≈ ${value > 0 && text !== "0" ? "+" : ""}${text}`.replace("-", "−");
}

/** Words below a bar, broken so that they are no wider than it; Chinese may break after any character. @param {string} text */
function wrapped(text) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(/(?<= )|(?<=\p{Script=Han})(?!\p{P})/u)) {
    const last = lines[lines.length - 1];
    if (last !== undefined && wide(last + word) <= 14) lines[lines.length - 1] = last + word;
    else lines.push(word);
  }
  return lines.map((line) => line.trim()).join("<br>");
}

/** How many letters wide a text is. @param {string} text */
function wide(text) {
  return [...text.trimEnd()].reduce((sum, letter) => sum + (/\p{Script=Han}/u.test(letter) ? 2 : 1), 0);
}
