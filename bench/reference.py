"""Careful straight-line NumPy, written by hand: what the engine's speed is measured against.

It trains the same networks on the same minibatches to the same costs and knows nothing of ops,
positions or frames, so it may do what the engine may not: activations overwrite z, factors that
cancel are never computed, and moments are kept without their (1 - beta). All parameters,
gradients and moments are flat vectors; no array is allocated in a step; every array and bound
method is a local variable of one loop. What it owes to `app.engine` is the examples, their order
and the first weights.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Adam, Config
from app.engine.examples import examples
from app.engine.run import Run
from app.engine.streams import stream

__all__ = ["Reference"]

Array = NDArray[Any]
UFUNCS = "add divide exp maximum log logaddexp multiply negative reciprocal sign subtract tanh"


class Reference:
    """A network in training; `advance` takes a number of minibatches."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.data = examples(config)
        self.N = min(config.minibatch_size or self.data.train, self.data.train)
        assert self.data.train % self.N == 0, "every minibatch must have the same size"
        self.names: dict[str, Any] = {name: getattr(np, name) for name in UFUNCS.split()}
        self.names["sqrt_"] = np.sqrt
        self._cuts = self._all_cuts()
        self._lay_out()
        self.source = self._written()
        scope: dict[str, Any] = {}
        exec(self.source, scope)
        self._train: Callable[..., None] = scope["train"]

    def advance(self, minibatches: int) -> None:
        """Train on so many minibatches."""
        self._train(minibatches, self._cuts, **self.names)

    @property
    def cost(self) -> float:
        """The cost of the last minibatch; its factor and last sum are left to here."""
        up, down = self.names["up"], self.names["down"]
        return float(up - down) * self._scale()

    def _scale(self) -> float:
        """The factor of the reduction, which gradients carry as well."""
        assert self.config.cost.reduction == "mean"
        return 1 / self.N

    def _all_cuts(self) -> Iterator[Array]:
        """Yield the examples of every minibatch, in the order the engine takes them."""
        train, N = self.data.train, self.N
        if N == train:
            yield from repeat(np.arange(N))
        epoch = 0
        while True:
            order = stream(self.config.seed, "shuffle", epoch).permutation(train)
            yield from [order[i : i + N] for i in range(0, train, N)]
            epoch += 1

    # ------------------------------------------------------------------ memory

    def _lay_out(self) -> None:
        """Make every array; layer l has [W; b] in one block, and a row of ones on its input."""
        config, names, N = self.config, self.names, self.N
        sizes = config.sizes
        shapes = [(n + 1, m) for n, m in pairwise(sizes)]
        count = sum(n * m for n, m in shapes)
        for flat in ("w", "g", "m", "v", "s"):
            names[flat] = np.zeros(count)
        names["w"][...] = Run(config).parameters.flat[""]
        start = 0
        rows = np.empty((N, sizes[0] + 1))
        inputs = rows.T
        for l, (n, m) in enumerate(shapes, 1):
            W, dW = (names[k][start : start + n * m].reshape(n, m) for k in "wg")
            start += n * m
            out = np.ones((m + 1, N))
            a, delta = out[:-1], np.empty((m, N))
            names |= {f"a{l}": a, f"delta{l}": delta, f"s{l}": np.empty((m, N)), f"dW{l}": dW}
            names |= {f"x{l}": inputs, f"forward{l}": W.T.dot, f"gradient{l}": inputs.dot}
            names |= {f"back{l}": W[:-1].dot, f"deltaT{l}": delta.T}
            inputs = out
        self._lay_out_ends(rows)

    def _lay_out_ends(self, rows: Array) -> None:
        """Make what the minibatch is gathered into, the cost's arrays and the constants."""
        names, data, N = self.names, self.data, self.N
        k, L = self.config.sizes[-1], self.config.depth
        y = np.empty((k, N))
        names |= {"rows": rows, "take_rows": data.rows[: data.train].take, "y": y}
        names |= {"take_y": data.Y[: data.train].T.copy().take, "clip": "clip"}
        rows[...], y[...] = data.rows[:N], data.Y[:N].T
        names |= {"up": np.zeros(()), "down": np.zeros(()), "total": np.empty((1, N))}
        names |= {"top": np.empty((1, N)), "highest": np.maximum.reduce}
        flat_a, flat_delta = (names[f"{name}{L}"].reshape(-1) for name in ("a", "delta"))
        names |= {"flat_delta": flat_delta, "norm": flat_delta.dot, "score": y.reshape(-1).dot}
        names |= {"flat_a": flat_a, "sum_total": names["total"].reshape(-1).dot}
        names |= {"sum_units": np.ones((1, k)).dot, "ones": np.ones(N)}
        names |= {"sum_s": names[f"s{L}"].reshape(-1).dot}
        names |= {"one": np.array(1.0), "zero": np.array(0.0)}
        rule = self.config.optimizer
        scale = self._scale() * (2.0 if self.config.cost.name == "squared_error" else 1.0)
        names |= {"step": np.array(rule.learning_rate * scale), "scale": scale, "t": [0]}
        if isinstance(rule, Adam):
            names |= {"epsilon": np.array(0.0), "beta1": np.array(rule.beta1)}
            names |= {"beta2": np.array(rule.beta2)}

    # ------------------------------------------------------------------ the code

    def _written(self) -> str:
        """Write the loop: the calls of one minibatch, line after line."""
        L = self.config.depth
        draw = ["take_rows(chosen, 0, rows, clip)", "take_y(chosen, 1, y, clip)"]
        body = draw if self.N < self.data.train else []
        for l in range(1, L + 1):
            body += [f"forward{l}(x{l}, a{l})", *self._activation(l)]
        body += [*self._cost(), f"gradient{L}(deltaT{L}, dW{L})"]
        for l in range(L - 1, 0, -1):
            body += [f"back{l + 1}(delta{l + 1}, delta{l})", *self._slope(l)]
            body += [f"gradient{l}(deltaT{l}, dW{l})"]
        body += self._update()
        arguments = ", ".join(["n", "cuts", *self.names])
        lines = ["from itertools import islice", "from math import sqrt"]
        lines += [f"def train({arguments}):", "  for chosen in islice(cuts, n):"]
        return "\n".join([*lines, *(f"    {line}" for line in body)])

    def _activation(self, l: int) -> list[str]:
        """Overwrite z by f(z); what the output's cost needs of z is taken on the way."""
        a, L = f"a{l}", self.config.depth
        if l == L and self.config.cost.name == "binary_cross_entropy":
            return [  # a = exp(z - log(1 + exp z)), C = Σ log(1 + exp z) - y z
                f"logaddexp({a}, zero, s{l})", "score(flat_a, down)", "sum_s(ones, up)",
                f"subtract({a}, s{l}, {a})", f"exp({a}, {a})",
            ]  # fmt: skip
        match self.config.layers[l - 1].activation:
            case "sigmoid":
                return [f"negative({a}, {a})", f"exp({a}, {a})", f"add({a}, one, {a})",
                        f"reciprocal({a}, {a})"]  # fmt: skip
            case "tanh":
                return [f"tanh({a}, {a})"]
            case "relu":
                return [f"maximum({a}, zero, out={a})"]
            case "softmax":  # C = Σ log Σ exp(z - top) - y (z - top)
                return [
                    f"highest({a}, 0, None, top, True)", f"subtract({a}, top, {a})",
                    "score(flat_a, down)", f"exp({a}, {a})", f"sum_units({a}, total)",
                    f"divide({a}, total, {a})", "log(total, total)", "sum_total(ones, up)",
                ]  # fmt: skip
        raise NotImplementedError(self.config.layers[l - 1].activation)

    def _cost(self) -> list[str]:
        """Write the output's delta, without its factor, and the cost where it is not there yet."""
        L = self.config.depth
        difference = [f"subtract(a{L}, y, delta{L})"]
        if self.config.cost.name != "squared_error":
            return difference
        return [*difference, "norm(flat_delta, up)", *self._slope(L)]

    def _slope(self, l: int) -> list[str]:
        """Multiply delta by f'(z), which follows from a."""
        a, s, delta = f"a{l}", f"s{l}", f"delta{l}"
        through = f"multiply({delta}, {s}, {delta})"
        match self.config.layers[l - 1].activation:
            case "sigmoid":
                return [f"subtract(one, {a}, {s})", f"multiply({s}, {a}, {s})", through]
            case "tanh":
                return [f"multiply({a}, {a}, {s})", f"subtract(one, {s}, {s})", through]
            case "relu":
                return [f"sign({a}, {s})", through]
        raise NotImplementedError(self.config.layers[l - 1].activation)

    def _update(self) -> list[str]:
        rule = self.config.optimizer
        if not isinstance(rule, Adam):
            return ["multiply(g, step, s)", "subtract(w, s, w)"]
        rate, epsilon = rule.learning_rate * (1 - rule.beta1), rule.epsilon / self._scale()
        # With m = Σ beta1^i g and v = Σ beta2^i g², the factors of g, m and v end up in two
        # numbers of each step: w = w - step · m / (√v + epsilon).
        return [
            "i = t[0] = t[0] + 1",
            f"root = sqrt({1 - rule.beta2} / (1 - {rule.beta2} ** i))",
            f"step[()] = {rate} / ((1 - {rule.beta1} ** i) * root)",
            f"epsilon[()] = {epsilon} / root",
            "multiply(m, beta1, m)", "add(m, g, m)", "multiply(v, beta2, v)", "multiply(g, g, s)",
            "add(v, s, v)", "sqrt_(v, s)", "add(s, epsilon, s)", "divide(m, s, s)",
            "multiply(s, step, s)", "subtract(w, s, w)",
        ]  # fmt: skip
