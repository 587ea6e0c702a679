"""What there is to see of twin runs beside the run they follow. It looks, never touches."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.names import is_of_examples
from app.engine.program import reads, symbol, writes
from app.session.frames import frame
from app.session.messages import Comparison
from app.session.timeline import Timeline
from app.session.twins import Twin, own_json

__all__ = ["MEASURED", "comparison", "described"]

Array = NDArray[Any]
MEASURED = 5000
"""Examples that are measured at the most, for training and for testing."""
MOST_PARAMETERS = 2000
"""Of larger networks no numbers are told, only what comes out."""
POINTS = 200
"""Points of a curve that are told."""
RESOLUTION = 30
"""Points of the surface across and up."""


def described(twin: Twin) -> dict[str, Any]:
    """Return what stays as it is of a twin."""
    run, config = twin.timeline.run, twin.config
    ops = [
        {
            "kind": str(op.kind), "layer": op.layer, "phase": str(op.phase), "symbol": symbol(op),
            "reads": list(reads(op, config)), "writes": list(writes(op, config)),
        }
        for op in run.program
    ]  # fmt: skip
    return {
        "config": own_json(config), "program": ops, "sizes": list(config.sizes),
        "per_epoch": run.per_epoch,
    }  # fmt: skip


@np.errstate(all="ignore")
def comparison(lead: Timeline, twins: Iterable[Twin], focus: int | None) -> Comparison:
    """Tell of every twin where it stands, what it comes to, and where it parts from the run."""
    return Comparison(lead.position, tuple(_seen(lead, twin, focus) for twin in twins))


def _seen(lead: Timeline, twin: Twin, focus: int | None) -> dict[str, Any]:
    timeline = twin.timeline
    run, op = timeline.run, timeline.run.last_op
    look = timeline.evaluator
    train, test = look.training(MEASURED), look.testing(MEASURED)
    difference = twin.difference(lead)
    diverged = timeline.diverged is not None and run.position >= timeline.diverged[0]
    return {
        "position": run.position,
        "op": "" if op is None else str(op.kind),
        "layer": 0 if op is None else op.layer,
        "phase": str(run.phase),
        "epoch": run.epoch,
        "iteration": run.iteration,
        "cost": run.defined_cost,
        "diverged": diverged,
        "training": {"cost": train.cost, "accuracy": train.accuracy},
        "testing": None if test is None else {"cost": test.cost, "accuracy": test.accuracy},
        "difference": None if difference is None else asdict(difference),
        "tensors": _numbers(timeline, focus),
        "curve": _curve(timeline),
        "surface": _surface(timeline),
    }


def _numbers(timeline: Timeline, focus: int | None) -> dict[str, Any]:
    """Return the tensors of a small network, of those about the examples the row of the one in
    focus, or the mean; each with its shape and its values in one row."""
    if timeline.run.parameters.flat[""].size > MOST_PARAMETERS:
        return {}
    names, told = timeline.run.names(), {}
    for name, array in frame(timeline, names, focus=focus, whole=True).tensors.items():
        if name in ("costs", "examples") or is_of_examples(name):
            told[name] = _told(_row(array, focus))
        else:
            told[name] = _told(array)
    return told


def _row(array: Array, focus: int | None) -> Array:
    """Return the row of the example in focus, or the mean of all, with its leading axis."""
    row = 0 if focus is None else min(focus, len(array) - 1)
    return np.asarray(array.mean(0, keepdims=True) if focus is None else array[row : row + 1])


def _told(array: Array) -> dict[str, Any]:
    return {"shape": list(array.shape), "data": array.astype(float).ravel().tolist()}


def _curve(timeline: Timeline) -> dict[str, list[float]]:
    """Return the loss curve at a bounded number of points."""
    rows = [row[:3] for row in timeline.curve.rows]
    some = rows[:: max(1, -(-len(rows) // POINTS))]
    if rows and some[-1] != rows[-1]:
        some.append(rows[-1])
    columns = zip(*some, strict=True) if some else ((), (), ())
    return dict(zip(("iteration", "train", "test"), map(list, columns), strict=True))


def _surface(timeline: Timeline) -> dict[str, Any] | None:
    """Return the outputs over the plane or the line, for a picture, None for other data."""
    seen = timeline.evaluator.surface(RESOLUTION)
    if seen is None:
        return None
    axes = {"x1": seen.x1} | ({} if seen.x2 is None else {"x2": seen.x2})
    arrays = {**axes, "outputs": np.round(seen.outputs.astype(float), 4)}  # finer than is seen
    return {name: _told(array) for name, array in arrays.items()}
