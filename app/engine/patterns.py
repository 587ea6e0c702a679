"""What the units of the first layer look for, where inputs are pictures: their weights as one."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.run import Run

__all__ = ["Pattern", "patterns"]

Array = NDArray[Any]
STEPS = 100
"""A weight is told in so many steps of the unit's largest: a picture shows no more."""


class Pattern(NamedTuple):
    """The weights into a unit, row by row of the picture, in hundredths of the `largest`."""

    largest: float
    weights: tuple[int, ...]


def patterns(run: Run, most: int) -> list[Pattern]:
    """Return the patterns of at most so many units; none where the inputs are no picture or a
    weight is not finite."""
    data = run.config.data.set
    W = run.tensor("W1")[:, :most].astype(float)
    if data is None or data.side is None or not np.isfinite(W).all():
        return []
    largest = np.abs(W).max(0)
    steps = np.rint(STEPS * W / np.where(largest > 0, largest, 1)).astype(int)
    return [
        Pattern(float(size), tuple(column.tolist()))
        for size, column in zip(largest, steps.T, strict=True)
    ]
