// @ts-check
/** Numbers that are dragged sideways: a weight in the picture, or the label of a field. */

const STEP = 0.01; // of the value, for a pixel; a tenth of it with Shift
const FIRM = 4; // px from which a press is a drag

/**
 * @param {HTMLElement} element
 * @param {() => number | null} read  the value that a drag starts from; null where there is none
 * @param {(value: number) => void} set  called all the way
 * @param {() => void} [done]
 */
export function draggable(element, read, set, done) {
  element.classList.add("drag");
  element.addEventListener("pointerdown", (event) => {
    const start = read(), from = event.clientX;
    if (event.button || start === null) return;
    let moved = false;
    const listening = new AbortController();
    const move = (/** @type {PointerEvent} */ { clientX, shiftKey, buttons }) => {
      if (!buttons) { up(); return; } // it was let go somewhere else
      if (!moved && Math.abs(clientX - from) < FIRM) return;
      if (!moved) element.setPointerCapture(event.pointerId);
      moved = true;
      set(Number((start + (clientX - from) * STEP * (shiftKey ? 0.1 : 1)).toFixed(4)));
    };
    const up = () => {
      listening.abort();
      if (!moved) return;
      swallow(element);
      done?.();
    };
    const { signal } = listening;
    element.addEventListener("pointermove", move, { signal });
    for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, up, { signal });
  });
}

/** Keep the click that ends a drag from pressing what was dragged. @param {HTMLElement} element */
function swallow(element) {
  const stop = (/** @type {Event} */ event) => { event.stopImmediatePropagation(); event.preventDefault(); };
  element.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => element.removeEventListener("click", stop, true));
}

/**
 * Return what sets a number again and again, one edit at a time; of those that wait, the newest.
 * @param {(value: number) => Promise<any>} edit
 * @returns {(value: number) => Promise<void>}
 */
export function oneAtATime(edit) {
  let busy = false;
  /** @type {number | null} */
  let waiting = null;
  return async function set(value) {
    if (busy) { waiting = value; return; }
    busy = true;
    try { await edit(value); } finally { busy = false; }
    const next = waiting;
    waiting = null;
    if (next !== null) await set(next);
  };
}
