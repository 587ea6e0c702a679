"""The server's WebSocket: uvicorn's, with a shorter way for what is said all the time.

A write is a system call that wakes the browser, and the tasks and queues between an application
and its socket cost as much again. To a thousand who follow one teacher that is most of what a frame
costs. So the application may write several messages at once without waiting for anything, and may
be shown what arrives before it is queued. It finds the protocol in the scope, as the extension
`LINE`. Nothing else differs.
"""

from collections.abc import Callable
from typing import cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

__all__ = ["LINE", "Protocol", "framed"]

LINE = "backstep.line"
TEXT, BINARY = 0x81, 0x82
MOST = 65_536
"""Bytes that are gathered; beyond it they are written, so that a full socket is noticed."""


def framed(message: str | bytes) -> tuple[bytes, bytes]:
    """Return the header of a frame that is a whole message, and its payload."""
    head, payload = (TEXT, message.encode()) if isinstance(message, str) else (BINARY, message)
    size = len(payload)
    if size < 126:
        return bytes((head, size)), payload
    if size < 2**16:
        return bytes((head, 126)) + size.to_bytes(2, "big"), payload
    return bytes((head, 127)) + size.to_bytes(8, "big"), payload


class Protocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol with a line for the application. It is for sockets without compression."""

    heed: Callable[[bytes], bool] | None = None
    """Is shown every text that came in one frame; what it takes is not queued."""
    drained: Callable[[], None] | None = None
    """Is called when `is_writable` is true again."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:  # else the handshake was refused, and there is no scope
            cast(dict[str, object], self.scope["extensions"])[LINE] = self

    @property
    def is_writable(self) -> bool:
        """Whether the socket takes more."""
        return self.writable.is_set()

    def write(self, following: Callable[[], str | bytes | None]) -> None:
        """Write what `following` returns, until it returns None or the socket is full. Nothing
        is written after a goodbye."""
        parts: list[bytes] = []
        weight = 0
        while self.is_writable and (message := following()) is not None:
            parts += framed(message)
            weight += len(parts[-1])
            if weight > MOST:
                self._send(parts)
                parts, weight = [], 0
        self._send(parts)

    def _send(self, parts: list[bytes]) -> None:
        if parts and self.conn.state is State.OPEN and not self.disconnected:
            self.transport.write(b"".join(parts))

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.drained is not None:
            self.drained()

    def send_receive_event_to_app(self) -> None:
        whole = len(self.frames) == 1 and self.curr_msg_data_type == "text"
        if whole and self.heed is not None and self.heed(self.frames[0]):
            self.frames = []
        else:
            super().send_receive_event_to_app()
