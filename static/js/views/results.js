// @ts-check
/** The results: cost over the epochs, what the network says, gradient norms. */

import { byId, h, mark, memo, s, say, sizeOf } from "../dom.js";
import { chart, isLong, lossLines, normLines } from "../figures/charts.js";
import { DASHES, range } from "../figures/curves.js";
import { setLine, setMarker } from "../figures/nodes.js";
import { draw, setAxes, token } from "../figures/plot.js";
import { fixed } from "../format.js";
import { longer, paced } from "../pace.js";
import { isFast } from "../selectors.js";
import { t } from "../words.js";
import { tableView } from "./examples.js";
import { surfaceView } from "./surface.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {import("../figures/charts.js").Lines} Lines */
/** @typedef {{end: number, y: [number, number], more: number}} Axes */

const MOVES = 70; // ms between two movements of lines while playing
const ROOM = 1.5; // times what is needed: how far axes reach ahead while playing
const REFRESH = 1_000; // ms between two refreshes of axes while playing

/** @param {(command: string, argument?: any) => void} act @param {import("../store.js").Store} store @param {() => void} redraw */
export function results(act, store, redraw) {
  const loss = figure(byId("loss"), lossLines, REFRESH), norms = figure(byId("norms"), normLines, 1.3 * REFRESH);
  const room = sizeOf(byId("loss"), redraw);
  const surface = surfaceView(store, redraw);
  const table = tableView(act, store);
  const title = memo((log) => {
    const button = /** @type {HTMLElement} */ (document.querySelector("[data-do=log]"));
    say(button, log ? t`log` : t`linear`);
    mark(button, "aria-pressed", String(log));
  });
  return (/** @type {State} */ state, /** @type {string} */ theme) => {
    if (!state.welcome || state.lens !== "curves") return;
    const shown = state.cost ?? state.evaluation?.cost ?? null;
    say(byId("cost"), shown === null ? "–" : fixed(shown));
    title(state.log);
    if (!room.width) return;
    loss(state, theme);
    norms(state, theme);
    normValues(state.curve, state.welcome);
    measures(state.evaluation);
    surface(state, theme);
    table(state);
  };
}

const measures = memo((evaluation) => {
  const list = byId("measures");
  const { test_cost: test, accuracy, test_accuracy: testAccuracy } = evaluation ?? {};
  const items = [
    [t`test`, test === undefined ? "" : fixed(test)],
    [t`accuracy`, accuracy === undefined ? "" : testAccuracy === undefined ? percent(accuracy) : t`${percent(accuracy)}, test ${percent(testAccuracy)}`],
  ];
  list.replaceChildren(...items.filter(([, text]) => text).map(([name, text]) => h("div", {}, h("dt", { text: name }), h("dd", { text }))));
});

const KEYS_SHOWN = 4; // layers that are named beside the figure

/** Which line is which layer, with its newest value. */
const normValues = paced((curve, welcome) => {
  const layers = Array.from({ length: welcome.sizes.length - 1 }, (_, i) => i + 1);
  const shown = layers.length <= KEYS_SHOWN ? layers : [...layers.slice(0, KEYS_SHOWN / 2), ...layers.slice(-KEYS_SHOWN / 2)];
  byId("norm-values").replaceChildren(...shown.map((l) => {
    const values = (curve[`norm${l}`] ?? []).filter(Number.isFinite);
    const dash = DASHES[(l - 1) % DASHES.length].replaceAll("px", "").replace("solid", "");
    const sample = s("svg", { viewBox: "0 0 22 6", width: 22, height: 6, "aria-hidden": "true" }, s("path", { d: "M0 3h22", stroke: "currentColor", "stroke-width": 2, "stroke-dasharray": dash }));
    return h("div", {}, h("dt", {}, /** @type {any} */ (sample), `dW${l}`), h("dd", { text: values.length ? fixed(values[values.length - 1], 3) : "–" }));
  }));
}, () => document.querySelector(".lab.fast") !== null, REFRESH);

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(share > 0.9 && share < 1 ? 1 : 0)} %`;
}

/**
 * A figure of curves. Plotly draws it, and while playing fast only changes its axes where they do not reach any more; the lines are moved.
 * @param {any} box
 * @param {(state: State, colours: any) => Lines} make
 * @param {number} refresh  ms between two changes of axes while playing; figures take turns
 */
function figure(box, make, refresh) {
  let fitted = 0, moved = 0, key = "";
  /** @type {Axes | null} */
  let axes = null;
  /** @type {any} */
  let last = null;
  /** @type {any} */
  let welcome = null;
  const room = sizeOf(box);
  return (/** @type {State} */ state, /** @type {string} */ theme) => {
    const fast = isFast(state), now = performance.now();
    const facts = [state.curve, state.comparison, state.log, state.cost, state.position, theme, room.width, room.height, fast];
    if ((last && facts.every((fact, i) => fact === last[i])) || (fast && now - moved < longer(MOVES))) return;
    last = facts;
    moved = now;
    const made = make(state, null), more = fast ? ROOM : 1;
    const wanted = [theme, made.log, made.lines.map((line) => isSeen(line, made.log)), isLong(made.xs), made.now !== null, room.width, room.height].join("|");
    const fits = axes !== null && axes.more === more && reaches(axes, made), due = now - fitted > longer(refresh);
    const isRead = fast && due && box.matches(":hover"); // what the pointer tells comes from Plotly
    if (key !== wanted || welcome !== state.welcome || isRead || (!fast && !fits)) {
      [key, welcome, fitted] = [wanted, state.welcome, now];
      axes = plot(box, made, more);
      return;
    }
    if (!fits && due) {
      fitted = now;
      const { layout, end, y } = chart(made, more, "", room.height);
      setAxes(box, layout);
      axes = { end, y, more };
    }
    made.lines.forEach((line, i) => setLine(box, i, line.xs ?? made.xs, line.ys));
    if (made.now) setMarker(box, made.lines.length, ...made.now);
  };
}

/** Whether there is anything to draw of a line. @param {import("../figures/charts.js").Line} line @param {boolean} log */
function isSeen({ ys }, log) {
  return ys.some((y) => Number.isFinite(y) && (!log || y > 0));
}

/** @param {any} box @param {Lines} made @param {number} more  times the length that is needed, so that the axes can stay for a while @returns {Axes} */
function plot(box, made, more) {
  const { traces, layout, end, y, colours } = chart(made, more, box.closest(".lab").dataset.phase, box.clientHeight);
  const font = { family: colours.font, size: 12, color: token("page") };
  draw(box, traces, { ...layout, hoverlabel: { bgcolor: colours.ink, bordercolor: colours.ink, font } }, true);
  return { end, y, more };
}

/** Whether everything lies within the axes. @param {Axes} axes @param {Lines} made */
function reaches({ end, y }, { lines, xs, log, now }) {
  const [low, high] = range([...lines.map((line) => line.ys), now ? [now[1]] : []], log);
  const last = Math.max(now?.[0] ?? 0, ...[xs, ...lines.map((line) => line.xs ?? [])].map((each) => each[each.length - 1] ?? 0));
  return last <= end && low >= y[0] && high <= y[1];
}
