"""The process in which the server runs: how it ends, and what it has no patience with."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from app.server import LONGEST_HEAD
from tests.live.clients import UNIT, Browser, Server


@contextmanager
def running(folder: Path, **settings: object) -> Iterator[Server]:
    server = Server(folder, **settings)
    try:
        server.start()
        yield server
    finally:
        server.end()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server")) as made:
        yield made
        made.stop()


def close_code(browser: Browser) -> int:
    """Listen until the server closes, and return why it says it does."""
    try:
        while True:
            browser.next()
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else 0


def until_not_ready(server: Server) -> None:
    while server.http.get("/readyz").status_code == 200:
        pass


# ---------------------------------------------------------------- the end


def test_viewers_are_told_of_a_restart_and_find_everything_at_its_place(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        key = server.create()["key"]
        with server.browser(key) as browser:
            browser.ask("step", count=7)
            server.ask_to_end()
            assert close_code(browser) == 1012
        server.stop()
        assert "Traceback" not in server.log
        server.start()
        assert server.document(key)["position"] == 7
        server.stop()


def test_while_it_drains_it_is_not_ready_and_goes_on(tmp_path: Path) -> None:
    with running(tmp_path, drain_seconds=10 * UNIT) as server:
        with server.browser(server.create()["key"]) as browser:
            server.ask_to_end()
            until_not_ready(server)
            assert server.http.get("/healthz").status_code == 200
            assert browser.ask("step")["type"] == "answer"
            server.ask_to_end()  # again: it does not wait any longer
            assert close_code(browser) == 1012
        server.stop()


def test_what_has_not_been_saved_yet_is_saved_at_the_end(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        keys = [server.create()["key"] for _ in range(20)]
        for position, key in enumerate(keys):
            with server.browser(key) as browser:
                browser.ask("seek", position=position)
        server.stop()
        server.start()
        assert [server.document(key)["position"] for key in keys] == [*range(20)]
        server.stop()


def test_a_port_that_is_taken_ends_it_with_a_failure(server: Server, tmp_path: Path) -> None:
    second = Server(tmp_path)
    second.port = server.port
    with pytest.raises(AssertionError, match="address already in use"):
        second.start()
    second.end()


def test_only_a_proxy_that_is_believed_says_who_asks(tmp_path: Path) -> None:
    for proxies, statuses in (("127.0.0.1", [201, 201]), ("10.0.0.0/8", [201, 429])):
        with running(tmp_path, proxies=proxies, sessions_per_minute=1) as server:
            asked = [{"X-Forwarded-For": f"10.1.1.{number}"} for number in (1, 2)]
            answers = [server.http.post("/api/sessions", json={}, headers=h) for h in asked]
            assert [answer.status_code for answer in answers] == statuses
            server.stop()


# ---------------------------------------------------------------- patience

HASTY = """
import sys
from app import __main__, server
server.HEAD_SECONDS = 0.1
sys.argv[1:1] = ["serve", "--port"]
__main__.main()
"""


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that waits a tenth of a second for the head of a request."""
    server = Server(tmp_path_factory.mktemp("hasty"))
    server.command = ["-c", HASTY]
    try:
        server.start()
        yield server
        server.stop()
    finally:
        server.end()


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), UNIT) as connection:
        yield connection


def test_who_says_nothing_or_never_ends_is_closed_and_others_are_not(hasty: Server) -> None:
    with hasty.browser(hasty.create()["key"]) as browser:
        browser.ask("step")
        for beginning in (b"", b"GET / HTTP/1.1\r\nHost: lab\r\n"):
            with connected(hasty) as silent:
                silent.sendall(beginning)
                assert silent.recv(1) == b""
        with connected(hasty) as second:
            second.sendall(b"GET /healthz HTTP/1.1\r\nHost: lab\r\n\r\n")
            assert second.recv(65536).startswith(b"HTTP/1.1 200")
            second.sendall(b"GET ")
            while second.recv(65536):
                pass
        assert browser.ask("step")["type"] == "answer"


def test_headers_without_end_are_refused(server: Server) -> None:
    with connected(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * LONGEST_HEAD)
        assert connection.recv(65536).startswith(b"HTTP/1.1 400")
        assert server.http.get("/healthz").status_code == 200


def test_a_body_may_be_longer_than_headers(server: Server) -> None:
    body = json.dumps({"preset": "xor", "padding": "x" * 2 * LONGEST_HEAD})
    assert server.http.post("/api/sessions", content=body).status_code == 201


def test_nobody_is_told_what_serves(server: Server) -> None:
    assert "server" not in server.http.get("/").headers
