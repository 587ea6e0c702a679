// @ts-check
/** Opens a session and wires store, connection and views. */

import { actionsOf } from "./actions.js";
import { Connection } from "./connection.js";
import { Dialogue } from "./dialogue.js";
import { decodeLink } from "./link.js";
import { PLAYS, Recording } from "./recording.js";
import { unpacked } from "./reel.js";
import { Store } from "./store.js";
import { health } from "./views/health.js";
import { inspector } from "./views/inspector.js";
import { keys } from "./views/keys.js";
import { notify } from "./views/notices.js";
import { mistakes } from "./views/mistakes.js";
import { listing } from "./views/program.js";
import { proof } from "./views/proof.js";
import { results } from "./views/results.js";
import { setup } from "./views/setup.js";
import { stage } from "./views/stage.js";
import { timeline } from "./views/timeline.js";
import { transport } from "./views/transport.js";
import { why } from "./views/why.js";

const root = document.documentElement;
const store = new Store();
const dialogue = new Dialogue(store);
const recorded = document.getElementById("recording"); // a page that plays without a server holds one
const actions = actionsOf(store, dialogue, redraw);
/** @param {string} name @param {any} [argument] */
const act = (name, argument) => (recorded && !PLAYS.has(name) ? undefined : actions(name, argument));

// ---------------------------------------------------------------- drawing, at most once a frame

let scheduled = false;
function redraw() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    const { theme = "light" } = root.dataset;
    for (const view of views) view(store.state, theme);
    dialogue.connection?.acknowledge();
  });
}

const views = [
  transport(act, store), stage(act, store, redraw), timeline(act, store, redraw), listing(act, store),
  inspector(act, store), why(act, store, dialogue), proof(dialogue), results(act, store, redraw), setup(act),
  mistakes(act), health(act),
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
function showTab(name) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab.dataset.show === name));
    tab.tabIndex = tab.dataset.show === name ? 0 : -1;
  }
  for (const panel of document.querySelectorAll("[data-tab]")) panel.classList.toggle("shown", /** @type {HTMLElement} */ (panel).dataset.tab === name);
  redraw();
}

// ---------------------------------------------------------------- opening

const hooks = { take: (/** @type {any} */ message) => dialogue.take(message), online: (/** @type {boolean} */ online) => dialogue.online(online) };

/** @param {any} body @returns {Promise<string>} the key of a new session */
async function create(body) {
  const response = await fetch("/api/sessions", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (response.ok) return answer.key;
  notify(answer.detail, { bad: true });
  return create({ preset: "xor" });
}

/** @param {string} packed */
async function replay(packed) {
  const reel = await unpacked(packed);
  store.set({ span: reel.facts });
  dialogue.connection = new Recording(reel, hooks);
}

async function start() {
  const lab = /** @type {HTMLElement} */ (document.querySelector(".lab"));
  let { key } = lab.dataset;
  const linked = await decodeLink(location.hash);
  if (!key || linked) {
    const preset = new URLSearchParams(location.search).get("preset");
    key = await create(linked ?? { preset: preset ?? "xor" });
    history.replaceState(null, "", `/s/${key}`);
  }
  const lost = async () => { notify("This session is no longer kept. Here is a new one."); location.replace("/"); };
  dialogue.connection = new Connection(key, { ...hooks, lost });
  store.set({ catalog: await (await fetch("/api/catalog")).json() });
}

try { root.dataset.theme = new URLSearchParams(location.search).get("theme") ?? localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"); } catch { /* light */ }
showTab("inspect");
if (recorded) replay(recorded.textContent);
else start();
