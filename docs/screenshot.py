"""Make the pictures of the README: a real server, a real browser, and the lab at one op.

    python docs/screenshot.py

The pictures change with the page. Run this after a change that can be seen, and look at them.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from app.presets import PRESETS  # noqa: E402
from tests.browser.chromium import chromium  # noqa: E402
from tests.browser.conftest import SWITCHES, Server  # noqa: E402
from tests.browser.lab import Lab  # noqa: E402

EPOCHS = 350
OPS = 12  # of one minibatch of XOR 2-3-1, which is one epoch
DELTA1 = 9  # ops executed when delta1 has just been written
PICTURES: dict[str, Any] = {
    "lab.png": {"viewport": {"width": 1440, "height": 900}},
    "lab-phone.png": {
        "viewport": {"width": 390, "height": 844}, "device_scale_factor": 1,
        "is_mobile": True, "has_touch": True,
    },
}  # fmt: skip


def opened(page: Page, server: Server) -> Lab:
    """Open XOR 2-3-1 where delta1 of epoch 351 is written, with example 2 and a unit shown."""
    position = EPOCHS * OPS + DELTA1
    document = {"config": PRESETS["xor"].config, "position": position}
    answer = page.request.post(f"{server.url}/api/sessions", data=document).json()
    lab = Lab(page, server.url)
    lab.open(f"{answer['drive_url']}?theme=light", panel="why")
    lab.wait_for_position(position)
    lab.do("example-after")
    expect(page.locator("#example")).to_have_text("Example 2 of 4")
    page.locator(".unit[data-layer='1'][data-unit='1']").click()
    expect(page.locator("#why-what")).to_have_text("δ, layer 1, unit 2, example 2")
    if page.locator("#loss").is_visible():  # on a phone the results are behind a tab
        expect(page.locator("#loss .js-line").first).to_be_attached()
        expect(page.locator("#surface image").first).to_be_attached()
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(1, 1)
    page.wait_for_timeout(1000)  # the curves settle a moment after the network
    return lab


def take(browser: Browser, server: Server, name: str) -> None:
    context = browser.new_context(color_scheme="light", **PICTURES[name])
    page = context.new_page()
    opened(page, server)
    page.screenshot(path=DOCS / name)
    context.close()
    print(f"docs/{name}")


def main() -> None:
    """Take every picture."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.start()
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        try:
            for name in PICTURES:
                take(browser, server, name)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
