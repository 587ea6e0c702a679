"""Tables, ratios, and how they get into a document."""

import pytest

from bench.__main__ import as_json, written
from bench.tables import Report, machine, ratio, table

REPORT = Report(
    "engine", "Engine", "2026, a machine.", ["workload", "µs"], [["W1", "8.3"]], [{"µs": 8.3}]
)


def test_the_first_column_stands_to_the_left() -> None:
    assert table(["a", "bb"], [["long", "1"]]).splitlines() == [
        "| a    | bb |",
        "| ---- | -: |",
        "| long |  1 |",
    ]


def test_a_ratio_is_the_median_of_those_within_each_round() -> None:
    assert ratio([2, 8, 30], [1, 2, 10]) == 3


def test_a_machine_is_named_with_what_is_installed() -> None:
    assert "NumPy" in machine("orjson")
    assert "no-such-package" not in machine("no-such-package")


def test_a_table_takes_the_place_of_the_old_one_and_nothing_else_changes() -> None:
    text = (
        "# A\n\n<!-- engine -->\nold\n<!-- /engine -->\n\n<!-- sweep -->\nkept\n<!-- /sweep -->\n"
    )
    assert written(text, [REPORT]) == text.replace("old", str(REPORT))


def test_backslashes_in_a_table_stay() -> None:
    odd = Report("engine", "", r"\1", ["a"], [[r"\g<0>"]], [])
    assert r"\g<0>" in written("<!-- engine -->\n<!-- /engine -->", [odd])


def test_figures_are_found_by_the_name_of_their_table() -> None:
    assert as_json([REPORT]) == {"engine": {"about": "2026, a machine.", "figures": [{"µs": 8.3}]}}


@pytest.mark.parametrize("cells", [[["W1"]], [["W1", "1", "2"]]])
def test_a_row_of_another_length_is_an_error(cells: list[list[str]]) -> None:
    with pytest.raises((ValueError, IndexError)):
        table(["a", "b"], cells)
