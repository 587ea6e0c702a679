// @ts-check
/** Opens a private session in the lab: the one of the address, of a link, or a new one. */

import { Connection } from "./connection.js";
import { dialogue, hooks, lookUpCatalog, recorded, store } from "./lab.js";
import { decodeLink } from "./link.js";
import { Recording } from "./recording.js";
import { unpacked } from "./reel.js";
import { SPOKEN } from "./requests.js";
import { notify } from "./views/notices.js";
import { t } from "./words.js";

const FULL_WAIT = 5; // s until a server that is full is asked again

/** @param {any} body @returns {Promise<string>} the key of a new session */
async function create(body) {
  const response = await fetch("/api/sessions", { method: "POST", headers: { "content-type": "application/json", ...SPOKEN }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (response.ok) return answer.key;
  notify(answer.detail, { bad: true });
  if (response.status < 429) return create({ preset: "xor" }); // it was refused for what it is
  const wait = Number(response.headers.get("retry-after")) || FULL_WAIT; // s
  await new Promise((resolve) => setTimeout(resolve, 1000 * wait * (1 + Math.random())));
  return create(body);
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
    const whole = document.getElementById("whole"); // where the page is a frame in another
    whole?.setAttribute("href", `/s/${key}`);
    const hide = new URLSearchParams(location.search).get("hide");
    const query = [whole && "embed", hide && `hide=${hide}`].filter(Boolean).join("&");
    history.replaceState(null, "", `/s/${key}${query && "?"}${query}`);
  }
  const lost = async () => { notify(t`This session is no longer kept. Here is a new one.`); location.replace("/"); };
  dialogue.connection = new Connection(key, { ...hooks, lost });
  await lookUpCatalog();
}

if (recorded) replay(recorded.textContent);
else start();
