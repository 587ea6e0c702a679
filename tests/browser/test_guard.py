"""What a real browser makes of the headers: what it refuses, and that the lab needs none of it."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import Server
from tests.browser.lab import Lab

REFUSED = """async (attempt) => {
  const refused = new Promise((resolve) =>
    document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective)));
  const kinds = {
    // Not at once: what a debugger has called may evaluate.
    evaluated: () => setTimeout(() => (0, eval)("1")),
    made: () => setTimeout(() => new Function("1")),
    inline: () => { const script = document.createElement("script"); script.textContent = "1"; document.head.append(script); },
    handler: () => { const image = document.createElement("img"); image.setAttribute("onclick", "1"); document.body.append(image); },
    script: () => { const script = document.createElement("script"); script.src = "http://elsewhere.test/x.js"; document.head.append(script); },
    socket: () => { try { new WebSocket("ws://elsewhere.test/"); } catch { /* likewise */ } },
    request: () => { fetch("http://elsewhere.test/").catch(() => {}); },
    frame: () => { const frame = document.createElement("iframe"); frame.src = "http://elsewhere.test/"; document.body.append(frame); },
    picture: () => { const image = document.createElement("img"); image.src = "http://elsewhere.test/x.png"; document.body.append(image); },
  };
  kinds[attempt]();
  return refused;
}"""  # noqa: E501


@pytest.fixture
def quiet(context: BrowserContext, server: Server) -> Page:
    """A lab whose console may complain."""
    page = context.new_page()
    Lab(page, server.url).open()
    return page


@pytest.mark.parametrize(
    ("attempt", "directive"),
    [
        ("evaluated", "script-src"),
        ("made", "script-src"),
        ("inline", "script-src-elem"),
        ("handler", "script-src-attr"),
        ("script", "script-src-elem"),
        ("socket", "connect-src"),
        ("request", "connect-src"),
        ("frame", "frame-src"),
        ("picture", "img-src"),
    ],
)
def test_the_browser_refuses(quiet: Page, attempt: str, directive: str) -> None:
    assert quiet.evaluate(REFUSED, attempt) == directive


class Host(BaseHTTPRequestHandler):
    """A site of others: a page with a frame for whatever stands behind its ?."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        shown = self.path.partition("?")[2]
        self.wfile.write(f'<!doctype html><iframe width=1300 height=800 src="{shown}">'.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def host() -> Iterator[str]:
    """Return the origin of that site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as site:
        thread = Thread(target=site.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()
        thread.join()


def test_a_page_of_another_site_cannot_show_the_lab(
    context: BrowserContext, server: Server, host: str
) -> None:
    page = context.new_page()
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(f"{host}/?{server.url}/")
    assert page.frame_locator("iframe").locator("#net").count() == 0


def test_one_that_the_settings_name_shows_the_lab_and_it_works(
    context: BrowserContext, tmp_path: Path, host: str
) -> None:
    server = Server(tmp_path, EMBED=host)
    server.start()
    try:
        page = context.new_page()
        page.goto(f"{host}/?{server.url}/")
        lab = page.frame_locator("iframe")
        expect(lab.locator("#net .disc").first).to_be_visible()
        lab.locator("[data-do=step]:visible").first.click()
        expect(lab.locator("#ops [aria-current]")).to_have_attribute("data-position", "1")
        page.close()
    finally:
        server.stop()


def test_no_address_with_a_key_is_given_to_others(quiet: Page, context: BrowserContext) -> None:
    """A page that is opened from a session does not learn its address."""
    told: list[dict[str, str]] = []

    def answer(route: Route) -> None:
        told.append(route.request.headers)
        route.fulfill(body="<!doctype html>", content_type="text/html")

    context.route("http://elsewhere.test/", answer)
    quiet.evaluate("() => { location.href = 'http://elsewhere.test/'; }")
    quiet.wait_for_url("http://elsewhere.test/")
    assert [headers.get("referer") for headers in told] == [None]
    assert quiet.evaluate("document.referrer") == ""
