/** A recording of two minibatches of four ops, for the tests. */

import { Reel } from "../../static/js/reel.js";

export const FACTS = { first: 0, last: 8, at: 0, focus: 0, whole: true, stops: { layer: [4, 8], phase: [4, 8], minibatch: [4, 8], epoch: [] } };
const op = (kind) => ({ kind, layer: 1, writes: [] });
const frame = (position) => [position, { type: "frame", position, end: 99, tensors: {} }];
const snapshot = (position) => [position, { type: "snapshot", position, end: 99, tensors: {} }];
const why = (position, found) => [position, { type: "explanations", found: Object.fromEntries(Object.entries(found).map(([key, remark]) => [key, { type: "explanation", remark }])) }];

export const MESSAGES = [
  [0, { type: "welcome", program: ["draw", "preactivate", "activate", "update"].map(op), sizes: [1, 1], config: { data: {} } }],
  [0, { type: "status", state: "diverged", diverged: { symbol: "z", layer: 1, position: 8 }, learning_rate: 0.5 }],
  [0, { type: "curve", start: 0, tensors: {} }],
  snapshot(0), [0, { type: "evaluation", cost: 0.5 }],
  frame(1), frame(2), why(2, { "z1|0|1": "z of the first" }), frame(3), frame(4), why(4, { "W1|0,0|": "w" }),
  snapshot(4), frame(5), frame(6), why(6, { "z1|0|1": "z of the second" }), frame(7), frame(8), [8, { type: "evaluation", cost: 0.25 }],
];

export const reel = (facts = {}, messages = MESSAGES) => new Reel({ ...FACTS, ...facts }, messages);
