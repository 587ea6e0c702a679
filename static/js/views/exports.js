// @ts-check
/** Export: the session as files that the server makes, the figures as pictures that the page makes. */

import { byId, h } from "../dom.js";
import { chart, lossLines, normLines } from "../figures/charts.js";
import { outputFigure } from "../figures/outputs.js";
import { pictureOf, pixels } from "../figures/picture.js";
import { drawing, token } from "../figures/plot.js";
import { t } from "../words.js";
import { close, open } from "./dialogs.js";
import { notify } from "./notices.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {import("../figures/picture.js").Picture} Picture */

const SCALE = 2; // pixels of a PNG for each of the figure
const FILES = [
  ["html", t`Recording`, t`one page that plays without a server, forward and back`],
  ["numpy", t`NumPy script`, t`trains this network alone and prints the same costs`],
  ["torch", t`PyTorch script`, t`the same training with autograd and torch.optim`],
  ["keras", t`Keras script`, t`the same training with Keras 3, on any backend`],
  ["config", t`Config`, t`the experiment as JSON, to open again or to train from the command line`],
  ["safetensors", t`Weights, safetensors`, t`as they are at this op`],
  ["npz", t`Weights, NumPy npz`, t`as they are at this op`],
  ["csv", t`Loss curve, CSV`, t`cost on training and test examples; of each layer the norms of dW and delta, and how far it moves`],
];

const TELLING = ["config", "numpy", "torch", "keras"]; // files that name a mistake

/** Figures: title, name of the file, how it is made now. @type {[string, string, (state: State) => Promise<Picture | null>][]} */
const FIGURES = [
  [t`Network`, "network", async () => pictureOf(byId("net"), byId("over"))],
  [t`Cost`, "cost", (state) => curves(state, lossLines(state), t`cost`)],
  [t`Output`, "output", outputs],
  [t`Gradient norm`, "gradient-norm", (state) => curves(state, normLines(state), t`norm of dW`)],
];

/** @param {string} key of the session; "" where there is no server @param {State} state @param {(file: File) => void} take  weights from a file */
export function openExport(key, state, take) {
  const hidden = state.status?.exercise && !state.status.exercise.found;
  const files = hidden ? FILES.filter(([form]) => !TELLING.includes(form)) : FILES;
  const links = files.map(([form, title, about]) => h("a", { href: `/api/sessions/${key}/export?as=${form}`, download: true, "data-export": form, onclick: close }, h("b", { text: title }), h("span", { text: about })));
  const sheet = h("a", { href: `/s/${key}/sheet`, target: "_blank", "data-export": "sheet", onclick: close }, h("b", { text: t`Worked sheet` }), h("span", { text: t`this minibatch with every number worked out, to print; with blanks for students, and a key` }));
  const figures = FIGURES.map(([title, name, make]) => h("div", { class: "pic" }, h("b", { text: title }), ...["svg", "png"].map((form) => h("button", {
    class: "btn line", "data-figure": `${name}.${form}`, "aria-label": t`${title} as ${form.toUpperCase()}`, text: form.toUpperCase(), onclick: () => { close(); save(make(state), name, form); },
  }))));
  const drawn = h("div", { class: "pics" }, ...figures);
  const file = h("input", { type: "file", accept: ".safetensors,.npz", hidden: true, "data-weights": true, onchange: () => { close(); if (file.files?.[0]) take(file.files[0]); } });
  const weights = h("button", { onclick: () => file.click() }, h("b", { text: t`Open weights` }), h("span", { text: t`from safetensors or npz with W1, b1, …; training begins with them` }), file);
  if (key) open(t`Export`, [hidden ? h("p", { class: "hint", text: t`A mistake is hidden: what would name it, config, scripts and the worked sheet, comes back when it is found.` }) : "", h("div", { class: "presets" }, ...(hidden ? [] : [sheet]), ...links, weights), h("h3", { text: t`Figures, as they are now` }), drawn]);
  else open(t`Save a figure, as it is now`, [drawn]);
}

/** @param {Promise<Picture | null>} made @param {string} name @param {string} form */
async function save(made, name, form) {
  const picture = await made;
  if (!picture) { notify(t`There is nothing to see in this figure yet.`); return; }
  const blob = form === "svg" ? new Blob([picture.svg], { type: "image/svg+xml" }) : await pixels(picture, SCALE);
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: `${name}.${form}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // the browser is still reading it
}

/** @param {State} state @param {import("../figures/charts.js").Lines} lines @param {string} title */
function curves(state, lines, title) {
  const { traces, layout } = chart(lines, 1, state.phase);
  return printed(traces, layout, { width: 800, height: 450, x: t`epoch`, y: title, showlegend: lines.lines.length > 1 });
}

/** @param {State} state */
async function outputs(state) {
  const figure = outputFigure(state);
  if (!figure) return null;
  const flat = figure.picture !== null, { x2 } = state.surface?.tensors ?? {};
  const names = x2 ? { x: "x1", y: "x2" } : state.surface ? { x: "x", y: t`output` } : { x: t`output`, y: t`value` };
  return printed(figure.traces, figure.layout, { width: flat ? 560 : 800, height: flat ? 560 : 450, ...names, showlegend: false }, figure.picture);
}

/** A figure larger than on the page, with names at its axes. @param {any[]} traces @param {any} layout @param {any} how @param {string | null} [picture] */
async function printed(traces, layout, { width, height, x, y, showlegend }, picture = null) {
  const font = { size: 14, color: token("ink-2"), family: token("font") };
  const axis = (/** @type {any} */ own, /** @type {string} */ title) => ({ ...own, nticks: 7, tickfont: font, automargin: true, title: { text: title, font } });
  const svg = await drawing(traces, {
    ...layout, showlegend, paper_bgcolor: token("sheet"), plot_bgcolor: token("sheet"), margin: { l: 76, r: 32, t: 44, b: 64 },
    xaxis: axis(layout.xaxis, x), yaxis: axis(layout.yaxis, y), legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 1, xanchor: "right", font },
  }, width, height, picture);
  return { svg, width, height };
}
