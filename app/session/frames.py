"""Frames of a timeline: the tensors of where it stands, as copies. It looks, never touches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.costs import example_costs
from app.engine.names import is_parameter
from app.engine.program import Kind, Phase
from app.session.commands import Size
from app.session.messages import Frame
from app.session.timeline import Timeline

__all__ = ["Frames", "Pace", "frame"]

Array = NDArray[Any]
READABLE = 4.0
"""Minibatches a second up to which their numbers are told in full."""
COMPARED = 4096
"""Entries up to which a parameter is shown beside its value before the update."""


def frame(
    timeline: Timeline,
    names: Iterable[str],
    *,
    focus: int | None,
    whole: bool,
    drawn: bool = False,
    old: bool = True,
    flying: bool = False,
) -> Frame:
    """Return a frame of the tensors of those names that are defined here, as copies.

    With `old`, weights and biases that this minibatch has updated come with what they were.
    """
    run, op = timeline.run, timeline.run.last_op
    tensors = {name: run.tensor(name).copy() for name in names if run.defines(name)}
    if "a0" in tensors:
        tensors["examples"] = run.examples_shown().astype(np.int32)
    if old:
        tensors |= _old(timeline, tensors)
    if "cost" in tensors:
        L = run.config.depth
        parts = (run.tensor(name) for name in (f"z{L}", f"a{L}", "y"))
        with np.errstate(all="ignore"):
            tensors["costs"] = example_costs(run.config, *parts)
    cost = run.defined_cost
    return Frame(
        position=run.position,
        op=None if op is None else str(op.kind),
        layer=0 if op is None else op.layer,
        phase=str(run.phase),
        epoch=run.epoch,
        iteration=run.iteration,
        cost=None if cost is None else float(cost) if np.isfinite(cost) else None,
        tensors=tensors,
        whole=whole,
        drawn=drawn,
        end=timeline.end,
        focus=focus,
        flying=flying,
    )


def _old(timeline: Timeline, tensors: Mapping[str, Array]) -> dict[str, Array]:
    """Return, for every small parameter among `tensors` that is updated, its value before."""
    run = timeline.run
    updated = {
        name
        for op in run.executed
        if op.phase is Phase.UPDATE
        for name in run.writes[op]
        if name in tensors and is_parameter(name) and tensors[name].size <= COMPARED
    }
    if not updated:
        return {}
    before = timeline.values_before()
    return {f"old_{name}": before[name].copy() for name in updated}


@dataclass(frozen=True)
class Pace:
    """How fast a session goes, which decides what of its numbers can be read."""

    playing: bool
    size: Size
    rate: float | str

    @property
    def is_slow(self) -> bool:
        """Whether single ops are looked at, not minibatches that fly past."""
        return not self.playing or self.size in ("op", "layer", "phase")

    @property
    def is_flight(self) -> bool:
        """Whether minibatches fly past faster than anybody reads numbers."""
        return not self.is_slow and (isinstance(self.rate, str) or self.rate > READABLE)

    def shows_more_than(self, other: "Pace") -> bool:
        """Whether frames have more in them than those at another pace."""
        return (self.is_slow, not self.is_flight) > (other.is_slow, not other.is_flight)


class Frames:
    """The frames of a timeline one after the other, each with what is new since the last."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._told = 0
        self._pace = Pace(False, "op", 0)

    def snapshot(self, focus: int | None, pace: Pace) -> Frame:
        """Return a frame of everything that is defined here; nothing counts as told by it."""
        timeline, old, flying = self._timeline, pace.is_slow, pace.is_flight
        names = timeline.run.names()
        return frame(timeline, names, focus=focus, whole=True, old=old, flying=flying)

    def next(self, focus: int | None, pace: Pace, *, whole: bool = False) -> Frame:
        """Return the frame from what was told last to here; with `whole`, of everything."""
        timeline, run = self._timeline, self._timeline.run
        start, here, length = self._told, timeline.position, timeline.length
        self._told = here
        slower, self._pace = pace.shows_more_than(self._pace), pace
        if whole or slower or not 0 <= here - start < length:
            return self.snapshot(focus, pace)
        ops = [run.program[p % length] for p in range(start, here)]
        names = dict.fromkeys(name for op in ops for name in run.writes[op])
        drawn = any(op.kind is Kind.DRAW for op in ops)
        return frame(timeline, names, focus=focus, whole=False, drawn=drawn, old=pace.is_slow)
