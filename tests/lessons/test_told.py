"""What the page is told of a lesson."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest

from app.lessons.blocks import CONTROLS
from app.lessons.errors import LessonError
from app.lessons.library import Library
from app.lessons.told import hidden, told
from tests.lessons.files import HEAD, lesson

ONE = Library().lesson("one-neuron", "en")


def test_what_is_not_shown_is_hidden() -> None:
    assert hidden(None) == ()
    assert set(hidden(("why",))) == {*CONTROLS} - {"why"}


def test_every_step_has_its_position_and_its_answer_as_a_number() -> None:
    page = told(ONE)
    steps = page.content["steps"]
    assert [step["position"] for step in steps] == [s.position for s in ONE.steps]
    assert steps[1]["ask"]["answer"] == 3.5
    assert steps[1]["ask"]["then"] == 2
    assert steps[1]["ask"]["light"] == {"tensor": "z1", "index": (0, 0), "example": 0}
    assert "<math" in page.texts[steps[1]["ask"]["because"]]
    assert page.texts[steps[0]["text"]] == ONE.steps[0].html


def test_a_config_is_told_once(tmp_path: Path) -> None:
    assert told(ONE).content["configs"] == [ONE.config.as_json()]
    text = "## A\n\n```stop\nwith: {seed: 3}\n```\n\nText.\n\n## B\n\nText.\n"
    content = told(lesson(tmp_path, text)).content
    assert [step["config"] for step in content["steps"]] == [0, 1]
    assert [config["seed"] for config in content["configs"]] == [3, 0]


def test_a_tolerance_is_a_hundredth_unless_it_is_said(tmp_path: Path) -> None:
    text = "## A\n\n```ask\nquestion: What?\nanswer: 200\n```\n\n## B\n\n```ask\nquestion: What?\nanswer: 200\nwithin: 7\n```\n"  # noqa: E501
    assert [step["ask"]["within"] for step in told(lesson(tmp_path, text)).content["steps"]] == [
        2,
        7,
    ]


def test_the_op_of_a_task_is_its_place_in_the_program(tmp_path: Path) -> None:
    text = "## A\n\n```do\ntask: Go\nuntil: {op: cost, back: true}\n```\n"
    task = told(lesson(tmp_path, text, HEAD)).content["steps"][0]["task"]
    assert task["until"] == {"op": 3, "back": True}


@pytest.mark.parametrize("answer", ["nobody", "1/0"])
def test_an_answer_that_cannot_be_computed_is_told_by_its_line(tmp_path: Path, answer: str) -> None:
    text = f"## A\n\n```ask\nquestion: Q\nanswer: {answer}\n```\n"
    with pytest.raises(LessonError, match=r"test\.md:10: expression "):
        told(lesson(tmp_path, text))


def test_who_opens_a_lesson_at_the_same_time_waits_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, asked = lesson(tmp_path, "## A\n\n```ask\nquestion: Q\nanswer: 1\n```\n"), []

    def slow(*_: object) -> float:
        asked.append(1)
        sleep(0.1)
        return 1.0

    monkeypatch.setattr("app.lessons.told.answer_to", slow)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(told, [made] * 4))
    assert len(asked) == 1
