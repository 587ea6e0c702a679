"""Looking at a run without touching it.

Everything here reads the parameters and computes on tapes of its own with the very same kernels,
so what is shown off the path of training is what training would compute.
"""

from collections.abc import Callable
from functools import lru_cache
from math import nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.compiler import compile_kernels
from app.engine.config import Config
from app.engine.costs import cost
from app.engine.examples import Examples, featured
from app.engine.mistaken import ops_of
from app.engine.program import Kind, penalized, program
from app.engine.run import Run
from app.engine.state import Tape

__all__ = ["Evaluator", "Measure", "Surface"]

Array = NDArray[Any]
CHUNK = 500
"""Examples that are evaluated at once."""
MANY = 40_000
"""Examples that are evaluated at once, of all networks of a run together."""


Pass = tuple[Tape, Callable[[], None], Callable[[], None]]
"""A tape with what fills it: the forward ops, and the cost."""


class Measure(NamedTuple):
    """The cost over a set of examples and, for classes, what they are told to be.

    `confusion` (classes, classes) has a row for each class and a column for each that is told.
    """

    cost: float
    confusion: Array | None

    @property
    def accuracy(self) -> float | None:
        """The share of the examples that is told right."""
        if self.confusion is None:
            return None
        return float(np.trace(self.confusion) / self.confusion.sum())


class Surface(NamedTuple):
    """The outputs (n, n, k) over a square of the plane, rows along x2, or (n, k) over a line."""

    x1: Array
    x2: Array | None
    outputs: Array


class Evaluator:
    """Forward passes on the parameters of a run, for any inputs. Of one with a run axis only what
    is measured of `all_training` and `all_testing` examples can be seen."""

    def __init__(self, run: Run) -> None:
        self.run, self.config = run, run.config
        self._passes: dict[int, Pass] = {}
        self._over: dict[tuple[int, int], tuple[Examples, Pass]] = {}

    @property
    def data(self) -> Examples:
        """The examples as they are at the place where the run stands."""
        return self.run.minibatches[0].data

    def outputs(self, X: Array) -> Array:
        """Return the outputs (n, k) for inputs (n, d)."""
        parts = [self._forward(X[i : i + CHUNK]).a[-1].T.copy() for i in range(0, len(X), CHUNK)]
        return np.concatenate(parts)

    def training(self, most: int | None = None) -> Measure:
        """Measure the training examples, at most the first `most` of them."""
        return self.all_training(most)[0]

    def testing(self, most: int | None = None) -> Measure | None:
        """Measure the test examples; None where there are none."""
        return next(iter(self.all_testing(most)), None)

    def costs(self, most: int) -> tuple[float, float]:
        """Return the cost of at most so many training examples, and of as many test examples; of
        none not a number. Who wants to know no more has it sooner."""
        train, rest = self.data.train, len(self.data.Y) - self.data.train
        first, second = (0, min(most, train)), (train, train + min(most, rest))
        with np.errstate(all="ignore"):
            return self._cost(*first), self._cost(*second) if rest else nan

    def _cost(self, start: int, stop: int) -> float:
        """Return the cost of some of the examples: what `_measures` finds, for one network, on
        tapes that have the examples as their inputs, so that nothing is copied but targets."""
        data, whole = self.data, 0.0
        for i in range(start, stop, CHUNK):
            rows = slice(i, min(i + CHUNK, stop))
            tape, forward, price = self._pass_over(data, rows)
            forward()
            tape.y[...] = data.Y[rows].mT
            price()
            whole += _unscaled(self.config, tape).item() * tape.N
        count = 1 if self.config.cost.reduction == "sum" else stop - start
        return whole / count + float(self._penalty())

    def all_training(self, most: int | None = None) -> list[Measure]:
        """Measure the training examples of every network of the run, each with its own."""
        stop = self.data.train if most is None else min(most, self.data.train)
        return self._measures(0, stop)

    def all_testing(self, most: int | None = None) -> list[Measure]:
        """Measure the test examples of every network; none where there are none."""
        start, count = self.data.train, len(self.data.Y) - self.data.train
        stop = start + (count if most is None else min(most, count))
        return self._measures(start, stop) if count else []

    def forward_training(self, most: int) -> tuple[Tape, Array]:
        """Run the forward ops on the first training examples, at most a chunk of them.

        Return the tape, which the next look overwrites, and the targets (N, k).
        """
        rows = slice(0, min(most, self.data.train, CHUNK))
        return self._forward(self.data.X[rows]), self.data.Y[rows]

    def dead_units(self) -> list[tuple[int, int]]:
        """Return layer and unit, from 0, of every ReLU that is off for all training examples."""
        layers = [l for l, x in enumerate(self.config.layers, 1) if x.activation == "relu"]
        alive = {l: np.zeros(self.config.sizes[l], bool) for l in layers}
        X = self.data.X[: self.data.train]
        for i in range(0, len(X), CHUNK):
            tape = self._forward(X[i : i + CHUNK])
            for l in layers:
                alive[l] |= (tape.activated(l)[0] > 0).any(-1)
        return [(l, int(j)) for l in layers for j in np.flatnonzero(~alive[l])]

    def surface(self, resolution: int = 50) -> Surface | None:
        """Return the outputs over the data's range; None where that is neither line nor plane."""
        if self.data.points is None and self.config.sizes[0] != 1:
            return None
        points = self.data.X if self.data.points is None else self.data.points
        low, high = _frame(points)
        if points.shape[1] == 1:
            x = np.linspace(low[0], high[0], 2 * resolution)
            inputs = self.data.scaled(x[:, None])
            return Surface(x, None, self.outputs(inputs.astype(self.config.dtype)))
        x1, x2, grid = _grid(*low.tolist(), *high.tolist(), resolution)
        inputs = featured(self.config.data, grid) if self.config.data.feature_names else grid
        outputs = self.outputs(self.data.scaled(inputs).astype(self.config.dtype))
        return Surface(x1, x2, outputs.reshape(resolution, resolution, -1))

    def _measures(self, start: int, stop: int) -> list[Measure]:
        """Measure examples, for every network of the run."""
        given = [minibatches.data for minibatches in self.run.minibatches]
        chunk = max(1, min(CHUNK, MANY // len(given)))
        k = max(2, self.data.Y.shape[1]) if self.config.data.classes else 0
        whole, told = np.zeros(len(given)), np.zeros((len(given), k * k), int)
        for i in range(start, stop, chunk):
            rows = slice(i, min(i + chunk, stop))
            Y = _stacked([data.Y[rows] for data in given])
            tape = self._forward(_stacked([data.X[rows] for data in given]), Y)
            whole += _unscaled(self.config, tape) * tape.N
            if k:
                pairs = k * _classes(Y) + _classes(tape.a[-1].mT)
                for row, pair in zip(told, pairs.reshape(len(given), -1), strict=True):
                    row += np.bincount(pair, minlength=k * k)
        count = stop - start
        costs = whole / (1 if self.config.cost.reduction == "sum" else count) + self._penalty()
        matrices = told.reshape(-1, k, k) if k else [None] * len(given)
        return [Measure(float(c), m) for c, m in zip(costs, matrices, strict=True)]

    def _penalty(self) -> Any:
        """The penalties, which the cost has once however many examples there are."""
        p, config = self.run.parameters.named, self.config
        weights = [p[name] for name in penalized(config)] if config.l1 or config.l2 else []
        ridge = config.l2 / 2 * sum((W * W).sum((-2, -1)) for W in weights)
        return ridge + config.l1 * sum(np.abs(W).sum((-2, -1)) for W in weights)

    def _forward(self, X: Array, Y: Array | None = None) -> Tape:
        """Run the forward ops on inputs (N, d), and the cost where targets (N, k) are given; both
        with a run axis where the run has one."""
        tape, forward, price = self._pass(X.shape[-2])
        tape.rows[..., :-1] = X
        with np.errstate(all="ignore"):
            forward()
            if Y is not None:
                tape.y[...] = Y.mT
                price()
        return tape

    def _pass(self, N: int) -> Pass:
        if N not in self._passes:
            if len(self._passes) > 8:
                self._passes.clear()
                self._over.clear()
            self._passes[N] = self._compiled(Tape(self.config, N, self.run.runs))
        return self._passes[N]

    def _pass_over(self, data: Examples, rows: slice) -> Pass:
        """Return a pass that has examples themselves as its inputs, for one network."""
        place = rows.start, rows.stop
        known = self._over.get(place)
        if known is None or known[0] is not data:
            tape = self._pass(rows.stop - rows.start)[0]
            known = self._over[place] = data, self._compiled(tape.over(data.rows[rows]))
        return known[1]

    def _compiled(self, tape: Tape) -> Pass:
        plain = self.config.model_copy(update={"l1": 0.0, "l2": 0.0})
        ops = ops_of(self.config, self.run.parameters, tape, self.run.updates)
        forward = [op for op in program(self.config) if op.kind in _FORWARD]
        calls = [call for op in forward for call in ops.kernel(op).calls]
        up, price = compile_kernels([calls, cost(plain, self.run.parameters, tape)])
        return tape, up, price


_FORWARD = (Kind.PREACTIVATE, Kind.NORMALIZE, Kind.ACTIVATE, Kind.DROP)


def _unscaled(config: Config, tape: Tape) -> Array:
    """Return the costs on the tape as means over its examples, whatever the reduction."""
    value = tape.cost.reshape(-1).astype(float)
    return value / tape.N if config.cost.reduction == "sum" else value


def _stacked(arrays: list[Array]) -> Array:
    """Return arrays with a run axis in front, where there are several."""
    return arrays[0] if len(arrays) == 1 else np.stack(arrays)


def _classes(outputs: Array) -> Array:
    """Return the class (..., n) that outputs or targets (..., n, k) name."""
    single = outputs.shape[-1] == 1
    return (outputs[..., 0] >= 0.5).astype(int) if single else outputs.argmax(-1)


@lru_cache(maxsize=16)  # it is looked at again and again, by everybody who has the same data
def _grid(
    left: float, bottom: float, right: float, top: float, resolution: int
) -> tuple[Array, Array, Array]:
    """Return x1, x2 (n,) of a grid over a rectangle and its points (n·n, 2), rows along x2."""
    x1, x2 = np.linspace(left, right, resolution), np.linspace(bottom, top, resolution)
    points = np.column_stack([axis.ravel() for axis in np.meshgrid(x1, x2)])
    for shared in (x1, x2, points):
        shared.setflags(write=False)
    return x1, x2, points


def _frame(points: Array) -> tuple[Array, Array]:
    """Return the corners of what the data covers, with a margin and, in the plane, square."""
    low, high = points.min(0), points.max(0)
    half = np.maximum((high - low) / 2, 0.5)
    half = np.full_like(half, half.max()) * 1.15
    middle = (low + high) / 2
    return middle - half, middle + half
