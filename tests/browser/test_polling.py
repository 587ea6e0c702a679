"""Behind a proxy that lets no WebSocket through, the page polls and does all that it does."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from websockets.sync.client import ClientConnection, connect

from app.engine.program import writes
from app.engine.run import Run
from app.presets import preset
from tests.browser.conftest import Server, listened
from tests.browser.lab import Lab
from tests.nginx import AROUND, Nginx

FORWARDED = "proxy_pass {server}; proxy_set_header Host $http_host; proxy_http_version 1.1;"
BLOCKING = {
    "refuses": "return 403;",
    "passes on no upgrade": FORWARDED,
    "never answers": "proxy_pass http://127.0.0.1:{silent}; proxy_read_timeout 1h;",
}
"""How a network that blocks sockets treats one."""


def config(server: Server, sockets: str) -> str:
    places = f"location / {{ {FORWARDED} }} location /ws/ {{ {sockets} }}"
    http = f"server {{ listen 8080; {places} }}"
    return AROUND.format(http=http.replace("{server}", server.url))


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def proxy(
    request: pytest.FixtureRequest, server: Server, silent: int, tmp_path: Path
) -> Iterator[Nginx]:
    blocking = BLOCKING[getattr(request, "param", "refuses")]
    running = Nginx(tmp_path, config(server, blocking.replace("{silent}", str(silent))))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def blocked(context: BrowserContext, proxy: Nginx) -> Iterator[Page]:
    """A page behind it; only what the browser itself says of failed requests may be complained of."""  # noqa: E501
    complaints: list[str] = []
    opened = listened(context.new_page(), complaints)
    yield opened
    opened.close(run_before_unload=True)
    expected = ("error: Failed to load resource:", "error: WebSocket connection to", "warning: Web")
    assert [c for c in complaints if not c.startswith(expected)] == []


@pytest.fixture
def lab(blocked: Page, proxy: Nginx) -> Lab:
    opened = Lab(blocked, proxy.url)
    opened.open()
    return opened


def engine(position: int) -> Run:
    run = Run(preset("xor"))
    run.advance(position)
    return run


def requests(page: Page) -> list[str]:
    """Return what the page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda opened: asked.append(opened.url))
    return asked


@pytest.mark.parametrize("proxy", BLOCKING, indirect=True)
def test_a_page_whose_sockets_are_blocked_opens_all_the_same(lab: Lab) -> None:
    run = engine(0)
    for _ in range(3):
        run.step()
        lab.step()
    assert lab.matrix("a1") == run.tensor("a1").ravel().tolist()
    expect(lab.page.locator(".notice")).to_have_count(0)
    lab.press("?")
    expect(lab.page.locator("#dialog")).to_contain_text("WebSocket does not get through here")


def test_it_steps_plays_and_edits(lab: Lab) -> None:
    lab.step(9)
    assert lab.matrix("delta1") == engine(9).tensor("delta1").ravel().tolist()
    lab.press("ArrowLeft")
    lab.wait_for_position(8)
    lab.page.locator("[data-weight='1.0.0']").click()
    lab.page.locator(".edit .field").fill("0.25")
    lab.page.locator(".edit .field").press("Enter")
    expect(lab.page.locator(".edit .field")).to_have_value("0.25")
    lab.page.locator("#inspect-clear").click()
    assert lab.session()["edits"] == [
        {"position": 0, "tensor": "W1", "index": [0, 0], "value": 0.25}
    ]
    lab.press("5")
    lab.rate(10)
    lab.press(" ")
    expect(lab.page.locator("#n-epoch")).not_to_have_text("000,000")
    expect(lab.page.locator("#surface .heatmaplayer image")).to_have_count(1)
    lab.press("Escape")
    expect(lab.page.locator(".top [data-do=play]")).to_have_attribute("aria-label", "Play")
    position = lab.session()["position"]
    lab.wait_for_position(position)
    run = Run(preset("xor"))
    run.set_value("W1", (0, 0), 0.25)
    run.advance(position)
    name = writes(run.program[(position - 1) % len(run.program)], run.config)[0]
    assert lab.matrix(name) == run.tensor(name).ravel().tolist()


def test_a_connection_that_is_dropped_comes_back_at_the_same_place(lab: Lab, proxy: Nginx) -> None:
    lab.step(9)
    shown = lab.matrix("delta1")
    proxy.stop()
    expect(lab.page.locator(".notice")).to_contain_text("The connection is gone")
    proxy.start()
    expect(lab.page.locator(".notice")).to_have_count(0)
    lab.wait_for_position(9)
    assert lab.matrix("delta1") == shown
    lab.step(1)
    assert lab.matrix("dW1") == engine(10).tensor("dW1").ravel().tolist()


def test_a_short_cut_is_not_seen_and_loses_nothing(lab: Lab, proxy: Nginx) -> None:
    lab.step(9)
    asked = requests(lab.page)
    proxy.stop()
    proxy.start()
    lab.step(1)
    assert lab.matrix("dW1") == engine(10).tensor("dW1").ravel().tolist()
    assert not [url for url in asked if url.endswith(lab.page.url.split("/s/")[1])]  # opened anew
    expect(lab.page.locator(".notice")).to_have_count(0)


def test_a_restart_of_the_server_is_told_and_loses_nothing(page: Page, server: Server) -> None:
    lab = Lab(page, server.url)
    lab.open("/?transport=polling")
    lab.step(9)
    shown = lab.matrix("delta1")
    server.stop()
    expect(page.locator(".notice")).to_contain_text("The server restarts")
    server.start()
    expect(page.locator(".notice")).to_have_count(0)
    lab.wait_for_position(9)
    assert lab.matrix("delta1") == shown


def test_the_tab_remembers_and_another_tab_tries_sockets_again(
    lab: Lab, context: BrowserContext
) -> None:
    lab.step(3)
    asked = requests(lab.page)
    lab.page.reload()
    lab.wait_for_position(3)
    assert not [url for url in asked if url.startswith("ws:")]
    other = context.new_page()
    asked = requests(other)
    Lab(other, lab.url).open(lab.page.url.removeprefix(lab.url))
    assert len([url for url in asked if url.startswith("ws:")]) == 2


def test_a_page_that_goes_frees_its_seat(lab: Lab, server: Server) -> None:
    key = lab.page.url.split("/s/")[1]
    with connect(f"{server.url.replace('http', 'ws')}/ws/{key}") as watching:
        assert viewers(watching) == 2
        lab.page.goto("about:blank")
        while viewers(watching) != 1:
            pass


def viewers(connection: ClientConnection) -> int:
    """Return how many look, as a status tells them; a breakpoint that comes and goes makes one."""
    for on in ("true", "false"):
        connection.send(f'{{"type": "break", "op": 1, "on": {on}}}')
        while (message := json.loads(text(connection)))["type"] != "status":
            pass
    count: int = message["viewers"]
    return count


def text(connection: ClientConnection) -> str:
    while not isinstance(message := connection.recv(20), str):
        pass
    return message


def test_polling_and_sockets_can_be_asked_for(page: Page, server: Server) -> None:
    lab = Lab(page, server.url)
    asked = requests(page)
    lab.open("/?transport=polling")
    lab.step(2)
    assert not [url for url in asked if url.startswith("ws:")]
    page.reload()
    lab.wait_for_position(2)
    assert not [url for url in asked if url.startswith("ws:")]
    lab.open(f"{page.url.removeprefix(server.url)}?transport=socket")
    lab.wait_for_position(2)
    assert [url for url in asked if url.startswith("ws:")]
