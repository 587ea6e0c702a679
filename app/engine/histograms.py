"""Histograms of what a run holds: how weights, values and gradients of each layer are spread."""

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.functions import is_flat
from app.engine.run import Run

__all__ = ["Histogram", "Spread", "histograms"]

Array = NDArray[Any]
Spread = Literal["W", "z", "a", "delta", "dW"]
"""What there are histograms of, by its symbol."""
BINS = 25
"""An odd number, so that one bin is in the middle."""
LARGEST = 1e150
"""Beyond this the square of a value overflows."""
OFF_AT_ZERO = ("relu",)


class Histogram(NamedTuple):
    """How the values of one tensor are spread, in bins of equal width from `low` to `high`.

    `wild` values are not finite, or too large to square, and in no bin. Of activations `flat` is
    the share at which the slope is next to nothing, and `off` the share of the units that are 0
    for every example of the minibatch; None where an activation cannot be so.
    """

    tensor: str
    low: float
    high: float
    counts: tuple[int, ...]
    mean: float
    std: float
    wild: int
    flat: float | None = None
    off: float | None = None


def histograms(run: Run, spread: Spread) -> list[Histogram]:
    """Return the histogram of every layer whose tensor is defined where the run stands."""
    defined = {*run.names()}
    layers = (l for l in range(1, run.config.depth + 1) if f"{spread}{l}" in defined)
    return [_histogram(run, spread, l) for l in layers]


def _histogram(run: Run, spread: Spread, l: int) -> Histogram:
    name = f"{spread}{l}"
    values = run.tensor(name).astype(float)
    tame = values[np.abs(values) < LARGEST]
    low, high = (float(tame.min()), float(tame.max())) if tame.size else (0.0, 0.0)
    if not high > low:  # all are the same: they stand in the middle
        half = max(0.5 * abs(high), 0.5)
        low, high = low - half, high + half
    counts, _ = np.histogram(tame, BINS, (low, high))
    mean, std = (float(tame.mean()), float(tame.std())) if tame.size else (0.0, 0.0)
    told = name, low, high, tuple(counts.tolist()), mean, std, values.size - tame.size
    return Histogram(*told, *(_shares(run, l) if spread == "a" else (None, None)))


def _shares(run: Run, l: int) -> tuple[float | None, float | None]:
    """Return the share of flat outputs and that of units which are off, of what f came to."""
    activation = run.config.layers[l - 1].activation
    f = run.tensor(f"f{l}" if run.config.layers[l - 1].is_branch else f"a{l}")
    flat = is_flat(activation, f)
    off = float((f <= 0).all(0).mean()) if activation in OFF_AT_ZERO else None
    return (None if flat is None else float(flat.mean())), off
