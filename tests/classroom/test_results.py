"""Results as a table: every cell is what it should be, and no spreadsheet runs one."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classroom.ballot import Ballot
from app.classroom.classroom import Classroom
from app.classroom.question import Posed
from app.classroom.results import COLUMNS, harmless, results

from .classrooms import made
from .questions import posed, question

NOW = 1000.0
Row = dict[str, str]


def rows(classroom: Classroom) -> list[Row]:
    """Return what a program reads of the results."""
    header, *body = csv.reader(io.StringIO(results(classroom), newline=""), strict=True)
    assert tuple(header) == COLUMNS
    assert all(len(row) == len(COLUMNS) for row in body)
    return [dict(zip(header, row, strict=True)) for row in body]


def asking(text: str, learners: int = 1) -> Classroom:
    classroom = made(learners)
    classroom.ask(Posed(question("value", text=text), 1, 0.5), NOW)
    return classroom


def test_there_is_a_row_for_every_learner_and_question() -> None:
    classroom = made(3)
    for _ in range(4):
        classroom.ask(posed(), NOW)
    names = [learner.name for learner in classroom.learners.values()]
    assert [(row["question"], row["learner"]) for row in rows(classroom)] == [
        (str(number), name) for number in (1, 2, 3, 4) for name in names
    ]


@pytest.mark.parametrize(("learners", "questions"), [(0, 0), (5, 0), (0, 3)])
def test_without_learners_or_questions_there_are_only_the_names_of_the_columns(
    learners: int, questions: int
) -> None:
    classroom = made(learners)
    for _ in range(questions):
        classroom.ask(posed(), NOW)
    assert rows(classroom) == []


def test_an_answer_stands_with_what_is_right_and_how_long_it_took() -> None:
    classroom = made(3)
    one, other, _ = classroom.learners.values()
    classroom.ask(posed("value", -0.123456789), NOW)
    classroom.predict(one, 1, -0.12, NOW + 3.25)
    classroom.predict(other, 1, 2.0, NOW + 61)
    cells = [
        [row[c] for c in ("answer", "truth", "right", "seconds", "position")]
        for row in rows(classroom)
    ]
    assert cells == [
        ["-0.12", "-0.123457", "1", "3.2", "1"],
        ["2", "-0.123457", "0", "61.0", "1"],
        ["", "-0.123457", "", "", "1"],
    ]


def test_a_place_among_choices_counts_from_one() -> None:
    classroom = made(1)
    classroom.ask(posed("which", 4, alike=(4,)), NOW)
    classroom.predict(classroom.learner("1"), 1, 0.0, NOW)
    (row,) = rows(classroom)
    assert (row["answer"], row["truth"], row["right"]) == ("1", "5", "0")


def test_who_is_removed_is_in_no_row() -> None:
    classroom = asking("?", 2)
    gone = classroom.remove("1")
    assert gone.name not in results(classroom)
    assert len(rows(classroom)) == 1


# ---------------------------------------------------------------- formulas

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "   @x", "\u00a0=1", " \t+1",
    "\u2003-2", "=HYPERLINK(\"http://evil\",\"x\")", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C'!A0", "-",
]  # fmt: skip
SIGNS = "=+-@\t\r\n"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_question_that_would_be_a_formula_is_a_text(text: str) -> None:
    (row,) = rows(asking(text))
    assert row["text"] == f"'{text}"


@pytest.mark.parametrize("name", ["-1", "- 2", "-Ada"])
def test_so_is_a_name(name: str) -> None:
    classroom = asking("?", 0)
    classroom.allow_own_names(True)
    classroom.join(name, "x", NOW)
    assert rows(classroom)[0]["learner"] == f"'{name}"


def test_a_name_from_another_place_is_as_harmless() -> None:
    classroom = asking("?")
    classroom.learner("1").name = '=1+1,"x'
    assert rows(classroom)[0]["learner"] == "'=1+1,\"x"


@pytest.mark.parametrize("text", ["Which sign has z?", "a=b", "1-1", "'=1", "x\n=1", "", "小明"])
def test_other_texts_are_what_they_were(text: str) -> None:
    assert harmless(text) == text


@given(st.text(max_size=20))
def test_no_text_begins_like_a_formula(text: str) -> None:
    cell = harmless(text)
    assert cell.removeprefix("'") == text.removeprefix("'")
    assert cell[:1] not in tuple(SIGNS)
    assert cell.lstrip()[:1] not in tuple(SIGNS)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_whatever_the_text_a_program_reads_the_same_cells(text: str) -> None:
    classroom = asking(text, 2)
    assert [row["text"] for row in rows(classroom)] == [harmless(text)] * 2
    assert [row["learner"] for row in rows(classroom)] == [
        learner.name for learner in classroom.learners.values()
    ]


def test_questions_are_in_the_order_in_which_they_were_asked() -> None:
    classroom = made(1)
    ballots: list[Ballot] = [classroom.ask(posed(), NOW) for _ in range(11)]
    assert [row["question"] for row in rows(classroom)] == [str(b.number) for b in ballots]
