// @ts-check
/** What the user can do, by name: buttons, keys and figures all call these. */

import { openClass } from "./classroom/opening.js";
import { encodeLink } from "./link.js";
import { request } from "./requests.js";
import { withData, withLayer, withLayerValues, withOptimizer, withOwnData, withUnits, withWeights, withoutLayer } from "./reshape.js";
import { count } from "./score.js";
import { PARAMETER, done, focus } from "./selectors.js";
import { twinConfigs, twinsCommand } from "./twins.js";
import { t } from "./words.js";
import { openData } from "./views/data.js";
import { openExamples, openKeys, openLayer, openSettings } from "./views/dialogs.js";
import { openExport } from "./views/exports.js";
import { openLandscape } from "./views/landscape.js";
import { openGuess, openMistakes } from "./views/mistakes.js";
import { notify } from "./views/notices.js";
import { Prediction } from "./views/predict.js";
import { openSweep } from "./views/sweep.js";
import { openLessoning } from "./views/lessoning.js";
import { openTwins } from "./views/twinning.js";
import { RATES, SIZES } from "./views/transport.js";
import { openUntil } from "./views/until.js";

const root = document.documentElement;
/** What is made of the catalog. */
const OF_CATALOG = new Set(["data", "own-data", "settings", "layer-more", "twins"]);

/**
 * @param {import("./store.js").Store} store
 * @param {import("./dialogue.js").Dialogue} dialogue
 * @param {() => void} redraw
 * @returns {(name: string, argument?: any) => any}
 */
export function actionsOf(store, dialogue, redraw) {
  const send = (/** @type {any} */ command) => dialogue.send(command);
  const configure = (/** @type {any} */ patch) => changed({ type: "configure", patch });
  /** @type {Record<string, (argument?: any) => any>} */
  const actions = {
    step: () => { if (!prediction.asks()) actions.execute(); },
    execute: () => send({ type: "step", size: store.state.size }),
    predict: () => { store.set({ predicting: !store.state.predicting, size: "op" }); if (store.state.predicting) actions.step(); },
    mistakes: () => openMistakes(store.state, act),
    exercise: () => changed({ type: "exercise" }),
    guess: () => openGuess(store.state, answer),
    answer,
    back: () => store.state.position && send({ type: "back", size: store.state.size }),
    play: () => (store.state.status?.state === "playing" ? send({ type: "pause" }) : play()),
    stop: () => send({ type: "pause" }),
    reset: () => send({ type: "reset" }),
    seek: (position) => send({ type: "seek", position }),
    size: (size) => { store.set({ size, predicting: store.state.predicting && size === "op" }); replay(); },
    speed: (speed) => { store.set({ speed }); replay(); },
    "next-size": () => actions.size(SIZES[(SIZES.indexOf(store.state.size) + 1) % SIZES.length]),
    focus: (example) => send({ type: "focus", example }),
    "example-before": () => moveFocus(-1),
    "example-after": () => moveFocus(1),
    mean: () => send({ type: "focus", example: focus(store.state) === null ? 0 : null }),
    select: (selection) => select(selection?.layer === -1 ? { ...selection, layer: store.state.welcome.sizes.length - 1 } : selection),
    edit: ({ tensor, index, value }) => edit(tensor, index, value),
    nudge: (question) => dialogue.inquire({ type: "nudge", ...question }),
    follow: (selection) => store.set({ selection, hint: null }),
    hint: (hint) => store.set({ hint }),
    panel: (panel) => store.set({ panel }),
    lens: (lens) => store.set({ lens }),
    until: () => openUntil(store.state, (until) => send({ type: "play", size: "op", rate: "max", until })),
    "toggle-break": (op) => toggleBreak(op ?? done(store.state) - 1),
    log: () => store.set({ log: !store.state.log }),
    theme: () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"),
    keys: () => openKeys(dialogue.connection?.transport),
    share,
    patch: configure,
    data: (name) => chooseData(name, false),
    landscape: () => openLandscape(store.state, dialogue),
    sweep: () => openSweep(store.state, open),
    twins: () => openTwins(() => store.state, (configs) => dialogue.ask(twinsCommand(store.state, configs))),
    "remove-twin": (k) => send(twinsCommand(store.state, twinConfigs(store.state).filter((_, i) => i !== k))),
    "take-twin": (twin) => send({ type: "exchange", twin }),
    "own-data": () => openData(store.state, chooseData, (data, keep) => dialogue.ask({ type: "configure", patch: withOwnData(config(), data), keep })),
    "layer-more": (at) => openLayer(store.state, at, (values, keep) => dialogue.ask({ type: "configure", patch: withLayerValues(config(), at, values), keep })),
    layer: ([at, values]) => configure(withLayerValues(config(), at, values)),
    units: ([layer, change]) => configure(withUnits(config(), layer - 1, change)),
    "add-layer": (at) => configure(withLayer(config(), at ?? config().layers.length - 1)),
    "remove-layer": (at) => configure(withoutLayer(config(), at)),
    cost: (choice) => { const [name, reduction, half] = choice.split("."); configure({ cost: { name, reduction, half: half === "true" } }); },
    optimizer: (name) => configure(withOptimizer(config(), name)),
    export: () => openExport(dialogue.connection?.key ?? "", store.state, openWeights),
    examples: async () => openExamples(await request("/presets"), openPreset),
    class: () => openClass(dialogue.connection?.key ?? ""),
    "make-lesson": () => openLessoning(store.state, linkTo),
    settings: () => openSettings(store.state, (draft, keep) => dialogue.ask({ type: "configure", config: draft, keep })),
  };
  const prediction = new Prediction(act, () => store.state);
  store.subscribe((state) => prediction.see(state));
  return act;

  /** @param {string} name @param {any} [argument] */
  function act(name, argument) {
    if (OF_CATALOG.has(name) && !store.state.catalog) return undefined; // it comes in a moment
    return actions[name](argument);
  }

  /** Say which mistake is hidden, or give up. @param {string | null} mistake @returns {Promise<boolean>} whether it is found */
  async function answer(mistake) {
    const [fault] = await dialogue.ask({ type: "guess", mistake });
    if (fault) { notify(fault, { bad: true }); return false; } // nothing was answered, so nothing counts
    const { found } = store.state.status.exercise ?? {};
    if (mistake) count(found === mistake);
    return Boolean(found);
  }

  function config() {
    return store.state.welcome.config;
  }

  /** @param {any} selection */
  function select(selection) {
    store.set({ selection: same(selection, store.state.selection) ? null : selection });
  }

  /** @param {number} op */
  function toggleBreak(op) {
    if (op < 0) notify(t`Step once first: a breakpoint is set on an op.`);
    else send({ type: "break", op, on: !store.state.status.breakpoints.includes(op) });
  }

  function play() {
    send({ type: "play", size: store.state.size, rate: RATES[store.state.speed] });
  }

  function replay() {
    if (store.state.status?.state === "playing") play();
  }

  /** @param {number} by */
  function moveFocus(by) {
    const rows = store.state.tensors.y?.shape[0] ?? store.state.welcome.minibatch_size;
    send({ type: "focus", example: ((focus(store.state) ?? 0) + by + rows) % rows });
  }

  /** @param {string} tensor @param {number[]} index @param {number} value */
  async function edit(tensor, index, value) {
    const { evaluation, stale } = store.state;
    const faults = await dialogue.ask({ type: "edit", tensor, index, value });
    if (faults.length) return faults;
    dialogue.offerRejoin();
    store.set({ stale: PARAMETER.test(tensor) ? evaluation : stale, edits: [...store.state.edits.filter((edit) => edit.tensor !== tensor || String(edit.index) !== String(index)), { tensor, index, value }] });
    return faults;
  }

  /** @param {string} theme */
  function setTheme(theme) {
    root.dataset.theme = theme;
    try { localStorage.setItem("theme", theme); } catch { /* private windows may refuse */ }
    redraw();
  }

  /** A link that opens this experiment at this op. @param {string} [query] */
  async function linkTo(query = "") {
    return `${location.origin}/${query}#${await encodeLink(await request(`/sessions/${dialogue.connection?.key}`))}`;
  }

  async function share() {
    const link = await linkTo();
    try {
      await navigator.clipboard.writeText(link);
      notify(t`The link is copied. It opens this experiment at this op.`);
    } catch {
      notify(t`Copy the link from the address bar.`);
      history.replaceState(null, "", link);
    }
    root.dataset.link = link;
  }

  /** Open one network of a sweep, at the end of its training. @param {any} config @param {number} epochs */
  async function open(config, epochs) {
    if (!(await changed({ type: "configure", config }))) return;
    const { per_epoch: perEpoch, program } = store.state.welcome;
    send({ type: "seek", position: epochs * perEpoch * program.length });
  }

  /** Take other data, with the weights as they are now or new ones. @param {string} name @param {boolean} keep */
  function chooseData(name, keep) {
    return changed({ type: "configure", patch: withData(config(), name, store.state.catalog.data[name]), keep });
  }

  /** Begin with the weights of a file. @param {File} file */
  async function openWeights(file) {
    try {
      const { layers } = await request("/weights", { body: file });
      await changed({ type: "configure", patch: withWeights(config(), layers) });
    } catch (error) { notify(/** @type {Error} */ (error).message, { bad: true, key: "configure" }); }
  }

  /** @param {string} name */
  async function openPreset(name) {
    changed({ type: "configure", config: await request(`/presets/${name}`) });
  }

  /** Ask for a change; say why it cannot be, or offer what it put aside. @param {any} command */
  async function changed(command) {
    const [fault] = await dialogue.ask(command);
    if (fault) notify(fault, { bad: true, key: "configure" });
    else dialogue.offerRejoin();
    return !fault;
  }
}

/** @param {any} a @param {any} b */
function same(a, b) {
  return a !== null && JSON.stringify(a) === JSON.stringify(b);
}
