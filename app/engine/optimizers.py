"""The optimizers: rules that turn gradients into new parameters.

Each is the documented rule of PyTorch's optimizer of that name, on a stretch of the flat
parameter vectors: `w` the values, `g` the gradients, `m` and `v` the first and second moments.
The learning rate and Adam's corrections depend on the iteration, so they are small arrays that
`Rates` fills once for each minibatch.
"""

from math import cos, pi, sqrt
from typing import Any

import numpy as np
from numpy import add, divide, multiply, subtract
from numpy.typing import NDArray

from app.engine.config import Adam, AdamW, Config, Cosine, Exponential, Step, WarmupCosine
from app.engine.functions import Call, constant
from app.engine.state import Parameters

__all__ = ["Rates", "Updates", "schedule_factor"]

Array = NDArray[Any]
FEW = 64
"""Parameters that are less than a row worth a loop of its own."""


def schedule_factor(schedule: Any, epoch: float) -> float:
    """Return the factor on the learning rate after `epoch` epochs, which may be a fraction."""
    match schedule:
        case Step(every=every, factor=factor):
            return float(factor ** (int(epoch) // every))
        case Exponential(factor=factor):
            return float(factor**epoch)
        case Cosine(epochs=epochs, floor=floor):
            return _cosine(epoch / epochs, floor)
        case WarmupCosine(warmup=warmup, epochs=epochs, floor=floor):
            if epoch < warmup:
                return (epoch + 1) / (warmup + 1)
            return _cosine((epoch - warmup) / max(1, epochs - warmup), floor)
        case _:
            return 1.0


def _cosine(share: float, floor: float) -> float:
    """From 1 down to `floor` along half a cosine."""
    return floor + (1 - floor) * (1 + cos(pi * min(share, 1.0))) / 2


class Rates:
    """The step size of the current iteration, with what the iteration number does to it.

    `base` is the learning rate as set; with a run axis each run has its own. There `step` stands
    beside each of few parameters, because short rows are gone through fastest in one stretch.
    """

    def __init__(self, config: Config, per_epoch: int, base: Array, parameters: int = 1) -> None:
        self.rule, self.per_epoch = config.optimizer, per_epoch
        self.base = base
        beside_each = base.ndim and parameters <= FEW
        self.step = np.repeat(base, parameters, -1) if beside_each else base.copy()
        self.epsilon = constant(0, base)  # Adam's, times the root of its second correction
        self.decay = base.copy()
        self.iteration = 0
        self.scheduled = self.rule.schedule.name != "constant"
        self.corrected = config.mistake != "uncorrected_adam"
        self.varies = isinstance(self.rule, Adam) or self.scheduled
        self._adam = self.rule if isinstance(self.rule, Adam) else None
        self._weight_decay = self.rule.weight_decay if isinstance(self.rule, AdamW) else None

    def fill(self) -> None:
        """Set the arrays for the updates of iteration `self.iteration`."""
        step: Any = self.base.astype(float) if self.base.ndim else self.base.item()
        if self.scheduled:
            step = step * schedule_factor(self.rule.schedule, self.iteration / self.per_epoch)
        if self._weight_decay is not None:
            self.decay[...] = 1 - step * self._weight_decay
        if rule := self._adam:  # m̂ / (√v̂ + epsilon) = m root / (√v + epsilon root) / (1 - …)
            t = self.iteration + 1 if self.corrected else 2**40  # by then nothing is corrected
            root = sqrt(1 - rule.beta2**t)
            step = step * (root / (1 - rule.beta1**t))
            self.epsilon[()] = rule.epsilon * root
        self.step[()] = step


class Updates:
    """The update rule of a config, on any stretch of its parameters."""

    def __init__(self, config: Config, p: Parameters, rates: Rates) -> None:
        self.rule, self.p, self.rates = config.optimizer, p, rates
        self.scratch = np.empty_like(p.flat[""])

    def on(self, span: slice) -> list[Call]:
        """Return the calls that update the parameters in `span`."""
        flat = {kind: array[..., span] for kind, array in self.p.flat.items()}
        w, g, m, v = flat[""], flat["d"], flat.get("m_", w0), flat.get("v_", w0)
        s = self.scratch[..., span]
        eta = self.rates.step
        eta = eta[..., span] if eta.shape[-1:] == self.scratch.shape[-1:] else eta
        rule: list[Call] = getattr(self, self.rule.name)(w, g, m, v, s, eta)
        return rule

    def sgd(self, w: Array, g: Array, m: Array, v: Array, s: Array, eta: Array) -> list[Call]:
        """w = w - eta g"""
        return [(multiply, g, eta, s), (subtract, w, s, w)]

    def momentum(self, w: Array, g: Array, m: Array, v: Array, s: Array, eta: Array) -> list[Call]:
        """m = mu m + g;  w = w - eta m"""
        mu = constant(self.rule.momentum, w)  # type: ignore[union-attr]
        gathered: list[Call] = [(multiply, m, mu, m), (add, m, g, m)]
        return [*gathered, (multiply, m, eta, s), (subtract, w, s, w)]

    def nesterov(self, w: Array, g: Array, m: Array, v: Array, s: Array, eta: Array) -> list[Call]:
        """m = mu m + g;  w = w - eta (g + mu m)"""
        mu = constant(self.rule.momentum, w)  # type: ignore[union-attr]
        gathered: list[Call] = [(multiply, m, mu, m), (add, m, g, m)]
        ahead: list[Call] = [(multiply, m, mu, s), (add, s, g, s)]
        return [*gathered, *ahead, (multiply, s, eta, s), (subtract, w, s, w)]

    def adagrad(self, w: Array, g: Array, m: Array, v: Array, s: Array, eta: Array) -> list[Call]:
        """v = v + g²;  w = w - eta g / (√v + epsilon)"""
        return [(multiply, g, g, s), (add, v, s, v), *self._over_root(w, g, v, s, eta)]

    def rmsprop(self, w: Array, g: Array, m: Array, v: Array, s: Array, eta: Array) -> list[Call]:
        """v = rho v + (1 - rho) g²;  w = w - eta g / (√v + epsilon)"""
        rho: float = self.rule.rho  # type: ignore[union-attr]
        return [*_average(v, g, g, rho, s), *self._over_root(w, g, v, s, eta)]

    def adam(self, w: Array, g: Array, m: Array, v: Array, s: Array, eta: Array) -> list[Call]:
        """m, v moving means of g, g²;  w = w - eta m̂ / (√v̂ + epsilon), hats corrected for start"""
        beta1: float = self.rule.beta1  # type: ignore[union-attr]
        beta2: float = self.rule.beta2  # type: ignore[union-attr]
        moments = [*_average(m, g, None, beta1, s), *_average(v, g, g, beta2, s)]
        return [*moments, *self._over_root(w, m, v, s, eta)]

    def adamw(self, w: Array, g: Array, m: Array, v: Array, s: Array, eta: Array) -> list[Call]:
        """w = w - eta weight_decay w, then Adam's rule"""
        return [(multiply, w, self.rates.decay, w), *self.adam(w, g, m, v, s, eta)]

    def _over_root(self, w: Array, g: Array, v: Array, s: Array, eta: Array) -> list[Call]:
        """w = w - step g / (√v + epsilon)"""
        adam = isinstance(self.rule, Adam)
        epsilon = self.rates.epsilon if adam else constant(self.rule.epsilon, w)  # type: ignore[union-attr]
        return [
            (np.sqrt, v, s),
            (add, s, epsilon, s),
            (divide, g, s, s),
            (multiply, s, eta, s),
            (subtract, w, s, w),
        ]


w0 = np.empty(0)  # stands for a moment that the optimizer does not keep


def _average(mean: Array, g: Array, by: Array | None, keep: float, s: Array) -> list[Call]:
    """mean = keep · mean + (1 - keep) · g · by"""
    new = constant(1 - keep, g)
    share: list[Call] = [(multiply, g, new, s)]
    if by is not None:
        share.append((multiply, s, by, s))
    return [(multiply, mean, constant(keep, g), mean), *share, (add, mean, s, mean)]
