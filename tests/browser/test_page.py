"""What a first visit costs, and that a second costs next to nothing."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Server
from tests.browser.lab import Lab

MOST = 700_000  # bytes


class Wire:
    """What goes over the wire to a page, with headers, by the addresses that were asked for."""

    def __init__(self, page: Page) -> None:
        self.bytes: dict[str, int] = {}
        self._urls: dict[str, str] = {}
        self._network = page.context.new_cdp_session(page)
        self._network.on("Network.requestWillBeSent", self._asked)
        self._network.on("Network.loadingFinished", self._loaded)
        self._network.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["request"]["url"]

    def _loaded(self, event: dict[str, Any]) -> None:
        url = self._urls[event["requestId"]]
        self.bytes[url] = self.bytes.get(url, 0) + int(event["encodedDataLength"])

    @property
    def whole(self) -> int:
        return sum(self.bytes.values())


@pytest.mark.parametrize("encodings", ["br, gzip", "gzip"])
def test_a_first_visit_takes_less_than_700_kilobytes(
    page: Page, server: Server, encodings: str
) -> None:
    """With Brotli, as over TLS, and without, as over plain HTTP in a classroom."""
    page.set_extra_http_headers({"Accept-Encoding": encodings})
    wire = Wire(page)
    Lab(page, server.url).open()
    page.wait_for_load_state("networkidle")
    plotly = next(count for url, count in wire.bytes.items() if url.endswith("/plotly.min.js"))
    assert (plotly < 320_000) == ("br" in encodings)
    assert len(wire.bytes) > 80
    assert wire.whole < MOST


def test_a_second_visit_loads_no_file_again(page: Page, server: Server) -> None:
    Lab(page, server.url).open()
    wire = Wire(page)
    Lab(page, server.url).open()
    page.wait_for_load_state("networkidle")
    asked = [url for url, count in wire.bytes.items() if "/static/" in url and count]
    assert asked == []
