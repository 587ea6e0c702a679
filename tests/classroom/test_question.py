"""Which answers are right."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.classroom.question import LEAST, SHARE, is_right

from .questions import posed, question


@pytest.mark.parametrize(
    ("truth", "answer", "right"),
    [
        (0.5, 0.5, True), (0.5, 0.5 + 0.999 * 0.5 * SHARE, True), (0.5, 0.53, False),
        (0.001, 0.001 + LEAST, True), (0.001, 0.0072, False), (-2.0, -1.91, True),
        (-2.0, 2.0, False), (0.0, 0.0049, True),
    ],
)  # fmt: skip
def test_a_number_is_right_within_five_percent_or_five_thousandths(
    truth: float, answer: float, right: bool
) -> None:
    assert is_right(posed("value", truth), answer) is right


@pytest.mark.parametrize("sort", ["sign", "change"])
def test_a_sign_is_right_only_as_it_is(sort: str) -> None:
    for truth, sign in ((0.2, 1), (-1e-9, -1), (0.0, 0)):
        assert [is_right(posed(sort, truth), answer) for answer in (-1, 0, 1)] == [
            answer == sign for answer in (-1, 0, 1)
        ]


def test_all_that_are_as_large_as_the_largest_are_right() -> None:
    one = posed("which", 2, alike=(2, 5))
    assert [place for place in range(6) if is_right(one, place)] == [2, 5]


@pytest.mark.parametrize(
    "wrong",
    [
        {"sort": "why"}, {"tensor": "z0"}, {"tensor": "m_W1"}, {"tensor": "cost1"}, {"text": ""},
        {"text": "x" * 301}, {"index": (-1,)}, {"index": (0, 0, 0)}, {"example": -1}, {"more": 1},
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        question(**{"sort": "value", **wrong})  # type: ignore[arg-type]


def test_the_page_takes_the_same_answers_for_right() -> None:
    page = (Path(__file__).parents[2] / "static/js/predict.js").read_text()
    found = re.search(r"SHARE = ([\d.]+), LEAST = ([\d.]+);", page)
    assert found is not None
    assert (float(found[1]), float(found[2])) == (SHARE, LEAST)
