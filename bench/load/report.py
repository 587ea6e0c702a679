"""The figures as a row of the table."""

from collections.abc import Sequence

from bench.load.figures import median_of
from bench.load.scenarios import Figures, Scenario

__all__ = ["head", "row"]

SHOWN = {
    "p50": "{:.1f}", "p99": "{:.1f}", "max": "{:.0f}", "messages/s": "{:,.0f}",
    "frames/s": "{:.1f}", "MB each": "{:.3f}", "server %": "{:.0f}",
    "clients %": "{:.0f}", "others %": "{:.0f}", "RSS MB": "{:.0f}",
}  # fmt: skip


def head() -> list[str]:
    """Return the titles of the columns."""
    return ["scenario", *SHOWN, "goal", "met"]


def row(scenario: Scenario, runs: Sequence[Figures]) -> list[str]:
    """Return the cells: medians, for p99 with the least and the most of the runs."""
    figures = median_of(runs)
    cells = [_cell(name, figures) for name in SHOWN]
    if len(runs) > 1 and "p99" in figures:
        ends = (f(run["p99"] for run in runs) for f in (min, max))
        cells[1] += " ({:.1f}–{:.1f})".format(*ends)
    missed = scenario.goal.missed(figures)
    return [
        scenario.title,
        *cells,
        str(scenario.goal),
        "no: " + ", ".join(missed) if missed else "yes",
    ]


def _cell(name: str, figures: Figures) -> str:
    return SHOWN[name].format(figures[name]) if name in figures else ""
