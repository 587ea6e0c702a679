// @ts-check
/** The list of learners: who is where, who needs help, who is away. */

import { byId, h, memo, say } from "../dom.js";
import { tensorName } from "../format.js";
import { answerText } from "../predict.js";
import { close, open } from "../views/dialogs.js";

const PHASES = /** @type {Record<string, string>} */ ({ d: "draw", f: "forward", c: "cost", b: "backward", u: "update" });

/** @param {(command: any) => Promise<void>} ask @returns {(state: any) => void} */
export function roll(ask) {
  const list = byId("b-list");
  const draw = memo((_key, classroom, saying) => {
    const rows = [...classroom.learners].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
    list.replaceChildren(...rows.map((learner) => row(learner, classroom, saying(learner.id), ask)));
    const need = rows.filter((learner) => rank(learner) === 0).length;
    say(byId("b-need"), need ? `${need} need${need === 1 ? "s" : ""} you` : "");
    const here = rows.filter(({ present }) => present).length;
    say(byId("b-here"), String(here));
    say(byId("b-away"), rows.length > here ? `here, ${rows.length - here} away` : "here");
  });
  return ({ classroom, named, welcome }) => {
    if (!classroom || !welcome) return;
    const answers = named ? classroom.question?.answers : null;
    const saying = (/** @type {string} */ id) => (answers?.[id] === undefined ? "" : answerText(classroom.question, answers[id], welcome.sizes));
    draw(JSON.stringify([classroom.learners, classroom.mode, classroom.shown, answers]), classroom, saying);
  };
}

/** Who needs the teacher stands first, who is away last. @param {any} learner */
export function rank({ needs_help, stuck, present }) {
  return present && (needs_help || stuck) ? 0 : present ? 1 : 2;
}

/** @param {any} learner @param {any} classroom @param {string} said @param {(command: any) => Promise<void>} ask */
function row(learner, classroom, said, ask) {
  const { name, present, needs_help, stuck, place, answered } = learner;
  const words = needs_help ? "asked for help" : stuck ? `${stuck} minutes on this op` : "";
  const button = h("button", { class: `b-row${rank(learner) === 0 ? " stuck" : ""}${present ? "" : " away"}`, onclick: () => choose(learner, classroom, ask) },
    h("span", { class: "b-name" }, name, answered ? h("i", { class: "b-tick", title: "has answered" }, "✓") : ""),
    said ? h("span", { class: "b-said num", text: said }) : present ? strip(place) : h("span", { class: "b-gone", text: "away" }),
    h("span", { class: "b-at mono", text: tensorName(place?.symbol ?? "") }),
    words && h("small", { text: words }));
  return h("li", {}, button);
}

/** @param {any} place */
function strip(place) {
  if (!place) return h("span");
  const { phases, op } = place;
  const cells = phases.length > 24 ? shortened(phases, op) : [...phases].map((letter, i) => ({ letter, state: i + 1 < op ? "d" : i + 1 === op ? "c" : "" }));
  return h("span", { class: "b-strip", "aria-label": `op ${op} of ${phases.length}`, role: "img" }, ...cells.map(({ letter, state }) => h("i", { class: state || null, style: `--c:var(--${PHASES[letter]})` })));
}

/** A long program in cells that stand for several ops each. @param {string} phases @param {number} op */
function shortened(phases, op) {
  return Array.from({ length: 12 }, (_, i) => {
    const [from, to] = [Math.floor(i * phases.length / 12), Math.floor((i + 1) * phases.length / 12)];
    return { letter: phases[from], state: to < op ? "d" : op > from && op <= to ? "c" : op > to ? "d" : "" };
  });
}

/** @param {any} learner @param {any} classroom @param {(command: any) => Promise<void>} ask */
function choose({ id, name, needs_help, score }, { mode, shown }, ask) {
  const item = (/** @type {string} */ text, /** @type {any} */ command, bad = false) => h("button", { class: bad ? "btn line bad" : "btn line", text, onclick: () => { close(); ask(command); } });
  const [right, of] = score;
  const items = [
    needs_help && item("Helped", { type: "attend", learner: id }),
    mode !== "follow" && (shown === id ? item("Back to your screen", { type: "show", learner: null }) : item("Show this screen", { type: "show", learner: id })),
    item("Take out of the class", { type: "remove", learner: id }, true),
  ].filter(Boolean);
  open(name, [h("p", { class: "told", text: of ? `${right} of ${of} answered right.` : "No answers yet." }), h("div", { class: "choices" }, ...items)]);
}
