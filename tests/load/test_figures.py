"""Quantiles, windows and goals."""

import os
from math import inf

import pytest

from bench.load.figures import Goal, Log, median_of, memory_of, quantile, spent_by, spent_by_all


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 3), (0.99, 5), (1, 5)])
def test_a_quantile_is_one_of_the_values(share: float, value: float) -> None:
    assert quantile([1, 2, 3, 4, 5], share) == value


def test_nothing_is_slower_than_what_never_came() -> None:
    assert quantile([], 0.5) == inf


def test_only_what_began_in_the_window_counts() -> None:
    log = Log()
    log.note(5, 0.001)
    log.open(10, 20)
    for began, took in ((9.9, 0.002), (10, 0.003), (19.9, 30.0), (20, 0.004)):
        log.note(began, took)
        log.count(began, 2)
    told = log.told()
    assert (told["p50"], told["max"], told["count"]) == (3, 30_000, 2)
    assert log.messages == 4


def test_a_median_is_taken_for_each_figure() -> None:
    runs = [{"p50": 1.0, "p99": 9.0}, {"p50": 3.0, "p99": 7.0}, {"p50": 2.0, "p99": 8.0}]
    assert median_of(runs) == {"p50": 2, "p99": 8}


def test_a_goal_names_what_misses_it() -> None:
    goal = Goal(below={"p50": 2, "p99": 20}, above={"frames/s": 29})
    assert str(goal) == "p50 < 2, p99 < 20, frames/s > 29"
    assert goal.missed({"p50": 1.9, "p99": 19, "frames/s": 30}) == []
    assert goal.missed({"p50": 1.9, "p99": 20, "frames/s": 28}) == ["p99", "frames/s"]
    assert goal.missed({"p50": float("nan"), "p99": 1, "frames/s": 30}) == ["p50"]


def test_a_process_has_spent_time_and_has_memory() -> None:
    assert 0 < spent_by(os.getpid()) < spent_by_all()
    memory = memory_of("self")
    assert 0 < memory["private"] <= memory["rss"]
