"""The socket: text in, text and binary out."""

import asyncio

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app.language import current
from app.live.codec import encode_text
from app.live.hearing import Ear
from app.live.lobby import Lobby
from app.live.origins import origin_allowed
from app.live.protocol import LINE, Protocol
from app.live.suite import Seat, SeatError
from app.live.writer import Writer
from app.session.messages import Failure

__all__ = ["serve_socket"]


async def serve_socket(socket: WebSocket, key: str, lobby: Lobby) -> None:
    """Serve one browser until it goes."""
    if not origin_allowed(socket.headers, lobby.settings):
        await socket.close()  # before accept: the handshake is answered with 403
        return
    await socket.accept()
    try:
        seat = await lobby.admit(key)
    except SeatError as error:
        await _turn_away(socket, error)
    else:
        await _attend(socket, seat, lobby)


async def _turn_away(socket: WebSocket, error: SeatError) -> None:
    try:
        if error.code:
            failure = Failure(error.code, str(error))
            await socket.send_text(encode_text(failure, current.get()))
        await socket.close(error.close, error.code)
    except (WebSocketDisconnect, RuntimeError):
        return  # it went by itself


async def _attend(socket: WebSocket, seat: Seat, lobby: Lobby) -> None:
    """Read and write at once, until one of both ends."""
    ear = Ear(seat, lobby.settings)
    line: Protocol = socket.scope["extensions"][LINE]
    line.heed = ear.heed
    writer = Writer(line, seat)
    reader = asyncio.create_task(_read(socket, seat, ear))
    try:
        await asyncio.wait((reader, writer.over), return_when=asyncio.FIRST_COMPLETED)
    finally:
        seat.leave()
        writer.stop()
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        if socket.application_state is WebSocketState.CONNECTED:
            try:
                await socket.close(await lobby.parting(seat))
            except (RuntimeError, WebSocketDisconnect):
                pass  # it went while we were at it


async def _read(socket: WebSocket, seat: Seat, ear: Ear) -> None:
    while not seat.viewer.overrun:
        message = await socket.receive()
        await asyncio.sleep(0)  # a burst of messages is carried out while it is read
        if message["type"] == "websocket.disconnect":
            return
        await ear.hear(message.get("text"))
