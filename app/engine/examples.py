"""The examples of a config, as arrays in the shape the kernels want.

Computed once for each distinct data description and shared by every session that has it, so the
arrays are read-only.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config, Data
from app.engine.datasets import FEATURES, one_hot
from app.engine.streams import stream

__all__ = ["Examples", "examples", "featured"]

Array = NDArray[Any]
MANY = 2**22
"""Values up to which examples are kept for who comes next."""


@dataclass(frozen=True)
class Examples:
    """Inputs X (n, d), targets Y (n, k) and, for data of the plane, the points (n, 2).

    The first `train` rows are for training, the rest for testing. `rows` is X with a column of
    ones at its right, which is how a minibatch is gathered in one copy. Where the inputs are
    standardized, `mean` and `std` (d,) are those of the training examples before; `points`, then
    also those of a line (n, 1), are as they were given.
    """

    rows: Array
    Y: Array
    points: Array | None
    train: int
    mean: Array | None = None
    std: Array | None = None

    def __post_init__(self) -> None:
        for array in (self.rows, self.Y, self.points):
            if array is not None:
                array.setflags(write=False)

    @property
    def X(self) -> Array:
        return self.rows[:, :-1]

    def scaled(self, inputs: Array) -> Array:
        """Return inputs (n, d) as the network gets them."""
        return inputs if self.mean is None else (inputs - self.mean) / self.std

    def given(self, value: float, column: int) -> float:
        """Return what an input was before it was scaled."""
        if self.mean is None or self.std is None:
            return value
        return float(self.mean[column] + self.std[column] * value)

    def own(self) -> "Examples":
        """Return a copy that can be changed."""
        points = None if self.points is None else self.points.copy()
        copy = replace(self, rows=self.rows.copy(), Y=self.Y.copy(), points=points)
        for array in (copy.rows, copy.Y, copy.points):
            if array is not None:
                array.setflags(write=True)
        return copy

    def take(self, other: "Examples", row: int) -> None:
        """Become equal to others in one example."""
        self.rows[row], self.Y[row] = other.rows[row], other.Y[row]
        if self.points is not None and other.points is not None:
            self.points[row] = other.points[row]


def examples(config: Config) -> Examples:
    """Return the examples that a config describes, training rows first."""
    key = config.data, config.seed, config.dtype, config.layers[-1].units
    if config.data.count * config.data.inputs <= MANY:
        return _kept(*key)
    if (found := _large.get(key)) is None:
        found = _large[key] = _examples(*key)
    return found


def featured(data: Data, points: Array) -> Array:
    """Return the inputs (n, d) that the network gets for points (n, 2) of the plane."""
    x1, x2 = points.T
    return np.column_stack([FEATURES[name](x1, x2) for name in data.feature_names])


def _examples(data: Data, seed: int, dtype: str, outputs: int) -> Examples:
    X, targets = _raw(data, seed)
    classes = data.classes
    Y = targets if classes is None else _coded(targets, classes, outputs)
    n = len(X)
    held = n - data.train
    if held:
        order = stream(seed, "split").permutation(n)
        X, Y = X[order], Y[order]
    line = data.standardize and X.shape[1] == 1
    points = X if data.feature_names or X.shape[1] == 2 or line else None
    inputs = featured(data, X) if data.feature_names else X
    mean, std = _scale(inputs[: n - held]) if data.standardize else (None, None)
    if mean is not None:
        inputs = (inputs - mean) / std
    rows = np.ones((n, inputs.shape[1] + 1), dtype)
    rows[:, :-1] = inputs
    return Examples(
        rows,
        np.ascontiguousarray(Y, dtype),
        None if points is None else points.copy(),
        n - held,
        mean,
        std,
    )


_kept = lru_cache(maxsize=32)(_examples)
_large: WeakValueDictionary[tuple[Data, int, str, int], Examples] = WeakValueDictionary()
"""Examples that are there only as long as a session has them."""


def _scale(inputs: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation of every input; of one that never varies, 1."""
    std = inputs.std(0)
    return inputs.mean(0), np.where(std > 0, std, 1.0)


def _raw(data: Data, seed: int) -> tuple[Array, Array]:
    if data.X is not None:
        return np.array(data.X, float), np.array(data.labels if data.Y is None else data.Y, float)
    assert data.set is not None
    return data.set.draw(stream(seed, "data"), data.count, data.noise)


def _coded(labels: Array, classes: int, outputs: int) -> Array:
    """Two classes fit one output, as 0 or 1; otherwise each class has an output of its own."""
    return labels[:, None].astype(float) if outputs == 1 else one_hot(labels, classes)
