// @ts-check
/** The dialog of sweeps: two settings and their values, a live table of what becomes of every pair. */

import { byId, h, worded } from "../dom.js";
import { fixed, percent } from "../format.js";
import { request, respond } from "../requests.js";
import { SETTINGS, linesOf, shade, summary, valuesOf } from "../sweep.js";
import { choiceName } from "../terms.js";
import { parts, t } from "../words.js";
import { close, open } from "./dialogs.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {import("../sweep.js").Axis} Axis */
/** @typedef {import("../sweep.js").Line} Line */

const ROOMY = 10; // columns up to which a cell has room for its cost
const EPOCHS = 1000; // for minibatches of all examples; fewer where an epoch is many minibatches
const GOAL = 0.05;

/**
 * @param {State} state
 * @param {(config: any, epochs: number) => void} take  opens one of the networks after so many epochs
 */
export function openSweep(state, take) {
  const { config, per_epoch: perEpoch } = state.welcome;
  const settings = SETTINGS.filter((setting) => !setting.hidden || config.layers.length > 1);
  const rows = axis(t`Rows`, settings, 1), columns = axis(t`Columns`, settings, 0);
  const epochs = number(t`Epochs`, Math.max(10, Math.round(EPOCHS / perEpoch))), goal = number(t`Converged below a cost of`, GOAL);
  const fault = h("p", { class: "fault", role: "alert" }), bar = h("progress", { max: 1, value: 0, "aria-label": t`Progress` }), out = h("div", { class: "swept", "aria-live": "polite" });
  const start = h("button", { class: "btn main", text: t`Run the sweep` }), stop = h("button", { type: "button", class: "btn line", text: t`Cancel the sweep`, hidden: true, onclick: () => controller?.abort() });
  /** @type {AbortController | null} */
  let controller = null;
  const form = h("form", { class: "sweep", onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); run(); } },
    h("p", { class: "hint", text: t`Every pair of values is a network of its own, trained from the start, all of them at once. Click one to open it here.` }),
    rows.element, columns.element, h("div", { class: "own-choices" }, epochs.element, goal.element, start, stop), fault, bar, out);
  bar.hidden = true;
  open(t`Sweep`, [form]);
  byId("dialog").addEventListener("close", () => controller?.abort(), { once: true });

  async function run() {
    const axes = [rows.read(), columns.read()];
    fault.textContent = "";
    const wrong = axes.find((found) => typeof found === "string");
    if (wrong) { fault.textContent = wrong; return; }
    const asked = { config, rows: axes[0], columns: axes[1], epochs: epochs.read(), goal: goal.read() };
    const openOne = async (/** @type {any[]} */ values) => {
      const settings = Object.fromEntries(/** @type {Axis[]} */ (axes).map(({ path }, k) => [path, values[k]]));
      const one = await request("/config", { body: { config, settings } });
      close();
      take(one, asked.epochs);
    };
    controller?.abort();
    const mine = (controller = new AbortController());
    busy(true);
    try {
      const response = await respond("/sweep", { body: asked, signal: mine.signal });
      for await (const line of linesOf(/** @type {any} */ (response.body))) {
        bar.value = line.done;
        out.replaceChildren(...table(line, /** @type {any} */ (axes), openOne));
      }
    } catch (error) {
      if (!mine.signal.aborted) fault.textContent = /** @type {Error} */ (error).message;
    } finally {
      if (controller === mine) busy(false);
    }
  }

  /** @param {boolean} on */
  function busy(on) {
    bar.hidden = stop.hidden = !on;
    start.textContent = on ? t`Run again` : t`Run the sweep`;
  }
}

/** @param {string} name @param {import("../sweep.js").Setting[]} settings @param {number} first */
function axis(name, settings, first) {
  const values = h("input", { class: "field wide", value: settings[first].first, "aria-label": t`${name}: values` });
  const select = h("select", { class: "field", "aria-label": t`${name}: setting`, onchange: () => { values.value = settings[Number(select.value)].first; } },
    ...settings.map((setting, i) => h("option", { value: String(i), text: setting.title, selected: i === first })));
  const read = () => {
    const setting = settings[Number(select.value)], found = valuesOf(values.value, setting.words);
    return found ? { path: setting.path, values: found } : t`${setting.title} must be values with commas between, or a span like 0 … 15, got “${values.value}”.`;
  };
  return { element: h("div", { class: "axis" }, h("b", { text: name }), select, values), read };
}

/** @param {string} text @param {number} value */
function number(text, value) {
  const input = h("input", { class: "field short", inputmode: "decimal", value: String(value), "aria-label": text });
  return { element: h("label", {}, `${text} `, input), read: () => { const given = input.value.trim().replace(",", "."); return given && Number.isFinite(Number(given)) ? Number(given) : given; } };
}

/** What became of every network. @param {Line} line @param {Axis[]} axes @param {(values: any[]) => void} choose @returns {Node[]} */
function table(line, [rows, columns], choose) {
  const width = columns.values.length, roomy = width <= ROOMY;
  const worst = Math.max(...line.costs.filter((c) => c !== null).map(Number), 0);
  const cell = (/** @type {number} */ i, /** @type {any} */ above, /** @type {any} */ beside) => {
    const about = t`${named(above)}, ${named(beside)}: ${facts(line, i)}`;
    return h("td", {}, h("button", {
      type: "button", class: line.costs[i] === null ? "wild" : line.converged[i] !== null ? "good" : null, title: about,
      "aria-label": about, style: `--k:${Math.round(88 * shade(line.costs[i], worst))}%;--on:${shade(line.costs[i], worst) > 0.55 ? "var(--page)" : "var(--ink)"}`,
      text: !roomy ? "" : line.costs[i] === null ? "✕" : fixed(/** @type {number} */ (line.costs[i]), 3), onclick: () => choose([above, beside]),
    }));
  };
  return [
    h("p", { class: "sum" }, ...share(line)),
    h("div", { class: "grid" }, h("table", { class: `heat${roomy ? "" : " many"}` },
      h("thead", {}, h("tr", {}, h("th", {}), ...columns.values.map((v, j) => h("th", { scope: "col", text: roomy || j % Math.ceil(width / 12) === 0 ? named(v) : "" })), h("th", { scope: "col", text: t`converged` }), h("th", { scope: "col", text: t`median cost` }))),
      h("tbody", {}, ...rows.values.map((above, r) => {
        const { converged, median, diverged } = summary(line, r, width);
        return h("tr", {}, h("th", { scope: "row", text: named(above) }), ...columns.values.map((beside, j) => cell(r * width + j, above, beside)),
          h("td", { class: "num said", text: t`${converged} of ${width}` }), h("td", { class: "num said", text: median === null ? t`diverged` : diverged ? t`${fixed(median)}, ${diverged} diverged` : fixed(median) }));
      })))),
    h("p", { class: "hint", text: t`The stronger, the higher the cost, on a logarithmic scale. Ringed: converged. ✕: not a number any more.` }),
  ];
}

/** A value as it is read: a number, or what a choice is called. @param {any} value */
const named = (value) => choiceName(String(value));

/** How many networks have converged so far. @param {Line} line */
function share({ converged, done, end }) {
  const total = converged.filter((epoch) => epoch !== null).length, all = converged.length;
  const count = h("b", { class: "num", text: t`${total} of ${all}` }), part = percent(total / all);
  if (end) return worded(parts`${count} converged, ${part}`);
  return worded(parts`${count} converged, ${part}, ${h("span", { class: "hint", text: t`${Math.floor(100 * done)} % done` })}`);
}

/** @param {Line} line @param {number} i */
function facts(line, i) {
  const { costs, accuracies, test_costs: tests, converged } = line;
  const cost = costs[i];
  if (cost === null) return t`diverged`;
  const told = [t`cost ${fixed(cost)}`];
  const test = tests[i], accuracy = accuracies[i];
  if (test !== null) told.push(t`test ${fixed(test)}`);
  if (accuracy !== null) told.push(t`accuracy ${percent(accuracy)}`);
  if (converged[i] !== null) told.push(t`converged by epoch ${converged[i]}`);
  return told.join(t`, `);
}
