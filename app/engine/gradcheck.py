"""The gradient check: what backpropagation says against what the cost does.

Each parameter is moved by ±h and the cost computed anew with the forward ops; the central
difference must be the gradient that the backward ops wrote. In double precision, always.

The difference of two costs cannot be more exact than the costs: each is off by about two eps
of its size, which the quotient divides by 2h. Below that noise two gradients count as equal.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.names import is_parameter
from app.engine.program import Kind
from app.engine.run import Run

__all__ = [
    "TOLERANCE", "Check", "H", "check", "relative_error", "relative_errors", "rounding_noise",
]  # fmt: skip

Array = NDArray[Any]
H = 1e-5
"""How far a number is moved up and down."""
TOLERANCE = 1e-5
"""A relative error below this is a proof."""


class Check(NamedTuple):
    """Analytic and numerical gradient of one tensor and the largest relative error."""

    tensor: str
    analytic: Array
    numerical: Array
    error: float


def check(config: Config, *, minibatches: int = 0, h: float = H) -> list[Check]:
    """Check every gradient of the minibatch that follows `minibatches` trained ones."""
    config = config.model_copy(update={"dtype": "float64", "clip": None})
    run = Run(config)
    run.advance(minibatches * len(run.program))
    start = run.kept()
    run.advance(run.position + len(run.program))
    analytic = {
        name: array.copy()
        for name, array in run.tensors().items()
        if name.startswith("d") and is_parameter(name[1:])
    }
    run.go_to_start_of(minibatches, start)
    run.step_to(Kind.DELTA)
    noise = rounding_noise(run.cost, h)
    return [
        Check(name, gradient, numerical, relative_error(gradient, numerical, noise))
        for name, gradient in analytic.items()
        for numerical in [_numerical(run, name[1:], h)]
    ]


def _numerical(run: Run, name: str, h: float) -> Array:
    """Return (C(w + h) - C(w - h)) / 2h for every entry of the parameter `name`."""
    parameter = run.parameters.named[name]
    gradient = np.zeros(parameter.shape)
    for index in np.ndindex(parameter.shape):
        value = parameter[index]
        costs = []
        for moved in (value + h, value - h):
            parameter[index] = moved
            run.position = run.boundary()
            run.step_to(Kind.DELTA)
            costs.append(run.cost)
        parameter[index] = value
        gradient[index] = (costs[0] - costs[1]) / (2 * h)
    return gradient


def rounding_noise(cost: float, h: float) -> float:
    """Return how far rounding alone may put (C(w + h) - C(w - h)) / 2h from the gradient.

    Each cost is off by about two eps. The activations are rounded as well, which at a cost near
    0 is all there is.
    """
    return float(np.finfo(np.float64).eps) * (2 * abs(cost) / h + 1)


def relative_error(analytic: Array, numerical: Array, noise: float = 0.0) -> float:
    """Return the largest of the relative errors, 0 where there are none."""
    return float(relative_errors(analytic, numerical, noise).max(initial=0.0))


def relative_errors(analytic: Array, numerical: Array, noise: float = 0.0) -> Array:
    """Return |a - n| / max(|a|, |n|) of every entry, where an a - n of `noise` is `TOLERANCE`."""
    size = np.maximum(np.abs(analytic), np.abs(numerical))
    floor = max(noise / TOLERANCE, float(np.finfo(np.float64).tiny))
    errors: Array = np.abs(analytic - numerical) / np.maximum(size, floor)
    return errors
