"""What is said of a command: its answer, or why not, with its id where it has one."""

import json

import pytest

from app.classroom.commands import Lock
from app.errors import BackstepError, ConfigError, Fault, SessionError
from app.live.answers import answer_to, failure_of, refuse
from app.session.commands import Step
from app.session.messages import Failure

from .clients import RecordingViewer


def test_an_answer_has_the_id_of_its_command() -> None:
    for command in (Step(type="step", id="mine"), Lock(type="lock", on=True, id=7)):
        assert json.loads(answer_to(command)) == {"type": "answer", "id": command.id}


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (BackstepError("No."), Failure("refused", "No.")),
        (SessionError("busy", "Wait.", "op"), Failure("busy", "Wait.", "op")),
        (
            ConfigError([Fault("seed", "must be 1", "2"), Fault("data", "is odd")]),
            Failure(
                "config", "seed must be 1, got 2; data is odd.", "seed",
                (
                    {"field": "seed", "rule": "must be 1", "value": "2"},
                    {"field": "data", "rule": "is odd", "value": ""},
                ),
            ),
        ),
        (ConfigError([]), Failure("config", ".")),
    ],
)  # fmt: skip
def test_a_refusal_says_what_the_error_says(error: BackstepError, failure: Failure) -> None:
    assert failure_of(error) == failure


@pytest.mark.parametrize("id", [7, "mine", None])
def test_a_refusal_is_told_with_the_id_of_the_command(id: int | str | None) -> None:
    viewer = RecordingViewer()
    refuse(viewer, Step(type="step", id=id), Failure("busy", "Wait."))
    (told,) = viewer.take()
    assert (told["type"], told["code"], told.get("id")) == ("error", "busy", id)
