"""A slow link: a proxy that passes on only so many bytes a second, and holds few of them.

What a server writes to it is throttled, what the browser says is not. Its own buffers are as small
as the kernel allows, so that what queues does so where it would on a real link: at the server.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

__all__ = ["slow_link"]

PIECE = 500  # bytes that are passed on at a time
BUFFER = 4096  # bytes that each side of the proxy asks the kernel to hold


@asynccontextmanager
async def slow_link(address: str, bytes_per_second: float) -> AsyncIterator[str]:
    """Yield the address of a link to `address`; it carries one connection."""
    loop = asyncio.get_running_loop()
    with _small_socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1)
        carrying = loop.create_task(_carry(listening, address, bytes_per_second))
        host, port = listening.getsockname()
        try:
            yield f"{host}:{port}"
        finally:
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)


def _small_socket() -> socket.socket:
    made = socket.socket()
    made.setblocking(False)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        made.setsockopt(socket.SOL_SOCKET, option, BUFFER)  # before it connects or listens
    return made


async def _carry(listening: socket.socket, address: str, bytes_per_second: float) -> None:
    loop = asyncio.get_running_loop()
    near, _ = await loop.sock_accept(listening)
    near.setblocking(False)
    host, _, port = address.partition(":")
    with near, _small_socket() as far:
        await loop.sock_connect(far, (host, int(port)))
        with suppress(OSError):
            await asyncio.gather(_pass_on(far, near, PIECE / bytes_per_second), _pass_on(near, far))


async def _pass_on(source: socket.socket, sink: socket.socket, pause: float = 0.0) -> None:
    """Pass on piece by piece, each after its time on the wire."""
    loop = asyncio.get_running_loop()
    while piece := await loop.sock_recv(source, PIECE):
        if pause:
            await asyncio.sleep(pause * len(piece) / PIECE)
        await loop.sock_sendall(sink, piece)
