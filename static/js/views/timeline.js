// @ts-check
/** The time line: every op as a tick, and above it the whole run. Click to jump, drag to scrub. */

import { byId, h, mark, memo, say, sizeOf } from "../dom.js";
import { setLine } from "../figures/nodes.js";
import { draw, token } from "../figures/plot.js";
import { tensorName, thousands } from "../format.js";
import { paced } from "../pace.js";
import { isFast, program } from "../selectors.js";
import { nextText } from "../sentence.js";
import { phaseName } from "../terms.js";
import { t } from "../words.js";

/** @typedef {import("../store.js").State} State */

const NEIGHBOURS = 5; // ops of the minibatches before and after
const NAMED = 34; // px that a tick needs for its symbol
const LED = 15; // px that each needs where only the first of a phase carries it

/** @param {(command: string, argument?: any) => void} act @param {import("../store.js").Store} store @param {() => void} redraw */
export function timeline(act, store, redraw) {
  const box = byId("ops"), run = byId("run"), head = byId("playhead"), overview = byId("overview");
  const phone = matchMedia("(max-width: 860px)");
  scrubTicks(box, act);
  scrubRun(run, act, store);

  const width = sizeOf(box, redraw);
  const build = memo((ops, room) => box.replaceChildren(...ticks(ops, room)));
  const place = memo((position, ops, reached, span, _ticks) => {
    const { length } = ops;
    const inside = position ? ((position - 1) % length) + 1 : 0;
    const start = position - inside;
    for (const tick of box.children) {
      const offset = Number(tick.dataset.offset);
      const at = start + offset;
      mark(tick, "aria-current", at === position && position > 0 ? "step" : null);
      tick.classList.toggle("todo", at > position);
      tick.hidden = at < 1;
      tick.dataset.position = String(at);
      const isThere = span ? at >= span.first && at <= span.last : at <= reached + length;
      mark(tick, "aria-disabled", isThere ? null : "true");
      const group = tick.querySelector(".grp");
      if (group && tick.classList.contains("away")) mark(group, "data-name", epochText(store.state, at));
    }
    if (phone.matches) box.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  });
  const breaks = memo((breakpoints, _ops) => {
    for (const tick of box.children) {
      const op = Number(tick.dataset.op0);
      tick.classList.toggle("break", breakpoints.includes(op) && !tick.classList.contains("away"));
    }
  });
  box.addEventListener("contextmenu", (/** @type {MouseEvent} */ event) => {
    const tick = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest(".op"));
    if (!tick) return;
    event.preventDefault();
    act("toggle-break", Number(tick.dataset.op0));
  });
  const whole = memo((position, end, _width) => {
    say(byId("run-length"), end === 1 ? t`1 op` : t`${thousands(end)} ops`);
    mark(run, "aria-valuemax", String(end));
    mark(run, "aria-valuenow", String(position));
    mark(run, "aria-valuetext", t`op ${thousands(position)} of ${thousands(end)}`);
    head.style.transform = `translateX(${end ? (room.width * position) / end : 0}px)`; // moves without a layout
  });
  const area = paced((curve, end, _theme, _width) => drawArea(overview, curve, end, store.state), () => isFast(store.state), 1000);
  const room = sizeOf(overview, redraw);

  return (/** @type {State} */ state, /** @type {string} */ theme) => {
    if (!state.welcome) return;
    const ops = program(state);
    build(ops, width.width);
    place(state.position, ops, state.end, state.span, box.firstElementChild);
    breaks(state.status?.breakpoints ?? [], box.firstElementChild);
    whole(state.position, state.end, room.width);
    say(byId("next-op"), nextText(state));
    if (room.width) area(state.curve, state.end, theme, room.width);
  };
}

/** @param {import("../store.js").Op[]} ops @param {number} width  px of the whole line */
function ticks(ops, width) {
  const length = ops.length;
  const before = ops.slice(-NEIGHBOURS).map((op, i, cut) => tick(op, i - cut.length + 1, "away", i < cut.length - 3, length - cut.length + i));
  const here = ops.map((op, i) => tick(op, i + 1, i === 0 ? "first" : "", false, i));
  const after = ops.slice(0, NEIGHBOURS).map((op, i) => tick(op, length + i + 1, i === 0 ? "away next" : "away", i > 1, i));
  before[0]?.append(h("span", { class: "grp" }));
  after[0]?.append(h("span", { class: "grp" }));
  ops.forEach((op, i) => {
    if (i === 0 || ops[i - 1].phase !== op.phase) {
      const lone = width / length < NAMED && ops.filter(({ phase }) => phase === op.phase).length === 1; // its name would lie over the next
      here[i].append(h("span", { class: "grp", "data-name": lone ? null : phaseName(op.phase) }));
      here[i].classList.add("lead");
    }
  });
  const each = width / length, neighbours = width / (length + 2 * NEIGHBOURS) >= NAMED;
  byId("ops").classList.toggle("many", each < NAMED);
  byId("ops").classList.toggle("bare", each < LED);
  return neighbours ? [...before, ...here, ...after] : here;
}

/** @param {import("../store.js").Op} op @param {number} offset @param {string} names @param {boolean} far @param {number} at  its place in the program */
function tick(op, offset, names, far, at) {
  const symbol = tensorName(op.symbol);
  return h("button", {
    class: `op ${names}${far ? " far" : ""}`, style: `--c:var(--${op.phase})`, "data-offset": offset, "data-op": op.symbol, "data-op0": at,
    title: `${op.code}\n${t`Right-click or B: breakpoint`}`, "aria-label": t`${phaseName(op.phase)}: ${symbol}`,
  }, symbol);
}

/** @param {State} state @param {number} position */
function epochText(state, position) {
  const iteration = Math.floor((position - 1) / program(state).length);
  const per = state.welcome.per_epoch;
  return per === 1 ? t`Epoch ${iteration}` : t`Minibatch ${(iteration % per) + 1}`;
}

/** @param {HTMLElement} box @param {(command: string, argument?: any) => void} act */
function scrubTicks(box, act) {
  let last = -1;
  const at = (/** @type {PointerEvent} */ event) => {
    const tick = /** @type {HTMLElement | null} */ (document.elementFromPoint(event.clientX, event.clientY)?.closest(".op"));
    const position = Number(tick?.dataset.position ?? NaN);
    if (Number.isFinite(position) && position !== last) act("seek", (last = position));
  };
  box.addEventListener("pointermove", (event) => { if (event.buttons & 1 && last >= 0 && event.pointerType !== "touch") at(event); });
  box.addEventListener("pointerdown", (event) => { last = -1; if (event.pointerType !== "touch" && event.button === 0) at(event); });
  box.addEventListener("click", (event) => {
    const tick = /** @type {HTMLElement} */ (event.target).closest(".op");
    if (tick && Number(/** @type {HTMLElement} */ (tick).dataset.position) !== last) act("seek", Number(/** @type {HTMLElement} */ (tick).dataset.position));
    last = -1;
  });
}

/** @param {HTMLElement} run @param {(command: string, argument?: any) => void} act @param {import("../store.js").Store} store */
function scrubRun(run, act, store) {
  const at = (/** @type {PointerEvent} */ event) => {
    const { left, width } = run.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    act("seek", Math.round(share * store.state.end));
  };
  run.addEventListener("pointerdown", (event) => { run.setPointerCapture(event.pointerId); at(event); });
  run.addEventListener("pointermove", (event) => { if (run.hasPointerCapture(event.pointerId)) at(event); });
  run.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.round(store.state.end / 20));
    const step = /** @type {Record<string, number>} */ ({ PageUp: -page, PageDown: page, Home: -Infinity, End: Infinity })[event.key];
    if (step === undefined) return;
    event.preventDefault();
    act("seek", Math.min(store.state.end, Math.max(0, store.state.position + step)));
  });
}

/** @param {any} box @param {any} curve @param {number} end @param {State} state */
function drawArea(box, curve, end, state) {
  const length = program(state).length;
  const ys = curve.train ?? [];
  const top = Math.max(...ys.filter(Number.isFinite), 1e-12) * 1.1;
  // As shares of the run and of the height, so that the axes stay and Plotly need not draw again.
  const xs = curve.iteration.map((/** @type {number} */ i) => (i * length) / Math.max(1, end));
  const values = ys.map((/** @type {number} */ y) => y / top);
  if (xs.length && xs[xs.length - 1] < 1) { xs.push(1); values.push(values[values.length - 1]); }
  const key = `${box.clientWidth}|${document.documentElement.dataset.theme}`;
  if (box.shown === key && setLine(box, 0, xs, values, 0)) { setLine(box, 0, xs, values); return; }
  box.shown = key;
  const axis = { visible: false, fixedrange: true };
  const ink = token("ink-3");
  draw(box, [{ type: "scatter", mode: "lines", x: xs, y: values, line: { color: ink, width: 1.25 }, fill: "tozeroy", fillcolor: `${ink}22` }], {
    margin: { l: 0, r: 0, t: 0, b: 0 }, xaxis: { ...axis, range: [0, 1] }, yaxis: { ...axis, range: [0, 1] },
  });
}
