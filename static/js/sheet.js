// @ts-check
/** The one thing on a worked sheet that needs a script: the button that prints it. */

const button = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-do=print]"));
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
