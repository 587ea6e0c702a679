// @ts-check
/** Dialogs: examples, all settings (made from the config's own schema), keys. */

import { byId, h, icon } from "../dom.js";
import { choiceName, fieldName } from "../terms.js";
import { t } from "../words.js";

/** @typedef {import("../store.js").State} State */

/** @param {string} title @param {Node[]} body @param {Node | null} foot */
export function open(title, body, foot = null) {
  const dialog = byId("dialog");
  dialog.replaceChildren(
    h("div", { class: "dlg-h" }, h("h2", { text: title }), h("button", { class: "tb", "aria-label": t`Close`, onclick: () => dialog.close() }, icon("close"))),
    h("div", { class: "dlg-b" }, ...body), foot ?? "");
  dialog.setAttribute("aria-label", title);
  dialog.onclick = (/** @type {MouseEvent} */ event) => { if (event.target === dialog) dialog.close(); };
  if (!dialog.open) dialog.showModal();
}

export function close() {
  byId("dialog").close();
}

/** @param {{name: string, title: string, about: string, group: string}[]} presets @param {(name: string) => void} choose */
export function openExamples(presets, choose) {
  const list = h("div", { class: "presets" });
  let heading = "";
  for (const { name, title, about, group } of presets) {
    if (group !== heading) list.append(h("h3", { text: (heading = group) }));
    list.append(h("button", { "data-preset": name, onclick: () => { close(); choose(name); } }, h("b", { text: title }), h("span", { text: about })));
  }
  open(t`Examples`, [list]);
}

const POLLS = t`WebSocket does not get through here, so this page asks the server again and again over HTTP. Everything works, a little later.`;

/** @param {string} [transport]  how this page talks to the server */
export function openKeys(transport) {
  const keys = [[t`Space`, t`play, pause`], ["→  S", t`step`], ["←", t`back`], ["1 … 5", t`step size: op, layer, phase, minibatch, epoch`], ["B", t`breakpoint on this op, or take it away`], ...(document.querySelector("[data-do=until]") ? [["U", t`run until…`]] : []), ["P", t`predict: be asked before each op`], ["R", t`reset: the same start again`], ["Esc", t`stop`], ["?", t`this list`]];
  open(t`Keys`, [h("div", { class: "keytable" }, ...keys.flatMap(([key, text]) => [h("span", {}, ...key.split("  ").map((k) => h("kbd", { text: k }))), h("span", { text })])), transport === "polling" && h("p", { class: "keynote", text: POLLS })].filter(Boolean));
}

/**
 * All settings, as a form made from the schema that the server validates with.
 * @param {State} state
 * @param {(config: any, keep: boolean) => Promise<any[]>} apply  returns the faults, none when it is done
 * @param {string} title
 * @param {boolean} keeps  whether the weights can be kept
 */
export function openSettings(state, apply, title = t`All settings`, keeps = true) {
  const { schema } = state.catalog;
  const draft = structuredClone(state.welcome.config);
  const form = h("form", { class: "form" });
  const rebuild = () => form.replaceChildren(...groups(schema, draft, rebuild));
  rebuild();
  openForm(title, form, (keep) => apply(draft, keep), keeps);
}

/**
 * A form whose values are tried by the server: a fault is said beside the buttons, and the form stays.
 * @param {string} title @param {HTMLElement} form @param {(keep: boolean) => Promise<any[]>} apply  returns the faults, none when it is done
 * @param {boolean} keeps  whether the weights can be kept
 */
export function openForm(title, form, apply, keeps = true) {
  const keep = keeper();
  const faults = h("span", { class: "faults", role: "alert" });
  const send = async () => {
    const found = await apply(keep.checked());
    if (!found.length) close();
    else faults.textContent = found[0];
  };
  form.addEventListener("submit", (/** @type {Event} */ event) => { event.preventDefault(); send(); });
  open(title, [form], h("div", { class: "dlg-f" }, faults, keeps && keep.element, h("button", { class: "btn line", text: t`Cancel`, onclick: close }), h("button", { class: "btn main", text: keeps ? t`Apply and start anew` : t`Apply`, onclick: send })));
}

/** The choice to go on with the weights as they are. */
export function keeper() {
  const input = h("input", { type: "checkbox", class: "check", "data-keep": true });
  const element = h("label", { class: "keep", title: t`What is learned goes on in every layer whose shape stays: to fine-tune, to freeze, to change the data.` }, input, t`Keep the weights`);
  return { element, checked: () => /** @type {boolean} */ (input.checked) };
}

const OF_LAYER = ["batch_norm", "dropout", "residual", "frozen", "bias", "freeze_bias"];
const HIDDEN_ONLY = ["batch_norm", "dropout", "residual"];

/**
 * What a layer has besides units and an activation.
 * @param {State} state @param {number} i @param {(values: any, keep: boolean) => Promise<any[]>} apply  returns the faults, none when it is done
 */
export function openLayer(state, i, apply) {
  const { schema } = state.catalog, { layers } = state.welcome.config;
  const draft = Object.fromEntries(OF_LAYER.map((name) => [name, layers[i][name]]));
  const names = OF_LAYER.filter((name) => i + 1 < layers.length || !HIDDEN_ONLY.includes(name));
  const form = h("form", { class: "form" }, h("fieldset", {}, ...names.flatMap((name) => field(schema, name, schema.$defs.Layer.properties[name], draft, null, () => {}))));
  openForm(t`Layer ${i + 1}`, form, (keep) => apply(draft, keep));
}

const PARTS = [["data", t`Data`], ["init", t`First weights`], ["cost", t`Cost`], ["optimizer", t`Optimizer`], ["clip", t`Clipping`], ["prune", t`Pruning`], ["stop", t`Stop`]];
/** Parts that are there or not. @type {Record<string, {text: string, def: string, first: any}>} */
const OPTIONAL = {
  clip: { text: t`clip the gradients`, def: "Clip", first: { by: "norm", threshold: 1 } },
  prune: { text: t`prune the smallest weights`, def: "Prune", first: { share: 0.5, epoch: 10 } },
};
const PLAIN = ["seed", "dtype", "minibatch_size", "shuffle", "l1", "l2"];
const HIDDEN = ["X", "Y", "labels", "input_names", "class_names", "version"];

/** @param {any} schema @param {any} draft @param {() => void} rebuild */
function groups(schema, draft, rebuild) {
  const made = PARTS.map(([name, title]) => {
    const whole = resolve(schema, schema.properties[name]);
    if (name in OPTIONAL) return optional(schema, name, title, draft, rebuild);
    draft[name] ??= {};
    const chosen = variant(schema, whole, draft[name]);
    return h("fieldset", {}, h("legend", { text: title }), ...fields(schema, chosen, draft[name], whole.discriminator ? names(whole) : null, () => { if (whole.discriminator) keepKnown(schema, whole, draft[name]); rebuild(); }));
  });
  const rest = { properties: Object.fromEntries(PLAIN.map((name) => [name, schema.properties[name]])) };
  made.splice(1, 0, h("fieldset", {}, h("legend", { text: t`Run` }), ...fields(schema, rest, draft, null, rebuild)));
  return made;
}

/** @param {any} schema @param {string} name @param {string} title @param {any} draft @param {() => void} rebuild */
function optional(schema, name, title, draft, rebuild) {
  const { text, def, first } = OPTIONAL[name];
  const toggle = h("input", { type: "checkbox", class: "check", "aria-label": text, onchange: () => { draft[name] = toggle.checked ? first : undefined; rebuild(); } });
  toggle.checked = Boolean(draft[name]);
  const inner = draft[name] ? fields(schema, schema.$defs[def], draft[name], null, rebuild) : [];
  return h("fieldset", {}, h("legend", { text: title }), h("label", { class: "f" }, h("span", { text }), toggle), ...inner);
}

/** @param {any} schema @param {any} part */
function resolve(schema, part) {
  if (part.$ref) return schema.$defs[part.$ref.split("/").pop()];
  return part;
}

/** @param {any} whole */
function names(whole) {
  return Object.keys(whole.discriminator.mapping);
}

/** @param {any} schema @param {any} whole @param {any} draft */
function variant(schema, whole, draft) {
  return whole.discriminator ? resolve(schema, { $ref: whole.discriminator.mapping[draft.name] }) : whole;
}

/** Drop what the newly chosen variant does not have. @param {any} schema @param {any} whole @param {any} draft */
function keepKnown(schema, whole, draft) {
  const known = variant(schema, whole, draft).properties;
  for (const name of Object.keys(draft)) if (!(name in known)) delete draft[name];
}

/** @param {any} schema @param {any} part @param {any} draft @param {string[] | null} variants @param {() => void} rebuild */
function fields(schema, part, draft, variants, rebuild) {
  const named = Object.entries(part.properties).filter(([name]) => !HIDDEN.includes(name));
  named.sort(([a], [b]) => Number(b === "name") - Number(a === "name"));
  return named.flatMap(([name, property]) => field(schema, name, /** @type {any} */ (property), draft, variants, rebuild));
}

/** @param {any} schema @param {string} name @param {any} property @param {any} draft @param {string[] | null} variants @param {() => void} rebuild @returns {any[]} */
function field(schema, name, property, draft, variants, rebuild) {
  if (name === "features") return [features(property, draft)];
  if (name === "name" && variants) return [choice(name, "", variants, draft, rebuild)];
  const target = property.discriminator ? property : resolve(schema, property);
  if (target.discriminator) {
    draft[name] ??= { name: "constant" };
    const chosen = variant(schema, target, draft[name]);
    return [choice("name", name, names(target), draft[name], () => { keepKnown(schema, target, draft[name]); rebuild(); }),
      ...Object.entries(chosen.properties).filter(([key]) => key !== "name").flatMap(([key, inner]) => field(schema, key, /** @type {any} */ (inner), draft[name], null, rebuild))];
  }
  const options = target.enum ?? (target.anyOf ?? []).find((/** @type {any} */ t) => t.enum)?.enum;
  if (options) return [choice(name, "", options, draft, rebuild, property.description)];
  const type = target.type ?? (target.anyOf ?? []).find((/** @type {any} */ t) => t.type && t.type !== "null");
  const inner = typeof type === "object" ? type : target;
  if (inner.type === "boolean") return [toggle(name, property, draft)];
  if (inner.type === "integer" || inner.type === "number") return [number(name, property, inner, draft)];
  return [];
}

/** @param {string} name @param {string} label @param {string[]} options @param {any} draft @param {() => void} rebuild @param {string} [about] */
function choice(name, label, options, draft, rebuild, about) {
  const select = h("select", { "data-field": name, onchange: () => { draft[name] = select.value; rebuild(); } });
  const offered = options.filter((option) => option !== "inline" || draft[name] === option);
  for (const option of offered) select.append(h("option", { value: option, selected: draft[name] === option, text: choiceName(option) }));
  return h("label", { class: "f", title: about }, h("span", { text: fieldName(label || name) }), select);
}

/** @param {string} name @param {any} property @param {any} draft */
function toggle(name, property, draft) {
  const input = h("input", { type: "checkbox", class: "check", onchange: () => { draft[name] = input.checked; } });
  input.checked = draft[name] ?? property.default;
  return h("label", { class: "f", title: property.description }, h("span", { text: fieldName(name) }), input);
}

/** @param {string} name @param {any} property @param {any} range @param {any} draft */
function number(name, property, range, draft) {
  const low = range.minimum ?? range.exclusiveMinimum, high = range.maximum ?? range.exclusiveMaximum;
  const value = draft[name] ?? property.default, about = property.description;
  const input = h("input", {
    class: "field", inputmode: "decimal", "data-field": name, placeholder: name === "samples" ? t`as the data has` : t`none`, value: value ?? "",
    onchange: () => { const text = input.value.trim().replace(",", "."); if (text === "") delete draft[name]; else draft[name] = Number.isFinite(Number(text)) ? Number(text) : text; },
  });
  return h("label", { class: "f" }, h("span", { text: fieldName(name) }), input, h("small", { text: low === undefined ? about : high === undefined ? t`${about}, from ${low}` : t`${about}, ${low} to ${high}` }));
}

/** @param {any} property @param {any} draft */
function features(property, draft) {
  const list = (property.anyOf ?? [property]).find((/** @type {any} */ t) => t.items).items.enum;
  const box = h("div", { class: "features", role: "group", "aria-label": t`features` });
  const chosen = new Set(draft.features ?? ["x1", "x2"]);
  for (const name of list) {
    const input = h("input", { type: "checkbox", onchange: () => { if (input.checked) chosen.add(name); else chosen.delete(name); draft.features = list.filter((/** @type {string} */ n) => chosen.has(n)); if (draft.features.join() === "x1,x2") delete draft.features; } });
    input.checked = chosen.has(name);
    box.append(h("label", {}, input, choiceName(name)));
  }
  return h("div", { class: "f" }, h("span", { text: t`features of the plane` }), h("span", {}), box);
}
