"""A table as text: it is read as people write it, and what is wrong is named by row and column."""

import pytest

from app.engine.config import Config
from app.web.table import Table, Wishes, data_of, read_table, table_of

FLOWERS = "length,width,kind\n5.1,3.5,setosa\n7.0,3.2,versicolor\n6.3,3.3,virginica\n"


def last(table: Table, **wishes: bool) -> Wishes:
    return Wishes(len(table.header) - 1, **wishes)


def made(text: str, **wishes: bool) -> tuple[dict, list[str], list[str]]:
    table = read_table(text)
    found = data_of(table, last(table, **wishes))
    return found.data or {}, [str(fault) for fault in found.faults], found.notes


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter_is_found(delimiter: str) -> None:
    table = read_table(FLOWERS.replace(",", delimiter))
    assert table.header == ("length", "width", "kind")
    assert table.rows[0] == ("5.1", "3.5", "setosa")


def test_a_first_row_of_numbers_is_no_header() -> None:
    table = read_table("1,2\n3,4\n")
    assert table.header == ("column 1", "column 2")
    assert table.rows == (("1", "2"), ("3", "4"))


def test_quotes_blank_lines_a_byte_order_mark_and_other_line_ends_are_understood() -> None:
    table = read_table('\ufeff"a, b",c\r\n\r\n"1","say ""x"""\r\n')
    assert table.header == ("a, b", "c")
    assert table.rows == (("1", 'say "x"'),)


def test_a_comma_is_decimal_where_something_else_splits_and_nowhere_else() -> None:
    assert read_table("a;b\n1,5;2\n").rows == (("1.5", "2"),)
    data, faults, _ = made('a,b\n"1,234",0\n2,1\n')
    assert faults == ["row 1, a must be a number from -1,000,000 to 1,000,000, got 1,234"]
    assert not data


def test_names_are_all_different_and_none_is_empty() -> None:
    assert table_of(["x", "x", ""], [["1", "2", "3"]]).header == ("x", "x 2", "column 3")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "table must have at least one row"),
        ("a,b\n1,2\n1,2,3\n", "row 2 must have 2 values like the first, got 3"),
        ('a,b\n"1,2\n', "table must be CSV: unexpected end of data"),
        ("a" + ",a" * 100 + "\n1" + ",1" * 100, "table must have at most 100 columns, got 101"),
        ("a,b\n" + "1,2\n" * 2001, "table must have at most 2,000 rows, got 2,001"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told(text: str, fault: str) -> None:
    assert fault in [str(found) for found in read_table(text).faults]


def test_rows_of_another_length_are_named_five_at_most() -> None:
    faults = read_table("a,b\n1,2\n" + "1\n" * 8).faults
    assert [fault.field for fault in faults] == [
        "row 2",
        "row 3",
        "row 4",
        "row 5",
        "row 6",
        "table",
    ]
    assert faults[-1].rule == "has 3 more rows of another length"


# ---------------------------------------------------------------- data


def test_a_target_of_texts_names_classes() -> None:
    data, faults, notes = made(FLOWERS)
    assert not faults
    assert not notes
    assert data == {
        "name": "inline",
        "X": [[5.1, 3.5], [7.0, 3.2], [6.3, 3.3]],
        "labels": [0, 1, 2],
        "class_names": ["setosa", "versicolor", "virginica"],
        "input_names": ["length", "width"],
    }
    Config.parse({"data": data, "layers": [{"units": 3, "activation": "softmax"}]})


def test_few_whole_numbers_are_classes_in_their_order_and_can_be_numbers() -> None:
    text = "x,y\n1,10\n2,9\n3,10\n"
    data, _, _ = made(text)
    assert (data["labels"], data["class_names"]) == ([1, 0, 1], ["9", "10"])
    data, _, _ = made(text, classes=False)
    assert data["Y"] == [[10], [9], [10]]


def test_other_numbers_are_numbers() -> None:
    data, _, _ = made("x,y\n1,1.5\n2,2.5\n")
    assert data["Y"] == [[1.5], [2.5]]
    data, _, _ = made("x,y\n" + "".join(f"{i},{i}\n" for i in range(11)))
    assert len(data["Y"]) == 11


def test_a_column_without_numbers_is_no_input_and_that_is_said() -> None:
    data, _, notes = made("name,x,y\nAnn,1,0\nBo,2,1\n")
    assert data["input_names"] == ["x"]
    assert notes == ["Left out, because there are no numbers in it: name."]


def test_missing_values_are_named_by_row_and_column_or_left_out() -> None:
    text = "a,b,y\n1,,0\n2,3,1\nNA,3,?\n4,5,0\n"
    data, faults, _ = made(text)
    assert not data
    assert faults == ["row 1, b must have a value", "row 3, a must have a value"]
    data, faults, notes = made(text, drop=True)
    assert not faults
    assert data["X"] == [[2, 3], [4, 5]]
    assert notes == ["Left out, because a value is missing: row 1, 3."]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a,y\nx,0\nz,1\n", "table must have a column of numbers besides the target"),
        ("a,y\n,0\n?,1\n", "table must have a column of numbers besides the target"),
        ("a,y\n1,0\n2,0\n", "y must have 2 to 100 different classes, got 1"),
        ("a,y\n1,0\nx,1\n", "row 2, a must be a number from -1,000,000 to 1,000,000, got x"),
        ("a,y\n1,0\n1e7,1\n", "row 2, a must be a number from -1,000,000 to 1,000,000, got 1e7"),
    ],
)
def test_what_makes_no_data_is_told(text: str, fault: str) -> None:
    data, faults, _ = made(text)
    assert not data
    assert faults[0] == fault


def test_texts_cannot_be_taken_as_numbers() -> None:
    _, faults, _ = made(FLOWERS, classes=False)
    assert faults == ["kind must be numbers up to 1,000,000, or be taken as classes, got setosa"]


def test_the_target_can_be_any_column_and_must_be_one() -> None:
    table = read_table("y,a\n0,1.5\n1,2.5\n")
    assert (data_of(table, Wishes(0)).data or {})["X"] == [[1.5], [2.5]]
    assert str(data_of(table, Wishes(2)).faults[0]) == "target must be a column of the table, got 2"
