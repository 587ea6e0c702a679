// @ts-check
/** Heat maps of the weights of large layers, in the picture of the network, with a lens that shows the numbers. */

import { byId, h, mark, say, worded } from "../dom.js";
import { around, paintCells, strength } from "../figures/cells.js";
import { signColours } from "../figures/outputs.js";
import { diverging } from "../figures/surface.js";
import { brief } from "../format.js";
import { paced } from "../pace.js";
import { current, isFast } from "../selectors.js";
import { parts, t } from "../words.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {import("../figures/layout.js").Layout} Layout */
/** @typedef {(command: string, argument?: any) => void} Act */

const REFRESH = 330; // ms between two questions while playing
const CELLS = 32; // along a side, at the most
const LENS = { rows: 7, columns: 5 };
const KEYS = /** @type {Record<string, [number, number]>} */ ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] });

/** @param {Act} act @param {import("../store.js").Store} store @param {import("../dialogue.js").Dialogue} dialogue */
export function weights(act, store, dialogue) {
  const lens = lensOver(act, store, dialogue);
  /** @type {ReturnType<typeof heatMap>[]} */
  let maps = [];
  /** @type {Layout["maps"] | null} */
  let shown = null;
  return (/** @type {State} */ state, /** @type {string} */ theme) => {
    const over = byId("over"), layout = /** @type {any} */ (over).layout;
    if (!state.welcome || !layout) return;
    if (layout.maps !== shown) {
      shown = layout.maps;
      lens.leave();
      maps = layout.maps.map((/** @type {any} */ place) => heatMap(place, state.welcome.sizes, store, dialogue, lens));
      over.append(...maps.map(({ element }) => element));
    }
    if (state.online) for (const { show } of maps) show(state, theme);
    if (maps.length) lens.again(state);
  };
}

/** The gradient while the op computes it, else the weights. @param {State} state @param {number} layer */
function tensorOf(state, layer) {
  const op = current(state);
  return `${op?.kind === "gradient" && op.layer === layer ? "dW" : "W"}${layer}`;
}

/** @param {Layout["maps"][0]} place @param {number[]} sizes @param {import("../store.js").Store} store @param {import("../dialogue.js").Dialogue} dialogue @param {ReturnType<typeof lensOver>} lens */
function heatMap({ layer, x, y, w, h: height }, sizes, store, dialogue, lens) {
  const canvas = h("canvas", { "aria-hidden": "true" }), name = h("span", {});
  const [n, m] = [sizes[layer - 1], sizes[layer]];
  const about = t`Weights of layer ${layer}, ${n} by ${m}, as a heat map. Arrow keys move a lens over it, Enter asks why.`;
  const element = h("button", {
    class: "map", "data-map": layer, style: `left:${x}px;top:${y}px;width:${w}px;height:${height}px`, "aria-label": about, title: t`${n} × ${m} weights: rows are what comes in, columns are units`,
    onpointermove: (/** @type {PointerEvent} */ event) => {
      const box = canvas.getBoundingClientRect();
      const at = (/** @type {number} */ share, /** @type {number} */ size) => Math.min(size - 1, Math.max(0, Math.floor(share * size)));
      lens.move(element, layer, at((event.clientY - box.top) / box.height, n), at((event.clientX - box.left) / box.width, m));
    },
    onpointerleave: () => lens.leave(), onblur: () => lens.leave(), onclick: () => lens.choose(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      const step = KEYS[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      lens.step(element, layer, step, [n, m]);
    },
  }, canvas, name);
  const ask = paced(async (tensor, _seq, _position, _theme) => {
    const found = await dialogue.inquire({ type: "matrix", tensor, most: CELLS });
    mark(element, "data-empty", found ? null : "");
    if (found) paintCells(canvas, found, signColours());
    say(name, found ? `${tensor}, ±${found.largest.toPrecision(2)}` : "");
  }, () => isFast(store.state), REFRESH);
  return { element, show: (/** @type {State} */ state, /** @type {string} */ theme) => ask(tensorOf(state, layer), state.seq, state.position, theme) };
}

/** The lens: the numbers around one place of a heat map. @param {Act} act @param {import("../store.js").Store} store @param {import("../dialogue.js").Dialogue} dialogue */
function lensOver(act, store, dialogue) {
  const box = h("div", { class: "lens", role: "status", hidden: true });
  /** @type {{map: HTMLElement, layer: number, row: number, column: number} | null} */
  let at = null;
  let asked = 0;
  const look = paced(async (place, _seq, _position, _theme) => {
    const number = ++asked, state = store.state;
    if (!place) return;
    const { layer, row, column } = place, { sizes } = state.welcome;
    const rows = around(row, LENS.rows, sizes[layer - 1]), columns = around(column, LENS.columns, sizes[layer]);
    const found = await dialogue.inquire({ type: "matrix", tensor: tensorOf(state, layer), rows, columns, most: Math.max(LENS.rows, LENS.columns) });
    if (number === asked && found && at === place) put(found, place);
  }, () => isFast(store.state), REFRESH);

  /** @param {import("../figures/cells.js").Cells} found @param {NonNullable<typeof at>} place */
  function put(found, { map, layer, row, column }) {
    const scale = signColours(), focus = found.values[row - found.rows[0]][column - found.columns[0]];
    const cell = (/** @type {number | null} */ value, /** @type {number} */ i, /** @type {number} */ j) => h("td", { class: found.rows[i] === row && found.columns[j] === column ? "here" : null, style: `background:color-mix(in srgb,rgb(${diverging(strength(value, found.largest), scale).join()}) 45%,var(--sheet))`, text: value === null ? "–" : brief(value, 3) });
    const entry = h("b", { text: `${found.tensor}[${row}, ${column}] = ${focus === null ? "–" : brief(focus, 4)}` }), [from, to] = [row + 1, column + 1];
    const said = layer === 1 ? parts`${entry} from input ${from} to unit ${to}` : parts`${entry} from unit ${from} of layer ${layer - 1} to unit ${to}`;
    box.replaceChildren(
      h("p", {}, ...worded(said)),
      h("table", { "aria-hidden": "true" },
        h("thead", {}, h("tr", {}, h("td", {}), ...found.columns.slice(0, -1).map((c) => h("th", { text: String(c) })))),
        h("tbody", {}, ...found.values.map((values, i) => h("tr", {}, h("th", { text: String(found.rows[i]) }), ...values.map((value, j) => cell(value, i, j)))))));
    box.hidden = false;
    const [left, top] = [map.offsetLeft, map.offsetTop], room = /** @type {HTMLElement} */ (map.parentElement);
    const beside = left + map.offsetWidth / 2 + 10, fits = beside + box.offsetWidth < room.clientWidth;
    box.style.left = `${fits ? beside : Math.max(4, left - map.offsetWidth / 2 - 10 - box.offsetWidth)}px`;
    box.style.top = `${Math.max(4, Math.min(room.clientHeight - box.offsetHeight - 4, top - box.offsetHeight / 2))}px`;
  }

  /** @param {HTMLElement} map @param {number} layer @param {number} row @param {number} column */
  function move(map, layer, row, column) {
    if (at && at.layer === layer && at.row === row && at.column === column) return;
    at = { map, layer, row, column };
    if (box.parentElement !== map.parentElement) map.parentElement?.append(box);
    again(store.state);
  }

  /** @param {State} state */
  function again(state) {
    if (at) look(at, state.seq, state.position, document.documentElement.dataset.theme);
  }

  return {
    move, again,
    /** @param {HTMLElement} map @param {number} layer @param {[number, number]} step @param {[number, number]} size */
    step: (map, layer, [down, right], [n, m]) => {
      const from = at?.layer === layer ? at : { row: (n >> 1) - down, column: (m >> 1) - right };
      move(map, layer, Math.min(n - 1, Math.max(0, from.row + down)), Math.min(m - 1, Math.max(0, from.column + right)));
    },
    leave: () => { at = null; asked++; box.hidden = true; },
    choose: () => { if (at) act("select", { kind: "entry", entry: { tensor: `W${at.layer}`, index: [at.row, at.column] } }); },
  };
}
