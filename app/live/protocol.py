"""The server's WebSocket: uvicorn's, but what is told at one time leaves in one write.

A write is a system call that wakes the browser, and costs more than all else that is done for a
frame. A step tells a text and a frame, after an update three messages more; here they are framed,
kept until the event loop comes round, and written together. Nothing else differs.
"""

from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

__all__ = ["Protocol", "framed"]

TEXT, BINARY = 0x81, 0x82
MOST = 65_536
"""Bytes that are kept; beyond it they are written, so that a full socket holds up its writer."""


def framed(head: int, payload: bytes) -> tuple[bytes, bytes]:
    """Return the header of a frame that is a whole message, and the message."""
    size = len(payload)
    if size < 126:
        return bytes((head, size)), payload
    if size < 2**16:
        return bytes((head, 126)) + size.to_bytes(2, "big"), payload
    return bytes((head, 127)) + size.to_bytes(8, "big"), payload


class Protocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol with writes that are gathered. It is for sockets without compression."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._kept: list[bytes] = []
        self._weight = 0

    async def send(self, message: ASGISendEvent) -> None:
        """Take a message of the application; one that is not data goes its usual way."""
        if message["type"] != "websocket.send" or self.conn.extensions:
            self._flush()
            await super().send(message)
            return
        await self.writable.wait()
        if self.disconnected or self.conn.state is not State.OPEN:
            raise ClientDisconnected
        text = message.get("text")
        if text is not None:
            self._keep(*framed(TEXT, text.encode()))
        else:
            self._keep(*framed(BINARY, message.get("bytes") or b""))

    def shutdown(self) -> None:
        """Say goodbye after what was said before."""
        self._flush()
        super().shutdown()

    def _keep(self, *parts: bytes) -> None:
        if not self._kept:
            self.loop.call_soon(self._flush)
        self._kept += parts
        self._weight += len(parts[-1])
        if self._weight > MOST:
            self._flush()

    def _flush(self) -> None:
        """Write what is kept; after a goodbye nothing may follow."""
        if self._kept and self.conn.state is State.OPEN and not self.disconnected:
            self.transport.write(b"".join(self._kept))
        self._kept, self._weight = [], 0
