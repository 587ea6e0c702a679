"""What is measured: times in a window, the cost of a process, and how both are told."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from statistics import median

__all__ = [
    "Goal", "Log", "median_of", "memory_of", "quantile", "spent_by",
    "spent_by_all",
]  # fmt: skip

TICKS = os.sysconf("SC_CLK_TCK")


class Log:
    """Times that began in the window, and messages that came in it."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.messages = 0
        self._begins = self._ends = inf

    def open(self, begins: float, ends: float) -> None:
        """Count what begins from now on until `ends`."""
        self._begins, self._ends = begins, ends

    def note(self, began: float, took: float) -> None:
        """Keep a time if it began in the window."""
        if self._begins <= began < self._ends:
            self.times.append(took)

    def count(self, now: float, messages: int) -> None:
        """Count messages that came in the window."""
        if self._begins <= now < self._ends:
            self.messages += messages

    def told(self) -> dict[str, float]:
        """Return the quantiles in ms and how many there were."""
        times = sorted(self.times)
        return {
            "p50": 1000 * quantile(times, 0.5),
            "p99": 1000 * quantile(times, 0.99),
            "max": 1000 * quantile(times, 1),
            "count": len(times),
        }


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which a share of them lies, infinite if there are none."""
    return ordered[round(share * (len(ordered) - 1))] if ordered else inf


def median_of(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the median of each figure over some runs."""
    return {name: median(run[name] for run in runs) for name in runs[0]}


@dataclass(frozen=True)
class Goal:
    """Figures and what they must stay below."""

    below: Mapping[str, float] = field(default_factory=dict)
    above: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [f"{name} < {most:g}" for name, most in self.below.items()]
        return ", ".join(parts + [f"{name} > {least:g}" for name, least in self.above.items()])

    def missed(self, figures: Mapping[str, float]) -> list[str]:
        """Return the names of the figures that miss it."""
        high = [name for name, most in self.below.items() if not figures[name] < most]
        return high + [name for name, least in self.above.items() if not figures[name] > least]


def spent_by(pid: int | str) -> float:
    """Return the seconds of processor time that a process has spent, all threads together."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def spent_by_all() -> float:
    """Return the seconds of processor time that all processes of the machine have spent."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(number) for number in file.readline().split()[1:9]]
    idle, waiting = fields[3], fields[4]
    return (sum(fields) - idle - waiting) / TICKS


def memory_of(pid: int | str) -> dict[str, float]:
    """Return MB of memory that a process has to itself, and of all that it has in memory."""
    kilobytes: dict[str, float] = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file.readlines()[1:]:
            name, value = line.split()[:2]
            kilobytes[name.rstrip(":")] = float(value)
    own = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return {"private": own / 1024, "rss": kilobytes["Rss"] / 1024}
