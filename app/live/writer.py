"""What writes to a socket: all that a viewer is told at one time, in one go, without a task."""

import asyncio
import logging

from app.live import metrics
from app.live.protocol import Protocol
from app.live.suite import Seat

__all__ = ["Writer"]

log = logging.getLogger("backstep.socket")


class Writer:
    """Writes to a line what there is for the viewer of a seat."""

    def __init__(self, line: Protocol, seat: Seat) -> None:
        self._line, self._seat = line, seat
        self._loop = asyncio.get_running_loop()
        self.over: asyncio.Future[None] = self._loop.create_future()
        """Is done when nothing more is to be said here."""
        self._soon: asyncio.Handle | None = None
        seat.viewer.notify = line.drained = self._look_soon
        self._look_soon()  # there may be something already

    def stop(self) -> None:
        """Write nothing more."""
        self._seat.viewer.notify, self._line.drained = _nobody, None
        if self._soon is not None:
            self._soon.cancel()

    def _look_soon(self) -> None:
        """Look when everything is told that is being told now."""
        if self._soon is None:
            self._soon = self._loop.call_soon(self._look)

    def _look(self) -> None:
        self._soon = None
        try:
            self._line.write(self._next)
        except Exception:  # a fault of ours: this browser comes back, the others go on
            log.exception("something could not be told")
            self._end()
        if self._seat.over:
            self._end()

    def _next(self) -> str | bytes | None:
        item = self._seat.viewer.next()
        if item is not None:
            metrics.sent(item)
        return item

    def _end(self) -> None:
        if not self.over.done():
            self.over.set_result(None)


def _nobody() -> None:
    """Tell nobody: the browser has gone."""
