"""The costs: one number for a minibatch, and the error signal it starts.

Cross-entropies are computed from the logits, without overflow and without clipping. A cost and
its output delta stand side by side; `half` and `reduction` are the user's convention and both
obey it. `s` and `t` are scratch of the output's shape.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy import add, log, logaddexp, multiply, subtract
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.functions import ACTIVATIONS, Call, constant
from app.engine.program import penalized
from app.engine.state import Parameters, Tape

__all__ = ["cost", "example_costs", "output_delta", "scale"]

Array = NDArray[Any]


def scale(config: Config, N: int) -> float:
    """Return the factor of the reduction: 1, 1/N or 1/(N · outputs)."""
    outputs = config.sizes[-1]
    return {"sum": 1.0, "mean": 1 / N, "mean_all": 1 / (N * outputs)}[config.cost.reduction]


def cost(config: Config, p: Parameters, t: Tape) -> list[Call]:
    """C = scale · Σₓ C_x + penalties"""
    z, a, y = t.z[-1], t.a[-1], t.y
    s, r = t.scratch[-1]
    factor = scale(config, t.N) * (0.5 if config.cost.half else 1.0)
    match config.cost.name:
        case "squared_error":  # C_x = half · Σ (a - y)²
            terms: list[Call] = [(subtract, a, y, s), *_squares(s, t.cost)]
        case "binary_cross_entropy":  # C_x = Σ log(1 + exp z) - y z
            softplus = (logaddexp, z, constant(0, z), s)
            terms = [softplus, (multiply, y, z, r), (subtract, s, r, s), *_total(s, t.cost)]
        case "cross_entropy":  # C_x = Σ y (log Σ exp z - z)
            logs, terms_x = np.empty_like(r[..., :1, :]), np.empty_like(s)
            terms = [  # the softmax has left z - max z in s and Σ exp(z - max z) in r
                (log, r[..., :1, :], logs), (subtract, logs, s, terms_x),
                (multiply, terms_x, y, terms_x), *_total(terms_x, t.cost),
            ]  # fmt: skip
    if factor != 1.0:
        total = t.cost.reshape(-1)  # on a 0-d array a ufunc takes three times as long
        terms.append((multiply, total, constant(factor, z), total))
    return terms + _penalty(config, p, t)


def output_delta(config: Config, t: Tape) -> list[Call]:
    """delta[L] = ∂(Σₓ C_x)/∂z[L]"""
    z, a, y, delta = t.z[-1], t.a[-1], t.y, t.delta[-1]
    s, r = t.scratch[-1]
    calls: list[Call] = [(subtract, a, y, delta)]
    if config.cost.name != "squared_error":
        return calls
    if not config.cost.half:
        calls.append((multiply, delta, constant(2, z), delta))
    activation = config.layers[-1].activation
    if activation == "softmax":
        return calls + _through_softmax(a, delta, s)
    if slope := ACTIVATIONS[activation].slope:
        calls += [*slope(z, a, s, r), (multiply, delta, s, delta)]
    return calls


def _through_softmax(a: Array, delta: Array, s: Array) -> list[Call]:
    """delta = a (g - Σ g a), g being what stands in delta"""
    mixed = np.empty((*a.shape[:-2], 1, a.shape[-1]), a.dtype)
    return [
        (multiply, delta, a, s),
        (add.reduce, s, -2, None, mixed, True),
        (subtract, delta, mixed, delta),
        (multiply, delta, a, delta),
    ]


def _squares(s: Array, out: Array) -> list[Call]:
    """out = Σ s²"""
    flat = s.reshape(*out.shape, -1)
    return _inner(flat, flat, out)


def _total(s: Array, out: Array) -> list[Call]:
    """out = Σ s"""
    flat = s.reshape(*out.shape, -1)
    return _inner(flat, np.ones_like(flat), out)


def _inner(a: Array, b: Array, out: Array) -> list[Call]:
    """out = Σ a b, by the same routine for one network and for many"""
    if not out.ndim:
        return [(a.dot, b, out)]
    return [(np.matmul, a[..., None, :], b[..., :, None], out[..., None, None])]


@dataclass(frozen=True, eq=False)
class _Penalty:
    """C += l2/2 Σ W² + l1 Σ |W|, weights only"""

    l1: float
    l2: float
    weights: tuple[Array, ...]
    cost: Array

    @property
    def operations(self) -> int:
        """A square, or a size, and a sum for each weight and each of the penalties."""
        return 2 * ((self.l1 > 0) + (self.l2 > 0)) * sum(W.size for W in self.weights)

    def __call__(self) -> None:
        for W in self.weights:
            if self.l2:
                self.cost[...] += self.l2 / 2 * (W * W).sum((-2, -1))
            if self.l1:
                self.cost[...] += self.l1 * np.abs(W).sum((-2, -1))


def _penalty(config: Config, p: Parameters, t: Tape) -> list[Call]:
    if not (config.l1 or config.l2):
        return []
    weights = tuple(p.named[name] for name in penalized(config))
    return [(_Penalty(config.l1, config.l2, weights, t.cost),)]


def example_costs(config: Config, z: Array, a: Array, y: Array) -> Array:
    """Return C_x of every example, batch-first (N,); the readable form, for looking at."""
    match config.cost.name:
        case "squared_error":
            terms = (0.5 if config.cost.half else 1.0) * (a - y) ** 2
        case "binary_cross_entropy":
            terms = np.logaddexp(z, 0) - y * z
        case "cross_entropy":
            top = z.max(-1, keepdims=True)
            terms = y * (top + np.log(np.exp(z - top).sum(-1, keepdims=True)) - z)
    total: Array = terms.sum(-1)
    return total
