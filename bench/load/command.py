"""What ``python -m bench.load`` does: every scenario against a server of its own."""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import orjson

from bench.load.classroom import Classroom
from bench.load.figures import median_of
from bench.load.report import head, row
from bench.load.scenarios import SCENARIOS, Figures, Scenario, perform
from bench.server import served
from bench.tables import Report, machine, table

__all__ = ["main", "measured", "reports"]

SHORT, TIMES = 5.0, 3  # s that a scenario is measured among all other benchmarks, and how often
LIMITS = {"max_rooms": 2000, "max_viewers": 2000}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = _parser().parse_args(arguments)
    names = asked.only or list(SCENARIOS)
    if not asked.json:
        print(f"## Load\n\n{machine()}. {asked.seconds:g} s, median of {asked.runs}.\n")
    runs: dict[str, list[Figures]] = {}
    for name in names:
        runs[name] = [
            measured(SCENARIOS[name], asked.seconds, asked.seed + i) for i in range(asked.runs)
        ]
        if asked.json:
            goal = SCENARIOS[name].goal
            line = {"name": name, **median_of(runs[name]), "goal": str(goal), "runs": runs[name]}
            print(orjson.dumps(line).decode(), flush=True)
    if not asked.json:
        print(table(head(), [row(SCENARIOS[name], runs[name]) for name in names]))


def reports(chosen: list[str] | None = None) -> list[Report]:
    """Carry out every scenario, in turns, for a shorter time than alone."""
    names = chosen or list(SCENARIOS)
    runs: dict[str, list[Figures]] = {name: [] for name in names}
    for seed in range(TIMES):
        for name in names:
            runs[name].append(measured(SCENARIOS[name], SHORT, seed))
    rows = [row(SCENARIOS[name], found) for name, found in runs.items()]
    figures = [{"scenario": name, **median_of(found)} for name, found in runs.items()]
    about = f"{machine('fastapi', 'uvicorn')}. Median of {TIMES} runs of {SHORT:g} s; times in ms."
    return [Report("load", "Load", about, head(), rows, figures)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.load")
    parser.add_argument("--only", action="append", choices=SCENARIOS, help="may be repeated")
    parser.add_argument("--seconds", type=float, default=10, help="how long each is measured")
    parser.add_argument("--runs", type=int, default=3, help="how often, for the median")
    parser.add_argument("--seed", type=int, default=0, help="of the phases")
    parser.add_argument("--json", action="store_true", help="one object a line, with every run")
    return parser


def measured(scenario: Scenario, seconds: float, seed: int = 0) -> Figures:
    """Carry out a scenario in a process of its own against a fresh server."""
    with served(**LIMITS) as server, ProcessPoolExecutor(1, get_context("spawn")) as apart:
        room = Classroom(server.address, server.pid, seconds, seed)
        return apart.submit(perform, scenario, room).result()
