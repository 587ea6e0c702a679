// @ts-check
/** The dialog of twin runs: which there are, and what another is to have otherwise. */

import { byId, h } from "../dom.js";
import { request } from "../requests.js";
import { SETTINGS, valuesOf } from "../sweep.js";
import { MOST, twinConfigs, twinName } from "../twins.js";
import { t } from "../words.js";
import { sample } from "./compared.js";
import { open, openSettings } from "./dialogs.js";

/** @typedef {import("../store.js").State} State */

const SHARED = ["seed", "data.noise"]; // what a twin cannot have otherwise

/**
 * @param {() => State} stateOf
 * @param {(configs: any[]) => Promise<string[]>} take  returns the faults, none when it is done
 */
export function openTwins(stateOf, take) {
  const list = h("ul", { class: "twin-list" }), fault = h("p", { class: "fault", role: "alert" });
  const settings = SETTINGS.filter(({ path, hidden }) => !SHARED.includes(path) && (!hidden || stateOf().welcome.config.layers.length > 1));
  const select = h("select", { class: "field", "aria-label": t`Setting`, onchange: () => suggest() }, ...settings.map((setting, i) => h("option", { value: String(i), text: setting.title })));
  const value = h("input", { class: "field", "aria-label": t`Value` });
  const before = h("button", { type: "button", class: "btn line", text: t`The run before the last change`, onclick: () => add(stateOf().before) });
  const add_ = h("button", { class: "btn main", text: t`Add the twin` }), others = h("button", { type: "button", class: "btn line", text: t`Any other setting…`, onclick: () => anySetting() });
  const form = h("form", { class: "twin-add", onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); addChosen(); } },
    h("span", { text: t`The same, but` }), select, value, add_);
  const about = h("p", { class: "hint", text: t`A twin runs beside this network on the same examples in the same order, and goes wherever it goes, forward and back. So you see what one change does.` });
  suggest();
  show();
  open(t`Twin runs`, [about, list, form, h("div", { class: "twin-more" }, others, before), fault]);

  function suggest() {
    value.value = String(settings[Number(select.value)].first.split(",")[1] ?? "").trim();
  }

  function show() {
    const { welcome, before: earlier } = stateOf(), full = welcome.twins.length >= MOST;
    list.replaceChildren(...welcome.twins.map((/** @type {any} */ twin, /** @type {number} */ k) => h("li", {}, sample(k), h("b", { text: twinName(welcome.config, twin.config) }),
      h("button", { type: "button", class: "lnk", text: t`All settings`, onclick: () => anySetting(k) }),
      h("button", { type: "button", class: "lnk", text: t`Remove`, onclick: () => put(configs().filter((_, i) => i !== k)) }))));
    for (const control of [add_, others, before]) control.disabled = full;
    before.hidden = !earlier;
    form.classList.toggle("off", full);
  }

  const configs = () => twinConfigs(stateOf());

  /** @param {any[]} next @returns {Promise<string[]>} */
  async function put(next) {
    const faults = await take(next);
    fault.textContent = faults[0] ?? "";
    if (byId("dialog").open) show();
    return faults;
  }

  /** @param {any} config */
  const add = (config) => put([...configs(), config]);

  async function addChosen() {
    const { path, title, words } = settings[Number(select.value)], { config } = stateOf().welcome;
    const values = valuesOf(value.value, words);
    if (values?.length !== 1) { fault.textContent = t`${title} must be one value, got “${value.value}”.`; return; }
    try {
      await add(await request("/config", { body: { config, settings: { [path]: values[0] } } }));
    } catch (error) { fault.textContent = /** @type {Error} */ (error).message; }
  }

  /** Choose settings of a twin that is there, or of a new one. @param {number} [k] */
  function anySetting(k = configs().length) {
    const state = stateOf(), all = configs();
    const title = k < all.length ? t`Settings of the twin` : t`Settings of a new twin`;
    openSettings({ ...state, welcome: { ...state.welcome, config: all[k] ?? state.welcome.config } }, async (draft) => take([...all.slice(0, k), draft, ...all.slice(k + 1)]), title, false);
  }
}
