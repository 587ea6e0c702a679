"""One learner of a class: a name, a key, and what the teacher may see."""

from dataclasses import dataclass
from typing import Any

from app.engine.program import symbol
from app.session.session import Session

__all__ = ["STUCK", "Learner", "Place", "place_of"]

STUCK = 240.0
"""Seconds on one op after which somebody may need help."""


@dataclass(frozen=True)
class Place:
    """Where somebody stands: `op` ops of the minibatch are executed, `phases` has a letter each."""

    op: int
    phases: str
    symbol: str
    layer: int
    epoch: int
    position: int

    def as_json(self) -> dict[str, Any]:
        return vars(self)


def place_of(session: Session) -> Place:
    """Return where a session stands."""
    run = session.run
    op = run.last_op
    phases = "".join(str(op.phase)[0] for op in run.program)
    done = len(run.executed)
    told = ("", 0) if op is None else (symbol(op), op.layer)
    return Place(done, phases, *told, run.epoch, run.position)


@dataclass
class Learner:
    """Somebody who has joined. What is not kept in the record is only known while they are here."""

    id: str
    name: str
    secret: str
    joined: float
    needs_help: bool = False
    present: bool = False
    place: Place | None = None
    moved: float = 0.0
    """When the place was another for the last time."""

    def stand(self, place: Place | None, now: float) -> None:
        """Take note of where the learner stands; None where they have no session of their own."""
        if self.place is None or place is None or place.position != self.place.position:
            self.moved = now
        self.place = place

    def stuck(self, now: float) -> int:
        """Return for how many seconds the learner has been on one op, 0 where that is normal."""
        waits = now - self.moved
        return int(waits) if self.present and self.place and waits >= STUCK else 0
