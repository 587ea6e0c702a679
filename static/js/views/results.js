// @ts-check
/** Cost over the epochs, outputs over the inputs, gradient norms. */

import { byId, h, mark, memo, paced, say, sizeOf } from "../dom.js";
import { DASHES, axes, epochs, range, reach } from "../figures/curves.js";
import { draw, setLine, setMarker, setPicture, token } from "../figures/plot.js";
import { paintSurface, rgb } from "../figures/surface.js";
import { fixed, plain } from "../format.js";
import { focus, isFast, unitValue } from "../selectors.js";

/** @typedef {import("../store.js").State} State */

const MOVES = 70; // ms between two movements of lines while playing
const REFRESH = 1_000; // ms between two refreshes of axes while playing
const MOST_EXAMPLES = 4; // rows of the table
const canvas = document.createElement("canvas");

/** @param {(command: string, argument?: any) => void} act @param {import("../store.js").Store} store @param {() => void} redraw */
export function results(act, store, redraw) {
  const loss = figure(byId("loss"), lossTraces), norms = figure(byId("norms"), normTraces);
  const room = sizeOf(byId("loss"), redraw);
  const surface = surfaceView(store);
  const table = tableView(act, store);
  const title = memo((log) => {
    const button = /** @type {HTMLElement} */ (document.querySelector("[data-do=log]"));
    say(button, log ? "log" : "linear");
    mark(button, "aria-pressed", String(log));
  });
  return (/** @type {State} */ state, /** @type {string} */ theme) => {
    if (!state.welcome) return;
    const shown = state.cost ?? state.evaluation?.cost ?? null;
    say(byId("cost"), shown === null ? "–" : fixed(shown));
    title(state.log);
    if (!room.width) return;
    loss(state, theme);
    norms(state, theme);
    measures(state.evaluation);
    surface(state, theme);
    table(state);
  };
}

const measures = memo((evaluation) => {
  const list = byId("measures");
  const { test_cost: test, accuracy, test_accuracy: testAccuracy } = evaluation ?? {};
  const items = [
    ["test", test === undefined ? "" : fixed(test)],
    ["right", accuracy === undefined ? "" : percent(accuracy) + (testAccuracy === undefined ? "" : `, test ${percent(testAccuracy)}`)],
  ];
  list.replaceChildren(...items.filter(([, text]) => text).map(([name, text]) => h("div", {}, h("dt", { text: name }), h("dd", { text }))));
});

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(share === 1 ? 0 : 1)} %`;
}

/**
 * A figure of curves: drawn by Plotly when its axes have to change, else its lines are moved.
 * @param {any} box
 * @param {(state: State, colours: any) => {xs: number[], lines: any[], log: boolean, now: [number, number] | null}} make
 */
function figure(box, make) {
  let drawn = 0, moved = 0, key = "";
  /** @type {any} */
  let last = null;
  const room = sizeOf(box);
  return (/** @type {State} */ state, /** @type {string} */ theme) => {
    const facts = [state.curve, state.log, state.cost, state.position, theme, room.width, isFast(state)];
    if (last && facts.every((fact, i) => fact === last[i])) return;
    const now = performance.now();
    if (isFast(state) && now - moved < MOVES) return;
    moved = now;
    const made = make(state, null);
    const same = key === `${theme}|${made.log}|${made.lines.length}|${room.width}`;
    const due = now - drawn > REFRESH;
    last = facts;
    if (same && !due && (isFast(state) || box._sameAxes?.(made))) {
      made.lines.forEach((line, i) => setLine(box, i, made.xs, line.ys));
      if (made.now) setMarker(box, made.lines.length, ...made.now);
      return;
    }
    drawn = now;
    key = `${theme}|${made.log}|${made.lines.length}|${room.width}`;
    plot(box, made);
  };
}

/** @param {any} box @param {any} made */
function plot(box, { xs, lines, log, now }) {
  const colours = { ink: token("ink"), ink3: token("ink-3"), line: token("line") };
  const y = range(lines.map((/** @type {any} */ line) => line.ys), log);
  const end = reach(Math.max(xs[xs.length - 1] ?? 0, now?.[0] ?? 0));
  const traces = lines.map((/** @type {any} */ line) => ({
    type: "scatter", mode: "lines", x: xs, y: line.ys, name: line.name, hovertemplate: `%{y:.6g}<extra>${line.name}</extra>`,
    line: { color: line.strong ? colours.ink : colours.ink3, width: line.strong ? 2 : 1.75, dash: line.dash }, connectgaps: false,
  }));
  traces.push({ type: "scatter", mode: "markers", x: now ? [now[0]] : [], y: now ? [now[1]] : [], hoverinfo: "skip", cliponaxis: false, marker: { size: 9, color: token(box.closest(".lab").dataset.phase ?? "draw"), line: { color: token("page"), width: 2 } } });
  const layout = axes(colours, [0, end], y, log);
  const font = { family: "inherit", size: 12, color: token("page") };
  draw(box, traces, { ...layout, font: { family: "inherit" }, hoverlabel: { bgcolor: colours.ink, bordercolor: colours.ink, font } }, true);
  box._sameAxes = (/** @type {any} */ next) => (next.xs[next.xs.length - 1] ?? 0) <= end && (next.now?.[0] ?? 0) <= end;
}

/** @param {State} state */
function lossTraces(state) {
  const { curve, welcome, cost, position } = state;
  const xs = epochs(curve.iteration, welcome.per_epoch);
  const train = curve.train ?? [], test = curve.test ?? [];
  const lines = [{ name: "train", ys: train, dash: "solid", strong: true }];
  if (welcome.examples.test) lines.push({ name: "test", ys: test, dash: "4px,3px", strong: false });
  const at = position / welcome.program.length / welcome.per_epoch;
  const whole = welcome.per_epoch === 1;
  const y = whole && cost !== null ? cost : near(xs, train, at);
  return { xs, lines, log: state.log, now: y === null ? null : /** @type {[number, number]} */ ([whole ? Math.floor(Math.max(0, position - 1) / welcome.program.length) : at, y]) };
}

/** The value of a curve at a place between its points. @param {number[]} xs @param {number[]} ys @param {number} at */
function near(xs, ys, at) {
  let i = xs.length - 1;
  while (i > 0 && xs[i] > at) i--;
  return ys[i] ?? null;
}

/** @param {State} state */
function normTraces(state) {
  const { curve, welcome } = state;
  const layers = welcome.sizes.length - 1;
  const lines = Array.from({ length: layers }, (_, i) => ({
    name: `dW${i + 1}`, ys: curve[`norm${i + 1}`] ?? [], dash: DASHES[i % DASHES.length], strong: true,
  }));
  return { xs: epochs(curve.iteration, welcome.per_epoch), lines, log: true, now: null };
}

/** @param {import("../store.js").Store} store */
function surfaceView(store) {
  const box = byId("surface"), outer = byId("surface-box");
  const room = sizeOf(box);
  let drawn = 0, key = "";
  /** @type {any} */
  let painted = null;
  const show = memo((surface, points, row, _tensors, theme, fast, _welcome) => {
    const { state } = store;
    const known = surface && points;
    const bars = !known && state.welcome.sizes[0] > 2;
    outer.querySelector(".sf").classList.toggle("wide", bars);
    say(byId("surface-title"), bars ? (row === null ? "Outputs in the mean" : `Outputs for example ${row + 1}`) : "Output over the inputs");
    box.hidden = !known && !bars;
    if (bars) plotBars(box, state, fast);
    if (!known) return;
    const now = performance.now();
    const same = key === `${theme}|${surface.tensors.outputs.shape}|${room.width}|${points.points.data.length}`;
    const flat = Boolean(surface.tensors.x2);
    if (same && fast && surface === painted) return;
    painted = surface;
    if (same && flat && fast && now - drawn < REFRESH) { setPicture(box, surfaceUrl(surface, state)); return; }
    if (same && !flat && fast && now - drawn < 250) { setLine(box, 0, [...surface.tensors.x1.data], column(surface, 0)); return; }
    drawn = now;
    key = `${theme}|${surface.tensors.outputs.shape}|${room.width}|${points.points.data.length}`;
    (flat ? plotPlane : plotLine)(box, surface, points, state, row);
  });
  return (/** @type {State} */ state, /** @type {string} */ theme) => show(state.surface, state.points, focus(state), state.surface ? state.tensors.examples : state.tensors, theme, isFast(state), state.welcome);
}

/** @param {any} surface @param {State} state */
function surfaceUrl(surface, state) {
  const colours = /** @type {any} */ (["neg-fill", "zero", "pos-fill"].map((name) => rgb(token(name))));
  return paintSurface(canvas, surface.tensors.outputs, { classes: hasClasses(state), scale: 1, colours });
}

/** @param {State} state */
function hasClasses(state) {
  const { data } = state.welcome.config;
  return state.evaluation?.accuracy !== undefined || data.labels !== undefined;
}

/** @param {any} surface @param {number} k */
function column(surface, k) {
  const { shape, data } = surface.tensors.outputs;
  return Array.from({ length: shape[0] }, (_, i) => data[i * shape[1] + k]);
}

/** The point that is shown in detail, in the plane. @param {State} state @param {any} points @param {number | null} row */
function focusPoint(state, points, row) {
  const chosen = row === null ? undefined : state.tensors.examples?.data[row];
  const width = points.points.shape[1];
  return chosen === undefined || chosen >= points.points.shape[0] ? null : [...points.points.data.slice(chosen * width, (chosen + 1) * width)];
}

/** @param {any} box @param {any} surface @param {any} points @param {State} state @param {number | null} row */
function plotPlane(box, surface, points, state, row) {
  const { x1, x2, outputs } = surface.tensors;
  const n = outputs.shape[0], k = outputs.shape[2];
  const z = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => outputs.data[(i * n + j) * k + (k === 2 ? 1 : 0)]));
  const classes = hasClasses(state);
  const xs = [...x1.data], ys = [...x2.data];
  const traces = [{ type: "heatmap", x: xs, y: ys, z, showscale: false, zsmooth: false, hoverinfo: "skip" }];
  if (classes && k <= 2) traces.push(/** @type {any} */ ({ type: "contour", x: xs, y: ys, z, showscale: false, autocontour: false, contours: { start: 0.5, end: 0.5, size: 1, coloring: "none" }, line: { color: token("ink"), width: 1.5, dash: "4px,3px" }, hoverinfo: "skip" }));
  traces.push(...marks(points.points, points.targets, 1), ...marks(points.test_points, points.test_targets, 0.45));
  const at = focusPoint(state, points, row);
  if (at) traces.push(/** @type {any} */ ({ type: "scatter", mode: "markers", x: [at[0]], y: [at[1]], marker: { size: 17, color: "rgba(0,0,0,0)", line: { color: token("ink"), width: 2 } }, hoverinfo: "skip" }));
  const font = { size: 12, color: token("ink-3"), family: "inherit" };
  const axis = { fixedrange: true, showgrid: false, zeroline: false, nticks: 4, tickfont: font, ticks: "" };
  draw(box, traces, {
    margin: { l: 22, r: 2, t: 4, b: 18 }, font: { family: "inherit" },
    xaxis: { ...axis, range: [xs[0], xs[n - 1]] }, yaxis: { ...axis, range: [ys[0], ys[n - 1]] },
  });
  setPicture(box, surfaceUrl(surface, state));
}

/** Discs for class 1, squares for class 0; numbers by the sign. @param {any} points @param {any} targets @param {number} opacity */
function marks(points, targets, opacity) {
  const [n, width] = points.shape;
  if (!n) return [];
  const k = targets.shape[1];
  const value = (/** @type {number} */ i) => (k === 2 ? targets.data[2 * i + 1] : k > 2 ? 1 : targets.data[i]);
  const size = n > 100 ? 4 : n > 20 ? 6 : 10;
  return [true, false].map((up) => {
    const rows = Array.from({ length: n }, (_, i) => i).filter((i) => (value(i) > 0.5) === up);
    return /** @type {any} */ ({
      type: "scatter", mode: "markers", opacity, hoverinfo: "skip",
      x: rows.map((i) => points.data[i * width]), y: rows.map((i) => points.data[i * width + 1]),
      marker: { symbol: up ? "circle" : "square", size, color: token(up ? "pos-fill" : "neg-fill"), line: { color: "#fff", width: size > 8 ? 2 : size > 5 ? 1 : 0.5 } },
    });
  });
}

/** @param {any} box @param {any} surface @param {any} points @param {State} state @param {number | null} row */
function plotLine(box, surface, points, state, row) {
  const font = { size: 12, color: token("ink-3"), family: "inherit" };
  const axis = { fixedrange: true, zeroline: false, nticks: 4, tickfont: font, ticks: "" };
  const dots = (/** @type {any} */ p, /** @type {any} */ t, /** @type {number} */ opacity) => ({ type: "scatter", mode: "markers", opacity, x: [...p.data], y: column({ tensors: { outputs: t } }, 0), marker: { size: 5, color: token("pos-fill") }, hoverinfo: "skip" });
  const traces = [
    { type: "scatter", mode: "lines", x: [...surface.tensors.x1.data], y: column(surface, 0), line: { color: token("ink"), width: 2 }, hoverinfo: "skip" },
    dots(points.points, points.targets, 0.8),
  ];
  if (points.test_points.shape[0]) traces.push(/** @type {any} */ (dots(points.test_points, points.test_targets, 0.3)));
  const at = focusPoint(state, points, row), y = row === null ? null : state.tensors.y?.data[row];
  if (at && y !== null && y !== undefined) traces.push(/** @type {any} */ ({ type: "scatter", mode: "markers", x: [at[0]], y: [y], marker: { size: 13, color: "rgba(0,0,0,0)", line: { color: token("ink"), width: 2 } }, hoverinfo: "skip" }));
  draw(box, traces, { margin: { l: 24, r: 2, t: 2, b: 18 }, font: { family: "inherit" }, xaxis: { ...axis, showgrid: false }, yaxis: { ...axis, gridcolor: token("line") } });
}

/** The outputs as bars, the target's in the colour of plus; for data that has no plane. @param {any} box @param {State} state @param {boolean} fast */
function plotBars(box, state, fast) {
  const k = state.welcome.sizes[state.welcome.sizes.length - 1], L = state.welcome.sizes.length - 1;
  const units = Array.from({ length: Math.min(k, 24) }, (_, j) => j);
  const values = units.map((j) => unitValue(state, `a${L}`, j) ?? 0);
  const targets = units.map((j) => unitValue(state, "y", j) ?? 0);
  const now = performance.now();
  if (fast && now - (box.drawn ?? 0) < 250) return;
  box.drawn = now;
  const font = { size: 12, color: token("ink-3"), family: "inherit" };
  const fill = token("pos-fill"), other = token("control");
  draw(box, [{ type: "bar", x: units, y: values, hoverinfo: "skip", marker: { color: targets.map((y) => (y > 0.5 ? fill : other)), line: { color: token("ink"), width: targets.map((y) => (y > 0.5 ? 1.5 : 0)) } } }], {
    margin: { l: 36, r: 4, t: 6, b: 20 }, bargap: 0.35, font: { family: "inherit" },
    xaxis: { fixedrange: true, tickvals: units, tickfont: font, ticks: "" },
    yaxis: { fixedrange: true, range: [Math.min(0, ...values), Math.max(1, ...values)], nticks: 4, gridcolor: token("line"), tickfont: font, zeroline: false },
  });
}

/** The first examples of the minibatch with what the network says of them. @param {(command: string, argument?: any) => void} act @param {import("../store.js").Store} store */
function tableView(act, store) {
  const table = byId("examples");
  return memo0((/** @type {State} */ state) => {
    const { y } = state.tensors, a0 = state.tensors.a0;
    const L = state.welcome.sizes.length - 1;
    const a = state.tensors[`a${L}`];
    if (!y || !a0 || a0.shape[1] > 4) { table.replaceChildren(); return; }
    const row = focus(state);
    const first = row === null ? 0 : Math.min(Math.max(0, row - 1), Math.max(0, y.shape[0] - MOST_EXAMPLES));
    const head = h("thead", {}, h("tr", {}, ...["x", `a${L}`, "y"].map((text) => h("th", { text }))));
    const body = h("tbody", {});
    for (let i = first; i < Math.min(y.shape[0], first + MOST_EXAMPLES); i++) {
      const short = (/** @type {any} */ tensor, /** @type {number} */ digits) => rowOf(tensor, i).map((/** @type {number} */ v) => (Number.isInteger(v) ? plain(v) : v.toFixed(digits).replace("-", "−")));
      body.append(h("tr", { "aria-current": i === row ? "true" : null, onclick: () => act("focus", i) },
        h("td", { text: short(a0, a0.shape[1] > 1 && !Number.isInteger(a0.data[0]) ? 1 : 2).join(" ") }), h("td", { text: a ? best(rowOf(a, i)) : "" }), h("td", { text: y.shape[1] > 1 ? String(argmax(rowOf(y, i))) : short(y, 2)[0] })));
    }
    table.classList.toggle("small", !Number.isInteger(a0.data[0]));
    table.replaceChildren(head, body);
  }, (/** @type {State} */ state) => [state.tensors, state.status, state.welcome]);
}

/** @param {(state: State) => void} make @param {(state: State) => any[]} keys */
function memo0(make, keys) {
  /** @type {State} */
  let now;
  const run = paced(() => make(now), () => isFast(now), 300);
  return (/** @type {State} */ state) => { now = state; run(...keys(state)); };
}

/** @param {any} tensor @param {number} i */
function rowOf(tensor, i) {
  return [...tensor.data.slice(i * tensor.shape[1], (i + 1) * tensor.shape[1])];
}

/** @param {number[]} values */
function argmax(values) {
  return values.indexOf(Math.max(...values));
}

/** @param {number[]} outputs */
function best(outputs) {
  return outputs.length === 1 ? outputs[0].toFixed(3).replace("-", "−") : `${argmax(outputs)}: ${fixed(Math.max(...outputs), 2)}`;
}
