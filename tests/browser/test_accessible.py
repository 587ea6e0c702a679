"""No page has a fault that axe finds: light and dark, in every language, wide and on a phone.

axe-core comes with npm, as what checks the types does; where npm is not, these tests are left out.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app.language import LANGUAGES
from tests.browser.conftest import Server, listened
from tests.browser.places import PLACES, ready
from tests.browser.test_chinese import english

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
pytestmark = pytest.mark.skipif(
    not AXE.is_file() and shutil.which("npm") is None and "CI" not in os.environ,
    reason="axe-core is installed with npm, which is not here",
)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def seen(browser: Browser, server: Server, language: str) -> Iterator[Page]:
    """A page in which a script of ours may look around; its console must stay empty."""
    context = browser.new_context(
        base_url=server.url, bypass_csp=True, locale=language,
        viewport={"width": 1440, "height": 900}, reduced_motion="reduce",
    )  # fmt: skip
    complaints: list[str] = []
    yield listened(context.new_page(), complaints)
    context.close()
    assert complaints == []


def faults(page: Page) -> list[str]:
    """Return what axe finds in light and in dark, a line for each place."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    found = []
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
        seen: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
        found += [
            f"{theme}: {each['id']}: {node['target']} {node['failureSummary']}"
            for each in seen["violations"] for node in each["nodes"]
        ]  # fmt: skip
    return found


@pytest.mark.parametrize("places", PLACES)
def test_axe_finds_nothing_and_in_chinese_nothing_is_english(
    seen: Page, language: str, places: str
) -> None:
    for place in PLACES[places](seen):
        expect(seen.locator("html")).to_have_attribute("lang", language)
        assert faults(seen) == [], place
        if language == "zh":
            assert english(seen) == [], place


def test_axe_finds_nothing_on_a_phone_and_nothing_is_wider(seen: Page) -> None:
    seen.set_viewport_size({"width": 360, "height": 740})
    ready(seen).page.locator(".dock [data-do=step]").click()
    for place in ("lab", "/lessons/one-neuron", "/class", "/sheet/mazur"):
        if place != "lab":
            seen.goto(place)
        assert faults(seen) == [], place
        assert seen.evaluate("document.documentElement.scrollWidth") <= 360, place


def test_at_twice_the_size_nothing_is_lost(seen: Page) -> None:
    """A window of 1280 by 800 that is zoomed to 200 % has room for half of that."""
    seen.set_viewport_size({"width": 640, "height": 400})
    ready(seen).step(2)
    assert seen.evaluate("document.documentElement.scrollWidth") <= 640
    controls = (".dock [data-do=step]", "#net .disc", ".tabs [role=tab]", "#ops [aria-current]")
    for control in controls:
        seen.locator(control).first.scroll_into_view_if_needed()
        expect(seen.locator(control).first).to_be_in_viewport()
