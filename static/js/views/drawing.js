// @ts-check
/** The picture of a network, drawn anew by Plotly for a layout; what it looks like in a state is painted on its nodes. */

import { sceneOf } from "../figures/network.js";
import { drawScene } from "../figures/plot.js";

/** @typedef {import("../figures/layout.js").Layout} Layout */
/** @typedef {{layout: Layout, scene: ReturnType<typeof sceneOf>, nodes: any}} Drawn */

/** @param {HTMLElement} net @param {Layout} layout @returns {Promise<Drawn>} */
export async function drawNetwork(net, layout) {
  const scene = sceneOf(layout);
  net.classList.add("fresh"); // what Plotly draws anew must not fade in from black
  const nodes = await drawScene(net, scene.paths, scene.texts);
  requestAnimationFrame(() => requestAnimationFrame(() => net.classList.remove("fresh")));
  return { layout, scene, nodes };
}
