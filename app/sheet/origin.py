"""Where a sheet begins: a state of the network, and the changes by hand that are still to come.

It is all that has to be taken from a live session; what is worked out from it is another run.
"""

from dataclasses import dataclass
from typing import Any, Self

from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.run import Run
from app.session.glance import Glance
from app.session.history import Change
from app.session.timeline import Timeline

__all__ = ["Origin"]


@dataclass(frozen=True, eq=False)
class Origin:
    """A network before the first op of `iteration`; `untouched` if no hand has been on the run.

    `examples` are the inputs and targets that were changed before.
    """

    config: Config
    iteration: int = 0
    kept: NDArray[Any] | None = None
    rate: float | None = None
    changes: tuple[Change, ...] = ()
    examples: tuple[Change, ...] = ()
    untouched: bool = True

    @classmethod
    def of(cls, timeline: Timeline, *, first: bool = False) -> Self:
        """Return the start of the minibatch that a timeline shows, or of the `first` one.

        The timeline stays where it is.
        """
        iteration = 0 if first else timeline.run.shown_iteration
        at = iteration * timeline.length
        if first:
            run = Glance(timeline.run, timeline.keyframes).at_start_of(0, timeline.log)
        else:
            run = timeline.start_of_minibatch()
        log = sorted(timeline.log, key=lambda change: change.position)
        rates = [change.value for change in log if change.is_rate and change.position <= at]
        return cls(
            timeline.config,
            iteration,
            run.kept(),
            rates[-1] if rates else None,
            tuple(change for change in log if change.position > at),
            tuple(c for c in log if c.is_example and c.position <= at),
            untouched=not log,
        )

    def run(self) -> Run:
        """Return a run of its own that stands here."""
        run = Run(self.config)
        run.go_to_start_of(self.iteration, self.kept)
        run.set_learning_rate(self.learning_rate)
        for change in self.examples:
            change.make(run)
        return run

    @property
    def learning_rate(self) -> float:
        return self.config.optimizer.learning_rate if self.rate is None else self.rate
