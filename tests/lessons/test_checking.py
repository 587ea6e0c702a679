"""Numbers that a lesson states are those of the engine, or it is told which are not."""

from pathlib import Path

import pytest

from app.lessons.checking import answer_to, mishaps, revealed, scenes
from tests.lessons.files import lesson

AT_COST = "## A\n\n```stop\nop: cost\n```\n\n"


def told(folder: Path, text: str) -> list[str]:
    return [str(mishap) for mishap in mishaps(lesson(folder, text))]


@pytest.mark.parametrize(
    "text",
    [
        "The cost is [3.125](=cost), or about [3.1](=cost).",
        "Less the target: [2.5](<=a1[0,0] - y[0,0]>).",
        "In a formula, $3.5 - 1$, which [3.5](=a1[0,0]) explains; the rate is 0.1.",
        "At the end of epoch 3 it is [0.05](<=train_cost @ epoch(3)>).",
        "`0.77` is code.",
    ],
)
def test_numbers_that_are_right_pass(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, AT_COST + text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The cost is [3.126](=cost).", "test.md:13: states 3.126, but cost is 3.125 here"),
        ("The cost is 9.75.", "test.md:13: states 9.75, which nothing in this step computes"),
        ("So $9.75 > 1$.", "states 9.75"),
        ("The slope is [1](=delta1[0,0]).", "names what is not there at this stop, got delta1"),
        ("It is [many](=cost).", "links 'many' to a value"),
        ("It is [3](<=cost +>).", "is not an expression"),
        ("It is [3](=W1[5,5]).", "names an entry that the tensor does not have"),
        ("It is [3](<=__import__('os')>).", "is not an expression"),
    ],
)
def test_a_number_that_is_wrong_is_told_by_its_line(tmp_path: Path, text: str, words: str) -> None:
    found = told(tmp_path, AT_COST + text)
    assert len(found) == 1
    assert words in found[0]


def test_numbers_of_questions_and_tasks_are_checked_too(tmp_path: Path) -> None:
    text = "## A\n\n```ask\nquestion: It was 7.25?\nanswer: 1\n```\n\n```do\ntask: Reach 0.37\nuntil: {epoch: 1}\n```\n"  # noqa: E501
    found = told(tmp_path, text)
    assert [each.split(": ")[0] for each in found] == ["test.md:10", "test.md:15"]


def test_the_answer_is_that_of_the_place_where_it_is_shown(tmp_path: Path) -> None:
    text = "## A\n\n```stop\nbefore: gradient 1\n```\n\n```ask\nquestion: The gradient?\nanswer: dW1[0,0]\nthen: gradient 1\n```\n"  # noqa: E501
    made = lesson(tmp_path, text)
    assert answer_to(made, 0) == 5
    assert revealed(made.steps[0], scenes(made)[0]).position == made.steps[0].position + 1


def test_a_trap_may_be_computed(tmp_path: Path) -> None:
    text = (
        "## A\n\n```ask\nquestion: What?\nanswer: 1\ntraps: [{value: dW1, because: Not so}]\n```\n"
    )
    assert "names what is not there" in told(tmp_path, text)[0]
