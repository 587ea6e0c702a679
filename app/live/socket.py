"""The socket: text in, text and binary out. Everything that can be refused is refused here."""

import asyncio
from enum import IntEnum
from time import monotonic
from urllib.parse import urlsplit

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app.errors import ConfigError, SessionError
from app.live.codec import encode_text
from app.live.lobby import Lobby
from app.live.room import Room
from app.live.viewer import Viewer
from app.session.commands import decode, identifier
from app.session.messages import Failure
from app.settings import Settings

__all__ = ["CloseCode", "origin_allowed", "serve_socket"]


class CloseCode(IntEnum):
    """Why the server closes a socket; the numbers are public."""

    GOING_AWAY = 1001
    TOO_BIG = 1009
    NO_SESSION = 4404
    TOO_SLOW = 4408
    FULL = 4429


def origin_allowed(socket: WebSocket, settings: Settings) -> bool:
    """Whether the page that opens the socket is ours, or one that the settings name.

    A browser always sends its origin; programs without one are no danger to a browser's user.
    """
    origin = socket.headers.get("origin")
    if origin is None:
        return True
    allowed = {entry.strip().rstrip("/") for entry in settings.origins.split(",") if entry.strip()}
    try:
        return origin in allowed or urlsplit(origin).netloc == socket.headers.get("host")
    except ValueError:
        return False


async def serve_socket(socket: WebSocket, key: str, lobby: Lobby) -> None:
    """Serve one browser until it goes."""
    if not origin_allowed(socket, lobby.settings):
        await socket.close()  # before accept: the handshake is answered with 403
        return
    await socket.accept()
    try:
        found = await lobby.find(key)
    except (ConfigError, SessionError) as error:
        await _turn_away(socket, CloseCode.FULL, Failure(error.code, str(error)))
        return
    if found is None:
        sentence = "There is no session with this key. Open a new one."
        await _turn_away(socket, CloseCode.NO_SESSION, Failure("no_session", sentence))
        return
    room, may_drive = found
    if len(room.viewers) >= lobby.settings.max_viewers:
        sentence = f"This session has its {lobby.settings.max_viewers} viewers already."
        await _turn_away(socket, CloseCode.FULL, Failure("full", sentence))
        return
    await _attend(socket, room, Viewer(may_drive=may_drive), lobby.settings)


async def _turn_away(socket: WebSocket, code: CloseCode, failure: Failure) -> None:
    try:
        await socket.send_text(encode_text(failure))
        await socket.close(code, failure.code)
    except (WebSocketDisconnect, RuntimeError):
        return  # it went by itself


async def _attend(socket: WebSocket, room: Room, viewer: Viewer, settings: Settings) -> None:
    """Read and write at once, until one of both ends."""
    room.enter(viewer)
    reader = asyncio.create_task(_read(socket, room, viewer, settings))
    writer = asyncio.create_task(_write(socket, room, viewer))
    try:
        await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
    finally:
        room.leave(viewer)
        for task in (reader, writer):
            task.cancel()
        await asyncio.gather(reader, writer, return_exceptions=True)
        if socket.application_state is WebSocketState.CONNECTED:
            code = CloseCode.TOO_SLOW if viewer.overrun else CloseCode.GOING_AWAY
            try:
                await socket.close(code)
            except (RuntimeError, WebSocketDisconnect):
                pass  # it went while we were at it


async def _write(socket: WebSocket, room: Room, viewer: Viewer) -> None:
    try:
        while not room.closed and not viewer.overrun:
            await viewer.wait()
            while (item := viewer.next()) is not None:
                if isinstance(item, str):
                    await socket.send_text(item)
                else:
                    await socket.send_bytes(item)
    except (WebSocketDisconnect, RuntimeError):
        return


async def _read(socket: WebSocket, room: Room, viewer: Viewer, settings: Settings) -> None:
    allowance = Allowance(settings.messages_per_second)
    while not viewer.overrun:
        message = await socket.receive()
        await asyncio.sleep(0)  # a burst of messages is carried out while it is read
        if message["type"] == "websocket.disconnect":
            return
        if not allowance.take():
            limit = settings.messages_per_second
            _object(viewer, "rate", f"At most {limit:g} messages a second are answered.")
            continue
        text = message.get("text")
        if text is None:
            _object(viewer, "message", "Messages must be JSON text, got binary.")
            continue
        await room.ready()
        try:
            room.submit(viewer, decode(text))
        except ConfigError as error:
            faults = tuple(fault.as_dict() for fault in error.faults)
            failure = Failure("message", str(error), faults[0]["field"], faults)
            marked = identifier(text)
            viewer.tell(encode_text(failure, **({} if marked is None else {"id": marked})))


def _object(viewer: Viewer, code: str, sentence: str) -> None:
    viewer.tell(encode_text(Failure(code, sentence)))


class Allowance:
    """A bucket that fills with `rate` tokens a second and holds two seconds' worth."""

    def __init__(self, rate: float) -> None:
        self._rate, self._tokens, self._at = rate, 2 * rate, monotonic()

    def take(self) -> bool:
        """Take a token, if there is one."""
        now = monotonic()
        self._tokens = min(2 * self._rate, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
