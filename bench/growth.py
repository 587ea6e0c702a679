"""How cost grows with work: steps with width, depth and minibatch, frames with edges, latency with
sessions, memory with history. docs/performance.md has the curves (`bench/plots.py` draws them).
"""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from app.engine.config import Config
from app.engine.run import Run
from app.session.timeline import Timeline
from bench.engine import advance
from bench.load.command import measured as carried_out
from bench.load.scenarios import Scenario, stepping
from bench.reference import Reference
from bench.render import edges, measure, watched_page
from bench.rounds import Way, measured
from bench.tables import Report, machine
from tests.browser.chromium import chromium
from tests.browser.conftest import SWITCHES, Server

__all__ = ["reports"]

ROUNDS = 5
WIDTHS = (2, 4, 8, 16, 32, 64, 128, 256, 512)
DEPTHS = (1, 2, 3, 4, 6, 8, 11, 15)
SIZES = (1, 4, 16, 64, 256, 1024)
UNITS = (2, 4, 8, 12, 16, 20, 26)
LEARNERS = (30, 100, 300, 600, 1000)
HISTORY = (0, 100, 1000, 10_000, 100_000)
SECONDS = 5.0  # s that a class is measured


def network(hidden: list[int], size: int = 32, samples: int = 1024) -> Config:
    """Return a network on the plane with hidden layers of ReLU."""
    layers = [{"units": n, "activation": "relu"} for n in hidden]
    source: dict[str, Any] = {
        "data": {"name": "circle", "samples": samples}, "minibatch_size": size,
        "layers": [*layers, {"units": 1, "activation": "sigmoid"}],
        "cost": {"name": "binary_cross_entropy"},
        "optimizer": {"name": "adam", "learning_rate": 1e-4},
    }  # fmt: skip
    return Config.parse(source)


def reports(chosen: list[str] | None = None) -> list[Report]:
    """Measure all curves, or those whose axis is named."""
    curves = {
        "width": _steps((n, network([n, n])) for n in WIDTHS),
        "depth": _steps((n, network([8] * n)) for n in DEPTHS),
        "minibatch": _steps((n, network([8, 8], n)) for n in SIZES),
        "edges": _frames(),
        "sessions": _latencies(),
        "minibatches behind": _memories(),
    }
    figures: list[dict[str, Any]] = [
        {"axis": axis, **point}
        for axis, points in curves.items()
        if not chosen or axis in chosen
        for point in points
    ]
    rows = []
    for point in figures:
        found = {name: value for name, value in point.items() if name not in ("axis", "at")}
        told = ", ".join(f"{name} {value:.4g}" for name, value in found.items())
        rows.append([str(point["axis"]), f"{point['at']:,}", told])
    about = f"{machine()}. One point of a curve in each row."
    return [Report("growth", "Growth", about, ["axis", "at", "found"], rows, figures)]


def _steps(networks: Iterator[tuple[int, Config]]) -> Iterator[dict[str, float]]:
    """Yield minibatches and examples a second, of ours and of careful NumPy."""
    for at, config in networks:
        run, size = Run(config), config.minibatch_size or 1
        ways = {"ours": Way(partial(advance, run)), "careful NumPy": Way(Reference(config).advance)}
        found = {name: 1e6 / median(us) for name, us in measured(ways, ROUNDS).items()}
        rates = {f"{name}, minibatches/s": rate for name, rate in found.items()}
        yield {"at": at, **rates, "examples/s": size * found["ours"]}


def _frames() -> Iterator[dict[str, float]]:
    """Yield what a frame costs the page of networks with more and more edges."""
    server = Server(Path(tempfile.mkdtemp()))
    server.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        for n in UNITS:
            page = watched_page(browser)
            config = network([n, n]).as_json()
            yield {"at": edges(config), **measure(page, server, config, "60 minibatches/s")}
            page.close()
        browser.close()
    server.stop()


def _latencies() -> Iterator[dict[str, float]]:
    """Yield how long learners wait for a step, more and more of them on one server."""
    for learners in LEARNERS:
        given = {"learners": learners, "rate": 2}
        found = carried_out(Scenario(f"{learners} learners", stepping, given), SECONDS)
        yield {
            "at": learners,
            "p50 ms": found["p50"],
            "p99 ms": found["p99"],
            "server %": found["server %"],
        }


def _memories() -> Iterator[dict[str, float]]:
    """Yield what a session keeps of its past, of networks of two sizes."""
    small, large = (Timeline(network(hidden)) for hidden in ([3], [64, 64]))
    for minibatches in HISTORY:
        found = {}
        for name, timeline in (("2-3-1", small), ("2-64-64-1", large)):
            timeline.forward(minibatches * timeline.length)
            found[f"{name}, MB"] = kept(timeline) / 1e6
        yield {"at": minibatches, **found}


def kept(timeline: Timeline) -> int:
    """Return the bytes of keyframes, of the curve and of the trail."""
    states = sum(state.nbytes for state in timeline.keyframes.kept().values())
    curve = 8 * len(timeline.curve.rows) * len(timeline.curve.names)
    return states + curve + sum(weights.nbytes for weights in timeline.trail.until(2**60))
