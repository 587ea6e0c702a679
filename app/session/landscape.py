"""A slice of the cost through where a timeline stands, with the way it came. It only looks."""

import re

import numpy as np
from numpy.typing import NDArray

from app.engine.landscape import (
    Directions,
    Slice,
    filter_normalized,
    of_path,
    of_weights,
    slice_of,
)
from app.engine.run import Run
from app.engine.state import lies_within
from app.errors import SessionError
from app.language import say
from app.session.commands import Landscape
from app.session.messages import Slice as Told
from app.session.timeline import Timeline

__all__ = ["landscape"]

Array = NDArray[np.float64]
FEW = 200
"""Points of the path that are told."""
ENTRY = re.compile(r"([A-Za-z]+\d+)\[(\d+(?:, ?\d+)?)\]")
MOST_WEIGHTS = 50_000
"""Of larger networks no slice is computed: it takes a thousand of them."""


def landscape(timeline: Timeline, asked: Landscape) -> Told:
    """Compute the slice that is asked for.

    Raises:
        SessionError: it cannot be; the sentence says why.
    """
    run = timeline.run
    size = run.parameters.flat[""].size
    if size > MOST_WEIGHTS:
        sentence = say(
            "A slice is computed for at most {most:,} parameters; this network has {size:,}.",
            most=MOST_WEIGHTS, size=size,
        )  # fmt: skip
        raise SessionError("landscape", sentence)
    if not np.isfinite(run.parameters.flat[""]).all():
        sentence = say("The run has diverged: from here the cost is not a number in any direction.")
        raise SessionError("landscape", sentence)
    path = _path(timeline)
    along = _directions(run, asked, path)
    found = slice_of(run, along, path)
    return _told(timeline, asked, along, found)


def _path(timeline: Timeline) -> Array:
    """Return where the weights have been (k, P), where they are at the end."""
    run = timeline.run
    here = run.parameters.flat[""].astype(float)
    now = run.iteration + (run.position % timeline.length > 0)
    before = timeline.trail.until(now) or [
        kept[: here.size] for at, kept in sorted(timeline.keyframes.kept().items()) if at < now
    ]
    some = before[:: max(1, -(-len(before) // FEW))]
    return np.array([*some, here])


def _directions(run: Run, asked: Landscape, path: Array) -> Directions:
    match asked.by:
        case "random":
            return filter_normalized(run, asked.seed)
        case "path":
            if (found := of_path(path)) is None:
                sentence = say(
                    "The path is too short for directions of its own. Train for a while."
                )
                raise SessionError("landscape", sentence)
            return found
        case _:
            if len({*asked.weights}) != 2:
                sentence = say("weights must be two different ones, like W1[0, 2] and b1[1].")
                raise SessionError("landscape", sentence, "weights")
            names, places = zip(*(_place(run, entry) for entry in asked.weights), strict=True)
            return of_weights(run, names, places, path)


def _place(run: Run, entry: str) -> tuple[str, int]:
    """Return the name of a weight or bias, and its place in the vector of all."""
    found = ENTRY.fullmatch(entry)
    tensor, index = (found[1], tuple(map(int, found[2].split(",")))) if found else ("", ())
    views = run.parameters.values_in(np.arange(run.parameters.flat[""].size, dtype=float))
    if tensor not in views or not lies_within(index, views[tensor].shape):
        sentence = say(
            "weights must be parameters with an index within their shape, got {entry}.", entry=entry
        )
        raise SessionError("landscape", sentence, "weights")
    return f"{tensor}{list(index)}", int(views[tensor][index])


def _told(timeline: Timeline, asked: Landscape, along: Directions, found: Slice) -> Told:
    costs = tuple(tuple(float(c) if np.isfinite(c) else None for c in row) for row in found.costs)
    here = timeline.run.parameters.flat[""].astype(float)
    # Of single weights it is told what they are, not how far they are from here.
    start = along.vectors @ here if asked.by == "weights" else np.zeros(2)
    return Told(
        timeline.position, asked.by, along.names,
        tuple((found.x + start[0]).tolist()), tuple((found.y + start[1]).tolist()), costs,
        tuple(map(tuple, (found.path + start).tolist())), along.shares, here.size,
    )  # fmt: skip
