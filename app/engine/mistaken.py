"""The ops with a mistake in them: what a network with that error really computes.

Each class changes just the op that the mistake stands in (`app.engine.mistakes` tells them in
words). The order of ops and the correction of Adam are changed where they are made, in `program`
and in `Rates`.
"""

from typing import Any

import numpy as np
from numpy import add, copyto, divide, exp, multiply, negative, subtract

from app.engine.compiler import Sweep
from app.engine.config import Config
from app.engine.functions import Call, column_sums, constant
from app.engine.ops import Ops

__all__ = ["ops_of"]


class MissingSlope(Ops):
    def delta(self, l: int) -> list[Call]:
        """delta[l] = delta[l+1] W[l+1]ᵀ, and at the output the error alone"""
        t = self.t
        if l < self.config.depth:
            return super().delta(l)
        error: list[Call] = [(subtract, t.a[l], t.y, t.delta[l])]
        if self.config.cost.name == "squared_error" and not self.config.cost.half:
            error.append((multiply, t.delta[l], constant(2, t.y), t.delta[l]))
        return error

    def slope(self, l: int) -> list[Call]:
        return []


class WrongSign(Ops):
    def delta(self, l: int) -> list[Call]:
        """delta[L] = -∂(Σₓ C_x)/∂z[L]"""
        turned: list[Call] = [(negative, self.t.delta[l], self.t.delta[l])]
        return super().delta(l) + (turned if l == self.config.depth else [])


class SumForMean(Ops):
    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.scale = constant(1, self.t.y)


class StaleGradients(Ops):
    """dW, db = what they were before + the gradients of this minibatch"""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.stale = np.empty_like(self.p.flat["d"])

    def gradient(self, l: int) -> list[Call | Sweep]:
        span = self.p.spans[l]
        keep: Call = (copyto, self.stale[..., span], self.p.flat["d"][..., span])
        return [keep, *super().gradient(l), Sweep(self._added, span)]

    def _added(self, span: slice) -> list[Call]:
        g = self.p.flat["d"][..., span]
        return [(add, g, self.stale[..., span], g)]


class BiasPerInput(Ops):
    def update(self, l: int) -> list[Sweep]:
        """b[l] is updated as often as the layer has inputs"""
        (whole,) = super().update(l)
        fan_in = self.config.sizes[l - 1]
        biases = slice(self.p.dense[l].start + fan_in * self.config.sizes[l], whole.span.stop)
        again = fan_in - 1 if biases.start < biases.stop else 0
        return [whole, *[Sweep(self.updates.on, biases)] * again]


class UnshiftedSoftmax(Ops):
    def activate(self, l: int) -> list[Call]:
        """a[L] = exp(z) / Σ exp(z)"""
        if l < self.config.depth:
            return super().activate(l)
        z, a, (s, t) = self.t.z[l], self.t.a[l], self.t.scratch[l]
        sums = t[..., :1, :]  # where the cost looks for the sums, and in s for the exponents
        return [(copyto, s, z), (exp, s, a), column_sums(a, sums), (divide, a, sums, a)]


class NoOutputActivation(Ops):
    def activate(self, l: int) -> list[Call]:
        """a[L] = z[L]"""
        forgotten: list[Call] = [(copyto, self.t.a[l], self.t.z[l])]
        return super().activate(l) + (forgotten if l == self.config.depth else [])


VARIANTS: dict[str, type[Ops]] = {
    "missing_slope": MissingSlope,
    "wrong_sign": WrongSign,
    "sum_for_mean": SumForMean,
    "stale_gradients": StaleGradients,
    "bias_per_input": BiasPerInput,
    "unshifted_softmax": UnshiftedSoftmax,
    "no_output_activation": NoOutputActivation,
}


def ops_of(config: Config, *parts: Any) -> Ops:
    """Return the ops that a config asks for; `parts` are those of `Ops`."""
    return VARIANTS.get(config.mistake or "", Ops)(config, *parts)
