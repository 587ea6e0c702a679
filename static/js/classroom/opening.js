// @ts-check
/** From the lab to a class: open one on what the lab shows, or join one. */

import { h } from "../dom.js";
import { open } from "../views/dialogs.js";
import { request } from "../requests.js";
import { t } from "../words.js";

/** @param {string} key  of the session that the class begins with */
export function openClass(key) {
  const fault = h("p", { class: "fault", role: "alert" });
  const begin = async () => {
    try {
      const document = await request(`/sessions/${key}`);
      location.assign((await request("/classes", { body: document })).teach_url);
    } catch (error) { fault.textContent = /** @type {Error} */ (error).message; }
  };
  open(t`Class`, [h("ul", { class: "mistakes" },
    h("li", {}, h("div", {}, h("b", { text: t`Teach this` }), h("span", { text: t`Opens a class on this experiment, at this op. Learners follow you, explore copies of it, and answer questions.` })), h("button", { class: "btn line", text: t`Open a class`, onclick: begin })),
    h("li", {}, h("div", {}, h("b", { text: t`Join a class` }), h("span", { text: t`With the code on the board. No account is needed.` })), h("a", { class: "btn line", href: "/class", text: t`Type the code` }))), fault]);
}
