"""The lobby: all rooms, found by either of their keys, opened again from the store."""

import asyncio
import logging
import secrets
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

from app.engine.config import Config
from app.errors import SessionError
from app.live.audience import Keys
from app.live.room import Room
from app.live.store import Store
from app.session.session import Session
from app.settings import Settings

__all__ = ["Lobby"]

SWEEP = 30.0  # s between two looks for empty rooms
SWITCH = 0.0005  # s after which Python's threads change over: a slice is not felt by the loop
log = logging.getLogger("backstep.lobby")


class Lobby:
    """Every room of this server. Rooms without viewers are saved and closed after a while."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings, self.store = settings, store
        self._rooms: dict[str, Room] = {}
        self._watching: dict[str, str] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._compute = ThreadPoolExecutor(1, thread_name_prefix="compute")
        self._sweeper: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._rooms)

    async def start(self) -> None:
        """Begin to look after the rooms."""
        sys.setswitchinterval(SWITCH)
        self._sweeper = asyncio.create_task(self._sweep(), name="lobby sweep")

    async def stop(self) -> None:
        """Save and close every room."""
        if self._sweeper:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
        for room in list(self._rooms.values()):
            await self._close(room)
        self._compute.shutdown(wait=True, cancel_futures=True)
        await self.store.close()

    async def create(self, document: Mapping[str, Any]) -> Room:
        """Open a new room for a document: a config, and optionally edits and a position.

        Raises:
            ConfigError: the document cannot be.
            SessionError: there are too many rooms.
        """
        keys = Keys(secrets.token_urlsafe(12), secrets.token_urlsafe(12))
        room = self._open(keys, document)
        await self.store.save(keys.drive, {**room.session.document(), "watch": keys.watch})
        return room

    async def find(self, key: str) -> tuple[Room, bool] | None:
        """Return the room of a key and whether the key may drive it; None if there is none."""
        drive = self._watching.get(key, key)
        if drive in self._rooms and not self._rooms[drive].closed:
            return self._rooms[drive], drive == key
        async with self._opening.setdefault(key, asyncio.Lock()):
            try:
                found = await self._reopened(key)
            finally:
                self._opening.pop(key, None)
        return found

    async def _reopened(self, key: str) -> tuple[Room, bool] | None:
        saved = await self.store.load(key)
        if saved is None:
            return None
        drive, document = saved
        if drive not in self._rooms or self._rooms[drive].closed:
            self._open(Keys(drive, document["watch"]), document)
        return self._rooms[drive], drive == key

    def _open(self, keys: Keys, document: Mapping[str, Any]) -> Room:
        if len(self._rooms) >= self.settings.max_rooms:
            raise SessionError(
                "full",
                f"This server is full: it holds {self.settings.max_rooms} sessions. "
                "Try again in a few minutes.",
            )
        session = Session(
            Config.parse(document["config"]),
            most_parameters=self.settings.max_parameters,
            budget=self.settings.history_bytes,
        )
        session.replay(
            document.get("edits", []),
            document.get("position", 0),
            document.get("breakpoints", []),
            hidden=bool(document.get("hidden")),
        )
        room = Room(
            keys,
            session,
            compute=self._compute,
            save=self.store.save,
            limits={
                "parameters": self.settings.max_parameters,
                "message": self.settings.max_message,
            },
        )
        self._rooms[keys.drive] = room
        self._watching[keys.watch] = keys.drive
        return room

    async def _close(self, room: Room) -> None:
        """Save and close a room; until then it is found, so that nobody opens an older one."""
        await room.close()
        if self._rooms.get(room.keys.drive) is room:
            del self._rooms[room.keys.drive]
            self._watching.pop(room.keys.watch, None)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP, self.settings.idle_seconds))
            late = monotonic() - self.settings.idle_seconds
            for room in list(self._rooms.values()):
                if room.closed or (not room.viewers and room.left_at < late):
                    await self._close(room)
            await self.store.forget(self.settings.keep_days * 86400)
