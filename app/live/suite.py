"""A suite: the rooms that belong to one record, and the seats of those who have its keys."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from app.errors import BackstepError
from app.live import metrics
from app.live.journal import Fields
from app.live.keys import Key, new_secret, same
from app.live.room import Room
from app.live.rooms import Rooms
from app.live.shelf import Shelf
from app.live.viewer import Viewer
from app.session.commands import decode

__all__ = ["CloseCode", "Seat", "SeatError", "Single", "Suite"]


class CloseCode(IntEnum):
    """Why the server closes a socket; the numbers are public."""

    GOING_AWAY = 1001
    TOO_BIG = 1009
    RESTART = 1012
    REMOVED = 4403
    NO_SESSION = 4404
    TOO_SLOW = 4408
    ENDED = 4410
    FULL = 4429


class SeatError(BackstepError):
    """There is no seat, or no longer; `close` is what would close a socket."""

    def __init__(self, close: CloseCode, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.close, self.code = close, code


class Seat:
    """Where one browser sits: a room, which it sees, and its outbox."""

    def __init__(self, room: Room, viewer: Viewer) -> None:
        self.room, self.viewer = room, viewer
        self.reason: CloseCode | None = None
        """Why the seat is taken away; None while it is not."""
        room.enter(viewer)
        metrics.VIEWERS.inc()

    @property
    def over(self) -> bool:
        """Whether there is nothing more to say here."""
        return self.reason is not None or self.viewer.overrun or self.room.closed

    @property
    def close_code(self) -> CloseCode:
        """Why it is over."""
        if self.viewer.overrun:
            return CloseCode.TOO_SLOW
        return self.reason or CloseCode.GOING_AWAY

    def take(self, text: str) -> None:
        """Take what the browser says.

        Raises:
            ConfigError: it is no command.
        """
        self.room.submit(self.viewer, decode(text))

    async def ready(self) -> None:
        """Return when there is room for a command."""
        await self.room.ready()

    def move(self, room: Room, *, may_drive: bool) -> None:
        """Sit down in another room, or in the same with other rights."""
        self.room.leave(self.viewer)
        self.viewer.start_anew(may_drive=may_drive)
        self.room = room
        room.enter(self.viewer)
        self.viewer.wake()

    def leave(self) -> None:
        """Stand up, once."""
        self.room.leave(self.viewer)
        metrics.VIEWERS.dec()
        metrics.TOO_SLOW.inc(self.viewer.overrun)


class Suite(ABC):
    """The rooms of a record."""

    shard: str

    @abstractmethod
    async def room(self, secret: str) -> tuple[Room, bool] | None:
        """Return the room that a secret opens now and whether it may drive it, None for none."""

    @abstractmethod
    async def seat(self, secret: str, viewer: Viewer) -> Seat | None:
        """Give a browser its seat, None where the secret opens nothing.

        Raises:
            SessionError: there is no seat left.
        """

    @abstractmethod
    def deserted_since(self) -> float | None:
        """Return when the last one went, by the monotonic clock; None while somebody is here."""

    @property
    @abstractmethod
    def closed(self) -> bool:
        """Whether it has to be opened anew."""

    @abstractmethod
    async def close(self, *, keep: bool = True) -> None:
        """Close every room, with `keep` after saving what is new."""


class Single(Suite):
    """A private session: one room with two keys, one to drive it and one to watch it."""

    def __init__(self, rooms: Rooms, room: Room, drive: str, watch: str) -> None:
        self.shard = room.shelf.shard
        self._rooms, self._room = rooms, room
        self.drive, self.watch = drive, watch

    @classmethod
    def new(cls, rooms: Rooms, shelf: Shelf, document: Mapping[str, Any]) -> "Single":
        """Open a session that there was not before.

        Raises:
            ConfigError: its document cannot be.
            SessionError: there are too many rooms.
        """
        return cls._opened(rooms, shelf, document, new_secret(), new_secret())

    @classmethod
    def restored(cls, rooms: Rooms, shelf: Shelf, fields: Mapping[str, bytes]) -> "Single":
        """Open the session of a record.

        Raises:
            ConfigError: its document cannot be.
            SessionError: there are too many rooms.
        """
        document = shelf.document(fields)
        assert document is not None, "the record of a session holds one"
        drive, watch = fields["drive"].decode(), fields["watch"].decode()
        return cls._opened(rooms, shelf, document, drive, watch)

    @classmethod
    def _opened(
        cls, rooms: Rooms, shelf: Shelf, document: Mapping[str, Any], drive: str, watch: str
    ) -> "Single":
        room = rooms.open(shelf, document, watch_key=str(Key(shelf.shard, watch)))
        return cls(rooms, room, drive, watch)

    def fields(self) -> Fields:
        """Return everything that there is to keep of it."""
        keys = {"drive": self.drive.encode(), "watch": self.watch.encode()}
        return {**keys, **self._room.shelf.fields(self._room.session.document())}

    async def room(self, secret: str) -> tuple[Room, bool] | None:
        if same(self.drive, secret):
            return self._room, True
        return (self._room, False) if same(self.watch, secret) else None

    async def seat(self, secret: str, viewer: Viewer) -> Seat | None:
        found = await self.room(secret)
        if found is None:
            return None
        room, viewer.may_drive = found
        room.refuse_too_many(self._rooms.settings.max_viewers)
        return Seat(room, viewer)

    def deserted_since(self) -> float | None:
        return None if self._room.viewers else self._room.left_at

    @property
    def closed(self) -> bool:
        return self._room.closed

    async def close(self, *, keep: bool = True) -> None:
        await self._rooms.close(self._room, keep=keep)
