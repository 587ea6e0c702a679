// @ts-check
/** What a lesson lights, as a selection of the lab. Pure. */

/** @typedef {{tensor: string, index: number[], example: number | null}} Light */

/** @param {Light | null} light @returns {import("../store.js").State["selection"]} */
export function selectionOf(light) {
  if (!light) return null;
  const { tensor, index, example } = light;
  if (tensor === "cost" || tensor === "costs") return { kind: "cost", example };
  const unit = example === null ? null : index[index.length - 1];
  if (unit !== null) {
    const [, symbol, layer] = /^([A-Za-z]+)(\d*)$/.exec(tensor) ?? [];
    if (symbol === "y") return { kind: "entry", entry: { tensor, index } };
    return { kind: "unit", layer: Number(layer), unit, quantity: symbol };
  }
  const parameter = tensor.replace(/^(?:d|[mv]_)(?=[A-Z]|b|gamma|beta)/, "").replace(/^keep/, "W");
  return { kind: "entry", entry: { tensor: parameter, index }, quantity: tensor };
}

/** The light that a button of the text stands for. @param {HTMLElement} button @returns {Light} */
export function lightOf({ dataset }) {
  const { tensor = "", index = "", example } = dataset;
  return { tensor, index: index === "" ? [] : index.split(",").map(Number), example: example === undefined ? null : Number(example) };
}
