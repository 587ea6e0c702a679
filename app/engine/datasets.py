"""The data sets: what each one is, and how its examples are drawn.

A data set draws raw examples from a generator; features, the split into training and test
examples and the number format are the business of `app.engine.examples`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from app.engine import mnist
from app.language import say

__all__ = ["DATA_SETS", "FEATURES", "DataSet", "one_hot"]

Array = NDArray[Any]
Task = Literal["classes", "regression"]
FILES = Path(__file__).parent / "data"


@dataclass(frozen=True)
class DataSet:
    """A data set by name: its size, its task and its examples.

    `draw(rng, n, noise)` returns inputs (n, d) and, for classes, labels (n,), else targets (n, k).
    `noise` is the standard deviation of the jitter in units of the data's radius.
    """

    title: str
    inputs: int
    outputs: int
    task: Task
    samples: int
    most: int
    draw: Callable[[np.random.Generator, int, float], tuple[Array, Array]]
    about: str
    missing: Callable[[], str] = str
    """Says why it is not to be had here, "" if it is."""
    held: Callable[[], int] | None = None
    """Counts the examples that there are here, where that is not always `most`."""

    @property
    def side(self) -> int | None:
        """Pixels along a side of the examples, where they are pictures."""
        return {64: 8, 784: 28}.get(self.inputs)

    @property
    def limit(self) -> int:
        """The number of examples that can be had here."""
        return self.most if self.held is None else self.held()

    @property
    def plane(self) -> bool:
        """Whether the examples are points of a plane, so that features can be made of them."""
        return self.inputs == 2


FEATURES: dict[str, Callable[[Array, Array], Array]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1_squared": lambda x1, x2: x1 * x1,
    "x2_squared": lambda x1, x2: x2 * x2,
    "x1_times_x2": lambda x1, x2: x1 * x2,
    "sin_x1": lambda x1, x2: np.sin(x1),
    "sin_x2": lambda x1, x2: np.sin(x2),
}
"""What can be fed to the network for a point (x1, x2) of the plane."""


def one_hot(labels: Array, classes: int) -> Array:
    """Return a row for each label, one at its class and zero elsewhere; shape (n, classes)."""
    rows: Array = np.eye(classes)[labels.astype(int)]
    return rows


def _gate(truth: tuple[int, int, int, int]) -> Callable[..., tuple[Array, Array]]:
    """A logic gate: the four corners in order, again and again, each moved by the noise."""

    def draw(rng: np.random.Generator, n: int, noise: float) -> tuple[Array, Array]:
        corner = np.arange(n) % 4
        X = np.column_stack([corner // 2, corner % 2]).astype(float)
        return X + noise * rng.standard_normal((n, 2)), np.array(truth)[corner]

    return draw


def _circle(rng: np.random.Generator, n: int, noise: float) -> tuple[Array, Array]:
    """A disc of class 1 inside a ring of class 0."""
    labels = (np.arange(n) % 2 == 0).astype(int)
    radius = np.where(labels, rng.uniform(0, 2.5, n), rng.uniform(3.5, 5, n))
    angle = rng.uniform(0, 2 * np.pi, n)
    X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return X + 5 * noise * rng.standard_normal((n, 2)), labels


def _gaussian(rng: np.random.Generator, n: int, noise: float) -> tuple[Array, Array]:
    """Two round clouds."""
    labels = (np.arange(n) % 2 == 0).astype(int)
    centre = np.where(labels, 2.0, -2.0)[:, None]
    return centre + (0.7 + 5 * noise) * rng.standard_normal((n, 2)), labels


def _spiral(rng: np.random.Generator, n: int, noise: float) -> tuple[Array, Array]:
    """Two arms that wind around each other one and three quarter times."""
    labels = (np.arange(n) % 2 == 0).astype(int)
    along = (np.arange(n) // 2) / max(1, (n + 1) // 2)
    angle = 3.5 * np.pi * along + np.pi * (1 - labels)
    X = 5 * along[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
    return X + 5 * noise * rng.standard_normal((n, 2)), labels


def _moons(rng: np.random.Generator, n: int, noise: float) -> tuple[Array, Array]:
    """Two interlocking half circles."""
    labels = (np.arange(n) % 2 == 0).astype(int)
    angle = rng.uniform(0, np.pi, n)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    return np.where(labels[:, None], lower, upper) + noise * rng.standard_normal((n, 2)), labels


def _plane(rng: np.random.Generator, n: int, noise: float) -> tuple[Array, Array]:
    """A target that rises evenly from one corner to the other."""
    X = rng.uniform(-6, 6, (n, 2))
    return X, X.sum(1, keepdims=True) / 12 + noise * rng.standard_normal((n, 1))


HILLS = np.array([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5]])


def _multi_gaussian(rng: np.random.Generator, n: int, noise: float) -> tuple[Array, Array]:
    """Six hills and hollows in turn; the target is the height of the nearest, fading to zero."""
    X = rng.uniform(-6, 6, (n, 2))
    distance = np.linalg.norm(X[:, None] - HILLS, axis=2)
    nearest = distance.argmin(1)
    height = np.clip(1 - distance[np.arange(n), nearest] / 2, 0, 1)
    sign = np.array([1, -1, 1, -1, 1, -1])[nearest]
    return X, (sign * height + noise * rng.standard_normal(n))[:, None]


def _sine(rng: np.random.Generator, n: int, noise: float) -> tuple[Array, Array]:
    X = rng.uniform(-np.pi, np.pi, (n, 1))
    return X, np.sin(X) + noise * rng.standard_normal((n, 1))


def _line(rng: np.random.Generator, n: int, noise: float) -> tuple[Array, Array]:
    X = rng.uniform(-1, 1, (n, 1))
    return X, 2 * X + 1 + noise * rng.standard_normal((n, 1))


@cache
def _iris_table() -> Array:
    return np.loadtxt(FILES / "iris.csv", delimiter=",")


def _iris(rng: np.random.Generator, n: int, noise: float) -> tuple[Array, Array]:
    rows = _iris_table()[rng.permutation(150)[:n]]
    return rows[:, :4] + noise * rng.standard_normal((n, 4)), rows[:, 4]


@cache
def _images(file: str) -> tuple[Array, Array]:
    with np.load(FILES / file) as arrays:
        images = arrays["images"]
        return images.reshape(len(images), -1), arrays["labels"]


def _digits(
    read: Callable[[], tuple[Array, Array]], brightest: int
) -> Callable[..., tuple[Array, Array]]:
    """Handwritten digits, each pixel from 0 to 1."""

    def draw(rng: np.random.Generator, n: int, noise: float) -> tuple[Array, Array]:
        images, labels = read()
        chosen = rng.permutation(len(labels))[:n]
        X = images[chosen] / brightest
        return X + noise * rng.standard_normal(X.shape) if noise else X, labels[chosen]

    return draw


DATA_SETS: dict[str, DataSet] = {
    "xor": DataSet(
        say("XOR"), 2, 1, "classes", 4, 2000, _gate((0, 1, 1, 0)), say("1 where one input is 1")
    ),
    "and": DataSet(
        say("AND"), 2, 1, "classes", 4, 2000, _gate((0, 0, 0, 1)), say("1 where both are 1")
    ),
    "or": DataSet(
        say("OR"), 2, 1, "classes", 4, 2000, _gate((0, 1, 1, 1)), say("1 where any input is 1")
    ),
    "circle": DataSet(
        say("Circle"), 2, 1, "classes", 200, 2000, _circle, say("a disc inside a ring")
    ),
    "gaussian": DataSet(
        say("Gauss"), 2, 1, "classes", 200, 2000, _gaussian, say("two round clouds")
    ),
    "spiral": DataSet(
        say("Spiral"), 2, 1, "classes", 200, 2000, _spiral, say("two arms that wind")
    ),
    "moons": DataSet(say("Moons"), 2, 1, "classes", 200, 2000, _moons, say("two half circles")),
    "plane": DataSet(say("Plane"), 2, 1, "regression", 200, 2000, _plane, say("an even slope")),
    "multi_gaussian": DataSet(
        say("Hills"), 2, 1, "regression", 200, 2000, _multi_gaussian, say("hills and hollows")
    ),
    "sine": DataSet(say("Sine"), 1, 1, "regression", 100, 2000, _sine, "y = sin x"),
    "line": DataSet(say("Line"), 1, 1, "regression", 100, 2000, _line, "y = 2x + 1"),
    "iris": DataSet(
        say("Iris"), 4, 3, "classes", 150, 150, _iris, say("150 flowers of three kinds")
    ),
    "digits8": DataSet(
        say("Digits 8 × 8"), 64, 10, "classes", 1797, 1797,
        _digits(partial(_images, "digits8.npz"), 16), say("1,797 handwritten digits, 8 × 8 pixels"),
    ),
    "digits28": DataSet(
        say("Digits"), 784, 10, "classes", 5000, 5000,
        _digits(partial(_images, "digits28.npz"), 255), say("handwritten, 28 × 28 pixels"),
    ),
    "mnist": DataSet(
        say("MNIST"), 784, 10, "classes", 5000, 70_000, _digits(mnist.digits, 255),
        say("all of MNIST, from the IDX files in a folder"), mnist.missing, mnist.count,
    ),
}  # fmt: skip
"""The data sets that Backstep draws itself; ``inline`` carries its own and is not listed."""
