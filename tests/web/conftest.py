"""The application with its lobby, asked in the same process by a client that need not await."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings

T = TypeVar("T")


class Client:
    """Requests to an application from one address, one after the other."""

    def __init__(self, portal: BlockingPortal, app: FastAPI, address: str = "127.0.0.1") -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 123))
        self.app, self.portal = app, portal
        self._client = httpx.AsyncClient(transport=transport, base_url="http://lab")

    def of(self, address: str) -> "Client":
        """Return who asks the same application from another address."""
        return Client(self.portal, self.app, address)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.portal.call(partial(self._client.request, method, path, **more))

    def call(self, function: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        """Call a function of the application in its loop."""
        return self.portal.call(function, *arguments)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)


@contextmanager
def asked(app: FastAPI) -> Iterator[Client]:
    """Ask an application that has not been started."""
    with start_blocking_portal("asyncio") as portal:
        yield Client(portal, app)


@contextmanager
def serving(folder: Path, app: FastAPI | None = None, **settings: Any) -> Iterator[Client]:
    """Start an application, or one with these settings, ask, and stop it again."""
    app = app or create_app(Settings(data=folder, **settings))
    with (
        start_blocking_portal("asyncio") as portal,
        portal.wrap_async_context_manager(app.router.lifespan_context(app)),
    ):
        yield Client(portal, app)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(tmp_path_factory.mktemp("data")) as made:
        yield made
