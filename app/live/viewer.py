"""One browser: what it has been offered, what it has acknowledged, what comes next.

Frames are held back while too many are unacknowledged, so that a slow link shows the present a
little rarely and not the past. When the backlog grows too long it is replaced by one snapshot.
What describes the session as a whole (curve, surface) waits in one slot for each kind, where the
newest wins.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from app.language import DEFAULT

__all__ = ["Rights", "Viewer"]

IN_FLIGHT = 4
"""Frames on their way that are not acknowledged."""
BACKLOG = 32
"""Frames that wait for a slow viewer before a snapshot takes their place."""
HEAVIEST = 8_000_000
"""Bytes of frames that wait, likewise."""
MOST_TEXTS = 256
"""Texts that wait before the viewer is given up."""

Rights = str
Encoded = Callable[[], tuple[int, bytes]]


class Viewer:
    """The outbox of one socket or one polling browser. Offering never waits.

    The room sets `greeted` when it has said welcome; before that there is nothing to say.
    """

    def __init__(self, *, may_drive: bool = False, language: str = DEFAULT) -> None:
        self.may_drive, self.language = may_drive, language
        self.watched: frozenset[str] | None = None
        self.greeted = False
        self.overrun = False
        self._texts: deque[str] = deque()
        self._frames: deque[tuple[int, bytes]] = deque()
        self._slots: dict[str, Callable[[], bytes]] = {}
        self._beside: Callable[[], str] | None = None
        self.curve_from: int | None = 0
        self._flying: deque[int] = deque()
        self._more = asyncio.Event()
        self.notify: Callable[[], None] = self._more.set
        """Is called when there may be something to send; at first it is what `wait` waits for."""

    def tell(self, text: str, *, fresh_start: bool = False) -> None:
        """Queue a text; with `fresh_start`, frames that wait are void."""
        if fresh_start:
            self._frames.clear()
            self._slots.clear()
        if len(self._texts) >= MOST_TEXTS:
            self.overrun = True
        else:
            self._texts.append(text)
        self.notify()

    def offer(self, seq: int, data: bytes, *, whole: bool, snapshot: Encoded) -> None:
        """Queue a frame; whatever it makes superfluous is dropped."""
        if whole:
            self._frames.clear()
        self._frames.append((seq, data))
        weight = sum(len(waiting) for _, waiting in self._frames)
        if len(self._frames) > BACKLOG or (len(self._frames) > 1 and weight > HEAVIEST):
            self._frames.clear()
            self._frames.append(snapshot())
        self.notify()

    def tell_beside(self, encoded: Callable[[], str]) -> None:
        """Tell what does not belong to the room, such as news of a class; the newest wins."""
        self._beside = encoded
        self.notify()

    def start_anew(self, *, may_drive: bool) -> None:
        """Be somebody who sees another room from now on; what waits of this one is void."""
        self.may_drive = may_drive
        self.greeted = False
        self._frames.clear()
        self._slots.clear()
        self._flying.clear()
        self.curve_from = 0

    def fill(self, slot: str, encoded: Callable[[], bytes]) -> None:
        """Put the newest of a kind in its slot; it is encoded when it is sent."""
        self._slots[slot] = encoded
        self.notify()

    def acknowledge(self, seq: int) -> None:
        """Take note that the browser has handled everything up to `seq`."""
        while self._flying and self._flying[0] <= seq:
            self._flying.popleft()
        if self._frames or self._slots:  # else its writer would wake for nothing
            self.notify()

    @property
    def in_flight(self) -> int:
        return len(self._flying)

    def next(self) -> str | bytes | None:
        """Return what to send now, None if there is nothing or no credit."""
        if self._texts:
            return self._texts.popleft()
        if self._frames and len(self._flying) < IN_FLIGHT:
            seq, data = self._frames.popleft()
            self._flying.append(seq)
            return data
        if self._beside is not None and not self._frames:
            told, self._beside = self._beside(), None
            return told
        if self._slots and not self._frames and len(self._flying) < IN_FLIGHT // 2:
            return self._slots.pop(next(iter(self._slots)))()
        return None

    async def wait(self) -> None:
        """Return when there may be something to send."""
        await self._more.wait()
        self._more.clear()

    def wake(self) -> None:
        """Have somebody look what there is, for example because the room closes."""
        self.notify()
