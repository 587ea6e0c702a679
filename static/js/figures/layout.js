// @ts-check
/** Where everything in the picture of a network stands. Pure. */

const HEAD = 48; // px for the names of the layers
const FOOT = 28; // px for the legend
const LARGEST = 41; // px radius of a unit
const MOST_WEIGHTS = 700; // of a layer, from which on a heat map of all takes the place of single edges
const MAP = { width: 150, height: 220, margin: 18 }; // px at the most, and beside the units
const MOST_VALUES = 24; // weights of one gap that are written out

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{layer: number, from: number, to: number, a: Point, b: Point, weight: Point | null, signal: Point | null}} Edge */
/**
 * @typedef {object} Layout
 * @property {number} width
 * @property {number} height
 * @property {number[]} columns   x of every layer
 * @property {number} radius
 * @property {number} scale
 * @property {number} gap         px between two columns
 * @property {(Point & {layer: number, unit: number, radius: number, label: boolean})[]} units   `label`: there is room below it
 * @property {Edge[]} edges
 * @property {{layer: number, x: number, y: number, hidden: number}[]} more   units that found no room
 * @property {(Point & {layer: number, w: number, h: number})[]} maps   heat maps of the weights of large layers
 * @property {(Point & {w: number, h: number}) | null} cost
 * @property {number | null} picture   side of the picture that stands for the input layer
 * @property {number} bandWidth
 * @property {number} top
 * @property {number} bottom
 * @property {number[]} links     layers to which a residual link leads
 */

/**
 * @param {number[]} sizes
 * @param {number} width
 * @param {number} height
 * @param {number} scale  of text and units, above 1 on a projector
 * @param {number[]} links  layers with a residual link
 * @param {boolean} hasPicture  whether one picture stands for the inputs
 * @param {boolean} hasMaps  whether heat maps take the place of the edges of large layers
 * @returns {Layout}
 */
export function layoutNetwork(sizes, width, height, scale = 1, links = [], hasPicture = false, hasMaps = true) {
  const compact = width < 560;
  const L = sizes.length - 1;
  const top = compact ? 34 : HEAD * scale;
  const bottom = height - (compact ? 8 : FOOT * scale);
  const left = compact ? (hasPicture ? 56 : 46) : Math.max(hasPicture ? 106 : 70, width * 0.085);
  const right = compact ? width - 56 : width - Math.max(190, width * 0.245);
  const columns = sizes.map((_, l) => left + ((right - left) * l) / L);
  const room = bottom - top - 14; // px; the label of the lowest unit needs some
  const gap = (right - left) / L;
  const picture = hasPicture ? Math.min(150, gap * 0.8, room * 0.6, 2 * left - 16) : null;
  const shown = sizes.map((n) => Math.min(n, Math.max(3, Math.floor(room / 25))));
  // Each layer has as much room for its units as there is; the values of a small one stay readable.
  const spacings = shown.map((n) => Math.min(compact ? 92 : 108 * scale, room / n));
  const labelled = spacings.map((spacing) => spacing >= 66 * scale && gap >= 62 * scale);
  const radii = spacings.map((spacing, l) => Math.max(7, Math.min((compact ? 37 : LARGEST) * scale, spacing * (labelled[l] ? 0.39 : 0.44), gap * (compact ? 0.235 : 0.2))));
  const radius = Math.max(...radii);
  const middle = (top + bottom) / 2 - (labelled.every(Boolean) ? 10 : 0);
  /** @type {Layout["units"]} */
  const units = [];
  /** @type {Layout["more"]} */
  const more = [];
  sizes.forEach((n, l) => {
    if (l === 0 && picture) return;
    const count = n > shown[l] ? shown[l] - 1 : n;
    const spacing = spacings[l], label = labelled[l];
    const height = (shown[l] - 1) * spacing;
    const r = l === 0 ? Math.max(7, radii[l] * (radii[l] > 20 ? 0.68 : 1)) : radii[l];
    for (let j = 0; j < count; j++) units.push({ layer: l, unit: j, x: columns[l], y: middle - height / 2 + j * spacing, radius: r, label });
    if (count < n) more.push({ layer: l, x: columns[l], y: middle + height / 2, hidden: n - count });
  });
  const output = units.filter((u) => u.layer === L);
  const edges = edgesBetween(units, sizes, gap, { top, bottom, compact, hasMaps });
  const cost = compact ? null : { x: width - Math.max(66 * scale, width * 0.08), y: mean(output.map((u) => u.y)), w: 66 * scale, h: 54 * scale };
  const maps = !hasMaps ? [] : mapsBetween(sizes, columns, { gap, top, room, radii, picture, scale });
  return {
    width, height, scale, columns, gap, radius, units, edges, more, maps, cost, picture, top, bottom, links,
    bandWidth: Math.min(gap * 0.62, Math.max(2 * radius + 56, 112)),
  };
}

/** Whether a layer has too many weights for single edges. @param {number[]} sizes @param {number} l */
export function isLarge(sizes, l) {
  return sizes[l - 1] * sizes[l] > MOST_WEIGHTS;
}

/** Where the heat maps of large layers stand: in the middle between their units. @param {number[]} sizes @param {number[]} columns @param {{gap: number, top: number, room: number, radii: number[], picture: number | null, scale: number}} frame @returns {Layout["maps"]} */
function mapsBetween(sizes, columns, { gap, top, room, radii, picture, scale }) {
  return sizes.slice(1).flatMap((_, i) => {
    const l = i + 1, left = i === 0 && picture ? picture / 2 : radii[i];
    const free = gap - left - radii[l] - 2 * MAP.margin;
    if (!isLarge(sizes, l) || free < MAP.margin) return [];
    const x = columns[i] + left + MAP.margin + free / 2;
    return [{ layer: l, x, y: top + room / 2, w: Math.min(MAP.width * scale, free), h: Math.min(MAP.height * scale, room * 0.75) }];
  });
}

/**
 * @param {Layout["units"]} units
 * @param {number[]} sizes
 * @param {number} gap
 * @param {{top: number, bottom: number, compact: boolean, hasMaps: boolean}} frame
 */
function edgesBetween(units, sizes, gap, frame) {
  /** @type {Edge[]} */
  const edges = [];
  for (let l = 1; l < sizes.length; l++) {
    const from = units.filter((u) => u.layer === l - 1);
    const to = units.filter((u) => u.layer === l);
    if (frame.hasMaps && isLarge(sizes, l)) continue;
    /** @type {Edge[]} */
    const here = [];
    for (const a of from) for (const b of to) here.push({ ...ends(a, b), layer: l, from: a.unit, to: b.unit, weight: null, signal: null });
    if (here.length <= MOST_VALUES) write(here, l, gap, frame);
    edges.push(...here);
  }
  return edges;
}

/** Where the line between two units leaves one rim and meets the other. @param {any} a @param {any} b */
function ends(a, b) {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
  return {
    a: { x: a.x + ux * (a.radius + 2), y: a.y + uy * (a.radius + 2) },
    b: { x: b.x - ux * (b.radius + 4), y: b.y - uy * (b.radius + 4) },
  };
}

/** Find room for the weights of one gap, and for the signals sent back through it. @param {Edge[]} edges @param {number} l @param {number} gap @param {any} frame */
function write(edges, l, gap, { top, bottom, compact }) {
  if (gap < 96 || (compact && l === 1)) return;
  const place = (/** @type {number} */ share, /** @type {"weight" | "signal"} */ role, /** @type {number} */ step) => {
    const sorted = edges.map((edge) => ({ edge, y: edge.a.y + (edge.b.y - edge.a.y) * share })).sort((p, q) => p.y - q.y);
    if (sorted.length * step > bottom - top) return;
    const ys = spread(sorted.map((p) => p.y), step, top, bottom);
    sorted.forEach(({ edge }, i) => {
      edge[role] = { x: edge.a.x + (edge.b.x - edge.a.x) * share, y: ys[i] };
    });
    const x = mean(sorted.map(({ edge }) => edge[role]?.x ?? 0));
    for (const { edge } of sorted) if (edge[role]) edge[role].x = x;
  };
  place(l === 1 ? 0.22 : gap < 200 ? 0.46 : 0.72, "weight", 25);
  if (l > 1 && gap > 200) place(0.33, "signal", 26);
}

/** The layers to which a residual link leads. @param {any} config @returns {number[]} */
export function linksOf(config) {
  return config.layers.flatMap((/** @type {any} */ layer, /** @type {number} */ i) => (layer.residual ? [i + 1] : []));
}

/** Move values apart until each has its room, and keep them inside. @param {number[]} ys @param {number} step @param {number} low @param {number} high */
export function spread(ys, step, low, high) {
  const placed = [...ys];
  for (let round = 0; round < 40; round++) {
    for (let i = 1; i < placed.length; i++) {
      const short = step - (placed[i] - placed[i - 1]);
      if (short > 0.01) {
        placed[i - 1] -= short / 2;
        placed[i] += short / 2;
      }
    }
  }
  const over = Math.max(0, placed[placed.length - 1] + step / 2 - high);
  const under = Math.max(0, low + step / 2 - placed[0]);
  return placed.map((y) => y - over + under);
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, v) => sum + v, 0) / (values.length || 1);
}
