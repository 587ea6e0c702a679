"""The server: pages, HTTP and sockets around one lobby."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, WebSocket

from app import __version__
from app.assets import assets
from app.engine import mnist
from app.engine.mistakes import MISTAKES
from app.lessons.library import SHIPPED, Library
from app.live.allowance import Allowances
from app.live.lobby import Lobby
from app.live.polling import Pollers
from app.live.seal import Seal, secret_of
from app.live.socket import serve_socket
from app.live.stores import opened
from app.settings import Settings
from app.web import (
    api,
    classes,
    data,
    exports,
    languages,
    lessons,
    metrics,
    pages,
    polling,
    problems,
    sheets,
    sweeps,
    weights,
)
from app.web.guard import Guard, protection
from app.web.packing import Packing
from app.web.static import Static

__all__ = ["create_app"]

ROUTERS = (
    pages, metrics, api, classes, data, exports, languages, lessons, sheets, sweeps, weights,
    polling,
)  # fmt: skip


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application; its lobby opens when it starts and is saved when it stops."""
    settings = settings or Settings.from_environment()
    if settings.mnist is not None:
        mnist.look_in(settings.mnist)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.lobby = Lobby(settings, opened(settings))
        app.state.pollers = Pollers(app.state.lobby)
        await app.state.lobby.start()
        assets.current().assets  # noqa: B018  # read and packed before the first browser waits
        app.state.seal = Seal(secret_of(settings), MISTAKES)
        app.state.ready = True
        yield
        app.state.ready = False
        await app.state.lobby.stop()
        app.state.pollers.stop()

    app = FastAPI(
        title="Backstep", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    problems.install(app, protection(settings))
    app.add_middleware(Packing)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(languages.Interpreter)
    per_minute, guesses = settings.sessions_per_minute, settings.guesses_per_minute
    app.state.library = Library(tuple(filter(None, (SHIPPED, settings.lessons))))
    app.state.sweeps = 0
    app.state.openings = Allowances(per_minute, burst=max(1, per_minute))
    app.state.guesses = Allowances(guesses, burst=max(1, guesses))
    for part in ROUTERS:
        app.include_router(part.router)
    app.mount("/static", Static(assets), name="static")

    @app.websocket("/ws/{key}")
    async def socket(socket: WebSocket, key: str) -> None:
        await serve_socket(socket, key, app.state.lobby)

    return app
