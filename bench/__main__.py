"""``python -m bench``: every benchmark one after the other, as tables, and as JSON beside them."""

import argparse
import os
import re
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

import orjson

from bench.tables import Report

__all__ = ["main"]

README = Path(__file__).with_name("README.md")
PARTS = {
    "engine": "µs of a minibatch, ours and of the peers",
    "sweep": "many networks at once",
    "encode": "a frame as bytes",
    "seek": "to be elsewhere in a long run",
    "stream": "a step and its frame over a real socket",
    "why": "explanations and proofs",
    "load": "classes on a server",
    "page": "the first load of the lab",
    "render": "frames a second in a browser",
    "growth": "cost as work grows, drawn in docs/performance.md",
}
"""What can be measured; each is a module with `reports`."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported, as the server does
    asked = _parser().parse_args(arguments)
    found = list(measured(asked.parts or list(PARTS), asked.only))
    if asked.json:
        asked.json.write_bytes(orjson.dumps(as_json(found), option=orjson.OPT_INDENT_2))
    if asked.write:
        README.write_text(written(README.read_text(encoding="utf-8"), found), encoding="utf-8")


def measured(parts: Sequence[str], only: list[str] | None) -> Iterator[Report]:
    """Measure some parts, each table printed as soon as it is there."""
    for part in parts:
        reports: Callable[[list[str] | None], list[Report]]
        reports = import_module(f"bench.{part}").reports
        for report in reports(only):
            print(f"## {report.title}\n\n{report}\n", flush=True)
            yield report


def as_json(found: Sequence[Report]) -> dict[str, object]:
    """Return what was measured by the name of the table."""
    return {each.name: {"about": each.about, "figures": each.figures} for each in found}


def written(text: str, found: Sequence[Report]) -> str:
    """Return a document with its tables replaced: each stands below a comment that names it, up to
    the next comment that ends it."""
    for report in found:
        mark = rf"(?s)(<!-- {report.name} -->\n).*?(<!-- /{report.name} -->)"
        text = re.sub(mark, lambda match, new=report: f"{match[1]}{new}\n{match[2]}", text)  # type: ignore[misc]
    return text


def _parser() -> argparse.ArgumentParser:
    listed = "; ".join(f"{name}: {what}" for name, what in PARTS.items())
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__, epilog=listed)
    parser.add_argument("parts", nargs="*", metavar="part", choices=[*PARTS, []], help="or all")
    parser.add_argument("--only", nargs="+", help="workloads, networks or scenarios, by name")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, for programs")
    parser.add_argument("--write", action="store_true", help="put the tables into the README")
    return parser


if __name__ == "__main__":
    main()
