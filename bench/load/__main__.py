"""``python -m bench.load``: every scenario against a server of its own, as a table or as JSON."""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import orjson

from bench.load.classroom import Classroom
from bench.load.figures import median_of
from bench.load.report import head, row
from bench.load.scenarios import SCENARIOS, Figures, perform
from bench.server import served
from bench.tables import machine, table

__all__ = ["main"]

LIMITS = {"max_rooms": 2000, "max_viewers": 2000}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = _parser().parse_args(arguments)
    names = asked.only or list(SCENARIOS)
    if not asked.json:
        print(f"## Load\n\n{machine()}. {asked.seconds:g} s, median of {asked.runs}.\n")
    runs: dict[str, list[Figures]] = {}
    for name in names:
        runs[name] = [_measured(name, asked.seconds, asked.seed + i) for i in range(asked.runs)]
        if asked.json:
            goal = SCENARIOS[name].goal
            line = {"name": name, **median_of(runs[name]), "goal": str(goal), "runs": runs[name]}
            print(orjson.dumps(line).decode(), flush=True)
    if not asked.json:
        print(table(head(), [row(SCENARIOS[name], runs[name]) for name in names]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--only", action="append", choices=SCENARIOS, help="may be repeated")
    parser.add_argument("--seconds", type=float, default=10, help="how long each is measured")
    parser.add_argument("--runs", type=int, default=3, help="how often, for the median")
    parser.add_argument("--seed", type=int, default=0, help="of the phases")
    parser.add_argument("--json", action="store_true", help="one object a line, with every run")
    return parser


def _measured(name: str, seconds: float, seed: int) -> Figures:
    """Carry out a scenario in a process of its own against a fresh server."""
    with served(**LIMITS) as server, ProcessPoolExecutor(1, get_context("spawn")) as apart:
        room = Classroom(server.address, server.pid, seconds, seed)
        return apart.submit(perform, name, room).result()


if __name__ == "__main__":
    main()
