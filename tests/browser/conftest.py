"""A real server, a real Chromium, and a page that may say nothing on its console."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import chromium
from tests.browser.lab import Lab

SLOWER = float(os.environ.get("TEST_SLOWER", "1"))
"""Factor on every time limit, for slow machines."""
SECRET = "known to the tests"
"""What opens the seals of the server."""
SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--no-first-run",
)  # fmt: skip

expect.set_options(timeout=8000 * SLOWER)


class Server:
    """`backstep serve` as a process, which can be stopped and started again on the same data."""

    def __init__(self, folder: Path, *options: str, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        usual = {"SESSIONS_PER_MINUTE": "10000", "SECRET": SECRET}
        self._folder, self._settings = folder, {**usual, **settings}
        self._options = options
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers; what it printed is shown if it does not."""
        command = [sys.executable, "-m", "app", "serve", "--port", str(self.port), *self._options]
        settings = {f"BACKSTEP_{name}": value for name, value in self._settings.items()}
        environment = {**os.environ, "BACKSTEP_DATA": str(self._folder / "data"), **settings}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        limit = time.monotonic() + 20 * SLOWER
        while time.monotonic() < limit:
            try:
                if httpx.get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                assert self._process.poll() is None, self.printed()
        raise AssertionError(f"the server does not answer:\n{self.printed()}")

    def stop(self) -> None:
        """Ask it to end and wait until it has."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(timeout=15 * SLOWER)

    def printed(self) -> str:
        return self._log.read_text()


def listened(page: Page, complaints: list[str]) -> Page:
    """Return the page; whatever it says on its console is a complaint."""
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    return page


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("server"))
    running.start()
    yield running
    running.stop()
    assert "Traceback" not in running.printed(), running.printed()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    fresh = browser.new_context(viewport={"width": 1440, "height": 900})
    fresh.grant_permissions(["clipboard-read", "clipboard-write"])
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext, server: Server) -> Iterator[Page]:
    """A page; whatever it says on its console, or asks of another host, fails the test."""
    complaints: list[str] = []
    opened = listened(context.new_page(), complaints)
    opened.on("request", lambda request: _check_host(request.url, server, complaints))
    yield opened
    # What is refused, or happens while the server restarts, is reported by the browser itself.
    refused = re.compile(r"WebSocket connection to|Failed to load.*(ERR_CONNECTION_|410|422)")
    assert [c for c in complaints if not refused.search(c)] == []


def _check_host(url: str, server: Server, complaints: list[str]) -> None:
    if not url.startswith((server.url, "data:", "blob:")):
        complaints.append(f"request to another host: {url}")


@pytest.fixture
def lab(page: Page, server: Server) -> Lab:
    """The lab, opened on XOR 2-3-1."""
    opened = Lab(page, server.url)
    opened.open()
    return opened
