// @ts-check
/** Opens a session and wires store, connection and views. */

import { Connection } from "./connection.js";
import { byId } from "./dom.js";
import { decodeLink, encodeLink } from "./link.js";
import { withData, withLayer, withLayerValues, withOptimizer, withUnits, withoutLayer } from "./reshape.js";
import { focus } from "./selectors.js";
import { Store } from "./store.js";
import { openExamples, openKeys, openSettings } from "./views/dialogs.js";
import { inspector } from "./views/inspector.js";
import { keys } from "./views/keys.js";
import { dismiss, notify } from "./views/notices.js";
import { listing } from "./views/program.js";
import { results } from "./views/results.js";
import { setup } from "./views/setup.js";
import { stage } from "./views/stage.js";
import { timeline } from "./views/timeline.js";
import { RATES, SIZES, transport } from "./views/transport.js";

const root = document.documentElement;
const store = new Store();
/** @type {Connection} */
let connection;
/** Answers to commands that somebody waits for, by id. @type {Map<number, (faults: string[]) => void>} */
const waiting = new Map();
let lastId = 0;

// ---------------------------------------------------------------- drawing, at most once a frame

let scheduled = false;
function redraw() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    const { theme = "light" } = root.dataset;
    for (const view of views) view(store.state, theme);
    connection?.acknowledge();
  });
}

const views = [
  transport(act, store), stage(act, store, redraw), timeline(act, store, redraw), listing(act, store),
  inspector(act, store), results(act, store, redraw), setup(act),
];
store.subscribe(redraw);

// ---------------------------------------------------------------- what the user does

/** @param {any} command */
function send(command) {
  if (!connection?.send(command)) notify("There is no connection to the server. It comes back by itself.", { bad: true, key: "offline" });
}

/** Send a command and learn its faults. @param {any} command @returns {Promise<string[]>} */
function ask(command) {
  return new Promise((resolve) => {
    waiting.set(++lastId, resolve);
    send({ ...command, id: lastId });
  });
}

/** @param {any} patch */
function configure(patch) {
  send({ type: "configure", patch });
}

/** @type {Record<string, (argument?: any) => void>} */
const actions = {
  step: () => send({ type: "step", size: store.state.size }),
  back: () => store.state.position && send({ type: "back", size: store.state.size }),
  play: () => (store.state.status?.state === "playing" ? send({ type: "pause" }) : play()),
  stop: () => send({ type: "pause" }),
  reset: () => send({ type: "reset" }),
  seek: (position) => send({ type: "seek", position }),
  size: (size) => { store.set({ size }); replay(); },
  speed: (speed) => { store.set({ speed }); replay(); },
  "next-size": () => actions.size(SIZES[(SIZES.indexOf(store.state.size) + 1) % SIZES.length]),
  focus: (example) => send({ type: "focus", example }),
  "example-before": () => moveFocus(-1),
  "example-after": () => moveFocus(1),
  mean: () => send({ type: "focus", example: focus(store.state) === null ? 0 : null }),
  select: (selection) => store.set({ selection: same(selection, store.state.selection) ? null : selection }),
  edit: ({ tensor, index, value, said }) => Number.isFinite(value) ? edit(tensor, index, value) : notify(`${tensor} must be a number, got “${said}”.`, { bad: true }),
  log: () => store.set({ log: !store.state.log }),
  theme: () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"),
  keys: openKeys,
  share,
  patch: configure,
  data: (name) => configure(withData(config(), name, store.state.catalog.data[name])),
  layer: ([at, values]) => configure(withLayerValues(config(), at, values)),
  units: ([layer, change]) => configure(withUnits(config(), layer - 1, change)),
  "add-layer": (at) => configure(withLayer(config(), at ?? config().layers.length - 1)),
  "remove-layer": (at) => configure(withoutLayer(config(), at)),
  cost: (choice) => { const [name, reduction, half] = choice.split("."); configure({ cost: { name, reduction, half: half === "true" } }); },
  optimizer: (name) => configure(withOptimizer(config(), name)),
  examples: async () => openExamples(await (await fetch("/api/presets")).json(), openPreset),
  settings: () => openSettings(store.state, (draft) => ask({ type: "configure", config: draft })),
};

/** @param {string} name @param {any} [argument] */
function act(name, argument) {
  actions[name](argument);
}

function config() {
  return store.state.welcome.config;
}

function play() {
  send({ type: "play", size: store.state.size, rate: RATES[store.state.speed] });
}

function replay() {
  if (store.state.status?.state === "playing") play();
}

/** @param {number} by */
function moveFocus(by) {
  const rows = store.state.tensors.y?.shape[0] ?? store.state.welcome.minibatch_size;
  send({ type: "focus", example: ((focus(store.state) ?? 0) + by + rows) % rows });
}

/** @param {string} tensor @param {number[]} index @param {number} value */
async function edit(tensor, index, value) {
  const faults = await ask({ type: "edit", tensor, index, value });
  if (!faults.length) offerRejoin();
}

function offerRejoin() {
  if (store.state.status?.rejoin) {
    notify("The future from before the change is kept.", { key: "rejoin", action: "Return to it", stays: 12_000, then: () => send({ type: "rejoin" }) });
  }
}

/** @param {any} a @param {any} b */
function same(a, b) {
  return a !== null && JSON.stringify(a) === JSON.stringify(b);
}

/** @param {string} theme */
function setTheme(theme) {
  root.dataset.theme = theme;
  try { localStorage.setItem("theme", theme); } catch { /* private windows may refuse */ }
  redraw();
}

async function share() {
  const response = await fetch(`/api/sessions/${connection.key}`);
  const link = `${location.origin}/#${await encodeLink(await response.json())}`;
  try {
    await navigator.clipboard.writeText(link);
    notify("The link is copied. It opens this experiment at this op.");
  } catch {
    notify("Copy the link from the address bar.");
    history.replaceState(null, "", link);
  }
  root.dataset.link = link;
}

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

// ---------------------------------------------------------------- what the server says

/** @param {any} message */
function take(message) {
  if (message.type === "error") refused(message);
  if (message.type === "answer") { waiting.get(message.id)?.([]); waiting.delete(message.id); }
  store.take(message);
  if (store.state.gap) connection.send({ type: "sync" });
  if (message.type === "status") told(message);
}

/** @param {any} error */
function refused(error) {
  const waits = waiting.get(error.id);
  waiting.delete(error.id);
  if (waits) waits([error.message]);
  if (!waits || !byId("dialog").open) notify(error.message, { bad: true, key: error.code });
}

/** @param {any} status */
function told(status) {
  if (status.state === "diverged") {
    const { symbol, layer, position } = status.diverged;
    notify(`${symbol.replace("delta", "δ")} in layer ${layer} is not a number any more: the run diverged. Learning rate ${status.learning_rate}.`, { bad: true, key: "diverged", stays: Infinity, action: "Go to the op before", then: () => actions.seek(position - 1) });
  } else dismiss("diverged");
  if (!status.rejoin) dismiss("rejoin");
}

/** @param {boolean} online */
function online(online) {
  store.take({ type: "ONLINE", online });
  if (online) dismiss("offline");
  else notify("The connection is gone. It comes back by itself, at the same place.", { key: "offline", stays: Infinity });
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

/** @param {string} name */
async function openPreset(name) {
  const config = await (await fetch(`/api/presets/${name}`)).json();
  send({ type: "configure", config });
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
  connection = new Connection(key, { take, online, lost });
  store.set({ catalog: await (await fetch("/api/catalog")).json() });
}

try { root.dataset.theme = new URLSearchParams(location.search).get("theme") ?? localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"); } catch { /* light */ }
showTab("inspect");
start();
