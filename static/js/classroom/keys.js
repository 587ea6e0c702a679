// @ts-check
/** Keys of classes: they come in the part of a link that is never sent, and stay in this browser. */

/** @typedef {"learner" | "teacher"} Role */

/** @param {Role} role @param {string} code */
const place = (role, code) => `class.${role}.${code}`;
/** Where storage is refused, the key stays in the address. @type {boolean} */
let refused = false;

/**
 * The key for a class: from the link, which is then cleaned, or from an earlier visit.
 * @param {Role} role @param {string} code @returns {string | null}
 */
export function keyOf(role, code) {
  const linked = location.hash.slice(1);
  if (linked.startsWith(`${code}.`)) {
    keep(role, code, linked);
    return linked;
  }
  try { return localStorage.getItem(place(role, code)); } catch { return null; }
}

/** @param {Role} role @param {string} code @param {string} key */
export function keep(role, code, key) {
  try {
    localStorage.setItem(place(role, code), key);
    refused = false;
  } catch { refused = true; }
  // On a projector everybody reads the address.
  history.replaceState(null, "", refused ? `#${key}` : location.pathname + location.search);
}

/** @param {Role} role @param {string} code */
export function forget(role, code) {
  try { localStorage.removeItem(place(role, code)); } catch { /* it is not there either */ }
}
