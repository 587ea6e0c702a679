"""A page on a session whose worker dies: it goes on at another one without being touched."""

from collections.abc import Iterator
from time import monotonic

import pytest
from playwright.sync_api import BrowserContext, expect

from app.engine.run import Run
from app.presets import preset
from tests.browser.conftest import SLOWER
from tests.browser.lab import Lab
from tests.scale.cluster import SOON, Cluster


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"), workers=2)
    try:
        made.start()
        yield made
    finally:
        made.end()


def test_a_page_comes_back_by_itself_when_its_worker_is_killed(
    context: BrowserContext, cluster: Cluster
) -> None:
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    lab = Lab(page, cluster.nginx.url)
    lab.open()
    lab.step(9)
    shown = lab.matrix("delta1")
    key = page.url.partition("/s/")[2]
    first = cluster.owner(key)
    first.kill()
    limit = monotonic() + SOON * SLOWER
    while cluster.owner(key) is first:
        assert monotonic() < limit, "the page has not come back"
    lab.wait_for_position(9)
    assert lab.matrix("delta1") == shown
    lab.step(1)
    run = Run(preset("xor"))
    run.advance(10)
    assert lab.matrix("dW1") == run.tensor("dW1").ravel().tolist()
    expect(page.locator(".notice")).to_have_count(0)
    assert [c for c in complaints if "WebSocket connection to" not in c] == []
