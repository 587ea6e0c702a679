"""A learner: where they stand, and whether they stand there for too long."""

from dataclasses import replace

import pytest

from app.classroom.learner import STUCK, Learner, Place, place_of
from app.presets import preset
from app.session.commands import Step
from app.session.session import Session

from .classrooms import at


def learner(*, present: bool = True) -> Learner:
    return Learner("1", "Calm Otter", "secret", 0.0, present=present)


def test_a_place_is_where_the_session_stands() -> None:
    session = Session(preset("xor"))
    assert place_of(session) == Place(0, "dffffcbbbbuu", "", 0, 0, 0)
    session.apply(Step(type="step", count=4))
    assert place_of(session) == Place(4, "dffffcbbbbuu", "z2", 2, 0, 4)
    session.apply(Step(type="step", count=9))
    assert (place_of(session).op, place_of(session).position) == (1, 13)


def test_a_place_is_told_whole() -> None:
    assert at(3).as_json() == {
        "op": 3, "phases": "dfcbu", "symbol": "z3", "layer": 1, "epoch": 0, "position": 3
    }  # fmt: skip


def test_who_stays_on_one_op_is_stuck_after_four_minutes() -> None:
    one = learner()
    one.stand(at(3), 1000.0)
    one.stand(at(3), 1100.0)
    assert one.stuck(1000.0 + STUCK - 1) == 0
    assert one.stuck(1000.0 + STUCK) == 240
    assert one.stuck(1600.9) == 600


def test_who_goes_on_is_not_stuck() -> None:
    one = learner()
    one.stand(at(3), 1000.0)
    one.stand(at(4), 1200.0)
    assert one.stuck(1300.0) == 0
    assert one.stuck(1200.0 + STUCK) == STUCK


def test_who_comes_to_the_same_op_of_another_minibatch_has_gone_on() -> None:
    one = learner()
    one.stand(at(3), 1000.0)
    one.stand(replace(at(3), position=8), 1200.0)
    assert one.stuck(1000.0 + STUCK) == 0


@pytest.mark.parametrize("place", [None, at(3)])
def test_who_is_away_or_has_no_session_is_not_stuck(place: Place | None) -> None:
    one = learner(present=place is None)
    one.stand(place, 1000.0)
    assert one.stuck(9000.0) == 0


def test_who_was_without_a_session_begins_to_count_anew() -> None:
    one = learner()
    one.stand(at(3), 1000.0)
    one.stand(None, 1500.0)
    one.stand(at(3), 2000.0)
    assert one.stuck(2000.0 + STUCK - 1) == 0


def test_who_is_restored_is_not_stuck_since_the_beginning_of_time() -> None:
    one = learner()  # with no moment at which they moved
    one.stand(at(3), 1e9)
    assert one.stuck(1e9 + 1) == 0
