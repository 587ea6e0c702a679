// @ts-check
/** How far a learner is with a lesson, kept by the browser alone. */

/** @typedef {{answers: Record<number, import("./question.js").Answer>, done: Record<number, boolean>, over?: boolean}} Progress */

/** @param {string} slug @returns {Progress} */
export function progressOf(slug) {
  try { return { answers: {}, done: {}, ...JSON.parse(localStorage.getItem(`lesson ${slug}`) ?? "{}") }; } catch { return { answers: {}, done: {} }; }
}

/** @param {string} slug @param {Progress} progress */
export function keepProgress(slug, progress) {
  try { localStorage.setItem(`lesson ${slug}`, JSON.stringify(progress)); } catch { /* private windows may refuse */ }
}

/** The session of a lesson in this tab, "" where there is none. @param {string} slug */
export function sessionOf(slug) {
  try { return sessionStorage.getItem(`lesson ${slug}`) ?? ""; } catch { return ""; }
}

/** @param {string} slug @param {string} key */
export function keepSession(slug, key) {
  try { sessionStorage.setItem(`lesson ${slug}`, key); } catch { /* a reload begins anew then */ }
}
