"""Matrices in few cells: every cell is an entry that stands there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.tiles import tile

M = np.arange(12.0).reshape(3, 4) - 6


def test_a_part_that_fits_is_what_stands_there() -> None:
    found = tile(M, (1, 3), (0, 2), 4)
    assert found.values.tolist() == M[1:3, 0:2].tolist()
    assert (found.rows, found.columns, found.largest) == ([1, 2, 3], [0, 1, 2], 6)
    found.values[...] = 0
    assert M[1, 0] == -2


def test_of_more_each_cell_has_the_entry_of_the_largest_size() -> None:
    found = tile(M, (0, 3), (0, 4), 2)
    assert (found.rows, found.columns) == ([0, 1, 3], [0, 2, 4])
    assert found.values.tolist() == [[-6, -4], [3, 5]]


@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40)), st.integers(1, 12), st.integers(0, 2**32 - 1)
)
def test_cells_cover_every_entry_once_and_none_is_larger_than_its_cell(
    shape: tuple[int, int], most: int, seed: int
) -> None:
    W = np.random.default_rng(seed).normal(size=shape)
    rows, columns, values, largest = tile(W, (0, shape[0]), (0, shape[1]), most)
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (0, shape[0], 0, shape[1])
    assert values.shape == (len(rows) - 1, len(columns) - 1)
    assert max(values.shape) <= most
    assert largest == np.abs(W).max()
    for i in range(len(rows) - 1):
        for j in range(len(columns) - 1):
            cell = W[rows[i] : rows[i + 1], columns[j] : columns[j + 1]]
            assert values[i, j] in cell
            assert abs(values[i, j]) == np.abs(cell).max()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_largest_is_that_of_the_finite_entries(bad: float) -> None:
    W = M.copy()
    W[2, 3] = bad
    found = tile(W, (0, 3), (0, 4), 4)
    assert found.largest == 6
    assert np.array_equal(found.values, W, equal_nan=True)
