"""Batch norm: z of mean 0 and variance 1 over the minibatch, then scaled and shifted.

As PyTorch's `BatchNorm1d` with its defaults: Ioffe and Szegedy 2015. Arrays stand units-first, so
the examples are the last axis.
"""

from typing import Any

from numpy import add, divide, empty_like, multiply, sqrt, subtract
from numpy.typing import NDArray

from app.engine.functions import Call, constant
from app.engine.state import Parameters, Tape

__all__ = ["EPSILON", "SHARE", "Norm"]

Array = NDArray[Any]
EPSILON = 1e-5
"""Added to the variance."""
SHARE = 0.1
"""Share of the running means that each minibatch renews."""


class Norm:
    """The norm of layer `l` on one tape."""

    def __init__(self, p: Parameters, t: Tape, l: int) -> None:
        self.z, self.delta, self.s = t.z[l], t.delta[l], t.scratch[l][0]
        self.N = constant(t.N, self.z)
        self.mu, self.var = t.beside[f"mu{l}"], t.beside[f"var{l}"]
        self.zhat, self.ztilde = t.beside[f"zhat{l}"], t.beside[f"ztilde{l}"]
        self.error = t.beside[f"deltatilde{l}"]
        self.gamma, self.beta = (p.named[f"{name}{l}"][..., None] for name in ("gamma", "beta"))
        self.running = [p.named[f"{name}{l}"][..., None] for name in ("rmu", "rvar")]
        self.gradients = [p.named[f"d{name}{l}"] for name in ("gamma", "beta")]
        self.column, self.other = empty_like(self.mu), empty_like(self.mu)

    def of_minibatch(self) -> list[Call]:
        """μ, σ² = mean and variance of z;  ẑ = (z - μ) / √(σ² + ε);  z̃ = γ ẑ + β

        The running means take up a share of them, σ² as N/(N - 1) σ².
        """
        unbiased = constant(float(self.N / (self.N - 1)), self.z)
        return [
            *self._mean(self.z, self.mu),
            (subtract, self.z, self.mu, self.zhat),
            (multiply, self.zhat, self.zhat, self.s),
            *self._mean(self.s, self.var),
            *self._scaled(self.var),
            *self._taken_up(self.mu, self.running[0]),
            (multiply, self.var, unbiased, self.other),
            *self._taken_up(self.other, self.running[1]),
        ]

    def of_running_means(self) -> list[Call]:
        """The same with the running means in place of μ and σ², which are those of training."""
        mu, var = self.running
        return [(subtract, self.z, mu, self.zhat), *self._scaled(var)]

    def back(self) -> list[Call]:
        """delta = γ / √(σ² + ε) · (d - mean d - ẑ mean(d ẑ)), d the error signal at z̃"""
        d, delta = self.error, self.delta
        return [
            *self._mean(d, self.column),
            (subtract, d, self.column, delta),
            (multiply, d, self.zhat, self.s),
            *self._mean(self.s, self.column),
            (multiply, self.zhat, self.column, self.s),
            (subtract, delta, self.s, delta),
            *self._root(self.var),
            (divide, self.gamma, self.column, self.column),
            (multiply, delta, self.column, delta),
        ]

    def gradient(self) -> list[Call]:
        """dγ = Σ d ẑ,  dβ = Σ d, over the examples"""
        dgamma, dbeta = self.gradients
        return [
            (multiply, self.error, self.zhat, self.s),
            (add.reduce, self.s, -1, None, dgamma),
            (add.reduce, self.error, -1, None, dbeta),
        ]

    def _mean(self, x: Array, out: Array) -> list[Call]:
        return [(add.reduce, x, -1, None, out, True), (divide, out, self.N, out)]

    def _root(self, var: Array) -> list[Call]:
        return [
            (add, var, constant(EPSILON, self.z), self.column),
            (sqrt, self.column, self.column),
        ]

    def _scaled(self, var: Array) -> list[Call]:
        return [
            *self._root(var),
            (divide, self.zhat, self.column, self.zhat),
            (multiply, self.zhat, self.gamma, self.ztilde),
            (add, self.ztilde, self.beta, self.ztilde),
        ]

    def _taken_up(self, new: Array, running: Array) -> list[Call]:
        """running = running + share (new - running)"""
        return [
            (subtract, new, running, self.column),
            (multiply, self.column, constant(SHARE, self.z), self.column),
            (add, running, self.column, running),
        ]
