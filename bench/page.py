"""What a browser loads before the lab can be used, and how long that takes, with nothing cached.

A real server, a real browser. Bytes are counted as they go over the wire, with their headers. The
page can be used when a press on Step has been answered and is shown.
"""

import tempfile
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.tables import Report, machine
from tests.browser.chromium import chromium
from tests.browser.conftest import SWITCHES, Server

__all__ = ["reports"]

TIMES = 15
MOMENTS = ("painted", "drawn", "usable")
KINDS = ("Document", "Stylesheet", "Script", "Plotly", "other")
HOSTS = (("TLS or localhost", "127.0.0.1"), ("plain HTTP", "lab.test"))
"""Browsers understand Brotli only where nobody between can change what they are sent."""
WATCH = """
window.usable = new Promise((done) => {
  let pressed = false;
  const look = () => {
    if (!pressed && document.querySelector("#net .disc")) {
      pressed = true;
      window.drawn = performance.now();
      document.querySelector("[data-do=step]").click();
    }
    if (document.querySelector("#ops [data-position='1'][aria-current]")) done(performance.now());
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
"""
ASK = """async () => ({
  usable: await window.usable,
  drawn: window.drawn,
  painted: performance.getEntriesByName("first-contentful-paint")[0].startTime,
})"""


def load(browser: Browser, url: str) -> tuple[Counter[str], dict[str, float]]:
    """Open a page and press Step; return the bytes by kind, and the times in milliseconds."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    network = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    wire: Counter[str] = Counter()

    def answered(event: dict[str, Any]) -> None:
        kind = "Plotly" if "/vendor/" in event["response"]["url"] else event["type"]
        kinds[event["requestId"]] = kind if kind in KINDS else "other"

    def loaded(event: dict[str, Any]) -> None:
        wire[kinds.get(event["requestId"], "other")] += event["encodedDataLength"]
        wire["requests"] += 1

    network.on("Network.responseReceived", answered)
    network.on("Network.loadingFinished", loaded)
    network.send("Network.enable")
    page.add_init_script(WATCH)
    page.goto(url, wait_until="load")
    times: dict[str, float] = page.evaluate(ASK)
    context.close()
    return wire, times


def reports(chosen: list[str] | None = None) -> list[Report]:
    """Load the lab some times each way; there is nothing to choose from."""
    server = Server(Path(tempfile.mkdtemp()))
    server.start()
    rows, figures = [], []
    with sync_playwright() as playwright:
        switches = [*SWITCHES, "--host-resolver-rules=MAP lab.test 127.0.0.1"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=switches)
        load(browser, server.url)  # the server's first answers are not measured
        for title, host in HOSTS:
            found = [load(browser, f"http://{host}:{server.port}/") for _ in range(TIMES)]
            wire = found[-1][0]
            sizes = {kind: wire[kind] / 1000 for kind in KINDS}
            times = {key: median(t[key] for _, t in found) for key in MOMENTS}
            least = min(t["usable"] for _, t in found)
            cells = [f"{number:.0f}" for number in (sum(sizes.values()), *sizes.values())]
            moments = [f"{ms:.0f}" for ms in (*times.values(), least)]
            rows.append([title, f"{wire['requests']}", *cells, *moments])
            kilobytes = {f"{kind} kB": size for kind, size in sizes.items()}
            milliseconds = {f"{key} ms": ms for key, ms in times.items()}
            figures.append({"over": title, **kilobytes, **milliseconds, "least ms": least})
        browser.close()
    server.stop()
    head = ["over", "requests", "kB", "page", "styles", "modules", "Plotly", "other"]
    about = f"{machine()}. Chromium, median of {TIMES} loads; kB and ms."
    head += ["painted", "drawn", "usable", "least"]
    return [Report("page", "Page", about, head, rows, figures)]
