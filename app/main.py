"""The server: pages, HTTP and sockets around one lobby."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, WebSocket
from fastapi.staticfiles import StaticFiles

from app import __version__
from app.engine import mnist
from app.engine.mistakes import MISTAKES
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
    metrics,
    pages,
    polling,
    problems,
    sheets,
    sweeps,
    weights,
)
from app.web.guard import Guard, protection

__all__ = ["create_app"]


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
    app.add_middleware(Guard, settings=settings)
    per_minute, guesses = settings.sessions_per_minute, settings.guesses_per_minute
    app.state.sweeps = 0
    app.state.openings = Allowances(per_minute, burst=max(1, per_minute))
    app.state.guesses = Allowances(guesses, burst=max(1, guesses))
    app.include_router(pages.router)
    app.include_router(metrics.router)
    app.include_router(api.router)
    app.include_router(classes.router)
    app.include_router(data.router)
    app.include_router(exports.router)
    app.include_router(sheets.router)
    app.include_router(sweeps.router)
    app.include_router(weights.router)
    app.include_router(polling.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")

    @app.websocket("/ws/{key}")
    async def socket(socket: WebSocket, key: str) -> None:
        await serve_socket(socket, key, app.state.lobby)

    return app
