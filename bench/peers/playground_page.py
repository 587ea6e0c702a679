"""TensorFlow Playground's page in the same browser: its published files, where they are.

``make bench-peers`` fetches them. Each frame of its animation trains an epoch and draws it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Page, Route

__all__ = ["NETWORKS", "is_there", "playing", "served"]

FILES = Path(__file__).parents[2] / "build" / "playground"
FEATURES = "x y xTimesY xSquared ySquared sinX sinY".split()
SETTINGS = "dataset=circle&problem=classification&activation=tanh&batchSize=10&learningRate=0.03"
NETWORKS = {
    "2-4-2-1, Playground's default": ("4,2", FEATURES[:2]),
    "7-8-8-8-8-8-8-1, Playground's largest": ("8,8,8,8,8,8", FEATURES),
}
"""Hidden layers and inputs of the networks that it can have, by their names in `bench.render`."""


def is_there() -> bool:
    """Whether its files are."""
    return (FILES / "index.html").is_file()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve its files until the block ends; yield their address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(FILES)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def playing(page: Page, url: str, name: str) -> None:
    """Open one of its networks and let it play. Its fonts are on another host and not asked for."""
    shape, inputs = NETWORKS[name]
    chosen = "&".join(f"{feature}={str(feature in inputs).lower()}" for feature in FEATURES)
    page.route("**/*", lambda route: _of(url, route))
    page.goto(f"{url}/#{SETTINGS}&networkShape={shape}&{chosen}")
    page.locator("#play-pause-button").click()


def _of(url: str, route: Route) -> None:
    if route.request.url.startswith(url):
        route.continue_()
    else:
        route.abort()
