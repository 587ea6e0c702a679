"""A slice through the cost, as a function of the weights, along two directions.

What is seen is real, the cost over the training examples at every point of a grid, and it is a
slice: a plane through the present weights in a space with a dimension for each of them. The
networks of the grid are computed along the run axis, row by row.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.evaluate import Evaluator
from app.engine.run import Run
from app.engine.streams import stream
from app.language import say

__all__ = ["Directions", "Slice", "filter_normalized", "of_path", "of_weights", "slice_of"]

Array = NDArray[Any]
MOST = 500
"""Training examples that a point is measured on at the most."""
MARGIN = 0.25
"""How much farther than the path the slice goes to either side, as a share of its extent."""
Span = tuple[float, float]


class Directions(NamedTuple):
    """Two directions (2, P) in the space of all weights, from where to where the slice goes along
    each, what they are called, and for those of the path the share of it that they show."""

    vectors: Array
    spans: tuple[Span, Span]
    names: tuple[str, str]
    shares: tuple[float, float] | None = None


class Slice(NamedTuple):
    """Costs (n, n), rows along the second direction, at steps `x` and `y` (n,) from the present
    weights; `path` (k, 2) is where the run has been, seen from above the slice."""

    x: Array
    y: Array
    costs: Array
    path: Array


def of_weights(run: Run, names: Sequence[str], places: Sequence[int], path: Array) -> Directions:
    """Return the directions of two single weights, by their places in the vector of all."""
    vectors = np.zeros((2, path.shape[1]))
    vectors[[0, 1], list(places)] = 1
    return Directions(vectors, _spans(vectors, path, 1.0), (names[0], names[1]))


def filter_normalized(run: Run, seed: int) -> Directions:
    """Return two random directions, the weights into every unit as long as those of the unit.

    Li, Xu, Taylor, Studer and Goldstein, Visualizing the Loss Landscape of Neural Nets, 2018,
    section 4. Biases, and all else that is no weight, stay as they are, as they do there.
    """
    vectors = np.zeros((2, run.parameters.flat[""].size))
    for k, vector in enumerate(vectors):
        for l, block in enumerate(run.parameters.blocks[""][1:], 1):
            fan_in = run.config.sizes[l - 1]
            drawn = stream(seed, "landscape", k, l).standard_normal((fan_in, block.shape[1]))
            lengths = np.linalg.norm(drawn, axis=0)
            drawn *= np.linalg.norm(block[:fan_in].astype(float), axis=0) / lengths
            dense = vector[run.parameters.dense[l]].reshape(-1, block.shape[1])
            dense[:fan_in] = drawn
            vector[run.parameters.dense[l]] = dense.reshape(-1)
    names = say("random direction 1"), say("random direction 2")
    return Directions(vectors, ((-1.0, 1.0), (-1.0, 1.0)), names)


def of_path(path: Array) -> Directions | None:
    """Return the two directions in which the path (k, P) to the present weights, its last row,
    goes farthest: its principal components. None where it has fewer than two."""
    moves = path - path[-1]
    if len(path) < 3 or not np.isfinite(moves).all():
        return None
    _, sizes, vectors = np.linalg.svd(moves, full_matrices=False)
    if not sizes[1] > 1e-12 * sizes[0]:
        return None
    squares = sizes**2 / (sizes**2).sum()
    shares = float(squares[0]), float(squares[1])
    spans, names = _spans(vectors[:2], path, 0.0), (say("component 1"), say("component 2"))
    return Directions(vectors[:2], spans, names, shares)


def _spans(vectors: Array, path: Array, least: float) -> tuple[Span, Span]:
    """Return from where to where a slice must go for the path to lie within it."""
    seen = _seen(path, vectors)
    low, high = np.minimum(seen.min(0), -least), np.maximum(seen.max(0), least)
    room = MARGIN * (high - low)
    first, second = zip((low - room).tolist(), (high + room).tolist(), strict=True)
    return first, second


def _seen(path: Array, vectors: Array) -> Array:
    """Return the path (k, 2) in steps along the directions, by least squares."""
    seen: Array = np.linalg.lstsq(vectors.T, (path - path[-1]).T, rcond=None)[0].T
    return seen


def slice_of(run: Run, along: Directions, path: Array, n: int = 31) -> Slice:
    """Return the cost on an n by n grid through the present weights."""
    x, y = (np.linspace(*span, n) for span in along.spans)
    many = Run(*[run.config] * n)
    many.parameters.take(run.parameters)
    for minibatches in many.minibatches:
        minibatches.data = run.minibatches[0].data  # it may have been changed by hand
    evaluator = Evaluator(many)
    here = run.parameters.flat[""].astype(float)
    costs = np.empty((n, n))
    with np.errstate(all="ignore"):
        for row, step in zip(costs, y, strict=True):
            points = here + x[:, None] * along.vectors[0] + step * along.vectors[1]
            many.parameters.flat[""][...] = points
            row[...] = [measure.cost for measure in evaluator.all_training(MOST)]
    return Slice(x, y, costs, _seen(path, along.vectors))
