// @ts-check
/** The list of learners: who is where, who needs help, who is away. */

import { byId, h, memo, replaceKeeping, say } from "../dom.js";
import { tensorName } from "../format.js";
import { answerBrief } from "../predict.js";
import { close, open } from "../views/dialogs.js";
import { t } from "../words.js";

const PHASES = /** @type {Record<string, string>} */ ({ d: "draw", f: "forward", c: "cost", b: "backward", u: "update" });

/** @param {(command: any) => Promise<void>} ask @param {(learner: string) => Promise<void>} show @returns {(state: any) => void} */
export function roll(ask, show) {
  const list = byId("b-list");
  /** @type {any} */
  let latest;
  // Rows are made anew only where they differ: one that is being pressed must stay.
  const draw = memo((_key) => {
    const { classroom, saying } = latest;
    const many = stuckTogether(classroom.learners), rows = [...classroom.learners].sort((a, b) => rank(a, many) - rank(b, many) || a.name.localeCompare(b.name));
    list.classList.toggle("dense", rows.length > 16);
    replaceKeeping(list, rows.map((learner) => row(learner, many, saying(learner.id), () => choose(learner, classroom, ask, show))));
    const need = rows.filter((learner) => rank(learner, many) < 2).length;
    say(byId("b-need"), need === 1 ? t`1 needs you` : need ? t`${need} need you` : "");
    const here = rows.filter(({ present }) => present).length;
    say(byId("b-here"), String(here));
    say(byId("b-away"), rows.length > here ? t`here, ${rows.length - here} away` : t`here`);
  });
  return ({ classroom, named, welcome }) => {
    if (!classroom || !welcome) return;
    const answers = named ? classroom.question?.answers : null;
    const saying = (/** @type {string} */ id) => (answers?.[id] === undefined ? "" : answerBrief(classroom.question, answers[id], welcome.sizes));
    latest = { classroom, saying };
    draw(JSON.stringify([classroom.learners, classroom.mode, classroom.shown, classroom.locked, answers]));
  };
}

/** Who asked for help stands first, then who is stuck, who is away last. @param {any} learner @param {boolean} together */
export function rank({ needs_help, stuck, present }, together) {
  if (!present) return 3;
  return needs_help ? 0 : stuck && !together ? 1 : 2;
}

/** Whether so many stand still that it is the lesson and not they. @param {any[]} learners */
export function stuckTogether(learners) {
  const here = learners.filter(({ present }) => present);
  return here.length > 3 && 2 * here.filter(({ stuck }) => stuck).length > here.length;
}

/** @param {any} learner @param {boolean} many @param {string} said @param {() => void} choose */
function row(learner, many, said, choose) {
  const { name, present, needs_help, stuck, place, answered } = learner;
  const words = needs_help ? t`asked for help` : stuck && !many ? t`${stuck} minutes on this op` : "";
  const button = h("button", { class: `b-row${[" help", " stuck", ""][rank(learner, many)] ?? ""}${present ? "" : " away"}`, onclick: choose },
    h("span", { class: "b-name" }, name, answered ? h("i", { class: "b-tick", title: t`has answered`, "aria-label": t`has answered` }, "●") : ""),
    said ? h("span", { class: "b-said num", text: said }) : present ? strip(place) : h("span", { class: "b-gone", text: t`away` }),
    h("span", { class: "b-at mono", text: tensorName(place?.symbol ?? "") }),
    words && h("small", { text: words }));
  return h("li", {}, button);
}

/** @param {any} place */
function strip(place) {
  if (!place) return h("span");
  const { phases, op } = place;
  const cells = phases.length > 24 ? shortened(phases, op) : [...phases].map((letter, i) => ({ letter, state: i + 1 < op ? "d" : i + 1 === op ? "c" : "" }));
  return h("span", { class: "b-strip", "aria-label": t`op ${op} of ${phases.length}`, role: "img" }, ...cells.map(({ letter, state }) => h("i", { class: state || null, style: `--c:var(--${PHASES[letter]})` })));
}

/** A long program in cells that stand for several ops each. @param {string} phases @param {number} op */
function shortened(phases, op) {
  return Array.from({ length: 12 }, (_, i) => {
    const [from, to] = [Math.floor(i * phases.length / 12), Math.floor((i + 1) * phases.length / 12)];
    return { letter: phases[from], state: to < op ? "d" : op > from && op <= to ? "c" : op > to ? "d" : "" };
  });
}

/** @param {any} learner @param {any} classroom @param {(command: any) => Promise<void>} ask @param {(learner: string) => Promise<void>} show */
function choose({ id, name, needs_help, score }, { mode, shown, locked }, ask, show) {
  const item = (/** @type {string} */ text, /** @type {() => any} */ then, bad = false) => h("button", { class: bad ? "btn line bad" : "btn line", text, onclick: () => { close(); then(); } });
  const [right, of] = score;
  const items = [
    needs_help && item(t`Helped`, () => ask({ type: "attend", learner: id })),
    mode !== "follow" && (shown === id ? item(t`Back to your screen`, () => ask({ type: "show", learner: null })) : item(t`Show this screen`, () => show(id))),
    item(t`Take out of the class`, () => ask({ type: "remove", learner: id }), true),
    !locked && item(t`Take out and lock the class`, async () => { await ask({ type: "remove", learner: id }); ask({ type: "lock", on: true }); }, true),
  ].filter(Boolean);
  open(name, [h("p", { class: "told", text: of ? t`${right} of ${of} answered right. Who is taken out is erased with all answers, and can join anew while the class is open.` : t`No answers yet. Who is taken out is erased with all answers, and can join anew while the class is open.` }), h("div", { class: "choices" }, ...items)]);
}
