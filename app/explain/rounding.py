"""How far rounding alone may put what backpropagation says of a gradient from the derivative.

At the end it takes targets from outputs, which are rounded to eps of numbers of size 1. Each layer
hands that error down with the error signal itself, and a gradient multiplies it by what enters
its layer. Of a network that fits its examples to twelve digits nothing else is left.
"""

from math import isfinite

import numpy as np

from app.engine.costs import scale
from app.engine.norm import EPSILON
from app.explain.scene import Scene

__all__ = ["backward_rounding"]

EPS = float(np.finfo(np.float64).eps)
ROUNDED = 4
"""Times eps that outputs less targets, times a slope, are off by."""


def backward_rounding(s: Scene, kind: str, l: int) -> float:
    """Return a bound for every entry of delta (`kind`), or of a gradient, of layer l.

    Where numbers are not finite there is none, and it is 0.
    """
    bound = ROUNDED * EPS * max(_largest(s, "y"), _largest(s, f"a{s.config.depth}"))
    with np.errstate(all="ignore"):
        for k in range(s.config.depth, l, -1):
            bound *= _through_norm(s, k) * _handed_down(s, k)
        bound *= _through_norm(s, l)
        if kind != "delta":
            bound *= _entering(s, l) * s.N * scale(s.config, s.N)
    return bound if isfinite(bound) else 0.0


def _largest(s: Scene, name: str) -> float:
    return max(1.0, float(np.abs(s.now.tensor(name)).max(initial=0.0)))


def _handed_down(s: Scene, k: int) -> float:
    """How much larger an error is below the weights of layer k than above."""
    layer, config = s.config.layers[k - 1], s.config
    gain = _sum_of_row(s, f"W{k}")
    if layer.residual:
        gain += _sum_of_row(s, f"P{k}") if config.projects(k) else 1.0
    return gain / (1 - config.layers[k - 2].dropout)


def _sum_of_row(s: Scene, name: str) -> float:
    return float(np.abs(s.used(name)).sum(1).max())


def _through_norm(s: Scene, k: int) -> float:
    """The same of a norm: γ / √(σ² + ε), of the error, its mean, and ẑ times a mean."""
    if not s.config.layers[k - 1].batch_norm:
        return 1.0
    root = np.sqrt(s.now.tensor(f"var{k}") + EPSILON)
    return float((np.abs(s.used(f"gamma{k}")) / root).max()) * (2 + _largest(s, f"zhat{k}"))


def _entering(s: Scene, l: int) -> float:
    """The largest number that a gradient of layer l is multiplied by."""
    entering = _largest(s, f"a{l - 1}")
    return max(entering, _largest(s, f"zhat{l}")) if s.config.layers[l - 1].batch_norm else entering
