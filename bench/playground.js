/**
 * Backpropagation one example at a time over objects for nodes and links, as a page does it that
 * needs no server: the peer of a sweep. Prints the examples that it trains on in a second.
 */

const { sizes, activations, rate, minibatch, seconds } = JSON.parse(process.argv[2]);
const F = {
  sigmoid: { value: (z) => 1 / (1 + Math.exp(-z)), slope: (z) => { const a = F.sigmoid.value(z); return a * (1 - a); } },
  relu: { value: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0) },
  tanh: { value: Math.tanh, slope: (z) => { const a = Math.tanh(z); return 1 - a * a; } },
};

const layers = sizes.map((n, l) => Array.from({ length: n }, () => ({ f: F[activations[l - 1]], bias: 0.1, into: [], out: [], z: 0, a: 0, da: 0, dz: 0, sum: 0, count: 0 })));
for (let l = 1; l < layers.length; l++) {
  for (const to of layers[l]) {
    for (const from of layers[l - 1]) {
      const link = { from, to, w: Math.random() - 0.5, sum: 0, count: 0 };
      to.into.push(link);
      from.out.push(link);
    }
  }
}

function forward(x) {
  x.forEach((v, i) => { layers[0][i].a = v; });
  for (let l = 1; l < layers.length; l++) {
    for (const node of layers[l]) {
      node.z = node.bias;
      for (const link of node.into) node.z += link.w * link.from.a;
      node.a = node.f.value(node.z);
    }
  }
}

function backward(y) {
  const last = layers[layers.length - 1];
  last.forEach((node, j) => { node.da = node.a - (last.length === 1 ? y : Number(j === y)); });
  for (let l = layers.length - 1; l >= 1; l--) {
    for (const node of layers[l]) {
      node.dz = node.da * node.f.slope(node.z);
      node.sum += node.dz;
      node.count++;
      for (const link of node.into) { link.sum += node.dz * link.from.a; link.count++; }
    }
    if (l > 1) {
      for (const node of layers[l - 1]) {
        node.da = 0;
        for (const link of node.out) node.da += link.w * link.to.dz;
      }
    }
  }
}

function update() {
  for (let l = 1; l < layers.length; l++) {
    for (const node of layers[l]) {
      node.bias -= (rate * node.sum) / node.count;
      node.sum = node.count = 0;
      for (const link of node.into) { link.w -= (rate * link.sum) / link.count; link.sum = link.count = 0; }
    }
  }
}

const data = Array.from({ length: 200 }, (_, i) => [Array.from({ length: sizes[0] }, (_, j) => Math.sin(7 * i + j)), i % 2]);
const links = layers.reduce((sum, layer) => sum + layer.reduce((n, node) => n + node.into.length, 0), 0);
const atOnce = Math.max(1, Math.round(100_000 / (links * minibatch))); // between two looks at the clock
let seen = 0;
function train(until) {
  while (performance.now() < until) {
    for (let k = 0; k < atOnce; k++) {
      for (let i = 0; i < minibatch; i++) { const [x, y] = data[seen++ % data.length]; forward(x); backward(y); }
      update();
    }
  }
}

train(performance.now() + 200); // until it is compiled
seen = 0;
const started = performance.now();
train(started + 1000 * seconds);
console.log((1000 * seen) / (performance.now() - started));
