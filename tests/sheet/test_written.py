"""Lines as they are written: with their numbers, and for a student with gaps."""

from typing import Any

from app.presets import preset
from app.sheet.notation import Gap, Layout, Row
from app.sheet.origin import Origin
from app.sheet.plain import text
from app.sheet.sheet import make
from app.sheet.wanted import Wanted
from app.sheet.written import Written, answer, written
from tests.explain.networks import CONFIGS

from .test_sheet import placed


def lines(config: Any, **wanted: Any) -> list[Written]:
    sheet = make(Origin(config), Wanted(**wanted))
    return [written(sheet, *place) for place in placed(sheet)]


def steps(line: Written) -> list[str]:
    return [text(step) for step in (line.left, line.symbols, *line.steps, line.result)]


def test_a_line_is_symbols_numbers_result() -> None:
    assert steps(lines(preset("mazur"))[4]) == [
        "z[2]₁",
        "a[1]₁·w[2]₁→₁ + a[1]₂·w[2]₂→₁ + b[2]₁",
        "0.593269992·0.4 + 0.596884378·0.45 + 0.6",
        "1.105905967",
    ]


def test_for_a_student_numbers_that_were_worked_out_are_gaps_and_what_is_given_stays() -> None:
    assert steps(lines(preset("mazur"), student=True)[4]) == [
        "z[2]₁",
        "a[1]₁·w[2]₁→₁ + a[1]₂·w[2]₂→₁ + b[2]₁",
        "[3: ______]·0.4 + [4: ______]·0.45 + 0.6",
        "[5: ______]",
    ]


def test_an_error_along_several_paths_shows_what_comes_along_each() -> None:
    line = lines(preset("mazur"))[21]
    assert [text(step) for step in line.steps] == [
        "0.138498562·0.4 + (−0.038098237)·0.5",
        "0.055399425 − 0.019049118",
    ]
    assert len(lines(preset("mazur"), student=True)[21].steps) == 1


def test_a_number_that_is_another_needs_no_second_step() -> None:
    linear = next(line for line in lines(preset("one_neuron")) if text(line.left) == "a[1]₁")
    assert linear.steps == ()


def test_which_case_is_taken_is_for_the_student_to_say() -> None:
    full, student = (lines(CONFIGS["relu"], student=s) for s in (False, True))
    slopes = [i for i, line in enumerate(full) if text(line.left).startswith("f′(z[1]")]
    assert "because" in text(full[slopes[0]].steps[0])
    assert student[slopes[0]].steps == ()
    assert text(student[slopes[0]].symbols).endswith("> 0, else 0")


def gaps(layout: Layout) -> set[int]:
    if isinstance(layout, Gap):
        return {layout.number}
    return set().union(*map(gaps, layout.parts)) if isinstance(layout, Row) else set()


def test_every_result_is_a_gap_of_its_own_number() -> None:
    for i, line in enumerate(lines(preset("xor"), student=True), 1):
        assert line.result == Gap(i)
        assert all(gaps(step) <= {*range(1, i)} for step in line.steps)


def test_an_answer_has_all_of_its_decimals() -> None:
    sheet = make(Origin(preset("one_neuron")), Wanted())
    results = [text(answer(sheet, line)) for line in sheet.lines()]
    assert results[0] == "3.5000"
