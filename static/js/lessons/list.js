// @ts-check
/** The list of lessons: which of them are done, as this browser remembers. */

import { progressOf } from "./progress.js";

for (const link of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-slug]"))) {
  const over = link.querySelector("[data-tell=over]");
  if (over && progressOf(link.dataset.slug ?? "").over) over.removeAttribute("hidden");
}
