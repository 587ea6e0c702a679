"""The lab as a person uses it: what can be pressed and what can be read."""

import json
from typing import Any

from playwright.sync_api import Page, expect

__all__ = ["Lab"]


class Lab:
    """A page with the lab on it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def open(self, path: str = "/", *, panel: str = "values") -> None:
        """Open and wait until the network is drawn and the first numbers are there."""
        self.page.goto(self.url + path)
        expect(self.page.locator("#code li").first).to_be_attached()
        expect(self.page.locator("#net .disc").first).to_be_visible()
        self.show(panel)

    def show(self, panel: str) -> None:
        """Show ``why``, which stands there at first, or ``values``."""
        button = self.page.locator(f"[data-panel={panel}]")
        if button.get_attribute("aria-pressed") == "false":
            button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def do(self, name: str) -> None:
        """Press the visible control of that name."""
        self.page.locator(f"[data-do={name}]:visible").first.click()

    def step(self, count: int = 1) -> None:
        """Step by keyboard, each time waiting for the answer."""
        for _ in range(count):
            before = self.position()
            self.press("ArrowRight")
            self.wait_for_position(before + 1)

    def position(self) -> int:
        """The position that the page shows, from its time line."""
        current = self.page.locator("#ops [aria-current]")
        return int(current.get_attribute("data-position") or 0) if current.count() else 0

    def wait_for_position(self, position: int) -> None:
        if position == 0:
            expect(self.page.locator("#ops [aria-current]")).to_have_count(0)
        else:
            current = self.page.locator("#ops [aria-current]")
            expect(current).to_have_attribute("data-position", str(position))

    def matrix(self, tensor: str) -> list[float]:
        """The values of a tensor in the values panel, with every digit."""
        cells = self.page.locator(f"[data-tensor='{tensor}'] td")
        expect(cells.first).to_be_visible()
        return [float(cell.get_attribute("data-value") or "nan") for cell in cells.all()]

    def unit_text(self, layer: int, unit: int) -> str:
        """What a unit says to a screen reader."""
        proxy = self.page.locator(f".unit[data-layer='{layer}'][data-unit='{unit}']")
        proxy.focus()
        return proxy.get_attribute("aria-label") or ""

    def rate(self, place: int) -> None:
        """Move the speed slider."""
        self.page.locator("#speed").fill(str(place))

    def sentence(self) -> str:
        return self.page.locator("#say").inner_text()

    def session(self) -> dict[str, Any]:
        """The session as the server has it."""
        key = self.page.url.split("/s/")[1].split("?")[0].split("#")[0]
        response = self.page.request.get(f"{self.url}/api/sessions/{key}")
        document: dict[str, Any] = json.loads(response.text())
        return document
