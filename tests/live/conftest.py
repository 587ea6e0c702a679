"""The servers that the socket's tests share, and the loop of the asynchronous ones."""

from collections.abc import Iterator

import pytest

from .clients import RedisServer, Server


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def served(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
        server.stop()
        assert "Traceback" not in server.log, server.log
    finally:
        server.end()


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis that the tests of one process share; each uses names of its own."""
    running = RedisServer(tmp_path_factory.mktemp("redis"))
    yield running
    running.end()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its usual settings."""
    yield from served(Server(tmp_path_factory.mktemp("server")))


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with limits that are quickly reached."""
    limits = {"messages_per_second": 5, "max_message": 4000, "max_viewers": 2, "max_rooms": 8}
    folder = tmp_path_factory.mktemp("strict")
    yield from served(
        Server(folder, **limits, max_parameters=100, origins="https://school.example")
    )
