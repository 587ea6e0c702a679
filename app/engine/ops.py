"""The ops: what each stop of the program computes, as kernels on the state.

Every function's docstring is its equation; `l` is the layer number. In memory a minibatch stands
units-first and [W; b] is one matrix (`app.engine.state`), so the products below read transposed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy import add, multiply
from numpy.typing import NDArray

from app.engine.compiler import Kernel, Sweep
from app.engine.config import Clip, Config
from app.engine.costs import cost, output_delta, scale
from app.engine.functions import ACTIVATIONS, Call, constant
from app.engine.optimizers import Updates
from app.engine.program import Op, reads, writes
from app.engine.state import Parameters, Tape

__all__ = ["Ops"]

Array = NDArray[Any]


class Ops:
    """The kernels of one config for minibatches of one size."""

    def __init__(
        self, config: Config, p: Parameters, t: Tape, updates: Updates, draw: list[Call]
    ) -> None:
        self.config, self.p, self.t, self.updates = config, p, t, updates
        self._draw = draw
        self.scale = constant(scale(config, t.N), t.y)

    def kernel(self, op: Op) -> Kernel:
        """Return what `op` does."""
        steps = getattr(self, op.kind)(op.layer)
        names = frozenset(reads(op, self.config)), frozenset(writes(op, self.config))
        return Kernel(steps, *names)

    def draw(self, l: int) -> list[Call]:
        """a[0], y = the next minibatch, and the step size of this iteration"""
        rates = self.updates.rates
        return [*self._draw, (rates.fill,)] if rates.varies else self._draw

    def preactivate(self, l: int) -> list[Call]:
        """z[l] = a[l-1] W[l] + b[l]"""
        return [product(self.p.blocks[""][l].mT, self.t.inputs[l], self.t.z[l])]

    def activate(self, l: int) -> list[Call]:
        """a[l] = f(z[l])"""
        f = ACTIVATIONS[self.config.layers[l - 1].activation]
        return f.value(self.t.z[l], self.t.a[l], *self.t.scratch[l])

    def cost(self, l: int) -> list[Call]:
        """C = reduction of C_x(a[L], y) + penalties"""
        return cost(self.config, self.p, self.t)

    def delta(self, l: int) -> list[Call]:
        """delta[l] = (delta[l+1] W[l+1]ᵀ) · f'(z[l]), and at the output what the cost says"""
        if l == self.config.depth:
            return output_delta(self.config, self.t)
        t, f = self.t, ACTIVATIONS[self.config.layers[l - 1].activation]
        back = product(self.p.named[f"W{l + 1}"], t.delta[l + 1], t.delta[l])
        if f.slope is None:
            return [back]
        s, r = t.scratch[l]
        return [back, *f.slope(t.z[l], t.a[l], s, r), (multiply, t.delta[l], s, t.delta[l])]

    def gradient(self, l: int) -> list[Call | Sweep]:
        """dW[l] = s · a[l-1]ᵀ delta[l] + penalty,  db[l] = s · Σ delta[l]"""
        span, fan_in = self.p.spans[l], self.config.sizes[l - 1]
        steps: list[Call | Sweep] = [
            product(self.t.inputs[l], self.t.delta[l].mT, self.p.blocks["d"][l])
        ]
        if self.scale != 1:
            steps.append(Sweep(self._scaled, span))
        if self.config.l1 or self.config.l2:
            weights = slice(span.start, span.start + fan_in * self.config.sizes[l])
            steps.append(Sweep(self._penalized, weights))
        return steps

    def _scaled(self, span: slice) -> list[Call]:
        """g = s g"""
        g = self.p.flat["d"][..., span]
        return [(multiply, g, self.scale, g)]

    def _penalized(self, span: slice) -> list[Call]:
        """g = g + l2 w + l1 sign(w)"""
        w, g = self.p.flat[""][..., span], self.p.flat["d"][..., span]
        s, l1, l2 = np.empty_like(w), self.config.l1, self.config.l2
        ridge: list[Call] = [(multiply, w, constant(l2, w), s), (add, g, s, g)] if l2 else []
        if not l1:
            return ridge
        return [*ridge, (np.sign, w, s), (multiply, s, constant(l1, w), s), (add, g, s, g)]

    def clip(self, l: int) -> list[Call]:
        """g = g clipped to the threshold, value by value or all by one factor"""
        assert self.config.clip is not None
        return [(_Clipped(self.config.clip, self.p.flat["d"]),)]

    def update(self, l: int) -> list[Sweep]:
        """W[l], b[l] = the optimizer's rule"""
        span, layer = self.p.spans[l], self.config.layers[l - 1]
        biases = layer.units if layer.bias and layer.freeze_bias else 0
        return [Sweep(self.updates.on, slice(span.start, span.stop - biases))]


def product(A: Array, B: Array, out: Array) -> Call:
    """out = A B; the bound method is the cheapest way into BLAS where there is no run axis."""
    return (A.dot, B, out) if A.ndim == B.ndim == 2 else (np.matmul, A, B, out)


@dataclass(frozen=True, eq=False)
class _Clipped:
    """By norm as PyTorch's clip_grad_norm_: factor min(1, threshold / (norm + 1e-6))."""

    clip: Clip
    g: Array

    def __call__(self) -> None:
        limit = self.clip.threshold
        if self.clip.by == "value":
            np.clip(self.g, -limit, limit, out=self.g)
        else:
            norm = np.linalg.norm(self.g, axis=-1, keepdims=True)
            np.multiply(self.g, np.minimum(limit / (norm + 1e-6), 1), out=self.g)
