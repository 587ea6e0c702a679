"""How often one address may open something, or be wrong."""

from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import Request

from app.live.allowance import Allowances
from app.web.limits import refuse_too_many, refuse_who_tries
from app.web.problems import Problem

ME, OTHER = "10.0.0.1", "10.0.0.2"


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def asking(openings: Allowances, address: str = ME) -> Request:
    app: Any = SimpleNamespace(state=SimpleNamespace(openings=openings))
    return Request({"type": "http", "app": app, "client": (address, 1234)})


def waits(problem: pytest.ExceptionInfo[Problem]) -> str:
    """Return how many seconds a refusal says, in the header and in words."""
    assert problem.value.status_code == 429
    seconds: str = (problem.value.headers or {})["Retry-After"]
    assert problem.value.detail.endswith(f"Try again in {seconds} s.")
    return seconds


def test_each_address_opens_so_many_and_is_told_when_to_come_again() -> None:
    clock = Clock()
    openings = Allowances(4, burst=2, clock=clock)
    for _ in range(2):
        refuse_too_many(asking(openings))
    with pytest.raises(Problem, match="Too many sessions") as refused:
        refuse_too_many(asking(openings))
    assert waits(refused) == "15"
    refuse_too_many(asking(openings, OTHER))
    clock.now += 15
    refuse_too_many(asking(openings))


def test_asking_costs_nothing_only_being_wrong_does() -> None:
    tries = Allowances(60, burst=2, clock=Clock())
    for _ in range(100):
        refuse_who_tries(tries, ME)
    tries.spend(ME)
    refuse_who_tries(tries, ME)
    tries.spend(ME)
    with pytest.raises(Problem, match="Too many wrong codes"):
        refuse_who_tries(tries, ME)
    refuse_who_tries(tries, OTHER)


def test_who_is_refused_does_not_wait_longer_for_it() -> None:
    clock = Clock()
    tries = Allowances(6, burst=1, clock=clock)
    tries.spend(ME)
    for now, seconds in ((0.0, "10"), (3.5, "7"), (9.0, "1"), (9.9, "1")):
        clock.now = now
        with pytest.raises(Problem) as refused:
            refuse_who_tries(tries, ME)
        assert waits(refused) == seconds
    clock.now = 10.0
    refuse_who_tries(tries, ME)
