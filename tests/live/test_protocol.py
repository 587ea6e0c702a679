"""The server's end of a socket, without a network: what is written together, what is heeded."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.frames import Close, Frame, Opcode

from app.live.protocol import LINE, MOST, Protocol, framed

HELLO = (
    b"GET /ws/key HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
CLOSE = 0x88
ACK = b'{"type":"ack","seq":1}'

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


class Socket:
    """A socket that is open, and the application at its other end."""

    def __init__(self, wire: Wire, protocol: Protocol) -> None:
        self.wire, self.protocol = wire, protocol
        self.line: Any = None
        self.received: list[Any] = []

    async def application(self, scope: Any, receive: Any, send: Any) -> None:
        self.line, self.send = scope["extensions"][LINE], send
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            self.received.append(message)

    def write(self, *messages: str | bytes) -> None:
        self.line.write(following(messages))

    def hear(self, opcode: Opcode, data: bytes) -> None:
        self.protocol.data_received(Frame(opcode, data).serialize(mask=True))


def following(messages: Iterable[str | bytes]) -> Callable[[], str | bytes | None]:
    left = iter(messages)
    return lambda: next(left, None)


@pytest.fixture
async def socket() -> Socket:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await made.application(scope, receive, send)

    config = Config(application, ws_per_message_deflate=False, ws_ping_interval=None)
    wire, protocol = Wire(), Protocol(config, ServerState(), {})
    made = Socket(wire, protocol)
    protocol.connection_made(wire)
    protocol.data_received(HELLO)
    await settled()
    wire.writes.pop(0)  # the answer to the handshake
    return made


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def text(said: str) -> bytes:
    return Frame(Opcode.TEXT, said.encode()).serialize(mask=False)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
@pytest.mark.parametrize("kind", [str, bytes])
async def test_a_message_is_framed_as_the_library_does(kind: type, size: int) -> None:
    message = "x" * size if kind is str else b"x" * size
    opcode = Opcode.TEXT if kind is str else Opcode.BINARY
    assert b"".join(framed(message)) == Frame(opcode, b"x" * size).serialize(mask=False)


async def test_what_is_told_at_one_time_is_written_at_once_and_in_order(socket: Socket) -> None:
    socket.write("status", b"frame")
    frame = Frame(Opcode.BINARY, b"frame").serialize(mask=False)
    assert socket.wire.writes == [text("status") + frame]


async def test_where_there_is_nothing_to_tell_nothing_is_written(socket: Socket) -> None:
    socket.write()
    assert socket.wire.writes == []


async def test_a_socket_that_is_full_is_noticed_in_the_middle(socket: Socket) -> None:
    def take(data: Any) -> None:
        written.append(data)
        socket.protocol.pause_writing()

    written: list[bytes] = []
    socket.wire.write = take  # type: ignore[method-assign]
    more = following([bytes(MOST + 1), "more"])
    socket.line.write(more)
    assert written == [Frame(Opcode.BINARY, bytes(MOST + 1)).serialize(mask=False)]
    assert not socket.line.is_writable
    assert more() == "more"


async def test_who_waits_for_a_full_socket_is_called_when_it_takes_more(socket: Socket) -> None:
    called: list[bool] = []
    socket.line.drained = lambda: called.append(socket.line.is_writable)
    socket.protocol.pause_writing()
    socket.write("late")
    assert (socket.wire.writes, called) == ([], [])
    socket.protocol.resume_writing()
    assert called == [True]
    socket.write("late")
    assert socket.wire.writes == [text("late")]


async def test_a_goodbye_comes_after_what_was_said_and_nothing_after_it(socket: Socket) -> None:
    socket.write("last")
    await socket.send({"type": "websocket.close", "code": 4408, "reason": ""})
    socket.write("more")
    goodbye = Frame(Opcode.CLOSE, Close(4408, "").serialize()).serialize(mask=False)
    assert socket.wire.writes == [text("last"), goodbye]


async def test_nothing_follows_a_browser_that_went(socket: Socket) -> None:
    socket.hear(Opcode.CLOSE, b"\x03\xe8")
    socket.write("more")
    assert [write[0] for write in socket.wire.writes] == [CLOSE]


async def test_what_is_heeded_is_not_queued(socket: Socket) -> None:
    heard: list[bytes] = []
    socket.line.heed = lambda said: heard.append(said) or said == ACK
    socket.hear(Opcode.TEXT, ACK)
    socket.hear(Opcode.TEXT, b"step")
    await settled()
    assert heard == [ACK, b"step"]
    assert socket.received == [{"type": "websocket.receive", "text": "step"}]


async def test_bytes_are_not_taken_for_text(socket: Socket) -> None:
    socket.line.heed = lambda said: True
    socket.hear(Opcode.BINARY, ACK)
    await settled()
    assert socket.received == [{"type": "websocket.receive", "bytes": ACK}]


async def test_a_handshake_that_is_refused_opens_nothing() -> None:
    wire = Wire()
    protocol = Protocol(Config(lambda *_: None), ServerState(), {})
    protocol.connection_made(wire)
    protocol.data_received(HELLO.replace(b"Version: 13", b"Version: 1"))
    assert wire.writes[0].startswith(b"HTTP/1.1 4")
    assert wire.closed
