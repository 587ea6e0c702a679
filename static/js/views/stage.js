// @ts-check
/** The network: Plotly's picture, and over it what can be pressed and read; below it the sentence. */

import { byId, h, mark, memo, say, sizeOf } from "../dom.js";
import { layoutNetwork, linksOf } from "../figures/layout.js";
import { paint } from "../figures/network.js";
import { longer, paced } from "../pace.js";
import { MANY, PICTURES, focus, isFast } from "../selectors.js";
import { sentence } from "../sentence.js";
import { t } from "../words.js";
import { drawNetwork } from "./drawing.js";
import { headings, overlay } from "./overlay.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {import("../figures/layout.js").Layout} Layout */

const EDGES = 100; // ms between two movements of many edges while playing fast
const PAUSE = 250; // ms between two sentences while playing fast

/** @param {(command: string, argument?: any) => void} act @param {import("../store.js").Store} store @param {() => void} redraw */
export function stage(act, store, redraw) {
  const canvas = byId("canvas"), net = byId("net"), over = byId("over");
  /** @type {Layout | null} */
  let layout = null;
  /** @type {any} */
  let scene = null;
  /** @type {any} */
  let nodes = null;
  let wanted = "", edged = 0;
  /** @type {number | undefined} */
  let later;

  const room = sizeOf(canvas, redraw);
  canvas.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const bare = !(/** @type {HTMLElement} */ (event.target).closest("button"));
    if (bare && store.state.selection) act("select", null);
  });

  /** @param {State} state */
  async function build(state) {
    const { sizes, config } = state.welcome;
    const links = linksOf(config);
    const isPicture = PICTURES.has(config.data.name);
    const key = `${sizes}|${isPicture}|${links}|${room.width}|${room.height}`;
    if (key === wanted || !room.width) return;
    wanted = key;
    nodes = null;
    const made = layoutNetwork(sizes, room.width, room.height, projector(), links, isPicture, !state.span);
    const drawn = await drawNetwork(net, made);
    if (key !== wanted) return;
    ({ layout, scene, nodes } = drawn);
    overlay(over, made, store, act);
    redraw();
  }

  /** Edges lie over each other: to move one draws all of them anew. They change slowly, so it is done in a frame of its own now and then. @param {State} state @param {Layout} made */
  function paintApart(state, made) {
    paint(scene, nodes, state, made, "rest");
    clearTimeout(later);
    const wait = edged + longer(EDGES) - performance.now();
    if (wait > 0) { later = window.setTimeout(redraw, wait); return; } // if nothing more comes
    edged = performance.now();
    requestAnimationFrame(() => { if (nodes && layout === made) paint(scene, nodes, store.state, made, "edges"); });
  }

  const heads = memo((config, layer, kind, position, _layout) => headings(over, config, position && kind !== "cost" ? layer : -1));
  const say_ = paced((_frame, _status, selection, welcome) => {
    void selection, welcome;
    const parts = sentence(store.state);
    byId("say").replaceChildren(...parts.map((part) => h(part.kind === "lead" ? "b" : "span", { class: part.kind === "num" ? "num" : null, text: part.text })));
  }, () => isFast(store.state), PAUSE);
  const example = memo((row, rows) => {
    say(byId("example"), row === null ? t`Mean of ${rows}` : t`Example ${row + 1} of ${rows}`);
    const mean = /** @type {HTMLElement} */ (document.querySelector("[data-do=mean]"));
    mark(mean, "aria-pressed", String(row === null));
    say(mean, t`Mean of ${rows}`);
  });

  return (/** @type {State} */ state) => {
    if (!state.welcome) return;
    build(state);
    example(focus(state), state.tensors.y?.shape[0] ?? state.welcome.minibatch_size);
    say_(state.tensors, state.status, state.selection, state.welcome);
    if (!nodes || !layout || layout.columns.length !== state.welcome.sizes.length) return;
    if (isFast(state) && layout.edges.length >= MANY) paintApart(state, layout);
    else paint(scene, nodes, state, layout);
    heads(state.welcome.config, state.layer, state.op, state.position > 0, layout);
    if (layout.picture) picture(over, state);
  };
}

/** How much larger than on a laptop text is on this screen. */
function projector() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

/** Draw the picture in focus from the inputs. @param {HTMLElement} over @param {State} state */
function picture(over, state) {
  const canvas = /** @type {HTMLCanvasElement | null} */ (over.querySelector("canvas.input"));
  if (!canvas) return;
  const row = focus(state) ?? 0;
  const whole = state.tensors.a0;
  const single = Object.keys(state.tensors).find((key) => key.startsWith("a0["));
  const n = state.welcome.sizes[0], side = Math.sqrt(n);
  const values = whole ? whole.data.subarray(row * n, (row + 1) * n) : single ? state.tensors[single].data : null;
  if (/** @type {any} */ (canvas).shown === values) return;
  /** @type {any} */ (canvas).shown = values;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(side, side);
  for (let i = 0; i < n; i++) {
    const shade = 255 - Math.round(255 * Math.min(1, Math.max(0, values ? values[i] : 0)));
    image.data.set([shade, shade, shade, values ? 255 : 0], 4 * i);
  }
  context.putImageData(image, 0, 0);
}
