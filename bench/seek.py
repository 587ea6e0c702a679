"""How long it takes to be somewhere else in a long run: one op back, halfway, anywhere."""

from collections.abc import Iterator
from random import Random
from time import perf_counter

from app.session.timeline import Timeline
from bench.engine import play
from bench.load.figures import quantile
from bench.tables import Report, machine
from bench.workloads import WORKLOADS

__all__ = ["reports"]

MINIBATCHES = {"W1": 100_000, "W2": 100_000, "W3": 100_000, "W4": 50_000, "W5": 1000, "W6": 10_000}
SEEKS = 40


def reports(chosen: list[str] | None = None) -> list[Report]:
    """Measure long runs of the workloads."""
    rows, figures = [], []
    for name in chosen or list(WORKLOADS):
        timeline = Timeline(WORKLOADS[name].config)
        end = MINIBATCHES[name] * timeline.length
        play(timeline, MINIBATCHES[name])
        cells = []
        for way, targets in _targets(timeline, end):
            times = sorted(seconds(timeline, target) for target in targets)
            middle, most = (1000 * quantile(times, share) for share in (0.5, 1))
            cells.append(f"{middle:.2f} ({most:.1f})")
            figures.append({"workload": name, "way": way, "ms": middle, "longest ms": most})
        kept = sum(state.nbytes for state in timeline.keyframes.kept().values())
        figures.append({"workload": name, "keyframes": len(timeline.keyframes), "bytes": kept})
        title = f"{name} {WORKLOADS[name].title}"
        rows.append([title, f"{MINIBATCHES[name]:,}", *cells, f"{kept / 1e6:.1f}"])
    about = f"{machine()}. ms, the median of {SEEKS} and the longest; what is kept for it in MB."
    head = ["workload", "minibatches", "one op back", "an epoch back", "anywhere", "kept MB"]
    return [Report("seek", "Seek", about, head, rows, figures)]


def _targets(timeline: Timeline, end: int) -> Iterator[tuple[str, Iterator[int]]]:
    """Yield a way to go back, and where it leads time after time."""
    random, epoch = Random(0), timeline.run.per_epoch * timeline.length
    yield "one op back", (end - i - 1 for i in range(SEEKS))
    yield "an epoch back", (max(0, end - (i + 1) * epoch) for i in range(SEEKS))
    yield "anywhere", (random.randrange(end) for _ in range(SEEKS))


def seconds(timeline: Timeline, target: int) -> float:
    """Go there and return how long that took."""
    started = perf_counter()
    timeline.jump(target)
    timeline.forward(target)
    return perf_counter() - started
