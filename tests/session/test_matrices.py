"""Matrices as they are told: cells of what stands there, rounded only where they are pooled."""

import json
from typing import Any

import numpy as np
import pytest

from app.errors import SessionError
from app.presets import preset
from app.session.commands import decode
from app.session.messages import Cells
from app.session.session import Session


def asked(s: Session, **fields: Any) -> Cells:
    found = s.answer(decode(json.dumps({"type": "matrix", **fields})))  # type: ignore[arg-type]
    assert isinstance(found, Cells)
    return found


def test_a_large_matrix_is_pooled_to_as_many_cells_as_are_asked_for() -> None:
    s = Session(preset("digits"))
    W = s.run.tensor("W1")
    found = asked(s, tensor="W1", most=16)
    assert found.shape == W.shape == (784, 10)
    assert (len(found.values), len(found.values[0])) == (16, 10)
    assert (found.rows[-1], found.columns[-1]) == W.shape
    assert found.largest == np.abs(W).max()
    assert np.abs(found.values).max() == pytest.approx(found.largest, abs=1e-3 * found.largest)


def test_a_part_that_fits_is_told_with_every_digit() -> None:
    s = Session(preset("digits"))
    found = asked(s, tensor="W1", rows=[100, 109], columns=[2, 8])
    assert found.values == tuple(map(tuple, s.run.tensor("W1")[100:109, 2:8].tolist()))
    assert (found.rows[0], found.columns[0]) == (100, 2)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"tensor": "W9"}, "There is no matrix W9 at this op."),
        ({"tensor": "dW1"}, "There is no matrix dW1 at this op."),
        ({"tensor": "b1"}, "There is no matrix b1 at this op."),
        ({"tensor": "W1", "rows": [0, 3]}, "rows must be two places of 0 to 2, the first"),
        ({"tensor": "W1", "columns": [2, 2]}, "columns must be two places of 0 to 3, the"),
    ],
)
def test_what_is_not_there_is_told(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SessionError, match=sentence):
        asked(Session(preset("xor")), **fields)


def test_a_matrix_of_zeros_is_told() -> None:
    s = Session(preset("digits").merged({"init": {"weights": "zeros"}}))
    found = asked(s, tensor="W1")
    assert (found.largest, np.abs(found.values).max()) == (0, 0)
