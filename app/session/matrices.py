"""Matrices of a timeline in few cells, for who shows a heat map of one. It looks, never touches."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.tiles import tile
from app.errors import SessionError
from app.language import say
from app.session.commands import Matrix
from app.session.messages import Cells
from app.session.timeline import Timeline

__all__ = ["cells"]

Array = NDArray[Any]


def cells(timeline: Timeline, asked: Matrix) -> Cells:
    """Show a matrix in few cells.

    Raises:
        SessionError: there is no such matrix here, or it has no such part.
    """
    run = timeline.run
    M = run.tensor(asked.tensor) if run.defines(asked.tensor) else None
    if M is None or M.ndim != 2:
        sentence = say("There is no matrix {tensor} at this op.", tensor=asked.tensor)
        raise SessionError("matrix", sentence, "tensor")
    rows = _span("rows", asked.rows, M.shape[0])
    columns = _span("columns", asked.columns, M.shape[1])
    found = tile(M, rows, columns, asked.most)
    is_pooled = found.values.size < (rows[1] - rows[0]) * (columns[1] - columns[0])
    values = _rounded(found.values, found.largest) if is_pooled else found.values
    return Cells(
        timeline.position, asked.tensor, M.shape, tuple(found.rows), tuple(found.columns),
        tuple(map(tuple, values.tolist())), found.largest,
    )  # fmt: skip


def _span(field: str, given: tuple[int, ...] | None, n: int) -> tuple[int, int]:
    start, stop = given or (0, n)
    if not start < stop <= n:
        sentence = say(
            "{field} must be two places of 0 to {n}, the first before the second, got {given}.",
            field=field, n=n, given=[start, stop],
        )  # fmt: skip
        raise SessionError("matrix", sentence, field)
    return start, stop


def _rounded(values: Array, largest: float) -> Array:
    """Round to four digits of the largest: more than is seen, and a third of the bytes."""
    digits = 3 - int(np.floor(np.log10(largest))) if largest else 0
    return np.round(values.astype(float), digits)
