"""A question with its answers: what is told of it, and when."""

import json
from typing import get_args

import orjson
import pytest

from app.classroom.ballot import Answer, Ballot, Stage

from .questions import posed

TRAPS = (("wrong_sign", -0.5),)


def ballot(stage: Stage = "open", sort: str = "value", **more: object) -> Ballot:
    return Ballot(3, posed(sort, 0.5, **more), 100.0, stage)


@pytest.mark.parametrize("stage", ["open", "counted"])
def test_nothing_from_which_the_truth_could_be_read_is_told_before_it_is_revealed(
    stage: Stage,
) -> None:
    asked = Ballot(3, posed("value", 0.12345, alike=(54321,), traps=(("t", 6.54),)), 1.0, stage)
    told = json.dumps(asked.told())
    assert not any(number in told for number in ("0.12345", "54321", "6.54"))
    assert not asked.told().keys() & {"truth", "alike", "traps", "answers", "asked"}


def test_who_reveals_tells_the_truth_and_all_that_are_as_large() -> None:
    told = ballot("revealed", "which", alike=(0, 4)).told()
    assert (told["truth"], told["alike"]) == (0.5, [0, 4])


@pytest.mark.parametrize("stage", get_args(Stage))
def test_number_place_and_words_of_a_question_are_told_at_every_stage(stage: Stage) -> None:
    told = ballot(stage).told()
    wanted = {
        "number": 3, "stage": stage, "position": 1, "sort": "value", "tensor": "z1", "text": "?",
    }  # fmt: skip
    assert wanted.items() <= told.items()


def test_an_answer_is_right_or_wrong_or_there_is_none() -> None:
    asked = ballot()
    asked.answers = {"1": Answer(0.51, 2.0), "2": Answer(-0.5, 3.0)}
    assert [asked.is_right(id) for id in ("1", "2", "3")] == [True, False, None]


@pytest.mark.parametrize("stage", get_args(Stage))
def test_it_is_restored_from_what_was_kept_of_it(stage: Stage) -> None:
    before = ballot(stage, "which", alike=(2, 5), traps=TRAPS)
    kept = orjson.loads(orjson.dumps(before.as_json()))
    assert Ballot.of(3, kept) == before


def test_what_is_kept_of_it_does_not_grow_with_its_answers() -> None:
    asked = ballot()
    before = asked.as_json()
    asked.answers["1"] = Answer(0.5, 1.0)
    assert asked.as_json() == before


def test_the_truth_is_kept_to_the_last_bit() -> None:
    truth = 0.1 + 0.2
    asked = Ballot(1, posed("value", truth, traps=(("wrong_sign", -truth),)), 0.0)
    again = Ballot.of(1, orjson.loads(orjson.dumps(asked.as_json())))
    assert (again.posed.truth, again.posed.traps) == (truth, (("wrong_sign", -truth),))
