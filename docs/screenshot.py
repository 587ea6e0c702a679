"""Make the pictures of the documents: a real server and a real browser.

    python docs/screenshot.py

The pictures change with the page. Run this after a change that can be seen, and look at them.
"""

import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from websockets.sync.client import connect

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
ANSWERS = (
    0.0276, 0.028, -0.0276, 0.1106, 0.0275, 0.11, 0.0277, -0.027, 0.1106, 0.0276, 0.5,
    0.0276, 0.111, 0.026, -0.2, 0.0274, 0.1106, -0.0276, 0.0276, 0.0276,
)  # fmt: skip
"""What a class may answer when asked for a delta of layer 1."""


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


def keep(name: str) -> None:
    """Write a picture again with 256 colours, which takes a third of the bytes."""
    with Image.open(DOCS / name) as picture:
        reduced = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    reduced.save(DOCS / name, optimize=True)
    print(f"docs/{name}")


def take(browser: Browser, server: Server, name: str) -> None:
    context = browser.new_context(color_scheme="light", **PICTURES[name])
    page = context.new_page()
    opened(page, server)
    page.screenshot(path=DOCS / name)
    context.close()
    keep(name)


def take_board(browser: Browser, server: Server) -> None:
    """Take the board after a question that a class of twenty has answered over real sockets."""
    page = browser.new_context(
        color_scheme="light", viewport={"width": 1440, "height": 900}
    ).new_page()
    opened = page.request.post(
        f"{server.url}/api/classes",
        data={
            "preset": "xor",
        },
    ).json()
    code = opened["code"]
    page.goto(f"{server.url}{opened['teach_url'].replace('/teach', '/board')}")
    expect(page.locator(".b-question").first).to_be_visible()
    with ExitStack() as learners:
        seats = []
        for _ in ANSWERS:
            joined = page.request.post(f"{server.url}/api/classes/{code}/learners", data={}).json()
            address = server.url.replace("http", "ws")
            seats.append(
                learners.enter_context(
                    connect(f"{address}/ws/{joined['key']}", ping_interval=None, close_timeout=0.1)
                )
            )
        for op in range(1, 8):  # to the delta of the output
            page.keyboard.press("ArrowRight")
            expect(page.locator("#b-stop")).to_contain_text(f"op {op} of 12")
        page.locator(".b-question", has_text="What will δ of").first.click()
        expect(page.locator(".b-wait b")).to_have_text("0")
        for seat, answer in zip(seats, ANSWERS, strict=True):
            seat.send(f'{{"type": "predict", "question": 1, "answer": {answer}}}')
        seats[3].send('{"type": "help", "on": true}')
        expect(page.locator(".b-wait b")).to_have_text(str(len(ANSWERS)))
        page.locator("[data-stage=count]").click()
        page.locator("[data-stage=reveal]").click()
        expect(page.locator(".b-truth math").first).to_be_visible()
        page.mouse.move(1, 1)
        page.wait_for_timeout(1000)
        page.screenshot(path=DOCS / "board.png")
    keep("board.png")


def take_lesson(browser: Browser, server: Server) -> None:
    """Take a step of a lesson that has been answered."""
    page = browser.new_context(
        color_scheme="light", viewport={"width": 1440, "height": 900}
    ).new_page()
    page.goto(f"{server.url}/lessons/by-hand")
    expect(page.locator("#net .disc").first).to_be_visible()
    page.click("#lesson-next")
    expect(page.locator("#lesson-place")).to_contain_text("2 of")
    page.fill(".lesson input[name=answer]", "0.3775")
    page.keyboard.press("Enter")
    expect(page.locator("#ops [aria-current]")).to_have_attribute("data-op", "z1")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(1000)
    page.screenshot(path=DOCS / "lesson.png")
    keep("lesson.png")


def take_join(browser: Browser, server: Server) -> None:
    """Take what a learner sees who has scanned the code."""
    page = browser.new_context(color_scheme="light", **PICTURES["lab-phone.png"]).new_page()
    code = page.request.post(f"{server.url}/api/classes", data={"preset": "xor"}).json()["code"]
    page.goto(f"{server.url}/class/{code}")
    expect(page.locator("#join-go")).to_be_enabled()
    card = page.locator("#join-form").bounding_box()
    assert card
    seen = {"x": 0, "y": card["y"] - 16, "width": 390, "height": card["height"] + 32}
    page.screenshot(path=DOCS / "join-phone.png", clip=seen)
    keep("join-phone.png")


def main() -> None:
    """Take every picture."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), "--host", "0.0.0.0", ADDRESS="backstep.local")
        server.start()
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        try:
            for name in PICTURES:
                take(browser, server, name)
            take_lesson(browser, server)
            take_join(browser, server)
            take_board(browser, server)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
