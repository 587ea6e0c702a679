"""What a class is told: a learner nothing of the others, and nobody a truth too early."""

import json
from typing import Any

import pytest

from app.classroom.ballot import Stage
from app.classroom.board import for_learner, for_teacher
from app.classroom.classroom import Classroom
from app.classroom.commands import Mode
from app.classroom.learner import STUCK, Learner

from .classrooms import SECRET, at, made
from .questions import posed

NOW = 1000.0
TRUTH, TRAP, OTHERS = 0.4142, 0.7321, 0.2361
"""Numbers that would be found wherever they stood."""


def asked(stage: Stage = "open") -> tuple[Classroom, Learner, Learner]:
    """Return a class of two at a stage of a question; one is right and one is not."""
    classroom = made(2)
    one, other = classroom.learners.values()
    classroom.ask(posed("value", TRUTH, traps=(("wrong_sign", TRAP),)), NOW)
    classroom.predict(one, 1, TRUTH, NOW)
    classroom.predict(other, 1, OTHERS, NOW)
    if stage != "open":
        classroom.move_to(stage)
    return classroom, one, other


def leaves(told: Any) -> list[Any]:
    """Return every value that is told, however deep."""
    if isinstance(told, dict):
        return [leaf for value in told.values() for leaf in leaves(value)]
    return [leaf for value in told for leaf in leaves(value)] if isinstance(told, list) else [told]


# ---------------------------------------------------------------- learners


@pytest.mark.parametrize("stage", ["open", "counted", "revealed"])
@pytest.mark.parametrize("mode", ["follow", "explore", "free"])
def test_a_learner_is_told_nothing_of_the_others(stage: Stage, mode: Mode) -> None:
    classroom, one, other = asked(stage)
    classroom.set_mode(mode, NOW)
    other.present, other.needs_help = True, True
    other.stand(at(7), NOW)
    told = for_learner(classroom, one)
    text = json.dumps(told)
    for secret in (other.name, other.secret, one.secret, SECRET, str(OTHERS), "z7"):
        assert secret not in text
    assert told["needs_help"] is False
    classroom.remove(other.id)
    assert for_learner(classroom, one) == told


def test_what_a_learner_is_told_is_this_and_nothing_else() -> None:
    classroom, one, _ = asked("revealed")
    told = for_learner(classroom, one)
    assert told.keys() == {
        "type", "role", "code", "mode", "name", "needs_help", "question", "score",
    }  # fmt: skip
    assert told["question"].keys() == {
        "number", "stage", "position", "sort", "tensor", "index", "example", "text", "given",
        "truth", "alike", "answer", "right",
    }  # fmt: skip


@pytest.mark.parametrize("stage", ["open", "counted"])
def test_a_learner_is_told_no_truth_before_it_is_revealed(stage: Stage) -> None:
    classroom, _, other = asked(stage)
    told = for_learner(classroom, other)
    assert not {TRUTH, TRAP} & {leaf for leaf in leaves(told) if isinstance(leaf, float)}
    assert not told["question"].keys() & {"truth", "alike", "right", "traps"}
    assert told["score"] == (0, 0)  # a point would tell it too
    assert told["question"]["answer"] == OTHERS


def test_a_learner_is_then_told_what_is_right_and_whether_they_were() -> None:
    classroom, one, other = asked("revealed")
    for learner, right, score in ((one, True, (1, 1)), (other, False, (0, 1))):
        told = for_learner(classroom, learner)
        assert (told["question"]["truth"], told["question"]["right"]) == (TRUTH, right)
        assert told["score"] == score
        assert "traps" not in told["question"]


def test_who_did_not_answer_is_neither_right_nor_wrong() -> None:
    classroom, _, _ = asked("revealed")
    late = classroom.join(None, "late", NOW)
    told = for_learner(classroom, late)
    assert told["question"]["answer"] is None
    assert told["question"]["right"] is None
    assert told["score"] == (0, 0)


def test_without_a_question_none_is_told() -> None:
    classroom, one, _ = asked("revealed")
    classroom.dismiss()
    assert for_learner(classroom, one)["question"] is None
    assert for_teacher(classroom, NOW)["question"] is None
    assert for_learner(classroom, one)["score"] == (1, 1)


# ---------------------------------------------------------------- the teacher


def test_a_teacher_is_told_everybody_and_no_secret() -> None:
    classroom, one, other = asked()
    one.present = True
    one.stand(at(3), NOW)
    other.needs_help = True
    told = for_teacher(classroom, NOW)
    assert [(row["id"], row["name"], row["present"], row["needs_help"]) for row in told["learners"]
            ] == [("1", one.name, True, False), ("2", other.name, False, True)]  # fmt: skip
    assert [row["place"] and row["place"]["symbol"] for row in told["learners"]] == ["z3", None]
    assert (told["code"], told["mode"], told["locked"], told["asked"]) == (
        "K7M4QX", "follow", False, 1
    )  # fmt: skip
    text = json.dumps(told)
    assert not any(secret in text for secret in (SECRET, one.secret, other.secret))


def test_who_has_answered_is_told_and_not_what_until_it_is_counted() -> None:
    classroom, _, _ = asked("open")
    classroom.join(None, "third", NOW)
    told = for_teacher(classroom, NOW)
    assert [row["answered"] for row in told["learners"]] == [True, True, False]
    assert (told["question"]["answered"], told["question"]["of"]) == (2, 3)
    assert not {TRUTH, TRAP, OTHERS} & {v for v in leaves(told) if isinstance(v, float)}
    assert "answers" not in told["question"]


def test_counted_answers_are_told_without_the_truth() -> None:
    told = for_teacher(asked("counted")[0], NOW)
    assert told["question"]["answers"] == {"1": TRUTH, "2": OTHERS}
    assert not told["question"].keys() & {"truth", "alike", "traps", "right"}
    assert [row["score"] for row in told["learners"]] == [(0, 0), (0, 0)]


def test_revealed_are_truth_traps_and_how_many_were_right() -> None:
    question = for_teacher(asked("revealed")[0], NOW)["question"]
    assert question["truth"] == TRUTH
    assert question["traps"] == [{"mistake": "wrong_sign", "value": TRAP}]
    assert question["right"] == 1


@pytest.mark.parametrize(("mode", "minutes"), [("follow", 0), ("explore", 6), ("free", 6)])
def test_only_who_works_alone_can_be_stuck(mode: Mode, minutes: int) -> None:
    classroom = made(1)
    classroom.set_mode(mode, NOW)
    (one,) = classroom.learners.values()
    one.present = True
    one.stand(at(3), NOW)
    (row,) = for_teacher(classroom, NOW + 400)["learners"]
    assert row["stuck"] == minutes
    (row,) = for_teacher(classroom, NOW + STUCK - 1)["learners"]
    assert row["stuck"] == 0


def test_who_followed_for_long_is_not_stuck_as_soon_as_the_mode_changes() -> None:
    classroom = made(1)
    (one,) = classroom.learners.values()
    one.present = True
    one.stand(at(3), NOW)
    classroom.set_mode("free", NOW + 3000)
    (row,) = for_teacher(classroom, NOW + 3001)["learners"]
    assert row["stuck"] == 0


@pytest.mark.parametrize("stage", ["open", "counted", "revealed"])
def test_what_is_told_can_be_sent(stage: Stage) -> None:
    classroom, one, _ = asked(stage)
    one.stand(at(3), NOW)
    for told in (for_teacher(classroom, NOW), for_learner(classroom, one)):
        assert json.loads(json.dumps(told, allow_nan=False))["type"] == "class"
