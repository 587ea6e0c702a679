"""The engine against careful NumPy: processor time of one minibatch, in four ways to execute it.

The ways take turns in short rounds, so that whatever else the machine does meets all of them;
a figure is the median of its rounds, a ratio the median of the ratios within a round.
"""

import gc
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

from app.engine.run import Run
from app.session.timeline import Timeline
from bench.reference import Reference
from bench.tables import machine, table
from bench.workloads import WORKLOADS, Workload

__all__ = ["main"]

ROUNDS = 25
ROUND = 0.03  # s that a way has in a round
SLICE = 0.005  # s of work that a room does at a time, which is how play records
CHECKED = 50  # minibatches whose costs are compared
AGREEMENT = 1e-12
Way = Callable[[int], None]
"""Executes so many minibatches."""


def main() -> None:
    """Measure the workloads that are named on the command line, or all, and print the tables."""
    chosen = sys.argv[1:] or list(WORKLOADS)
    print("## Engine\n")
    print(f"{machine()}. Processor time of one minibatch in µs, and its ratio to careful NumPy.\n")
    results = {name: measured(WORKLOADS[name]) for name in chosen}
    head = ["workload", *next(iter(results.values()))]
    rows = []
    for name, times in results.items():
        base = times["careful NumPy"]
        cells = [
            f"{median(own):.1f}" + ("" if own is base else f" ({ratio(own, base):.2f})")
            for own in times.values()
        ]
        rows.append([f"{name} {WORKLOADS[name].title}", *cells])
    print(table(head, rows))


def ratio(own: list[float], base: list[float]) -> float:
    """Return the median of the ratios within each round."""
    return median(a / b for a, b in zip(own, base, strict=True))


def measured(workload: Workload) -> dict[str, list[float]]:
    """Return the µs of one minibatch in every round, for each way to execute it."""
    check(workload)
    ways = all_ways(workload)
    counts = {name: warmed_up(way) for name, way in ways.items()}
    times: dict[str, list[float]] = {name: [] for name in ways}
    gc.disable()
    for _ in range(ROUNDS):
        for name, way in ways.items():
            times[name].append(timed(way, counts[name]) / counts[name] * 1e6)
        gc.collect()
    gc.enable()
    return times


def all_ways(workload: Workload) -> dict[str, Way]:
    """Return the reference and four ways of the engine, each with a network of its own."""
    config = workload.config
    fused, guarded, stepped = (Run(config) for _ in range(3))
    timeline = Timeline(config)
    length = len(fused.program)
    play = recording(timeline)

    def advance(n: int) -> None:
        fused.advance(fused.position + n * length)

    def advance_while_finite(n: int) -> None:
        assert guarded.advance_while_finite(guarded.position + n * length), "must not diverge"

    def step(n: int) -> None:
        for _ in stepped.steps(stepped.position + n * length):
            pass

    return {
        "careful NumPy": Reference(config).advance,
        "fused": advance,
        "guarded": advance_while_finite,
        "op by op": step,
        "recorded": play,
    }


def recording(timeline: Timeline) -> Way:
    """Return what plays at full speed: keyframes and curve are left behind, slice by slice."""
    length = timeline.length

    def play(n: int) -> None:
        goal = timeline.position + n * length
        while timeline.position < goal:
            timeline.forward(min(goal, timeline.position + slice_ * length))

    slice_ = 1
    slice_ = max(1, int(warmed_up(play) * SLICE / ROUND))
    return play


def warmed_up(way: Way) -> int:
    """Execute until a round's time is filled; return the number of minibatches that do so."""
    n = 1
    while (seconds := timed(way, n)) < ROUND / 2:
        n *= 2
    return max(1, int(n * ROUND / seconds))


def timed(way: Way, n: int) -> float:
    """Return the seconds of processor time that `n` minibatches take."""
    started = process_time()
    way(n)
    return process_time() - started


def check(workload: Workload) -> None:
    """Compare the costs of engine and reference, one minibatch at a time."""
    run, reference = Run(workload.config), Reference(workload.config)
    for _ in range(CHECKED):
        run.advance(run.position + len(run.program))
        reference.advance(1)
        difference = abs(run.cost - reference.cost)
        assert difference <= AGREEMENT * run.cost, "engine and reference disagree on the cost"


if __name__ == "__main__":
    main()
