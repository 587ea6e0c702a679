"""Backpropagation in NumPy as tutorials write it: readable, and a new array for every result."""

from typing import Any

import numpy as np

from app.engine.config import Adam, Config
from bench.peers.given import Given

__all__ = ["Tutorial"]

FUNCTIONS: dict[str, Any] = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(0, z),
    "softmax": lambda z: (
        np.exp(z - z.max(1, keepdims=True))
        / np.exp(z - z.max(1, keepdims=True)).sum(1, keepdims=True)
    ),
}
SLOPES: dict[str, Any] = {
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a**2,
    "relu": lambda a: (a > 0).astype(float),
}


class Tutorial:
    """A network in training, with dictionaries of weights, gradients and moments."""

    def __init__(self, config: Config) -> None:
        self.config, self.given = config, Given(config)
        self.p = {name: array.copy() for name, array in self.given.parameters.items()}
        self.m = {name: np.zeros_like(array) for name, array in self.p.items()}
        self.v = {name: np.zeros_like(array) for name, array in self.p.items()}
        self.t = 0
        self.cost = np.nan

    def advance(self, minibatches: int) -> None:
        """Train on so many minibatches."""
        for _ in range(minibatches):
            chosen = self.given.minibatch(self.t)
            self.step(self.given.X[chosen], self.given.Y[chosen])

    def step(self, X: Any, Y: Any) -> None:
        """Forward, cost, backward and update."""
        config, p, L = self.config, self.p, self.config.depth
        a = {0: X}
        for l in range(1, L + 1):
            z = a[l - 1] @ p[f"W{l}"] + p[f"b{l}"]
            a[l] = FUNCTIONS[config.layers[l - 1].activation](z)
        self.cost, delta = self._cost(a[L], Y)
        gradients = {}
        for l in range(L, 0, -1):
            gradients[f"W{l}"] = a[l - 1].T @ delta
            gradients[f"b{l}"] = delta.sum(axis=0)
            if l > 1:
                slope = SLOPES[config.layers[l - 2].activation](a[l - 1])
                delta = delta @ p[f"W{l}"].T * slope
        self._update(gradients)

    def _cost(self, a: Any, Y: Any) -> tuple[float, Any]:
        N = len(Y)
        match self.config.cost.name:
            case "squared_error":
                slope = SLOPES[self.config.layers[-1].activation](a)
                return ((a - Y) ** 2).sum() / N, 2 * (a - Y) * slope / N
            case "binary_cross_entropy":
                logs = Y * np.log(a) + (1 - Y) * np.log(1 - a)
            case _:
                logs = Y * np.log(a)
        return -logs.sum() / N, (a - Y) / N

    def _update(self, gradients: dict[str, Any]) -> None:
        rule = self.config.optimizer
        self.t += 1
        for name, g in gradients.items():
            if not isinstance(rule, Adam):
                self.p[name] = self.p[name] - rule.learning_rate * g
                continue
            self.m[name] = rule.beta1 * self.m[name] + (1 - rule.beta1) * g
            self.v[name] = rule.beta2 * self.v[name] + (1 - rule.beta2) * g**2
            m = self.m[name] / (1 - rule.beta1**self.t)
            v = self.v[name] / (1 - rule.beta2**self.t)
            self.p[name] = self.p[name] - rule.learning_rate * m / (np.sqrt(v) + rule.epsilon)
