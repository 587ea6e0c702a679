"""Frames a second in Chromium while the page plays, and the main thread's time for each frame.

A real server, a real browser, nothing simulated: the animation frames of the page are counted and
the time its own callbacks take is summed.
"""

import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from app.engine.config import Config
from bench.load.figures import quantile
from bench.peers import playground_page
from bench.tables import Report, machine
from bench.workloads import WORKLOADS
from tests.browser.chromium import chromium
from tests.browser.conftest import SWITCHES, Server
from tests.browser.lab import Lab

__all__ = ["edges", "measure", "reports", "watched_page"]

SECONDS, WINDOWS = 3, 3
DRAWS = 0.5
"""Milliseconds from which a callback has drawn something and not only waited."""
PEER = "TensorFlow Playground"
PLAYS = {"60 ops/s": ("1", 7), "60 minibatches/s": ("4", 7), "full speed": ("5", 10)}
"""The key of a size of step, and the place of the speed."""
FEATURES = ["x1", "x2", "x1_squared", "x2_squared", "x1_times_x2", "sin_x1", "sin_x2"]


def _plane(units: list[int], features: list[str]) -> dict[str, Any]:
    hidden = [{"units": n, "activation": "tanh"} for n in units]
    return {
        "data": {"name": "circle", "samples": 500, "test_share": 0.5, "features": features},
        "layers": [*hidden, {"units": 1, "activation": "tanh"}],
        "minibatch_size": 10, "optimizer": {"name": "sgd", "learning_rate": 0.03},
    }  # fmt: skip


NETWORKS: dict[str, dict[str, Any]] = {
    "XOR 2-3-1": WORKLOADS["W1"].config.as_json(),
    "2-4-2-1, Playground's default": _plane([4, 2], FEATURES[:2]),
    "2-8-8-8-1": WORKLOADS["W3"].config.as_json(),
    "7-8-8-8-8-8-8-1, Playground's largest": _plane([8] * 6, FEATURES),
    "64-32-16-10": WORKLOADS["W4"].config.as_json(),
    "784-10-10": WORKLOADS["W6"].config.as_json(),
    "784-128-64-10": WORKLOADS["W5"].config.as_json(),
}
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
  let drawn = 0, changed = false;
  const observer = new MutationObserver(() => { changed = true; });
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  observer.observe(document, all);
  const frame = (now) => {
    times.push(now);
    if (changed) drawn += 1;
    changed = false;
    if (now - times[0] < 1000 * seconds) requestAnimationFrame(frame);
    else { observer.disconnect(); done({ times, drawn, busy: window.busy }); }
  };
  requestAnimationFrame(frame);
})
"""


def watched_page(browser: Browser) -> Page:
    """Return a page that notes how long its own animation frame callbacks take."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(WATCH)
    return page


def measure(page: Page, server: Server, config: dict[str, Any], play: str) -> dict[str, float]:
    """Return frames a second and milliseconds of one playing network."""
    lab = Lab(page, server.url)
    answer = page.request.post(f"{server.url}/api/sessions", data=config).json()
    lab.open(answer["drive_url"])
    size, place = PLAYS[play]
    lab.press(size)
    lab.rate(place)
    lab.do("play")
    found = watch(page)
    lab.do("play")
    return found


def watch(page: Page) -> dict[str, float]:
    """Return the figures of a page that plays already: the medians of some windows of time."""
    page.wait_for_timeout(1500)
    windows = [window(page.evaluate(COUNT, SECONDS)) for _ in range(WINDOWS)]
    return {name: median(each[name] for each in windows) for name in windows[0]}


def window(counted: dict[str, Any]) -> dict[str, float]:
    """Return the figures of one window of time."""
    times = counted["times"]
    gaps = sorted(b - a for a, b in pairwise(times))
    busy = sorted(time for time in counted["busy"] if time > DRAWS)
    seconds = (times[-1] - times[0]) / 1000
    return {
        "frames/s": len(gaps) / seconds,
        "drawn/s": counted["drawn"] / seconds,
        "gap 95 % ms": quantile(gaps, 0.95),
        "main ms": quantile(busy, 0.5) if busy else 0.0,
        "main 95 % ms": quantile(busy, 0.95) if busy else 0.0,
    }


def edges(config: dict[str, Any]) -> int:
    """Return how many weights lie between the units."""
    return sum(n * m for n, m in pairwise(Config.parse(config).sizes))


def reports(chosen: list[str] | None = None) -> list[Report]:
    """Measure every network at three speeds, and beside them TensorFlow Playground's own page."""
    names = [name for name in NETWORKS if not chosen or any(part in name for part in chosen)]
    server = Server(Path(tempfile.mkdtemp()))
    server.start()
    rows, figures = [], []
    with sync_playwright() as playwright, playground_page.served() as playground:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        for name, play in _all_plays(names):
            page = watched_page(browser)
            if play == PEER:
                playground_page.playing(page, playground, name)
                found = watch(page)
            else:
                found = measure(page, server, NETWORKS[name], play)
            count = edges(NETWORKS[name])
            rows.append([name, str(count), play, *(f"{n:.1f}" for n in found.values())])
            figures.append({"network": name, "edges": count, "play": play, **found})
            page.close()
        browser.close()
    server.stop()
    head = ["network", "edges", "playing", "frames/s", "drawn/s", "gap 95 % ms", "main ms"]
    head.append("main 95 % ms")
    about = (
        f"{machine()}. Chromium, 1440 × 900, software rendering; the median of {WINDOWS} times "
        f"{SECONDS} s."
    )
    return [Report("render", "Render", about, head, rows, figures)]


def _all_plays(names: list[str]) -> Iterator[tuple[str, str]]:
    peer = playground_page.NETWORKS if playground_page.is_there() else {}
    for name in names:
        yield from ((name, play) for play in PLAYS)
        if name in peer:
            yield name, PEER
