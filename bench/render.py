"""Frames a second in Chromium while the page plays, and the main thread's time for each frame.

A real server, a real browser, nothing simulated: the animation frames of the page are counted and
the time its own callbacks take is summed.
"""

import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.tables import machine, table
from tests.browser.chromium import chromium
from tests.browser.conftest import SWITCHES, Server
from tests.browser.lab import Lab

__all__ = ["main"]

SECONDS = 4
OPS_60, MINIBATCHES_60, AT_FULL_SPEED = ("1", 7), ("4", 7), ("5", 10)
CASES = (
    ("XOR 2-3-1, 60 ops/s", "xor", OPS_60),
    ("XOR 2-3-1, 60 minibatches/s", "xor", MINIBATCHES_60),
    ("XOR 2-3-1, full speed", "xor", AT_FULL_SPEED),
    ("2-8-8-8-1, 60 ops/s", "spiral", OPS_60),
    ("2-8-8-8-1, 60 minibatches/s", "spiral", MINIBATCHES_60),
    ("2-8-8-8-1, full speed", "spiral", AT_FULL_SPEED),
    ("2-4-2-1, 60 minibatches/s", "circle", MINIBATCHES_60),
    ("784-10-10, 60 minibatches/s", "digits", MINIBATCHES_60),
)
WATCH = """
window.busy = [];
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => ask((now) => {
  const start = performance.now();
  callback(now);
  window.busy.push(performance.now() - start);
});
"""
COUNT = """
(seconds) => new Promise((done) => {
  window.busy.length = 0;
  const times = [];
  const frame = (now) => {
    times.push(now);
    if (now - times[0] < 1000 * seconds) requestAnimationFrame(frame);
    else done({ times, busy: window.busy });
  };
  requestAnimationFrame(frame);
})
"""


def measure(page: Page, server: Server, preset: str, play: tuple[str, int]) -> dict[str, float]:
    """Return frames a second and milliseconds of one playing network."""
    lab = Lab(page, server.url)
    lab.open(f"/?preset={preset}")
    size, place = play
    lab.press(size)
    lab.rate(place)
    lab.do("play")
    page.wait_for_timeout(1000)
    counted: dict[str, Any] = page.evaluate(COUNT, SECONDS)
    lab.do("play")
    times = counted["times"]
    gaps = sorted(b - a for a, b in pairwise(times))
    busy = sorted(time for time in counted["busy"] if time > 0.05)
    return {
        "fps": len(gaps) / (times[-1] - times[0]) * 1000,
        "gap95": gaps[int(len(gaps) * 0.95)],
        "main": busy[len(busy) // 2] if busy else 0.0,
        "main95": busy[int(len(busy) * 0.95)] if busy else 0.0,
    }


def main() -> None:
    """Measure every case and print the table."""
    server = Server(Path(tempfile.mkdtemp()))
    server.start()
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        for name, preset, play in CASES:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.add_init_script(WATCH)
            found = measure(page, server, preset, play)
            rows.append(
                [name, *(f"{found[key]:.1f}" for key in ("fps", "gap95", "main", "main95"))]
            )
            page.close()
        browser.close()
    server.stop()
    head = ["playing", "frames/s", "gap 95 % ms", "main ms", "main 95 % ms"]
    print("## Render\n")
    print(f"{machine()}. Chromium, 1440 × 900, software rendering.\n")
    print(table(head, rows))


if __name__ == "__main__":
    main()
