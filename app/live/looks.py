"""Looks at a session from outside: its curve, its surface and what it comes to on all examples."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

from app.live.audience import Audience
from app.session.session import Session

__all__ = ["LOOK", "Looks"]

LOOK = 0.2  # s between two looks while playing
SHARE = 20  # times as long as a look takes, at the least: playing hardly feels it
QUICK = 100  # weights and biases up to which a look takes less than to go to another thread


class Looks:
    """Looks again whenever the weights are others and somebody watches."""

    def __init__(self, session: Session, audience: Audience, compute: ThreadPoolExecutor) -> None:
        self._session, self._audience, self._compute = session, audience, compute
        self._seen: tuple[int, ...] = ()
        self._at = 0.0
        self._took = 0.0

    @property
    def stale(self) -> bool:
        """Whether what was seen is of other weights than the session has now."""
        return bool(self._audience.viewers) and self._seen != self._session.weights_state()

    @property
    def due(self) -> bool:
        """Whether it is stale, and time for a look in the middle of playing."""
        return monotonic() - self._at >= max(LOOK, SHARE * self._took) and self.stale

    def again(self) -> None:
        """Look again: there is somebody who has seen nothing."""
        self._seen = ()

    async def look(self) -> None:
        """Compute what is to be seen, and put it into everybody's slots."""
        session = self._session
        self._seen = session.weights_state()
        self._at = monotonic()

        def look() -> Any:
            started = monotonic()
            seen = session.fresh_curve(), session.surface(), session.evaluation()
            self._took = monotonic() - started
            return seen

        if session.run.parameters.flat[""].size <= QUICK:
            start, surface, evaluation = look()
        else:
            loop = asyncio.get_running_loop()
            start, surface, evaluation = await loop.run_in_executor(self._compute, look)
        self._audience.broadcast(evaluation)
        self._audience.show(start, surface)
