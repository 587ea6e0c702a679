"""The lobby: who comes with a key is led to where it belongs, opened from the store if need be."""

import asyncio
import logging
import sys
from collections.abc import Mapping
from time import monotonic
from typing import Any

from app.errors import BackstepError
from app.live.keys import Key, new_shard, parse
from app.live.room import Room
from app.live.rooms import Rooms
from app.live.shelf import Shelf
from app.live.store import Store
from app.live.suite import Seat, Single, Suite
from app.live.viewer import Viewer
from app.settings import Settings

__all__ = ["Lobby"]

SWEEP = 30.0  # s between two looks for empty rooms
SWITCH = 0.0005  # s after which Python's threads change over: a slice is not felt by the loop
DAY = 86400.0  # s
log = logging.getLogger("backstep.lobby")


class Lobby:
    """Every suite of this server. One without viewers is saved and closed after a while."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings, self.store = settings, store
        self.rooms = Rooms(settings)
        self._suites: dict[str, Suite] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.Task[None] | None = None
        store.lost = self._lose

    def __len__(self) -> int:
        return len(self._suites)

    async def start(self) -> None:
        """Begin to look after the suites."""
        sys.setswitchinterval(SWITCH)
        await self.store.start()
        self._sweeper = asyncio.create_task(self._sweep(), name="lobby sweep")

    async def stop(self) -> None:
        """Save and close everything."""
        if self._sweeper:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
        for suite in list(self._suites.values()):
            await self._close(suite)
        await asyncio.gather(*self._leaving)
        self.rooms.stop()
        await self.store.close()

    # ------------------------------------------------------------------ private sessions

    async def create(self, document: Mapping[str, Any]) -> Single:
        """Open a private session for a document: a config, and optionally edits and a position.

        Raises:
            ConfigError: the document cannot be.
            SessionError: there are too many rooms.
        """
        suite = Single.new(self.rooms, Shelf(self.store, new_shard()), document)
        try:
            seconds = self.settings.keep_days * DAY
            made = await self.store.create(suite.shard, suite.fields(), seconds)
            assert made, "48 random bits are not drawn twice"
        except BaseException:
            await suite.close(keep=False)
            raise
        self._suites[suite.shard] = suite
        return suite

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

    async def suite(self, shard: str) -> Suite | None:
        """Return what is kept under a shard, opened if it is not open.

        Raises:
            ConfigError: what is saved cannot be.
            SessionError: it cannot be opened now.
        """
        suite = self._suites.get(shard)
        if suite is not None and not suite.closed:
            return suite
        async with self._opening.setdefault(shard, asyncio.Lock()):
            try:
                return await self._reopened(shard)
            finally:
                self._opening.pop(shard, None)

    async def _reopened(self, shard: str) -> Suite | None:
        suite = self._suites.get(shard)
        if suite is not None and suite.closed:  # it broke; what was kept of it is what counts
            await self._close(suite, keep=False)
        elif suite is not None:
            return suite
        fields = await self.store.take(shard)
        if fields is None:
            return None
        suite = self._suites[shard] = Single.restored(self.rooms, Shelf(self.store, shard), fields)
        await self.store.extend(shard, self.settings.keep_days * DAY)
        return suite

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
            task = asyncio.create_task(self._close(suite, keep=False), name=f"leave {shard}")
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP, self.settings.idle_seconds))
            late = monotonic() - self.settings.idle_seconds
            for suite in list(self._suites.values()):
                since = suite.deserted_since()
                if suite.closed or (since is not None and since < late):
                    try:
                        await self._close(suite)
                    except BackstepError as error:
                        log.error("a session cannot be closed: %s", error)
            await self.store.forget()
