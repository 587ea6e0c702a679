// @ts-check
/** Short messages at the foot of the window; a refusal stays long enough to be read. */

import { byId, h } from "../dom.js";

const STAYS = 6_000; // ms

/**
 * @param {string} text
 * @param {{bad?: boolean, action?: string, then?: () => void, key?: string, stays?: number}} [how]  `key`: a new notice of it replaces the old
 */
export function notify(text, { bad = false, action, then, key = text, stays = STAYS } = {}) {
  dismiss(key);
  const close = () => notice.remove();
  const notice = h("div", { class: bad ? "notice bad" : "notice", "data-key": key }, h("span", { text }));
  if (action && then) notice.append(h("button", { text: action, onclick: () => { close(); then(); } }));
  byId("notices").append(notice);
  if (Number.isFinite(stays)) setTimeout(close, stays);
}

/** @param {string} key */
export function dismiss(key) {
  for (const notice of byId("notices").children) if (/** @type {HTMLElement} */ (notice).dataset.key === key) notice.remove();
}
