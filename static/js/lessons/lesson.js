// @ts-check
/** Opens a lesson: the lab with a session of its own, and the guide beside it. */

import { Connection } from "../connection.js";
import { byId, mark } from "../dom.js";
import { act, dialogue, hooks, lookUpCatalog, showTab, store } from "../lab.js";
import { request } from "../requests.js";
import { t } from "../words.js";
import { notify } from "../views/notices.js";
import { Guide } from "./guide.js";
import { keepSession, sessionOf } from "./progress.js";

const lesson = JSON.parse(byId("lesson").textContent);
const lab = /** @type {HTMLElement} */ (document.querySelector(".lab"));
const guide = new Guide(lesson, { store, dialogue, act, root: lab });

/** @returns {Promise<string>} the key of a new session with what the lesson begins with */
async function create() {
  const { key } = await request("/sessions", { body: { config: lesson.configs[lesson.steps[guide.asked].config] } });
  keepSession(lesson.slug, key);
  return key;
}

async function start() {
  let key = sessionOf(lesson.slug);
  try { key ||= await create(); } catch (error) {
    notify(/** @type {Error} */ (error).message, { bad: true, stays: Infinity, action: t`Try again`, then: start });
    return;
  }
  const online = (/** @type {boolean} */ is, restarts = false) => {
    guide.interrupted();
    hooks.online(is, restarts);
  };
  const lost = () => {
    store.take({ type: "ONLINE", online: false });
    guide.lost();
    keepSession(lesson.slug, "");
    start();
  };
  dialogue.connection = new Connection(key, { ...hooks, online, lost });
  await lookUpCatalog();
}

// ---------------------------------------------------------------- the lesson, or the settings in its place

const sides = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-side]")]).filter((button) => button !== lab);

/** @param {string} side */
function turn(side) {
  lab.dataset.side = side;
  for (const button of sides) mark(button, "aria-pressed", String(button.dataset.side === side));
}

for (const button of sides) button.addEventListener("click", () => turn(button.dataset.side ?? ""));
turn("lesson");
showTab("lesson");
guide.go(guide.asked);
start();
