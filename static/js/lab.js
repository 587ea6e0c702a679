// @ts-check
/** The lab: wires store, dialogue, actions and views. Who opens it brings the connection. */

import { actionsOf } from "./actions.js";
import { Dialogue } from "./dialogue.js";
import { noteGap } from "./pace.js";
import { PLAYS } from "./recording.js";
import { SPOKEN } from "./requests.js";
import { isHeavy } from "./selectors.js";
import { Store } from "./store.js";
import { classes } from "./views/classes.js";
import { flow } from "./views/flow.js";
import { health } from "./views/health.js";
import { inspector } from "./views/inspector.js";
import { keys } from "./views/keys.js";
import { lenses } from "./views/lenses.js";
import { mistakes } from "./views/mistakes.js";
import { listing } from "./views/program.js";
import { pictures } from "./views/pictures.js";
import { proof } from "./views/proof.js";
import { results } from "./views/results.js";
import { setup } from "./views/setup.js";
import { spread } from "./views/spread.js";
import { stage } from "./views/stage.js";
import { tables } from "./views/tables.js";
import { timeline } from "./views/timeline.js";
import { transport } from "./views/transport.js";
import { twins } from "./views/twins.js";
import { why } from "./views/why.js";
import { weights } from "./views/weights.js";
import { work } from "./views/work.js";

const root = document.documentElement;
export const store = new Store();
export const dialogue = new Dialogue(store);
export const recorded = document.getElementById("recording"); // a page that plays without a server holds one
const actions = actionsOf(store, dialogue, redraw);
/** @param {string} name @param {any} [argument] */
export const act = (name, argument) => ((recorded && !PLAYS.has(name)) || hidden.has(name) ? undefined : actions(name, argument));

/** What a lesson or a link leaves out, by the actions that belong to it. @type {Record<string, string[]>} */
const HIDES = { sizes: ["size", "next-size"], until: ["until"], predict: ["predict"], data: ["data", "own-data", "examples"], layers: ["layer", "layer-more", "units", "add-layer", "remove-layer"], settings: ["settings", "optimizer", "cost", "patch", "mistakes", "sweep", "twins", "make-lesson"], edit: ["edit", "units", "add-layer", "remove-layer"] };
const left = (document.querySelector("[data-hidden]")?.getAttribute("data-hidden") ?? "").split(" ");
const hidden = new Set(left.flatMap((control) => HIDES[control] ?? []));

// ---------------------------------------------------------------- drawing, at most once a frame

const PATIENCE = 16; // ms that the first pass draws for in one frame, so that a press is heard in between
const REST = 30; // ms between two drawings that are much work
let scheduled = false, latest = 0;
/** Views that have been drawn since there is a network. */
let drawn = 0;

export function redraw() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(drawFrame);
}

/** @param {number} now */
function drawFrame(now) {
  if (isHeavy(store.state) && drawn >= views.length && now - latest < REST) {
    requestAnimationFrame(drawFrame); // what comes meanwhile is drawn with it
    return;
  }
  scheduled = false;
  latest = now;
  requestAnimationFrame((next) => noteGap(next - now));
  const { theme = "light" } = root.dataset;
  if (store.state.welcome && drawn < views.length) firstPass(theme);
  else for (const view of views) view(store.state, theme);
  dialogue.connection?.acknowledge();
}

/** Draw each view for the first time, which is when it takes longest, over as many frames as it needs. @param {string} theme */
function firstPass(theme) {
  const end = performance.now() + PATIENCE;
  while (drawn < views.length && performance.now() < end) views[drawn++](store.state, theme);
  redraw(); // the rest, or all with what has come meanwhile
}

/** What is drawn; more may be added. @type {((state: any, theme: string) => void)[]} */
export const views = [
  transport(act, store), stage(act, store, redraw), timeline(act, store, redraw), listing(act, store),
  inspector(act, store), why(act, store, dialogue), proof(dialogue), results(act, store, redraw), setup(act),
  mistakes(act), health(act), lenses(act), flow(act, store, redraw), spread(store, dialogue, redraw), classes(redraw), work(dialogue, redraw), pictures(store, dialogue, redraw), twins(act, store, dialogue, redraw), tables(store), weights(act, store, dialogue),
];
store.subscribe(redraw);

// ---------------------------------------------------------------- buttons, keys and tabs

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest?.("[data-do]");
  if (button instanceof HTMLElement && button.dataset.do) act(button.dataset.do);
  // After a press with the pointer the keys are those of the transport again, Space above all.
  if (event.detail > 0) /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest?.("main button"))?.blur();
});

keys(act);

const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-show]")]);
tabs.forEach((tab, i) => {
  tab.addEventListener("click", () => showTab(tab.dataset.show ?? ""));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const next = tabs[(i + step + tabs.length) % tabs.length];
    showTab(next.dataset.show ?? "");
    next.focus();
  });
});

/** @param {string} name */
export function showTab(name) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab.dataset.show === name));
    tab.tabIndex = tab.dataset.show === name ? 0 : -1;
  }
  for (const panel of document.querySelectorAll("[data-tab]")) panel.classList.toggle("shown", /** @type {HTMLElement} */ (panel).dataset.tab === name);
  redraw();
}

export const hooks = { take: (/** @type {any} */ message) => dialogue.take(message), online: (/** @type {boolean} */ online, restarts = false) => dialogue.online(online, restarts) };

/** Look up what every config can be made of, which the views need besides the session. */
export async function lookUpCatalog() {
  store.set({ catalog: await (await fetch("/api/catalog", { headers: SPOKEN })).json() });
}

showTab("inspect");
