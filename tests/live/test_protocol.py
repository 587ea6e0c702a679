"""The server's end of a socket, without a network: what is written together."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.server import ServerState
from websockets.frames import Close, Frame, Opcode

from app.live.protocol import BINARY, MOST, TEXT, Protocol, framed

HELLO = (
    b"GET /ws/key HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
CLOSE = 0x88
Act = Callable[[Protocol, Any], Awaitable[None]]

pytestmark = pytest.mark.anyio


class Wire(asyncio.Transport):
    """A transport that remembers what is written."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.writes.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def attended(act: Act) -> Wire:
    """Accept a socket, let the application act, and return when nothing is left to do."""

    async def application(_: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await act(protocol, send)
        while (await receive())["type"] != "websocket.disconnect":
            pass

    config = Config(application, ws_per_message_deflate=False, ws_ping_interval=None)
    wire, protocol = Wire(), Protocol(config, ServerState(), {})
    protocol.connection_made(wire)
    protocol.data_received(HELLO)
    await settled()
    wire.writes.pop(0)  # the answer to the handshake
    return wire


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def text(said: str) -> bytes:
    return Frame(Opcode.TEXT, said.encode()).serialize(mask=False)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
@pytest.mark.parametrize(("head", "opcode"), [(TEXT, Opcode.TEXT), (BINARY, Opcode.BINARY)])
async def test_a_message_is_framed_as_the_library_does(
    head: int, opcode: Opcode, size: int
) -> None:
    assert b"".join(framed(head, b"x" * size)) == Frame(opcode, b"x" * size).serialize(mask=False)


async def test_what_is_told_at_one_time_is_written_at_once_and_in_order() -> None:
    async def act(protocol: Protocol, send: Any) -> None:
        await send({"type": "websocket.send", "text": "status"})
        await send({"type": "websocket.send", "bytes": b"frame"})

    wire = await attended(act)
    frame = Frame(Opcode.BINARY, b"frame").serialize(mask=False)
    assert wire.writes == [text("status") + frame]


async def test_what_is_told_later_is_written_later() -> None:
    async def act(protocol: Protocol, send: Any) -> None:
        await send({"type": "websocket.send", "text": "one"})
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await send({"type": "websocket.send", "text": "two"})

    wire = await attended(act)
    assert wire.writes == [text("one"), text("two")]


async def test_much_is_written_without_waiting_so_that_the_writer_is_held_up() -> None:
    async def act(protocol: Protocol, send: Any) -> None:
        await send({"type": "websocket.send", "bytes": bytes(MOST + 1)})
        await send({"type": "websocket.send", "text": "more"})

    heavy = Frame(Opcode.BINARY, bytes(MOST + 1)).serialize(mask=False)
    assert (await attended(act)).writes == [heavy, text("more")]


async def test_nothing_is_sent_while_the_socket_is_full() -> None:
    full: list[Protocol] = []

    async def act(protocol: Protocol, send: Any) -> None:
        full.append(protocol)
        protocol.pause_writing()
        await send({"type": "websocket.send", "text": "late"})

    wire = await attended(act)
    assert wire.writes == []
    full[0].resume_writing()
    await settled()
    assert wire.writes == [text("late")]


async def test_a_goodbye_comes_after_what_was_said() -> None:
    async def act(protocol: Protocol, send: Any) -> None:
        await send({"type": "websocket.send", "text": "last"})
        await send({"type": "websocket.close", "code": 4408, "reason": ""})

    wire = await attended(act)
    goodbye = Frame(Opcode.CLOSE, Close(4408, "").serialize()).serialize(mask=False)
    assert wire.writes == [text("last"), goodbye]


async def test_a_server_that_stops_says_what_it_has_kept() -> None:
    async def act(protocol: Protocol, send: Any) -> None:
        await send({"type": "websocket.send", "text": "last"})
        protocol.shutdown()

    wire = await attended(act)
    assert wire.writes[0] == text("last")
    assert wire.writes[1][0] == CLOSE


async def test_nothing_follows_a_browser_that_went() -> None:
    gone: list[bool] = []

    async def act(protocol: Protocol, send: Any) -> None:
        await send({"type": "websocket.send", "text": "kept"})
        protocol.data_received(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True))
        with pytest.raises(ClientDisconnected):
            await send({"type": "websocket.send", "text": "more"})
        gone.append(True)

    wire = await attended(act)
    assert gone
    assert [write[0] for write in wire.writes] == [CLOSE]
