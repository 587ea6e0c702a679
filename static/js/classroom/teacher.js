// @ts-check
/** The teacher's page: the lab that the class sees, and the board, which is projected. */

import { Connection } from "../connection.js";
import { byId, h, mark, memo, say } from "../dom.js";
import { act, dialogue, hooks, lookUpCatalog, store, views } from "../lab.js";
import { current, done, program } from "../selectors.js";
import { phaseName } from "../terms.js";
import { close, open } from "../views/dialogs.js";
import { notify } from "../views/notices.js";
import { asking } from "./asking.js";
import { halves } from "./codes.js";
import { forget, keyOf } from "./keys.js";
import { request } from "../requests.js";
import { language, t } from "../words.js";
import { rank, roll, stuckTogether } from "./roll.js";

const lab = /** @type {HTMLElement} */ (document.querySelector(".lab"));
const board = byId("board");
const code = /** @type {string} */ (lab.dataset.code);
const key = keyOf("teacher", code);
/** @param {string} name @returns {any} */
const part = (name) => lab.querySelector(`.class-bar [data-tell=${name}]`);

/** @param {any} command */
async function ask(command) {
  const [fault] = await dialogue.ask(command);
  if (fault) notify(fault, { bad: true, key: "class" });
}

/** @param {string} learner  whose screen the class sees, and the teacher with it */
async function show(learner) {
  await ask({ type: "show", learner });
  turn(false);
}

// ---------------------------------------------------------------- commands

/** @type {Record<string, () => any>} */
const commands = {
  board: () => turn(true),
  network: () => turn(false),
  ask: () => { if (store.state.classroom?.question?.stage === "revealed") ask({ type: "dismiss" }); turn(true); },
  lock: () => ask({ type: "lock", on: !store.state.classroom.locked }),
  "show-own": () => ask({ type: "show", learner: null }),
  addresses: chooseAddress,
  more,
};

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (event.target).closest?.("[data-do], [data-mode]"));
  if (!button) return;
  const name = button.dataset.do ?? "";
  if (button.dataset.mode) { if (button.dataset.mode !== store.state.classroom?.mode) ask({ type: "mode", mode: button.dataset.mode }); }
  else if (commands[name]) { commands[name](); event.stopImmediatePropagation(); }
}, { capture: true });

/** On the board the keys of the transport rest while a question is put: a step would give the answer away. */
addEventListener("keydown", (event) => {
  const { question } = store.state.classroom ?? {};
  if (board.hidden || !question || question.stage === "revealed" || byId("dialog").open) return;
  if (["ArrowRight", "ArrowLeft", "s", "S", " "].includes(event.key) && !(/** @type {HTMLElement} */ (event.target).matches("button, input"))) {
    event.stopImmediatePropagation();
    event.preventDefault();
    notify(t`A question is put: Reveal goes on to its answer.`, { key: "class" });
  }
}, { capture: true });

/** @param {boolean} toBoard */
function turn(toBoard) {
  board.hidden = !toBoard;
  lab.hidden = toBoard;
  history.replaceState(null, "", `/class/${code}/${toBoard ? "board" : "teach"}${location.search}${location.hash}`);
  act("hint", null); // what was hidden is drawn at its size now
  dispatchEvent(new Event("resize"));
}

/** What is needed once or twice in a lesson. */
function more() {
  const { classroom } = store.state;
  const ends = new Date(classroom.until * 1000).toLocaleString(language === "en" ? [] : language, { weekday: "short", hour: "2-digit", minute: "2-digit" });
  const item = (/** @type {string} */ text, /** @type {string} */ about, /** @type {() => any} */ then, bad = false) => h("li", {}, h("div", {}, h("b", { text }), h("span", { text: about })), h("button", { class: bad ? "btn line bad" : "btn line", text, onclick: () => { close(); then(); } }));
  open(t`Class`, [h("ul", { class: "mistakes" },
    item(t`Results as a table`, t`Who answered what, as CSV for a spreadsheet.`, results),
    item(classroom.own_names ? t`Only made-up names` : t`Names of their own`, classroom.own_names ? t`Learners may type their names now.` : t`Learners choose among made-up names now.`, () => ask({ type: "names", own: !classroom.own_names })),
    item(t`Link for another computer`, t`Opens this class as you see it. Who has it is the teacher.`, copyLink),
    item(t`End the class`, t`Everybody is sent home and everything is erased. By itself that happens ${ends}.`, confirmEnd, true))]);
}

function confirmEnd() {
  open(t`End the class?`, [h("p", { class: "told", text: t`Everybody is sent home. Names, answers and networks of this class are erased; save the results first if you need them.` }),
    h("div", { class: "choices" }, h("button", { class: "btn line bad", text: t`End and erase`, onclick: () => { close(); ask({ type: "end" }); } }), h("button", { class: "btn main", text: t`Keep the class`, onclick: close }))]);
}

async function results() {
  try {
    const url = URL.createObjectURL(await request(`/classes/${code}/results.csv`, { key: key ?? "" }));
    h("a", { href: url, download: `class-${code}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  } catch (error) { notify(/** @type {Error} */ (error).message, { bad: true }); }
}

async function copyLink() {
  const link = `${location.origin}/class/${code}/teach#${key}`;
  try { await navigator.clipboard.writeText(link); notify(t`The link is copied. Give it to nobody who is not to teach.`); } catch {
    open(t`Link for another computer`, [h("p", { class: "told mono", text: link })]);
  }
}

// ---------------------------------------------------------------- where learners go

/** @type {{url: string, shown: string, qr: string}[]} */
let addresses = [];

/** @param {string} [typed] */
async function lookUpAddresses(typed) {
  const found = await request(`/classes/${code}/addresses${typed ? `?typed=${encodeURIComponent(typed)}` : ""}`, { key: key ?? "" });
  if (typed) addresses = [...found.addresses, ...addresses.filter(({ url }) => url !== found.addresses[0].url)];
  else addresses = found.addresses;
  byId("b-warning").hidden = !found.warning;
  say(byId("b-warning"), found.warning);
  showAddress(addresses[0]);
}

/** @param {{url: string, shown: string, qr: string}} address */
function showAddress({ shown, qr, url }) {
  const place = byId("b-address");
  say(place, shown.replace(/^https:\/\//, ""));
  place.classList.toggle("long", shown.length > 18);
  byId("b-qr").src = qr;
  byId("b-qr").hidden = false;
  byId("b-qr").alt = t`QR code of ${url}`;
}

function chooseAddress() {
  const fault = h("p", { class: "fault", role: "alert" });
  const input = h("input", { class: "field", name: "typed", placeholder: "192.168.1.20:8000", "aria-label": t`Address` });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    try { await lookUpAddresses(input.value.trim()); close(); } catch (error) { fault.textContent = /** @type {Error} */ (error).message; }
  };
  open(t`Where learners find you`, [
    h("p", { class: "told", text: t`Choose the address of this computer in the network of the learners, or type the one that your school has given it.` }),
    h("div", { class: "choices" }, ...addresses.map((address) => h("button", { class: "btn line mono", text: address.shown, onclick: () => { close(); showAddress(address); } }))),
    h("form", { class: "choices", onsubmit: submit }, input, h("button", { class: "btn main", text: t`Use` })), fault]);
}

// ---------------------------------------------------------------- drawing

const bearings = memo((mode, locked, shown, here, need, asked) => {
  for (const button of document.querySelectorAll("[data-mode]")) mark(button, "aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.mode === mode));
  const lock = board.querySelector("[data-do=lock]");
  mark(lock, "aria-pressed", String(locked));
  say(lock.querySelector("span"), locked ? t`Locked` : t`Lock`);
  say(part("here"), String(here));
  part("need").hidden = !need;
  say(part("need"), need === 1 ? t`1 needs you` : t`${need} need you`);
  const learner = store.state.classroom.learners.find((/** @type {any} */ each) => each.id === shown);
  say(part("bar"), learner ? t`${learner.name}’s screen` : asked);
  say(/** @type {Element} */ (lab.querySelector(".class-bar [data-do=ask]")), asked ? t`Question` : t`Ask`);
  for (const button of document.querySelectorAll("[data-do=show-own]")) /** @type {HTMLElement} */ (button).hidden = !learner;
});
const watching = memo((is) => lab.classList.toggle("watching", is));
const stop = memo((phase, text) => {
  mark(board, "data-phase", phase);
  say(byId("b-phase"), phase ? phaseName(phase) : t`Start`);
  say(byId("b-stop"), text);
});

/** @param {any} question */
function askedText(question) {
  if (!question || question.stage === "revealed") return "";
  return question.stage === "open" ? t`A question is open: ${question.answered} of ${question.of} answered` : t`Answers are shown on the board`;
}

/** @param {import("../store.js").State} state */
function told(state) {
  const { classroom, welcome } = state;
  if (!classroom || !welcome) return;
  watching(welcome.rights === "watch");
  const present = classroom.learners.filter((/** @type {any} */ learner) => learner.present);
  bearings(classroom.mode, classroom.locked, classroom.shown, present.length, present.filter((/** @type {any} */ learner) => rank(learner, stuckTogether(present)) < 2).length, askedText(classroom.question));
  const op = current(state);
  const [at, of] = [done(state), program(state).length];
  stop(op ? state.phase : "", op?.layer ? t`layer ${op.layer}, op ${at} of ${of}` : t`op ${at} of ${of}`);
}

/** @param {number} reason */
function lost(reason) {
  forget("teacher", code);
  gone(reason === 4410 ? t`The class has ended, and everything in it is erased.` : t`There is no class with this code any more.`);
}

/** @param {string} words */
function gone(words) {
  lab.hidden = board.hidden = true;
  document.body.append(h("main", { class: "classes" }, h("div", { class: "join-card" }, h("h1", { text: words }), h("a", { class: "btn main big", href: "/class", text: t`Open a new class` }), h("a", { class: "btn line big", href: "/", text: t`To the lab` }))));
}

views.push(told, roll(ask, show), asking(ask, commands.network));
document.title = t`Class ${halves(code)}: Backstep`;
if (key) {
  turn(location.pathname.endsWith("/board"));
  dialogue.connection = new Connection(key, { ...hooks, lost });
  lookUpCatalog();
  lookUpAddresses().catch((error) => notify(error.message, { bad: true }));
} else gone(t`This browser does not have the key of this class. Open the link that you were given as its teacher.`);
