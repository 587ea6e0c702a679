"""Matrices in few cells: a part of one as it is, or pooled where that has too many."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Tile", "tile"]

Array = NDArray[Any]


class Tile(NamedTuple):
    """Rows and columns are where the cells begin, and where the last one ends; `values` has a row
    for each row of cells. `largest` is the largest size of any entry of the whole matrix."""

    rows: list[int]
    columns: list[int]
    values: Array
    largest: float


def tile(M: Array, rows: tuple[int, int], columns: tuple[int, int], most: int) -> Tile:
    """Return the rows and columns of M (n, m) from the first to before the last of each pair.

    Where they are more than `most` they are pooled: of all entries that share a cell it has the one
    of the largest size, with its sign, because a mean of weights hides the strong ones.
    """
    size = np.abs(M)
    largest = float(size.max(initial=0.0, where=np.isfinite(size)))
    (up, down), (left, right) = _cuts(*rows, most), _cuts(*columns, most)
    part = M[rows[0] : rows[1], columns[0] : columns[1]]
    if len(up) == len(part) and len(left) == part.shape[1]:
        return Tile([*down], [*right], part.copy(), largest)
    high, low = (
        pool.reduceat(pool.reduceat(part, up, axis=0), left, axis=1)
        for pool in (np.maximum, np.minimum)
    )
    return Tile([*down], [*right], np.where(high >= -low, high, low), largest)


def _cuts(start: int, stop: int, most: int) -> tuple[Array, list[int]]:
    """Cut a range into at most so many parts as even as can be: where they begin, counted from its
    start, and their bounds."""
    cells = min(most, stop - start)
    bounds = np.linspace(start, stop, cells + 1).astype(int)
    return bounds[:-1] - start, bounds.tolist()
