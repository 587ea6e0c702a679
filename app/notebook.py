"""From a notebook: ``from app.notebook import show`` serves the lab and shows it in a cell.

The server listens on this machine only and ends with the kernel. Its sessions are not kept.
"""

import atexit
import json
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import monotonic, sleep
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from app.engine.config import Config
from app.errors import BackstepError
from app.language import language_of_environment, say, spoken
from app.main import create_app
from app.server import server_of
from app.settings import Settings

__all__ = ["Lab", "close", "show"]

HOST = "127.0.0.1"
PARENTS = "http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*"
"""The pages that may show ours: notebooks on this machine."""
PATIENCE = 30.0  # s until the server has started
_running: list["_Server"] = []


class Lab:
    """A session in the lab, as a notebook shows it; `url` opens it in a tab of its own."""

    def __init__(self, url: str, height: int, theme: str | None) -> None:
        self.url, self.height = url, height
        self._theme = f"&theme={theme}" if theme else ""

    def _repr_html_(self) -> str:
        source = escape(f"{self.url}?embed{self._theme}", quote=True)
        style = f"width:100%;height:{self.height}px;border:0;border-radius:12px"
        more = 'title="Backstep" allow="clipboard-write"'
        return f'<iframe src="{source}" style="{style}" {more}></iframe>'

    def __repr__(self) -> str:
        return _said(say("Backstep at {url}", url=self.url))


def show(
    experiment: str | Config | dict[str, Any] = "xor",
    *,
    height: int = 720,
    theme: Literal["light", "dark"] | None = None,
) -> Lab:
    """Show an experiment in the lab: the name of a preset, a config, or a document.

    `height` is that of the cell's output in pixels. The first call starts the server.

    Raises:
        BackstepError: the experiment cannot be; the sentence names the field, the rule and the
            value. Or the server did not start.
    """
    if not _running:
        _running.append(_Server())
    return Lab(_running[0].open(experiment), height, theme)


def close() -> None:
    """Stop the server; a later `show` starts another."""
    while _running:
        _running.pop().stop()


class _Server:
    """A server in a thread of its own."""

    def __init__(self) -> None:
        given = Settings.from_environment()
        self._folder = TemporaryDirectory()
        settings = given.model_copy(update={"data": Path(self._folder.name), "embed": PARENTS})
        self._server = server_of(create_app(settings), settings, host=HOST, port=0)
        self._thread = Thread(target=self._server.run, name="backstep", daemon=True)
        self._thread.start()
        end = monotonic() + PATIENCE
        while not self._server.started:
            if monotonic() > end or not self._thread.is_alive():
                raise BackstepError(_said(say("The server of the lab did not start.")))
            sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://{HOST}:{port}"

    def open(self, experiment: str | Config | dict[str, Any]) -> str:
        """Open a session and return its address."""
        match experiment:
            case str():
                body: Any = {"preset": experiment}
            case Config():
                body = {"config": experiment.as_json()}
            case _:
                body = experiment
        headers = {
            "Content-Type": "application/json", "Accept-Language": language_of_environment()
        }  # fmt: skip
        request = Request(f"{self.url}/api/sessions", json.dumps(body).encode(), headers)
        try:
            with urlopen(request) as answer:  # our own server
                return f"{self.url}{json.load(answer)['drive_url']}"
        except HTTPError as refused:
            raise BackstepError(json.load(refused)["detail"]) from None

    def stop(self) -> None:
        """End the server, and wait for it."""
        self._server.should_exit = True
        self._thread.join()
        self._folder.cleanup()


def _said(sentence: str) -> str:
    """A sentence in the language that the notebook was started in."""
    said: str = spoken(sentence, language_of_environment())
    return said


atexit.register(close)
