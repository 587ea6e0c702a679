"""Every command about a class is decoded, beside those of a session; others are told why not."""

import json
from contextlib import suppress
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.classroom.commands import (
    Ask,
    Attend,
    CatchUp,
    ClassCommand,
    Count,
    Dismiss,
    End,
    Help,
    LearnerCommand,
    Lock,
    Names,
    Predict,
    Remove,
    Reveal,
    SetMode,
    Show,
    TeacherCommand,
    decode,
)
from app.errors import ConfigError
from app.session import commands as of_session
from app.session.commands import LARGEST, Command, Step, Sync

from .questions import question

QUESTION = {"sort": "value", "tensor": "z1", "index": [0], "text": "?"}
EVERY: list[tuple[dict[str, Any], ClassCommand]] = [
    ({"type": "mode", "mode": "explore"}, SetMode(type="mode", mode="explore")),
    ({"type": "lock", "on": True}, Lock(type="lock", on=True)),
    ({"type": "names", "own": False}, Names(type="names", own=False)),
    ({"type": "remove", "learner": "12"}, Remove(type="remove", learner="12")),
    ({"type": "show", "learner": "12"}, Show(type="show", learner="12")),
    ({"type": "show", "learner": None}, Show(type="show", learner=None)),
    ({"type": "attend", "learner": "1"}, Attend(type="attend", learner="1")),
    ({"type": "ask", "question": QUESTION}, Ask(type="ask", question=question())),
    ({"type": "count"}, Count(type="count")),
    ({"type": "reveal", "id": 7}, Reveal(type="reveal", id=7)),
    ({"type": "dismiss"}, Dismiss(type="dismiss")),
    ({"type": "end", "id": "x"}, End(type="end", id="x")),
    (
        {"type": "predict", "question": 2, "answer": -1},
        Predict(type="predict", question=2, answer=-1.0),
    ),
    ({"type": "help", "on": True}, Help(type="help", on=True)),
    ({"type": "catch_up"}, CatchUp(type="catch_up")),
]


@pytest.mark.parametrize(("sent", "command"), EVERY)
def test_a_command_is_decoded(sent: dict[str, Any], command: ClassCommand) -> None:
    assert decode(json.dumps(sent)) == command
    assert decode(json.dumps(sent).encode()) == command


def test_every_command_is_among_them_and_is_for_a_teacher_or_for_a_learner() -> None:
    assert {type(command) for _, command in EVERY} == set(get_args(ClassCommand))
    assert not set(get_args(TeacherCommand)) & set(get_args(LearnerCommand))
    assert all(kind.__doc__ for kind in get_args(ClassCommand))


@pytest.mark.parametrize(
    ("sent", "command"),
    [
        ({"type": "step", "count": 3, "id": 1}, Step(type="step", count=3, id=1)),
        ({"type": "sync"}, Sync(type="sync")),
    ],
)
def test_a_command_of_a_session_is_decoded_too(sent: dict[str, Any], command: Command) -> None:
    assert decode(json.dumps(sent)) == command


def test_no_command_of_a_class_has_the_type_of_one_of_a_session() -> None:
    def types(commands: object) -> set[str]:
        return {get_args(kind.model_fields["type"].annotation)[0] for kind in get_args(commands)}

    assert not types(Command) & types(ClassCommand)
    for type_ in types(ClassCommand):
        with pytest.raises(ConfigError, match="must have a 'type'"):
            of_session.decode(json.dumps({"type": type_}))


def faults(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(ConfigError) as refused:
        decode(text)
    return [(fault.field, fault.rule, fault.value) for fault in refused.value.faults]


LONG = "x" * 301


@pytest.mark.parametrize(
    ("sent", "field", "rule", "value"),
    [
        ({"type": "mode"}, "mode", "is required", ""),
        (
            {"type": "mode", "mode": "party"}, "mode",
            "must be one of 'follow', 'explore' or 'free'", "'party'",
        ),
        ({"type": "lock", "on": 1}, "on", "must be true or false", "1"),
        ({"type": "lock", "on": True, "by": "me"}, "by", "is not a setting here", ""),
        ({"type": "names", "own": "yes"}, "own", "must be true or false", "'yes'"),
        ({"type": "remove", "learner": 7}, "learner", "must be a text", "7"),
        ({"type": "remove"}, "learner", "is required", ""),
        (
            {"type": "remove", "learner": "1" * 13}, "learner", "must have at most 12 characters",
            f"'{'1' * 13}'",
        ),
        ({"type": "show"}, "learner", "is required", ""),
        ({"type": "show", "learner": 0}, "learner", "must be a text", "0"),
        ({"type": "attend", "learner": None}, "learner", "must be a text", "None"),
        ({"type": "ask"}, "question", "is required", ""),
        ({"type": "ask", "question": "z1?"}, "question", "must be an object", "'z1?'"),
        (
            {"type": "ask", "question": {**QUESTION, "sort": "why"}}, "question.sort",
            "must be one of 'sign', 'change', 'value' or 'which'", "'why'",
        ),
        (
            {"type": "ask", "question": {**QUESTION, "index": [-1]}}, "question.index.0",
            "must be at least 0", "-1",
        ),
        (
            {"type": "ask", "question": {**QUESTION, "text": ""}}, "question.text",
            "must have at least 1 characters", "''",
        ),
        (
            {"type": "ask", "question": {**QUESTION, "given": LONG}}, "question.given",
            "must have at most 300 characters", None,
        ),
        ({"type": "ask", "question": {**QUESTION, "truth": 1}}, "question.truth",
         "is not a setting here", ""),
        ({"type": "count", "id": [1]}, "id", "must be a text, or must be a whole number", "[1]"),
        ({"type": "predict", "question": 1}, "answer", "is required", ""),
        (
            {"type": "predict", "question": 0, "answer": 1}, "question", "must be at least 1", "0",
        ),
        (
            {"type": "predict", "question": 1, "answer": "1"}, "answer", "must be a number", "'1'",
        ),
        (
            {"type": "predict", "question": 1, "answer": 2e6}, "answer",
            f"must be at most {LARGEST}", "2000000.0",
        ),
        (
            {"type": "predict", "question": 1, "answer": float("nan")}, "answer",
            "must be a finite number", "nan",
        ),
        ({"type": "help", "on": None}, "on", "must be true or false", "None"),
    ],
)  # fmt: skip
def test_another_is_refused_with_field_rule_and_value(
    sent: dict[str, Any], field: str, rule: str, value: str | None
) -> None:
    ((found_field, found_rule, found_value),) = faults(json.dumps(sent))
    assert (found_field, found_rule) == (field, rule)
    assert value is None or found_value == value
    assert len(found_value) < 100


def test_a_tensor_that_is_none_is_refused_in_our_words() -> None:
    sent = {"type": "ask", "question": {**QUESTION, "tensor": "m_W1"}}
    ((field, rule, value),) = faults(json.dumps(sent))
    assert (field, value) == ("question.tensor", "'m_W1'")
    assert rule.startswith("must have the form ")


def test_all_faults_are_told_at_once() -> None:
    found = faults('{"type": "predict", "question": 1.5, "answer": [], "more": 1}')
    assert [field for field, _, _ in found] == ["question", "answer", "more"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"end"', "{}", '{"type": "party"}'])
def test_what_is_no_command_at_all_is_refused(text: str) -> None:
    ((field, rule, _),) = faults(text)
    assert field == ""
    assert rule.startswith("must ")


@given(
    st.sampled_from(EVERY),
    st.dictionaries(
        st.sampled_from(["id", "on", "mode", "learner", "question", "answer", "own", "type"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()),
    ),
)
def test_nothing_that_can_be_sent_raises_anything_else(
    sent: tuple[dict[str, Any], ClassCommand], changed: dict[str, Any]
) -> None:
    with suppress(ConfigError):
        assert isinstance(decode(json.dumps({**sent[0], **changed})), ClassCommand | Command)


def test_a_command_cannot_be_changed() -> None:
    command = decode('{"type": "remove", "learner": "1"}')
    with pytest.raises(ValidationError):
        command.learner = "2"  # type: ignore[union-attr, misc]
