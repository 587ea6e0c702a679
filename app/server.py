"""The process: uvicorn, with an end that loses nothing and limits that it does not have itself.

When it is asked to end, ``readyz`` says so at once; after the time in which a balancer takes note
of that, sessions are saved, and only then are sockets closed.
"""

import asyncio
import logging
import signal
import sys
from socket import socket
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.live.protocol import Protocol
from app.settings import Settings

__all__ = ["serve", "server_of"]

LONGEST_HEAD = 65_536
"""Bytes of the address and the headers of a request; uvicorn has no limit of its own."""
HEAD_SECONDS = 15.0
"""How long they may take to arrive, and how long a new connection may say nothing."""
END_SECONDS = 5
"""How long requests may take to end after all sessions are saved."""
TICK = 0.1
FAILED = 3  # as uvicorn ends when it cannot start
log = logging.getLogger("backstep.server")


class Connection(HttpToolsProtocol):
    """A connection whose requests must begin soon, and with heads of a bounded size."""

    _head = -1
    """Bytes of the head that is arriving, -1 where none is."""
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head < 0 or self.transport.is_closing():
            return
        self._head += len(data)
        if self._head > LONGEST_HEAD:
            self.send_400_response(f"A request may begin with at most {LONGEST_HEAD} bytes.")
        elif self._late is None:
            self._expect()

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._arrived()
        self._head = -1
        super().on_headers_complete()

    def _expect(self) -> None:
        self._late = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _arrived(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class _Server(uvicorn.Server):
    """Saves sessions before it closes their sockets, and ends with status 0."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain_seconds: float) -> None:
        super().__init__(config)
        self._app, self._drain_seconds = app, drain_seconds
        self._hurries = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end; whoever asks again does not want to wait.

        uvicorn's own would also end the process by the same signal once more, which a service
        manager takes for a crash.
        """
        self._app.state.ready = False
        self._hurries = self.should_exit
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Wait for the balancer, let nobody in, save, and then close what is open."""
        log.info("the server ends in %g s", self._drain_seconds)
        loop = asyncio.get_running_loop()
        end = loop.time() + self._drain_seconds
        while loop.time() < end and not self._hurries:  # noqa: ASYNC110  # a signal sets no event
            await asyncio.sleep(TICK)
        for server in self.servers:
            server.close()
        await self._app.state.lobby.drain()
        await super().shutdown(sockets)
        log.info("the server has ended")


def server_of(app: FastAPI, settings: Settings, *, host: str, port: int, **more: Any) -> _Server:
    """Return the server of an application, ready to run."""
    config = uvicorn.Config(
        app, host=host, port=port, http=Connection, ws=Protocol,
        ws_max_size=settings.max_message, ws_per_message_deflate=False, access_log=False,
        log_config=None, server_header=False, forwarded_allow_ips=settings.proxies,
        timeout_graceful_shutdown=END_SECONDS, **more,
    )  # fmt: skip
    return _Server(config, app, settings.drain_seconds)


def serve(app: FastAPI, settings: Settings, *, host: str, port: int, **more: Any) -> None:
    """Serve until a signal asks to end."""
    server = server_of(app, settings, host=host, port=port, **more)
    server.run()
    if not server.started:
        sys.exit(FAILED)
