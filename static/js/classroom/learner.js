// @ts-check
/** A learner's page: joining, what the class does now, the question that is asked. */

import { Connection } from "../connection.js";
import { byId, h, mark, memo, replaceKeeping, say } from "../dom.js";
import { act, dialogue, hooks, lookUpCatalog, store, views } from "../lab.js";
import { answerText, revealedOf, toldOf } from "../predict.js";
import { answering, put } from "../views/answering.js";
import { close as closeDialog, open as openDialog } from "../views/dialogs.js";
import { notify } from "../views/notices.js";
import { forget, keep, keyOf } from "./keys.js";
import { request } from "../requests.js";
import { t } from "../words.js";

const lab = /** @type {HTMLElement} */ (document.querySelector(".lab"));
const code = /** @type {string} */ (lab.dataset.code);
const bar = /** @type {HTMLElement} */ (document.querySelector(".class-bar"));
/** @param {string} name @returns {any} */
const part = (name) => bar.querySelector(`[data-tell=${name}], [data-do=${name}]`);
const MODES = /** @type {Record<string, string>} */ ({
  follow: t`You follow your teacher.`, explore: t`Explore: this copy is yours.`, free: t`Work freely: this is yours.`,
});

// ---------------------------------------------------------------- joining

async function join() {
  const names = byId("join-names"), go = byId("join-go"), fault = byId("join-fault");
  byId("join").hidden = false;
  let found;
  try { found = await request(`/classes/${code}`); } catch (error) {
    names.replaceChildren(h("p", { class: "told", text: /** @type {Error} */ (error).message }), h("a", { class: "lnk", href: "/class", text: t`Type the code again` }));
    return;
  }
  go.hidden = found.locked;
  if (found.locked) {
    names.replaceChildren(h("p", { class: "told", text: t`This class is locked: nobody can join now. Ask your teacher.` }));
    return;
  }
  offer(found, names);
  go.disabled = false;
  byId("join-form").onsubmit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const own = String(form.get("own") ?? "").trim();
    go.disabled = true;
    try {
      const { key } = await request(`/classes/${code}/learners`, { body: { name: own || form.get("name") } });
      keep("learner", code, key);
      open(key);
    } catch (error) { fault.textContent = /** @type {Error} */ (error).message; }
    go.disabled = false;
  };
}

/** @param {{names: string[], own_names: boolean}} found @param {HTMLElement} names */
function offer({ names: suggested, own_names }, names) {
  const choice = (/** @type {string} */ name, /** @type {number} */ i) => h("label", { class: "name" }, h("input", { type: "radio", name: "name", value: name, checked: i === 0 }), h("span", { text: name }));
  const others = h("button", { class: "lnk", type: "button", text: t`Other names`, onclick: join });
  const own = own_names && h("label", { class: "own" }, h("span", { text: t`or a name of your own` }), h("input", { class: "field", name: "own", maxlength: 24, autocomplete: "off" }));
  names.replaceChildren(h("fieldset", { class: "names" }, h("legend", { text: t`Your name here` }), ...suggested.map(choice)), others, own || "");
}

/** @param {string} key */
function open(key) {
  byId("join").hidden = true;
  bar.hidden = false;
  lab.hidden = false;
  dialogue.connection = new Connection(key, { ...hooks, lost });
  lookUpCatalog();
}

/** @param {number} reason */
function lost(reason) {
  forget("learner", code);
  const words = reason === 4403 ? t`Your teacher has taken you out of this class.` : reason === 4410 ? t`The class has ended. Thank you for being here.` : t`This class is over, or your place in it is gone.`;
  lab.hidden = bar.hidden = true;
  byId("join").hidden = false;
  byId("join-go").hidden = true;
  byId("join-fault").textContent = "";
  byId("join-names").replaceChildren(h("p", { class: "told", role: "status", text: words }), h("a", { class: "btn line big", href: "/", text: t`To the lab, on your own` }));
}

// ---------------------------------------------------------------- the bar

const rights = memo((watching) => lab.classList.toggle("watching", watching));
const bearings = memo((mode, name, helped) => {
  say(part("name"), name);
  say(part("mode"), MODES[mode]);
  part("catch-up").hidden = mode === "follow";
  mark(part("help"), "aria-pressed", String(helped));
  say(part("help"), helped ? t`✓ Asked for help` : t`Ask for help`);
});

/** @param {import("../store.js").State} state */
function told(state) {
  if (state.welcome) rights(state.welcome.rights === "watch");
  const { classroom } = state;
  if (!classroom) return;
  bearings(classroom.mode, classroom.name, classroom.needs_help);
  if (state.welcome) questions(JSON.stringify(classroom.question), classroom.question);
}

/** @type {Record<string, () => any>} */
const commands = {
  help: () => ask({ type: "help", on: !store.state.classroom.needs_help }),
  "catch-up": () => openDialog(t`Go to your teacher’s stop?`, [h("p", { class: "told", text: t`Your copy is replaced by a new one from there. What you did in it is gone.` }),
    h("div", { class: "choices" }, h("button", { class: "btn main", text: t`Go there`, onclick: () => { closeDialog(); ask({ type: "catch_up" }); } }), h("button", { class: "btn line", text: t`Stay here`, onclick: closeDialog }))]),
};

/** @param {any} command */
async function ask(command) {
  const [fault] = await dialogue.ask(command);
  if (fault) notify(fault, { bad: true });
}

bar.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-do]");
  commands[/** @type {HTMLElement} */ (button)?.dataset.do ?? ""]?.();
  event.stopPropagation();
});

// ---------------------------------------------------------------- the question

const card = byId("card");
let away = 0; // number of the question that is put away by the learner

/** The card is made anew when the question has changed. */
const questions = memo((_, question) => {
  lab.classList.toggle("asked", Boolean(question) && question.number !== away);
  if (!question) { if (card.dataset.question) card.hidden = true; delete card.dataset.question; return; }
  if (question.number === away && question.stage !== "revealed") return;
  const focused = card.dataset.question !== String(question.number);
  card.dataset.question = String(question.number);
  card.hidden = false;
  if (focused || question.stage === "revealed") card.classList.remove("aside");
  replaceKeeping(card, parts(question));
  if (question.stage === "revealed") act("follow", revealedOf(question, store.state.welcome.sizes));
  if (focused) card.scrollIntoView({ block: "nearest" });
});

/** @param {any} question @returns {Node[]} */
function parts(question) {
  const { sizes } = store.state.welcome, { stage, answer, given } = question;
  const text = put(question);
  const mine = answer === null ? "" : answerText(question, answer, sizes);
  const fold = h("button", { class: "lnk fold", text: t`Put aside`, onclick: () => say(fold, card.classList.toggle("aside") ? t`Show the question` : t`Put aside`) });
  if (stage === "open") return [fold, ...text, answering(question, sizes, (value) => predict(question, value), answer), h("p", { class: "told", role: "status", text: mine ? t`Your answer: ${mine}. You can change it.` : "" })];
  if (stage === "counted") return [fold, ...text, h("p", { class: "told", role: "status", text: mine ? t`You said ${mine}. Your teacher shows what the class said.` : t`No more answers are taken.` })];
  const truth = toldOf(question, question.truth, question.alike.length, sizes);
  const verdict = question.right === null ? h("b", { text: "" }) : h("b", { class: question.right ? "right" : "wrong", text: question.right ? t`✓ Right. ` : t`✕ Not quite. ` });
  const close = h("button", { class: "btn line", text: t`Close`, onclick: () => { card.hidden = true; lab.classList.remove("asked"); } });
  return [...text, h("p", { class: "q", role: "status" }, verdict, mine && !question.right ? t`It is ${truth}. You said ${mine}. Why shows how it comes about.` : t`It is ${truth}. Why shows how it comes about.`), close];
}

/** @param {any} question @param {number} value */
function predict(question, value) {
  ask({ type: "predict", question: question.number, answer: value });
}

// ---------------------------------------------------------------- start

views.push(told);
lab.hidden = true;
const key = keyOf("learner", code);
if (key) open(key);
else join();
