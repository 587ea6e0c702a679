// @ts-check
/** Make a lesson from here: collect stops of the lab with a text each, choose what is shown, save the file. */

import { h } from "../dom.js";
import { emptyDraft, fileName, lessonText, stepFrom } from "../lessons/draft.js";
import { t } from "../words.js";
import { open } from "./dialogs.js";
import { notify } from "./notices.js";

/** @typedef {import("../store.js").State} State */
/** @typedef {import("../lessons/draft.js").Draft} Draft */

const KEPT = "draft of a lesson"; // "lesson …" is what is kept of one
/** What can be hidden; the names are those of the file. */
const NAMES = /** @type {Record<string, string>} */ ({
  sizes: t`Step sizes`, speed: t`Speed`, until: t`Run until…`, predict: t`Predict`, data: t`Data`, layers: t`Layers`, settings: t`Settings`, results: t`Results`,
  timeline: t`Time line`, program: t`Program`, why: t`Why and values`, proof: t`Proof`, edit: t`Changes by hand`,
});
const CONTROLS = Object.keys(NAMES);

/** @returns {Draft} */
function kept() {
  try { return { ...emptyDraft(), ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") }; } catch { return emptyDraft(); }
}

/** @param {Draft} draft */
function keep(draft) {
  try { localStorage.setItem(KEPT, JSON.stringify(draft)); } catch { /* it lasts as long as the dialog */ }
}

/** @param {State} state @param {(query: string) => Promise<string>} linkTo  this experiment */
export function openLessoning(state, linkTo) {
  const draft = kept();
  const list = h("ol", { class: "draft-steps" }), fault = h("p", { class: "fault", role: "alert" });
  const field = (/** @type {"title" | "about"} */ name, /** @type {string} */ label) => h("label", { class: "f" }, h("span", { text: label }), h("input", { class: "field", value: draft[name], maxlength: name === "title" ? 100 : 300, name, oninput: (/** @type {any} */ event) => { draft[name] = event.target.value; keep(draft); } }));
  const shown = new Set(draft.shown ?? CONTROLS);
  const controls = h("fieldset", { class: "draft-controls" }, h("legend", { text: t`What learners see` }), ...CONTROLS.map((name) => h("label", {}, h("input", { type: "checkbox", name, checked: shown.has(name), onchange: (/** @type {any} */ event) => choose(name, event.target.checked) }), h("span", { text: NAMES[name] }))));
  const about = h("p", { class: "hint", text: t`Go to a stop in the lab, open this, and add it with a text. The stops are kept until the file is saved. More can be written in the file: questions, tasks, formulas.` });
  const edited = state.edits.length ? h("p", { class: "hint warn", text: t`Numbers that were changed by hand are not part of a lesson. Type them in as the start of a layer instead: weights are among the settings of the file.` }) : "";
  draw();
  open(t`Make a lesson from here`, [about, edited, field("title", t`Title`), field("about", t`What it is about`), list, adding(), controls, fault],
    h("div", { class: "dlg-f" }, h("button", { class: "lnk", text: t`Begin anew`, onclick: () => { keep(emptyDraft()); openLessoning(state, linkTo); } }), h("button", { class: "btn line", text: t`Copy a link that hides these`, onclick: copyLink }), h("button", { class: "btn main", text: t`Save the lesson`, onclick: save })));

  /** @param {string} name @param {boolean} isShown */
  function choose(name, isShown) {
    if (isShown) shown.add(name); else shown.delete(name);
    draft.shown = shown.size === CONTROLS.length ? null : CONTROLS.filter((control) => shown.has(control));
    keep(draft);
  }

  function draw() {
    list.replaceChildren(...draft.steps.map((step, i) => h("li", {}, h("div", {}, h("b", { text: step.title }), h("small", { text: `${step.stop.op}${step.stop.minibatch ? t`, minibatch ${step.stop.minibatch}` : ""}` })),
      h("button", { class: "lnk", type: "button", "aria-label": t`Remove step ${i + 1}`, text: t`Remove`, onclick: () => { draft.steps.splice(i, 1); keep(draft); draw(); } }))));
  }

  /** The form that adds the stop where the lab stands. */
  function adding() {
    const title = h("input", { class: "field", name: "step", maxlength: 100, "aria-label": t`Heading of the step`, placeholder: t`Heading of the step` });
    const text = h("textarea", { class: "field", name: "text", rows: 3, "aria-label": t`Text of the step`, placeholder: t`What is to be seen here` });
    return h("form", { class: "draft-add", onsubmit: (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      if (!title.value.trim()) { fault.textContent = t`Give the step a heading.`; return; }
      fault.textContent = "";
      draft.steps.push(stepFrom(state, title.value.trim(), text.value));
      keep(draft);
      title.value = text.value = "";
      draw();
    } }, title, text, h("button", { class: "btn line", text: t`Add this stop` }));
  }

  async function copyLink() {
    const left = CONTROLS.filter((name) => !shown.has(name));
    const link = await linkTo(left.length ? `?hide=${left.join(",")}` : "");
    try { await navigator.clipboard.writeText(link); notify(t`The link is copied. It opens this experiment without what is not ticked.`); } catch { notify(link, { stays: Infinity }); }
  }

  function save() {
    fault.textContent = !draft.title.trim() ? t`Give the lesson a title.` : !draft.about.trim() ? t`Say in a sentence what the lesson is about.` : !draft.steps.length ? t`Add a stop first.` : "";
    if (fault.textContent) return;
    const url = URL.createObjectURL(new Blob([lessonText(draft)], { type: "text/markdown" }));
    h("a", { href: url, download: fileName(draft.title) }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
    notify(t`Put the file into the folder that the server was given with --lessons.`);
  }
}
