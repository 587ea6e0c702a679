"""All that is needed to live through a run once more, without touching the session it is from."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from app.engine.config import Config
from app.session.exercise import Exercise
from app.session.health import Spell
from app.session.history import Change
from app.session.timeline import Timeline

__all__ = ["Past"]


@dataclass(frozen=True)
class Past:
    """A run that can be gone through again. What it holds is shared, and nobody changes it."""

    config: Config
    log: tuple[Change, ...] = ()
    keyframes: dict[int, NDArray[Any]] | None = None
    stride: int = 1
    curve: tuple[tuple[float, ...], ...] = ()
    exercise: Exercise | None = None
    health: tuple[Spell, ...] = ()

    @classmethod
    def of(cls, timeline: Timeline) -> "Past":
        """Take it from a timeline; that costs nothing, however long the run is."""
        curve, log = timeline.curve, tuple(timeline.log)
        kept, rows = timeline.keyframes.kept(), tuple(curve.rows)
        spells = tuple(timeline.health.spells)
        return cls(timeline.config, log, kept, curve.stride, rows, timeline.exercise, spells)

    def relived(self) -> Timeline:
        """Return another timeline, at the start, that makes the same run to the last bit.

        With the keyframes it is anywhere as soon as the first one is; without, it executes.
        """
        timeline = Timeline(self.config)
        timeline.exercise = self.exercise
        if self.keyframes is not None:
            timeline.keyframes.add(self.keyframes)
            timeline.curve.stride, timeline.curve.rows = self.stride, list(self.curve)
            timeline.health.spells = list(self.health)
        timeline.load([change.as_json() for change in self.log])
        return timeline
