"""The cost once more with numbers moved up and down, many moves at once along the run axis.

The same kernels compute it that train. `Upper` begins at z of one layer, and is what most networks
need; `Whole` carries out the minibatch from its start, for networks in which one example hangs on
others, or a layer on more than the one below it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.compiler import compile_kernels
from app.engine.config import Config
from app.engine.costs import example_costs
from app.engine.functions import ACTIVATIONS
from app.engine.mistaken import ops_of
from app.engine.names import is_parameter
from app.engine.program import Kind, Op, Phase, program
from app.engine.state import Parameters, Tape
from app.explain.scene import Scene

__all__ = ["Moved", "Upper", "Whole"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Moved:
    """Costs at +h and -h for every entry, and where a unit's kink lay between (-1: nowhere)."""

    plus: Array
    minus: Array
    kinks: Array


class Upper:
    """The network from z of layer l up, for `most` moves at once, each up and down, on some of
    the examples."""

    def __init__(self, s: Scene, l: int, most: int, some: slice) -> None:
        self.config = s.config.model_copy(update={"dtype": "float64", "l1": 0.0, "l2": 0.0})
        self.l, self.most = l, most
        self.tape = Tape(self.config, some.stop - some.start, (2 * most,))
        self.z = np.asarray(s.now.tensor(f"z{l}")[some], float).T
        self.y = np.asarray(s.now.tensor("y")[some], float)
        self._forward = self._compiled(s)

    def _compiled(self, s: Scene) -> Any:
        """The forward ops that follow z of layer l, with the weights of this minibatch."""
        run = s.before if s.updated else s.now
        ops = ops_of(self.config, run.parameters, self.tape, run.updates, [])
        calls = ops.kernel(Op(Kind.ACTIVATE, self.l)).calls
        for k in range(self.l + 1, self.config.depth + 1):
            for kind in (Kind.PREACTIVATE, Kind.ACTIVATE):
                calls += ops.kernel(Op(kind, k)).calls
        return compile_kernels([calls])[0]

    def costs(self, units: Array, steps: Array) -> tuple[Array, Array, Array]:
        """Return C_x (R, N) with z of one unit each moved up, and down, and the kinks between."""
        R, most, L, tape = len(units), self.most, self.config.depth, self.tape
        z = tape.z[self.l]
        z[...] = self.z
        z[np.arange(R), units] += steps
        z[np.arange(most, most + R), units] -= steps
        with np.errstate(all="ignore"):
            self._forward()
        found = example_costs(self.config, tape.z[L].mT, tape.a[L].mT, self.y)
        kinks = _kinks(self.config, tape, self.l, R, most)
        return found[:R], found[most : most + R], kinks


def _kinks(config: Config, tape: Tape, above: int, R: int, most: int) -> Array:
    """Return layer and unit (R, 2) of the lowest kink from layer `above` on that a move crosses,
    -1 where none; the moves down stand `most` rows behind those up."""
    found = np.full((R, 2), -1)
    for k in range(config.depth, above - 1, -1):
        kink = ACTIVATIONS[config.layers[k - 1].activation].kink
        if kink is None:
            continue
        over = tape.activated(k)[0] > kink
        crossed = (over[:R] != over[most : most + R]).any(-1)
        hit = crossed.any(-1)
        found[hit] = np.column_stack([np.full(hit.sum(), k), crossed[hit].argmax(-1) + 1])
    return found


class Whole:
    """The minibatch from its start, for `most` moves at once, each up and down."""

    def __init__(self, s: Scene, most: int) -> None:
        self.config = s.config.model_copy(update={"dtype": "float64"})
        self.most = most
        runs = (2 * most,)
        self.p, self.tape = Parameters(self.config, runs), Tape(self.config, s.N, runs)
        self.values = {name: s.used(name) for name in s.defined if is_parameter(name)}
        self.tape.rows[..., :-1] = s.now.tensor("a0")
        self.tape.y[...] = s.now.tensor("y").T
        for name, array in self.tape.beside.items():
            if name.startswith("mask"):
                array[...] = s.now.tensor(name).T
        self._compile(s)

    def _compile(self, s: Scene) -> None:
        seeds = (self.config.seed,) * (2 * self.most)
        ops = ops_of(self.config, self.p, self.tape, s.now.updates, (), seeds)
        upward = [op for op in program(self.config) if op.phase in (Phase.FORWARD, Phase.COST)]
        calls = [
            ops.masked(op.layer) if op.kind is Kind.DROP else ops.kernel(op).calls for op in upward
        ]
        self._forward = dict(zip(upward, compile_kernels(calls), strict=True))

    def parameter(self, name: str, chosen: Array, h: float) -> Moved:
        """Move the chosen entries of a parameter; the cost is that of the minibatch."""
        self._fill()
        flat = self.p.named[name].reshape(2 * self.most, -1)
        up, down = np.arange(len(chosen)), np.arange(self.most, self.most + len(chosen))
        values = self.values[name].reshape(-1)[chosen]
        flat[up, chosen], flat[down, chosen] = values + h, values - h
        self.p.named[name][...] = flat.reshape(self.p.named[name].shape)
        self._run()
        return self._moved(len(chosen), self.tape.cost)

    def units(self, l: int, n: int, units: Array, h: float) -> Moved:
        """Move z of units in example n; the cost is the sum of C_x over all examples."""
        self._fill()
        up, down = np.arange(len(units)), np.arange(self.most, self.most + len(units))
        self._run(until=Op(Kind.PREACTIVATE, l))
        self.tape.z[l][up, units, n] += h
        self.tape.z[l][down, units, n] -= h
        self._run(after=Op(Kind.PREACTIVATE, l))
        tape = self.tape
        each = example_costs(self.config, tape.z[-1].mT, tape.a[-1].mT, tape.y.mT)
        return self._moved(len(units), each.sum(-1))

    def _fill(self) -> None:
        for name, value in self.values.items():
            self.p.named[name][...] = value

    def _run(self, *, until: Op | None = None, after: Op | None = None) -> None:
        """Execute the forward ops, all of them or those on one side of an op."""
        ops = list(self._forward)
        first = 0 if after is None else ops.index(after) + 1
        last = len(ops) if until is None else ops.index(until) + 1
        with np.errstate(all="ignore"):
            for op in ops[first:last]:
                self._forward[op]()

    def _moved(self, R: int, costs: Array) -> Moved:
        kinks = _kinks(self.config, self.tape, 1, R, self.most)
        return Moved(costs[:R].copy(), costs[self.most : self.most + R].copy(), kinks)
