"""The table of values: every number with all of its digits."""

import csv
import io
from typing import Any

import numpy as np
import pytest

from app.engine.run import Run
from app.presets import preset
from app.sheet.origin import Origin
from app.sheet.sheet import make
from app.sheet.values import values
from app.sheet.wanted import Wanted


def table(name: str, **wanted: Any) -> list[dict[str, str]]:
    sheet = make(Origin(preset(name)), Wanted(**wanted))
    return [*csv.DictReader(io.StringIO(values(sheet)))]


def found(rows: list[dict[str, str]], **place: str) -> list[float]:
    return [float(row["value"]) for row in rows if place.items() <= row.items()]


def test_every_number_has_every_digit() -> None:
    rows, run = table("xor"), Run(preset("xor"))
    given = found(rows, op="given", name="w", layer="1")
    assert given == [*run.tensor("W1").ravel()]
    run.advance(len(run.program))
    z = found(rows, minibatch="1", name="z", layer="1")
    assert np.array_equal(np.reshape(z, (4, 3)), run.tensor("z1"))
    assert found(rows, minibatch="1", op="W1", name="w") == [*run.tensor("W1").ravel()]
    assert found(rows, minibatch="1", op="C", name="C") == [run.cost]


def test_a_row_says_where_its_number_stands() -> None:
    rows = table("xor")
    row = next(row for row in rows if row["name"] == "dw" and row["layer"] == "1")
    assert (row["from_unit"], row["unit"], row["example"]) == ("1", "1", "")
    row = next(row for row in rows if row["name"] == "delta" and row["example"] == "2")
    assert (row["layer"], row["unit"], row["op"]) == ("2", "1", "delta2")
    x = [row for row in rows if row["name"] == "x"]
    assert {(row["layer"], row["example"]) for row in x} == {("0", str(n)) for n in range(1, 5)}


def test_the_lines_are_numbered_as_on_the_sheet() -> None:
    numbers = [int(row["line"]) for row in table("mazur") if row["line"]]
    assert numbers == [*range(1, 51)]
    assert [*table("mazur")][-1]["minibatch"] == "after"


@pytest.mark.parametrize(("key", "empty"), [(False, True), (True, False)])
def test_for_a_student_what_is_to_be_worked_out_is_empty(key: bool, empty: bool) -> None:
    rows = table("mazur", student=True, key=key)
    assert all((row["value"] == "") is empty for row in rows if row["line"])
    assert all(row["value"] for row in rows if not row["line"])
