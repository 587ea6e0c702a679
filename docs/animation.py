"""Make the moving picture of the README: one minibatch of XOR in the real page, and one step back.

    python docs/animation.py

Every number in it is one that the page shows. Run this after a change that can be seen.
"""

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from app.presets import PRESETS  # noqa: E402
from tests.browser.chromium import chromium  # noqa: E402
from tests.browser.conftest import SWITCHES, Server  # noqa: E402
from tests.browser.lab import Lab  # noqa: E402

EPOCHS, OPS = 350, 12  # of XOR 2-3-1, where a minibatch is an epoch
SIZE = {"width": 1180, "height": 790}
WIDTH = 900
LAST = 2400  # ms for which the end is shown, and 1000 for the others


def frame(page: Page) -> Image.Image:
    """Return what is seen, once the picture has come to rest."""
    page.mouse.move(1, 1)
    page.wait_for_timeout(700)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        height = round(WIDTH * picture.height / picture.width)
        return picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)


def frames(lab: Lab) -> list[Image.Image]:
    """Step through epoch 351, then one op back."""
    start = EPOCHS * OPS
    lab.wait_for_position(start)
    seen = []
    for op in range(1, OPS + 1):
        lab.press("ArrowRight")
        lab.wait_for_position(start + op)
        seen.append(frame(lab.page))
    lab.press("ArrowLeft")
    lab.wait_for_position(start + OPS - 1)
    return [*seen, frame(lab.page)]


def colours_of(pictures: list[Image.Image]) -> Image.Image:
    """Return 256 colours for all: the 96 that most of it has, and those that cover the rest."""
    strip = Image.new("RGB", (WIDTH, sum(picture.height for picture in pictures)))
    for i, picture in enumerate(pictures):
        strip.paste(picture, (0, i * picture.height))
    counted = sorted(strip.getcolors(2**24), reverse=True)
    common = [value for _, colour in counted[:96] for value in colour]
    cover = strip.quantize(160, Image.Quantize.MAXCOVERAGE).getpalette()
    made = Image.new("P", (1, 1))
    made.putpalette((common + cover)[:768])
    return made


def write(pictures: list[Image.Image], path: Path) -> None:
    """Write the pictures with the same colours in all, so that what rests takes no bytes."""
    colours = colours_of(pictures)
    first, *rest = [p.quantize(palette=colours, dither=Image.Dither.NONE) for p in pictures]
    times = [1000] * len(rest) + [LAST]
    first.save(path, save_all=True, append_images=rest, duration=times, loop=0, optimize=True)
    print(f"docs/{path.name}: {len(pictures)} pictures, {path.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Drive the page and write the picture."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.start()
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        try:
            page = browser.new_context(color_scheme="light", viewport=SIZE).new_page()
            document = {"config": PRESETS["xor"].config, "position": EPOCHS * OPS}
            opened = page.request.post(f"{server.url}/api/sessions", data=document).json()
            lab = Lab(page, server.url)
            lab.open(f"{opened['drive_url']}?theme=light", panel="why")
            write(frames(lab), DOCS / "lab.gif")
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
