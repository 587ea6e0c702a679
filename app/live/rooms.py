"""Opening and closing rooms: how many there may be, and the thread that they share."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.engine.config import Config
from app.engine.examples import Examples, examples
from app.errors import SessionError
from app.language import say
from app.live.room import Room
from app.live.shelf import Shelf
from app.session.session import Session
from app.settings import Settings

__all__ = ["Rooms"]


class Rooms:
    """Every room of this server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._open: set[Room] = set()
        self.compute = ThreadPoolExecutor(1, thread_name_prefix="compute")

    def __len__(self) -> int:
        return len(self._open)

    async def read(self, document: Mapping[str, Any]) -> Examples:
        """Read the examples of a document, which may take seconds, where it is felt by nobody. Who
        keeps them while a room is opened opens it at once.

        Raises:
            ConfigError: its config cannot be.
        """
        return await asyncio.to_thread(lambda: examples(Config.parse(document["config"])))

    def open(
        self, shelf: Shelf, document: Mapping[str, Any], *, watch_key: str | None = None
    ) -> Room:
        """Open a room for a document: a config, and optionally edits and a position.

        Raises:
            ConfigError: the document cannot be.
            SessionError: there are too many rooms.
        """
        self.refuse_too_many()
        session = Session(
            Config.parse(document["config"]),
            most_parameters=self.settings.max_parameters,
            budget=self.settings.history_bytes,
        )
        session.restore(document)
        return self._opened(session, shelf, watch_key)

    async def copied(self, original: Session) -> Session:
        """Return a copy of a session that nobody works on, made where it is felt by nobody."""
        return await asyncio.get_running_loop().run_in_executor(self.compute, original.copy)

    def open_on(self, shelf: Shelf, session: Session) -> Room:
        """Open a room for a session that stands somewhere already, and keep it.

        Raises:
            SessionError: there are too many rooms.
        """
        self.refuse_too_many()
        shelf.put(session.document())
        return self._opened(session, shelf, None)

    def refuse_too_many(self) -> None:
        """Refuse one more room where there are so many.

        Raises:
            SessionError: there are.
        """
        most = self.settings.max_rooms
        if len(self._open) >= most:
            sentence = say(
                "This server is full: it holds {most} sessions. Try again in a few minutes.",
                most=most,
            )
            raise SessionError("full", sentence)

    def _opened(self, session: Session, shelf: Shelf, watch_key: str | None) -> Room:
        limits = {
            "parameters": self.settings.max_parameters,
            "message": self.settings.max_message,
        }
        room = Room(session, shelf, compute=self.compute, limits=limits, watch_key=watch_key)
        self._open.add(room)
        return room

    async def close(self, room: Room, *, keep: bool = True) -> None:
        """Close a room, with `keep` after saving what is new in it."""
        await room.close(keep=keep)
        self._open.discard(room)

    def stop(self) -> None:
        """End the thread; every room must be closed."""
        self.compute.shutdown(wait=True, cancel_futures=True)
