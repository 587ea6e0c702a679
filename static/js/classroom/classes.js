// @ts-check
/** The page where learners type their code and teachers open a class. */

import { byId } from "../dom.js";
import { faultOf, normal } from "./codes.js";
import { request } from "../requests.js";

byId("code-form").addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const typed = byId("code").value, fault = byId("code-fault");
  fault.textContent = faultOf(typed);
  if (fault.textContent) { byId("code").focus(); return; }
  try {
    const { code } = await request(`/classes/${normal(typed)}`);
    location.assign(`/class/${code}`);
  } catch (error) { fault.textContent = /** @type {Error} */ (error).message; }
});

byId("open-form").addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  try {
    const { teach_url } = await request("/classes", { body: { preset: byId("preset").value } });
    location.assign(teach_url.replace("/teach#", "/board#"));
  } catch (error) { byId("open-fault").textContent = /** @type {Error} */ (error).message; }
});
