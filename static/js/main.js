// @ts-check
/** Opens a session and wires store, connection and views. */

import { actionsOf } from "./actions.js";
import { Connection } from "./connection.js";
import { Dialogue } from "./dialogue.js";
import { decodeLink } from "./link.js";
import { Store } from "./store.js";
import { inspector } from "./views/inspector.js";
import { keys } from "./views/keys.js";
import { notify } from "./views/notices.js";
import { listing } from "./views/program.js";
import { results } from "./views/results.js";
import { setup } from "./views/setup.js";
import { stage } from "./views/stage.js";
import { timeline } from "./views/timeline.js";
import { transport } from "./views/transport.js";

const root = document.documentElement;
const store = new Store();
const dialogue = new Dialogue(store);
const act = actionsOf(store, dialogue, redraw);

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
  inspector(act, store), results(act, store, redraw), setup(act),
];
store.subscribe(redraw);

// ---------------------------------------------------------------- buttons, keys and tabs

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest?.("[data-do]");
  if (button instanceof HTMLElement && button.dataset.do) act(button.dataset.do);
});

keys(act);

for (const tab of document.querySelectorAll("[data-show]")) tab.addEventListener("click", () => showTab(/** @type {HTMLElement} */ (tab).dataset.show ?? ""));

/** @param {string} name */
function showTab(name) {
  for (const tab of document.querySelectorAll("[data-show]")) tab.setAttribute("aria-selected", String(/** @type {HTMLElement} */ (tab).dataset.show === name));
  for (const panel of document.querySelectorAll("[data-tab]")) panel.classList.toggle("shown", /** @type {HTMLElement} */ (panel).dataset.tab === name);
  redraw();
}

// ---------------------------------------------------------------- opening

/** @param {any} body @returns {Promise<string>} the key of a new session */
async function create(body) {
  const response = await fetch("/api/sessions", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (response.ok) return answer.key;
  notify(answer.detail, { bad: true });
  return create({ preset: "xor" });
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
  dialogue.connection = new Connection(key, { take: (message) => dialogue.take(message), online: (online) => dialogue.online(online), lost });
  store.set({ catalog: await (await fetch("/api/catalog")).json() });
}

try { root.dataset.theme = new URLSearchParams(location.search).get("theme") ?? localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"); } catch { /* light */ }
showTab("inspect");
start();
