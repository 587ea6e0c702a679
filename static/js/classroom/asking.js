// @ts-check
/** The middle of the board: what to ask, how many have answered, what they said, what is right. */

import { byId, h, icon, memo, replaceKeeping, sizeOf } from "../dom.js";
import { answersChart } from "../figures/answers.js";
import { draw as drawFigure } from "../figures/plot.js";
import { tensorName } from "../format.js";
import { act, dialogue, store } from "../lab.js";
import { mixed, questionsAhead, revealedOf, toldOf, withoutTolerance } from "../predict.js";
import { sentence } from "../sentence.js";
import { close, open } from "../views/dialogs.js";
import { equation } from "../views/lines.js";
import { parts, t } from "../words.js";

const box = byId("b-ask");
let turn = 0; // other numbers are asked for when more questions are wanted
/** What the cost of the minibatch before was. @type {number | null} */
let lastCost = null;
/** The working of a truth, by the number of its question; null while it is on its way. @type {Map<number, Node | null>} */
const workings = new Map();

/** @param {(command: any) => Promise<void>} ask @param {() => void} toNetwork @returns {(state: any, theme: string) => void} */
export function asking(ask, toNetwork) {
  /** @type {any} */
  let latest = null; // what is drawn depends on no more of it than the key says
  const draw = memo((/** @type {string} */ _key) => {
    const { question } = latest.classroom, { sizes } = latest.welcome;
    replaceKeeping(box, question ? asked(question, sizes, ask) : composer(latest, ask, toNetwork));
    const chart = box.querySelector(".b-hist");
    if (!(chart instanceof HTMLElement)) return;
    sizeOf(chart, () => chart.isConnected && chartOf(chart, question, sizes));
    chartOf(chart, question, sizes);
  });
  return (state, theme) => {
    if (!state.welcome || !state.classroom) return;
    if (state.cost !== null && state.op !== "cost") lastCost = state.cost;
    const { question } = state.classroom;
    latest = state;
    draw(question ? `${JSON.stringify(question)} ${Boolean(workings.get(question.number))} ${theme} ${state.named}` : `${state.position} ${state.seq} ${turn} ${state.status?.focus} ${state.classroom.shown} ${state.classroom.mode}`);
    if (question?.stage === "revealed") workOut(question, state);
  };
}

/** What can be asked about the ops to come. @param {any} state @param {(command: any) => Promise<void>} ask @param {() => void} toNetwork @returns {Node[]} */
function composer(state, ask, toNetwork) {
  const { mode, shown, learners } = state.classroom;
  const name = learners.find((/** @type {any} */ each) => each.id === shown)?.name;
  if (shown !== null) return [h("h2", { class: "b-q", text: name ? t`${name}’s screen is shown.` : t`A learner’s screen is shown.` }), h("p", { class: "b-given", text: t`Network has it. To ask, go back to your own.` }), h("div", { class: "b-foot" }, h("button", { class: "btn line", text: t`Network`, onclick: toNetwork }), h("button", { class: "btn main", text: t`Back to your screen`, onclick: () => ask({ type: "show", learner: null }) }))];
  const put = (/** @type {any} */ { sort, tensor, index, example, text, given }) => {
    const send = () => ask({ type: "ask", question: { sort, tensor, index, example, text, given } });
    if (mode === "follow") send();
    else gather(async () => { await ask({ type: "mode", mode: "follow" }); send(); });
  };
  const groups = questionsAhead(state, mixed(state.position + 7919 * turn), lastCost).map(({ op, questions }, i) => h("section", { class: "b-op" },
    h("h3", { style: `--c:var(--${op.phase})`, text: i || questions[0].position > state.position + 1 ? tensorName(op.symbol) : t`Next, ${tensorName(op.symbol)}` }),
    ...questions.map((question) => h("button", { class: "b-question", onclick: () => put(question) }, h("span", { text: withoutTolerance(question.text)[0] }), icon("right")))));
  return [
    h("div", { class: "b-kick" }, h("span", { text: t`Predict, then reveal` }), h("span", { class: "b-steps" }, h("button", { class: "tb", "aria-label": t`Back`, onclick: () => act("back") }, icon("back")), h("button", { class: "tb", "aria-label": t`Step`, onclick: () => act("step") }, icon("step")))),
    h("h2", { class: "b-q", text: t`What shall the class predict?` }),
    h("p", { class: "b-given", text: state.position ? sentence(state).map((piece) => piece.text).join("") : t`Nothing is executed yet: ask about the first ops.` }),
    h("div", { class: "b-ops" }, ...groups),
    h("div", { class: "b-foot" }, h("button", { class: "btn line", text: t`Other numbers`, onclick: () => { turn++; store.set({}); act("hint", null); } })),
  ];
}

/** Who explores may have seen the truth already, or could go and look. @param {() => void} then */
function gather(then) {
  open(t`Everybody comes back to you`, [h("p", { class: "told", text: t`To be asked, the class follows you again, at your stop. What learners did on their own rests meanwhile.` }),
    h("div", { class: "choices" }, h("button", { class: "btn main", text: t`Follow, and ask`, onclick: () => { close(); then(); } }), h("button", { class: "btn line", text: t`Not now`, onclick: close }))]);
}

/** @param {any} question @param {number[]} sizes @param {(command: any) => Promise<void>} ask @returns {Node[]} */
function asked(question, sizes, ask) {
  const { stage, text, given, answered, of } = question, [what, tolerance] = withoutTolerance(text);
  const count = parts`${String(answered)} of ${String(of)} answered, ${named(stage)}`;
  const button = (/** @type {string} */ label, /** @type {string} */ type, main = false) => h("button", { class: main ? "btn main" : "btn line", "data-stage": type, text: label, onclick: () => ask({ type }) });
  const head = [h("div", { class: "b-kick" }, h("span", { text: t`Predict, then reveal` }), h("span", {}, ...count.map((part) => ("text" in part ? part.text : part.value)))), h("h2", { class: "b-q", text: what }), h("p", { class: "b-given", text: [given, tolerance].filter(Boolean).join(" ") })];
  if (stage === "open") {
    const share = of ? Math.round(100 * answered / of) : 0;
    return [...head, h("div", { class: "b-wait" }, h("b", { class: "num", text: String(answered) }), h("span", { text: answered === 1 ? t`answer so far` : t`answers so far` }), h("div", { class: "b-bar", role: "progressbar", "aria-label": t`Answered`, "aria-valuenow": share, "aria-valuemin": 0, "aria-valuemax": 100 }, h("i", { style: `width:${share}%` }))),
      h("div", { class: "b-foot" }, button(t`Put away`, "dismiss"), button(t`Reveal`, "reveal"), button(t`Show the answers`, "count", true))];
  }
  const chart = h("div", { class: "b-hist", role: "img" });
  if (stage === "counted") return [...head, chart, h("div", { class: "b-foot" }, button(t`Put away`, "dismiss"), button(t`Reveal`, "reveal", true))];
  const truth = toldOf(question, question.truth, question.alike.length, sizes);
  const working = h("div", { class: "b-truth" }, workings.get(question.number) ?? h("p", { class: "b-is", text: truth }));
  return [...head, chart, h("div", { class: "b-foot" }, working, button(t`Next question`, "dismiss", true))];
}

/** Answers have no names unless the teacher asks for them, once they are counted. @param {string} stage */
function named(stage) {
  if (stage === "open") return t`without names`;
  const { named: are } = store.state;
  return h("button", { class: "lnk", "aria-pressed": String(are), text: are ? t`hide the names` : t`show who said what`, onclick: () => store.set({ named: !are }) });
}

/** @param {HTMLElement} chart @param {any} question @param {number[]} sizes */
function chartOf(chart, question, sizes) {
  const titleOf = (/** @type {string} */ name) => store.state.catalog?.mistakes?.[name]?.title ?? name;
  const { traces, layout, words } = answersChart(question, sizes, titleOf);
  chart.setAttribute("aria-label", words);
  drawFigure(chart, traces, layout);
}

/** Ask for the working of what is revealed, once the class stands where it is seen. @param {any} question @param {any} state */
async function workOut(question, state) {
  const { number, position, sort, tensor, index, example } = question;
  if (workings.has(number) || state.position !== position) return;
  workings.set(number, null);
  const about = revealedOf(question, state.welcome.sizes);
  act("follow", about);
  const found = await dialogue.inquire({ type: "explain", tensor, index: sort === "which" ? about.entry.index : index, example });
  const how = { symbols: true, example: found?.example ?? null, many: false, follow() {}, hint() {}, unfold: async () => null };
  const line = found?.lines?.length ? equation(found.lines[found.lines.length - 1], how) : [h("p", { class: "b-is", text: toldOf(question, question.truth, 1, state.welcome.sizes) })];
  workings.set(number, h("div", { class: "why-b" }, ...line));
  store.set({});
  act("hint", null);
}
