"""``python -m bench.plots FILE``: the curves of `bench/growth.py` as pictures in docs/performance.

Drawn by the Plotly that the page has, in a real Chromium.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from playwright.sync_api import sync_playwright

from tests.browser.chromium import chromium
from tests.browser.conftest import SWITCHES

__all__ = ["figure", "main"]

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "performance"
PLOTLY = ROOT / "static" / "vendor" / "plotly.min.js"
SIZE = {"width": 720, "height": 360}
COLOURS = ("#0072b2", "#d55e00", "#555555")  # told apart by a colour-blind eye
DASHES = ("solid", "dash", "dot")
OURS = {"ours, minibatches/s": "ours", "careful NumPy, minibatches/s": "careful NumPy"}


class Curve(NamedTuple):
    """What the axes are called, and which figures are drawn under which name; each axis is linear,
    or goes by powers (``log``) or from point to point (``category``)."""

    across: str
    up: str
    names: Mapping[str, str]
    across_type: str
    up_type: str = "linear"


CURVES = {
    "width": Curve(
        "units in each of two hidden layers", "minibatches a second", OURS, "log", "log"
    ),
    "depth": Curve("hidden layers of 8 units", "minibatches a second", OURS, "linear"),
    "minibatch": Curve(
        "examples in a minibatch", "examples a second", {"examples/s": "ours"}, "log", "log"
    ),
    "edges": Curve(
        "edges",
        "ms of the page's own code for a frame",
        {"main ms": "median", "main 95 % ms": "95 %"},
        "linear",
    ),
    "sessions": Curve(
        "learners, 2 steps a second each",
        "ms to the frame",
        {"p50 ms": "median", "p99 ms": "99 %"},
        "linear",
    ),
    "minibatches behind": Curve(
        "minibatches behind",
        "MB that are kept",
        {"2-3-1, MB": "2-3-1", "2-64-64-1, MB": "2-64-64-1"},
        "category",
    ),
}
"""By the axis of bench/growth.py."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw every curve that the file has."""
    (source,) = arguments or sys.argv[1:]
    points = orjson.loads(Path(source).read_bytes())["growth"]["figures"]
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(SWITCHES))
        page = browser.new_page()
        page.add_script_tag(path=PLOTLY)
        for axis in CURVES:
            found = [point for point in points if point["axis"] == axis]
            if found:
                asked = {"format": "svg", "imageDataOnly": True, **SIZE}
                drawn: str = page.evaluate(
                    "([figure, asked]) => Plotly.toImage(figure, asked)",
                    [figure(axis, found), asked],
                )
                name = axis.replace(" ", "-")
                (PICTURES / f"{name}.svg").write_text(drawn + "\n", encoding="utf-8")
        browser.close()


def figure(axis: str, points: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what Plotly draws for the points of one axis."""
    curve = CURVES[axis]
    places = [f"{p['at']:,}" if curve.across_type == "category" else p["at"] for p in points]
    traces = [
        {
            "type": "scatter", "mode": "lines+markers", "name": shown,
            "x": places, "y": [point[name] for point in points], "marker": {"size": 7},
            "line": {"color": COLOURS[i], "dash": DASHES[i], "width": 2},
        }
        for i, (name, shown) in enumerate(curve.names.items())
    ]  # fmt: skip
    plain = {"zeroline": False, "gridcolor": "#dddddd", "linecolor": "#555555"}
    up = {**plain, "title": {"text": curve.up}, "type": curve.up_type, "dtick": 1}
    if curve.up_type == "linear":
        up = {**plain, "title": {"text": curve.up}, "rangemode": "tozero"}
    across = {**plain, "title": {"text": curve.across}, "type": curve.across_type}
    if curve.across_type != "linear":
        across["tickvals"] = places
    layout = {
        "xaxis": across, "yaxis": up, "showlegend": len(traces) > 1,
        "font": {"family": "sans-serif", "size": 14},
        "paper_bgcolor": "white", "plot_bgcolor": "white",
        "margin": {"l": 80, "r": 20, "t": 40, "b": 60},
        "legend": {"x": 0, "y": 1.02, "yanchor": "bottom", "orientation": "h"},
    }  # fmt: skip
    return {"data": traces, "layout": layout}


if __name__ == "__main__":
    main()
