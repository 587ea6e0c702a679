"""The numbers that an explanation is made of, each with its name.

`now` is the run that is shown. `before` is a run as it was at the start of its minibatch: there
stand the weights that the minibatch was computed with, once an update has changed them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.names import OF_EXAMPLES, parsed
from app.engine.program import Kind, Phase, activated, writes
from app.engine.run import Run
from app.engine.state import lies_within
from app.errors import SessionError
from app.explain.expression import Expression, Fraction, Product, Quantity, Rest, Sum
from app.explain.expression import Number as Constant
from app.language import say

__all__ = ["MOST", "Scene", "mean", "refuse_outside", "scaled", "total"]

Array = NDArray[Any]
MOST = 12
"""Terms of a sum that are written out."""


@dataclass(frozen=True)
class Scene:
    """A place in time to explain; `start` fetches the run at the start of this minibatch."""

    now: Run
    start: Callable[[], Run]
    learning_rate: float
    most: int = MOST
    """Terms of a sum that are written out; of more, the largest, and what the others come to."""

    @property
    def config(self) -> Config:
        return self.now.config

    @property
    def N(self) -> int:
        return len(self.now.tensor("y"))

    @cached_property
    def before(self) -> Run:
        return self.start()

    @cached_property
    def defined(self) -> frozenset[str]:
        return frozenset(self.now.names())

    @cached_property
    def updated(self) -> frozenset[str]:
        """The parameters and moments that an update of this minibatch has changed already."""
        ops = (op for op in self.now.executed if op.phase is Phase.UPDATE)
        return frozenset(name for op in ops for name in writes(op, self.config))

    @cached_property
    def unclipped(self) -> Run:
        """A run with the gradients of this minibatch as the cost has them; clipping comes after."""
        if not any(op.kind is Kind.CLIP for op in self.now.executed):
            return self.now
        run = self.before
        run.step_to(Kind.CLIP)
        return run

    @property
    def clipped(self) -> bool:
        """Whether the gradients that stand there have been clipped."""
        return self.unclipped is not self.now

    # ------------------------------------------------------------------ asking

    def refuse_unknown(
        self, tensor: str, index: tuple[int, ...], example: int | None
    ) -> tuple[str, int]:
        """Return kind and layer of a number that is there.

        Raises:
            SessionError: it is not.
        """
        known = "cost" if tensor == "costs" else tensor
        if known not in self.defined:
            missing = say("{tensor} is not there at this op.", tensor=tensor)
            raise SessionError("explain", missing, "tensor")
        kind, l = parsed(tensor)
        shape = (self.N,) if kind == "costs" else self.now.tensor(tensor).shape
        if kind in OF_EXAMPLES:
            shape = shape[1:]
        refuse_outside("explain", tensor, index, shape)
        if example is not None and example >= self.N:
            beyond = say(
                "example must be less than {size}, the size of the minibatch, got {example}.",
                size=self.N, example=example,
            )  # fmt: skip
            raise SessionError("explain", beyond, "example")
        return kind, l

    # ------------------------------------------------------------------ values

    def used(self, name: str) -> Array:
        """Return a parameter or moment as this minibatch used it, before its update."""
        return (self.before if name in self.updated else self.now).tensor(name)

    def unit(self, symbol: str, layer: int, j: int, n: int) -> Quantity:
        """Return z, a or delta of unit j in example n; a of layer 0 is the input x."""
        name = f"{symbol}{layer}"
        value = float(self.now.tensor(name)[n, j])
        shown = "x" if name == "a0" else symbol
        return Quantity(shown, value, layer if layer else None, (j + 1,), name, (n, j), n)

    def of_layer(self, symbol: str, layer: int, j: int) -> Quantity:
        """Return what a norm has for unit j: mu, var, gamma or beta, as this minibatch used it."""
        name = f"{symbol}{layer}"
        return Quantity(symbol, float(self.used(name)[j]), layer, (j + 1,), name, (j,))

    def link(self, layer: int, i: int, j: int) -> Quantity:
        """Return the entry of a residual link's matrix from unit i to unit j."""
        value = float(self.used(f"P{layer}")[i, j])
        return Quantity("p", value, layer, (i + 1, j + 1), f"P{layer}", (i, j))

    def activated(self, layer: int, j: int, n: int) -> tuple[Quantity, Quantity]:
        """Return what the activation of a unit is applied to, and what it comes to."""
        z, a = (parsed(name)[0] for name in activated(self.config, layer))
        return self.unit(z, layer, j, n), self.unit(a, layer, j, n)

    def target(self, j: int, n: int) -> Quantity:
        return Quantity("y", float(self.now.tensor("y")[n, j]), None, (j + 1,), "y", (n, j), n)

    def weight(self, layer: int, i: int, j: int) -> Quantity:
        """Return the weight from unit i to unit j, as this minibatch used it."""
        value = float(self.used(f"W{layer}")[i, j])
        return Quantity("w", value, layer, (i + 1, j + 1), f"W{layer}", (i, j))

    def bias(self, layer: int, j: int) -> Quantity | None:
        if not self.config.layers[layer - 1].bias:
            return None
        return Quantity("b", float(self.used(f"b{layer}")[j]), layer, (j + 1,), f"b{layer}", (j,))

    def share(self) -> Expression | None:
        """Return the factor of the reduction, None where it is 1."""
        N, outputs = self.N, self.config.sizes[-1]
        match self.config.cost.reduction:
            case "sum":
                return None
            case "mean_all" if outputs > 1:
                return Constant(1 / (N * outputs), f"1/({N}·{outputs})")
            case _:
                return Constant(1 / N, f"1/{N}") if N > 1 else None


def total(make: Callable[[int], Expression], values: Array, most: int = MOST) -> Expression:
    """Return the sum of the terms `make(0)`, `make(1)`, ..., whose values are known.

    Of more than `most` terms the largest are written out, and what the others come to.
    """
    if len(values) == 1:
        return make(0)
    if len(values) <= most:
        return Sum(tuple(make(i) for i in range(len(values))))
    largest = np.sort(np.argsort(-np.abs(values), kind="stable")[: most - 1])
    rest = np.delete(values, largest)
    return Sum((*(make(int(i)) for i in largest), Rest(len(rest), float(rest.sum()))))


def scaled(factor: Expression | None, tree: Expression) -> Expression:
    """Return the product, or the tree alone where the factor is 1."""
    return tree if factor is None else Product((factor, tree))


def mean(s: Scene, symbol: str, l: int, j: int) -> Expression:
    """The mean over the examples of the minibatch"""
    values = s.now.tensor(f"{symbol}{l}")[:, j]
    whole = total(lambda n: s.unit(symbol, l, j, n), values, s.most)
    return whole if s.N == 1 else Fraction(whole, Constant(s.N, str(s.N)))


def refuse_outside(code: str, tensor: str, index: tuple[int, ...], shape: tuple[int, ...]) -> None:
    """Refuse an index that names no entry of a tensor of that shape.

    Raises:
        SessionError: it names none; the error has this code.
    """
    if lies_within(index, shape):
        return
    sentence = say(
        "index must lie within the shape {shape} of {tensor}, got {index}.",
        shape=list(shape), tensor=tensor, index=list(index),
    )  # fmt: skip
    raise SessionError(code, sentence, "index")
