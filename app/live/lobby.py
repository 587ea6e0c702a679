"""The lobby: who comes with a key is led to where it belongs, opened from the store if need be."""

import asyncio
import gc
import logging
import sys
from collections.abc import Mapping
from time import monotonic, time
from typing import Any

from app.classroom.classroom import Classroom
from app.classroom.codes import new_code
from app.errors import ConfigError, SessionError
from app.language import current, say
from app.live import metrics
from app.live.journal import Fields
from app.live.keys import Key, new_secret, new_shard, parse
from app.live.meeting import Meeting
from app.live.room import Room
from app.live.rooms import Rooms
from app.live.shelf import Shelf
from app.live.store import Store
from app.live.suite import CloseCode, Seat, SeatError, Single, Suite
from app.live.viewer import Viewer
from app.settings import Settings

__all__ = ["Lobby"]

SWEEP = 30.0  # s between two looks for empty rooms
SWITCH = 0.0005  # s after which Python's threads change over: a slice is not felt by the loop
log = logging.getLogger("backstep.lobby")
HOUR, DAY = 3600.0, 86400.0  # s


def collect_seldom() -> None:
    """Let the collector of cycles run rarely, and never over what is there from the start.

    With a thousand sessions a full collection holds everybody up for half a second and finds next
    to nothing: what sessions leave behind is mostly freed by its counts.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1000)


class Lobby:
    """Every suite of this server. One without viewers is saved and closed after a while."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings, self.store = settings, store
        self.rooms = Rooms(settings)
        self._suites: dict[str, Suite] = {}
        self._opening: dict[str, asyncio.Task[Suite | None]] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.Task[None] | None = None
        store.lost = self._lose
        self.draining = False
        self.drained = asyncio.Event()

    def __len__(self) -> int:
        return len(self._suites)

    async def start(self) -> None:
        """Begin to look after the suites."""
        sys.setswitchinterval(SWITCH)
        collect_seldom()
        await self.store.start()
        self._sweeper = asyncio.create_task(self._sweep(), name="lobby sweep")

    async def stop(self) -> None:
        """Save and close everything."""
        if self._sweeper:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
        await self.drain()
        self.rooms.stop()
        await self.store.close()

    async def drain(self) -> None:
        """Save and close every suite; their viewers are told so when all are saved."""
        self.draining = True
        suites = list(self._suites.values())
        closed = await asyncio.gather(*map(self._close, suites), return_exceptions=True)
        for error in closed:
            if isinstance(error, BaseException):
                log.error("a session could not be saved", exc_info=error)
        await asyncio.gather(*self._leaving)
        self.drained.set()

    async def parting(self, seat: Seat) -> CloseCode:
        """Return why a seat is over; before a restart, when everything is saved."""
        if self.draining:
            await self.drained.wait()
            return CloseCode.RESTART
        return seat.close_code

    # ------------------------------------------------------------------ private sessions

    async def create(self, document: Mapping[str, Any]) -> Single:
        """Open a private session for a document: a config, and optionally edits and a position.

        Raises:
            ConfigError: the document cannot be.
            SessionError: there are too many rooms.
        """
        examples = await self.rooms.read(document)
        suite = Single.new(self.rooms, Shelf(self.store, new_shard()), document)
        del examples
        await self._put_up(suite, suite.fields(), self.settings.keep_days * DAY)
        return suite

    async def _put_up(self, suite: Suite, fields: Fields, seconds: float) -> None:
        """Make the record of a new suite, and have it found."""
        try:
            if not await self.store.create(suite.shard, fields, seconds):
                raise SessionError("full", say("A name was drawn that is taken. Try again."))
        except BaseException:
            await suite.close(keep=False)
            raise
        self._suites[suite.shard] = suite

    # ------------------------------------------------------------------ classes

    async def open_class(self, document: Mapping[str, Any]) -> Meeting:
        """Open a class on a document.

        Raises:
            ConfigError: the document cannot be.
            SessionError: there are too many rooms.
        """
        settings, examples = self.settings, await self.rooms.read(document)
        seconds = settings.class_hours * HOUR
        classroom = Classroom(new_code(), new_secret(), time() + seconds, settings.max_learners)
        meeting = Meeting(self.rooms, self.store, classroom, end=self._end, document=document)
        del examples
        await self._put_up(meeting, meeting.fields(), seconds)
        return meeting

    async def meeting(self, code: str) -> Meeting | None:
        """Return the class of a code, None if there is none.

        Raises:
            ConfigError: what is saved of it cannot be.
            SessionError: it cannot be opened now.
        """
        suite = await self.suite(code)
        return suite if isinstance(suite, Meeting) else None

    async def _end(self, meeting: Meeting) -> None:
        """Erase a class; its task may be the one that asks for it."""
        await self.store.delete(meeting.shard)
        self._leave(meeting)

    # ------------------------------------------------------------------ by key

    async def room(self, key: str) -> tuple[Room, bool] | None:
        """Return the room of a key and whether the key may drive it; None if there is none.

        Raises:
            ConfigError: what is saved under it cannot be.
            SessionError: it cannot be opened now.
        """
        found = parse(key)
        suite = found and await self.suite(found.shard)
        return await suite.room(found.secret) if found and suite else None

    async def seat(self, key: str, viewer: Viewer) -> Seat | None:
        """Give the browser that has a key its seat; None if the key opens nothing.

        Raises:
            ConfigError: what is saved under it cannot be.
            SessionError: it cannot be opened now, or has no seat left.
        """
        found: Key | None = parse(key)
        suite = found and await self.suite(found.shard)
        return await suite.seat(found.secret, viewer) if found and suite else None

    async def admit(self, key: str) -> Seat:
        """Give the browser that has a key its seat.

        Raises:
            SeatError: there is none for it.
        """
        if self.draining:
            sentence = say("The server restarts. Come back in a moment.")
            raise SeatError(CloseCode.RESTART, "", sentence)
        try:
            seat = await self.seat(key, Viewer(language=current.get()))
        except (ConfigError, SessionError) as error:
            metrics.refused(error.code)
            raise SeatError(CloseCode.FULL, error.code, str(error)) from error
        if seat is None:
            metrics.refused("no_session")
            sentence = say("There is no session with this key. Open a new one.")
            raise SeatError(CloseCode.NO_SESSION, "no_session", sentence)
        return seat

    async def suite(self, shard: str) -> Suite | None:
        """Return what is kept under a shard, opened if it is not open.

        Raises:
            ConfigError: what is saved cannot be.
            SessionError: it cannot be opened now.
        """
        suite = self._suites.get(shard)
        if suite is not None and not suite.closed:
            return suite
        if (opening := self._opening.get(shard)) is None:
            opening = asyncio.create_task(self._reopened(shard), name="open")
            self._opening[shard] = opening
            opening.add_done_callback(lambda _: self._opening.pop(shard))
        return await asyncio.shield(opening)  # for all who wait, whoever goes meanwhile

    async def _reopened(self, shard: str) -> Suite | None:
        suite = self._suites.get(shard)
        if suite is not None and suite.closed:  # it broke; what was kept of it is what counts
            await self._close(suite, keep=False)
        elif suite is not None:
            return suite
        self.rooms.refuse_too_many()  # before it is taken from whoever has room for it
        fields = await self.store.take(shard)
        if fields is None:
            return None
        try:
            suite = self._suites[shard] = self._restored(shard, fields)
        except BaseException:
            self.store.release(shard)
            raise
        if isinstance(suite, Single):  # a class ends when it was to end
            await self.store.extend(shard, self.settings.keep_days * DAY)
        return suite

    def _restored(self, shard: str, fields: dict[str, bytes]) -> Suite:
        if "class" in fields:
            classroom = Classroom.restored(shard, fields, self.settings.max_learners)
            return Meeting(self.rooms, self.store, classroom, end=self._end, fields=fields)
        return Single.restored(self.rooms, Shelf(self.store, shard), fields)

    # ------------------------------------------------------------------ closing

    async def _close(self, suite: Suite, *, keep: bool = True) -> None:
        """Save and close; until then it is found, so that nobody opens an older one."""
        await suite.close(keep=keep)
        if self._suites.get(suite.shard) is suite:
            del self._suites[suite.shard]
            self.store.release(suite.shard)

    def _lose(self, shard: str) -> None:
        """Another worker has it: send everybody away, they come back to where it is now."""
        if (suite := self._suites.get(shard)) is not None:
            self._leave(suite)

    def _leave(self, suite: Suite) -> None:
        """Close a suite without keeping what is new in it, as soon as may be."""
        task = asyncio.create_task(self._close(suite, keep=False), name="leave")
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP, self.settings.idle_seconds))
            late = monotonic() - self.settings.idle_seconds
            for suite in list(self._suites.values()):
                since = suite.deserted_since()
                if isinstance(suite, Meeting) and suite.classroom.until < time():
                    await suite.end()
                elif suite.closed or (since is not None and since < late):
                    await self._close(suite)
            await self.store.forget()
