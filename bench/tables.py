"""What a benchmark found, as a plain table and as figures, and what it was measured on."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import Any

__all__ = ["Report", "machine", "ratio", "table"]


@dataclass(frozen=True)
class Report:
    """A table with its title and a line about it; `figures` are its numbers for programs."""

    name: str
    title: str
    about: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: Sequence[dict[str, Any]]

    def __str__(self) -> str:
        return f"{self.about}\n\n{table(self.head, self.rows)}"


def machine(*packages: str) -> str:
    """Name the machine in a few words, and the versions of what was measured."""
    found = [f"{name} {version(name)}" for name in ("NumPy", *packages) if _is_installed(name)]
    parts = [str(date.today()), _processor(), f"{os.cpu_count()} cores"]
    return ", ".join([*parts, f"Python {platform.python_version()}", *found])


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.machine()


def ratio(own: Sequence[float], base: Sequence[float]) -> float:
    """Return the median of the ratios within each round."""
    return median(a / b for a, b in zip(own, base, strict=True))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return "| " + " | ".join(cells) + " |"

    rule = ["-" * width if i == 0 else "-" * (width - 1) + ":" for i, width in enumerate(widths)]
    return "\n".join([line(head), line(rule), *map(line, rows)])
