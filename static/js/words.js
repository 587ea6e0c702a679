// @ts-check
/**
 * What the page says, in the language of its reader. Sentences are written in English where they are
 * used, with the tag t. In another language they are looked up in the catalogue by their English
 * text, with `{0}`, `{1}` for what is put into them, in whatever order that language has them.
 */

const root = globalThis.document?.documentElement;

/** The language of the page, as the server chose it. */
export const language = root?.lang || "en";

/** @type {Record<string, string>} */
const catalogue = await lookedUp();

/** A page that plays without a server brings its catalogue with it. @returns {Promise<Record<string, string>>} */
async function lookedUp() {
  const address = root?.dataset.words;
  if (!address) return {};
  const brought = document.getElementById("words");
  if (brought) return JSON.parse(brought.textContent ?? "{}");
  try { return await (await fetch(address)).json(); } catch { return {}; } // better in English than not at all
}

/** @param {TemplateStringsArray} strings */
function looked(strings) {
  const key = strings.reduce((whole, text, i) => `${whole}{${i - 1}}${text}`);
  return catalogue[key] ?? key;
}

/**
 * A sentence, as text.
 * @param {TemplateStringsArray} strings @param {...(string | number)} values
 */
export function t(strings, ...values) {
  return looked(strings).replace(/\{(\d+)\}/g, (_, i) => String(values[Number(i)]));
}

/**
 * A sentence in its parts, in the order of the language: texts, and the values as they are.
 * @template T
 * @param {TemplateStringsArray} strings @param {...T} values
 * @returns {({text: string} | {value: T})[]}
 */
export function parts(strings, ...values) {
  return looked(strings).split(/(\{\d+\})/).filter(Boolean).map((part) => {
    const place = /^\{(\d+)\}$/.exec(part);
    return place ? { value: values[Number(place[1])] } : { text: part };
  });
}
