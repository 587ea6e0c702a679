"""Ways to do the same work, measured in rounds in which they take turns.

Whatever else the machine does meets all ways of a round alike; so a figure is the median of the
rounds, and a ratio the median of the ratios within a round. Times are of the processor, all threads
of this process together.
"""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import process_time
from typing import Protocol

__all__ = ["Timed", "Way", "measured"]


class Timed(Protocol):
    """What takes turns with others."""

    def warmed_up(self) -> int:
        """Return how many times to work in a round."""

    def timed(self, n: int) -> float:
        """Return the seconds that `n` times take."""


@dataclass(frozen=True)
class Way:
    """`work(n)` does a piece of work so many times.

    It is asked for multiples of `unit` and has about `seconds` in a round; before each round
    `begin` is called, which is not timed.
    """

    work: Callable[[int], object]
    unit: int = 1
    seconds: float = 0.03
    begin: Callable[[], object] | None = None

    def timed(self, n: int) -> float:
        """Return the seconds of processor time that `n` times take."""
        if self.begin:
            self.begin()
        started = process_time()
        self.work(n)
        return process_time() - started

    def warmed_up(self) -> int:
        """Work until a round's time is filled; return how many times do so."""
        n = self.unit
        self.timed(n)  # what is compiled or laid out at first is not counted
        while (seconds := self.timed(n)) < self.seconds / 2:
            n *= 2
        return max(1, round(n * self.seconds / seconds / self.unit)) * self.unit


def measured(ways: Mapping[str, Timed], rounds: int) -> dict[str, list[float]]:
    """Return the µs of one piece of work in every round, for each way."""
    counts = {name: way.warmed_up() for name, way in ways.items()}
    times: dict[str, list[float]] = {name: [] for name in ways}
    gc.collect()
    gc.disable()
    for _ in range(rounds):
        for name, way in ways.items():
            times[name].append(way.timed(counts[name]) / counts[name] * 1e6)
        gc.collect()
    gc.enable()
    return times
