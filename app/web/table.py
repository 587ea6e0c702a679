"""A table that somebody brings as text, as CSV: what stands in it, and the data it makes."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.errors import Fault
from app.language import joined, say, spoken

__all__ = ["Table", "Wishes", "data_of", "read_table", "table_of"]

MOST_ROWS, MOST_COLUMNS = 2000, 100
MOST_CLASSES = 100
FEW = 10
"""Whole numbers of so many kinds are taken for classes, if nobody says otherwise."""
MOST = 1_000_000
"""What a number can be, up or down."""
NAME = 40  # letters of a name
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")
NOTHING = {"", "-", "?", "na", "n/a", "nan", "null", "none"}
DELIMITERS = ",;\t|"
NAMED = 5
"""Faults of one kind that are named one by one."""
TABLE = say("table")


@dataclass(frozen=True)
class Table:
    """A header and rows of texts, each as long as the header.

    `faults` are of its shape; where there are any, the rows that are wrong are not among `rows`.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    faults: tuple[Fault, ...] = ()

    def column(self, j: int) -> list[str]:
        return [row[j] for row in self.rows]


@dataclass(frozen=True)
class Wishes:
    """What the data shall be: which column is the target, whether it names classes (None: as it
    looks), and whether rows with a missing value are left out."""

    target: int
    classes: bool | None = None
    drop: bool = False


@dataclass
class Data:
    """The data of a config, or why there is none; `notes` say what was decided."""

    data: dict[str, Any] | None = None
    classes: bool = False
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


# ---------------------------------------------------------------- reading


def read_table(text: str) -> Table:
    """Read CSV with any usual delimiter, with or without a header.

    The first row is the header where none of its values is a number.
    """
    text = text.removeprefix("\ufeff")
    delimiter = _delimiter(text)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = [[_cell(value, delimiter) for value in row] for row in lines if any(row)]
    except csv.Error as error:
        return Table((), (), (Fault(TABLE, say("must be CSV: {error}", error=str(error))),))
    if not rows:
        return Table((), (), (Fault(TABLE, say("must have at least one row")),))
    titled = len(rows) > 1 and all(_number(value) is None for value in rows[0])
    return table_of(rows.pop(0) if titled else [""] * len(rows[0]), rows)


def table_of(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return the table of these titles and rows; an empty title is given a name."""
    width = len(titles)
    whole = tuple(tuple(row) for row in rows[:MOST_ROWS] if len(row) == width)
    return Table(_names(titles), whole, tuple(_shape_faults(rows, width)))


def _cell(text: str, delimiter: str) -> str:
    """Return a value without spaces around it; where no comma splits, one may be decimal."""
    text = text.strip()
    if delimiter != "," and re.fullmatch(r"[+-]?\d*,\d+", text):
        return text.replace(",", ".")
    return text


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the first line into most parts."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=bare.count)


def _names(titles: Iterable[str]) -> tuple[str, ...]:
    """Return titles that are there, short, and all different."""
    names: list[str] = []
    for j, title in enumerate(titles, 1):
        # A name goes into the config, so it is in the language of who brings the table.
        name = title[:NAME] or spoken(say("column {number}", number=j))
        names.append(name if name not in names else f"{name[: NAME - 4]} {j}")
    return tuple(names)


def _shape_faults(rows: Sequence[Sequence[str]], width: int) -> Iterator[Fault]:
    if not rows:
        yield Fault(TABLE, say("must have at least one row below its header"))
    if width > MOST_COLUMNS:
        rule = say("must have at most {most} columns", most=MOST_COLUMNS)
        yield Fault(TABLE, rule, str(width))
    if len(rows) > MOST_ROWS:
        rule = say("must have at most {most:,} rows", most=MOST_ROWS)
        yield Fault(TABLE, rule, f"{len(rows):,}")
    ragged = [(i, len(row)) for i, row in enumerate(rows, 1) if len(row) != width]
    for i, found in ragged[:NAMED]:
        rule = say("must have {count} values like the first", count=width)
        yield Fault(say("row {row}", row=i), rule, str(found))
    if len(ragged) > NAMED:
        yield Fault(TABLE, say("has {more} more rows of another length", more=len(ragged) - NAMED))


def _number(text: str) -> float | None:
    """Return the number that a text is, None if it is none."""
    return float(text) if NUMBER.fullmatch(text) else None


def _is_missing(text: str) -> bool:
    return text.lower() in NOTHING


# ---------------------------------------------------------------- data


def data_of(table: Table, wishes: Wishes) -> Data:
    """Return the data of a config that a table makes: columns of numbers become inputs."""
    made = Data(faults=list(table.faults))
    if made.faults:
        return made
    if not 0 <= wishes.target < len(table.header):
        rule = say("must be a column of the table")
        made.faults.append(Fault(say("target"), rule, str(wishes.target)))
        return made
    known = [text for text in table.column(wishes.target) if not _is_missing(text)]
    made.classes = _names_classes(known) if wishes.classes is None else wishes.classes
    inputs = _inputs(table, wishes.target, made)
    rows = _complete(table, [*inputs, wishes.target], wishes.drop, made)
    if made.faults:
        return made
    targets = [row[wishes.target] for row in rows]
    _check(table, rows, inputs, made)
    named = {"input_names": [table.header[j] for j in inputs]}
    told = _targets(targets, table.header[wishes.target], made)
    if not made.faults:
        values = [[_number(row[j]) for j in inputs] for row in rows]
        made.data = {"name": "inline", "X": values, **told, **named}
    return made


def _inputs(table: Table, target: int, made: Data) -> list[int]:
    """Return the columns that can be inputs: those of numbers, besides the target."""
    others = [j for j in range(len(table.header)) if j != target]
    texts = [
        j for j in others
        if not any(_number(v) is not None for v in table.column(j) if not _is_missing(v))
    ]  # fmt: skip
    inputs = [j for j in others if j not in texts]
    if texts:
        names = joined(say(", "), (table.header[j] for j in texts))
        made.notes.append(
            say("Left out, because there are no numbers in it: {names}.", names=names)
        )
    if not inputs:
        rule = say("must have a column of numbers besides the target")
        made.faults.append(Fault(TABLE, rule))
    return inputs


def _complete(table: Table, columns: list[int], drop: bool, made: Data) -> list[tuple[str, ...]]:
    """Return the rows in which no value is missing; say which others there are."""
    holes = [
        (i, next(j for j in columns if _is_missing(row[j])))
        for i, row in enumerate(table.rows, 1)
        if any(_is_missing(row[j]) for j in columns)
    ]
    rows = [row for row in table.rows if not any(_is_missing(row[j]) for j in columns)]
    if holes and drop:
        made.notes.append(_left_out([i for i, _ in holes]))
    elif holes:
        for i, j in holes[:NAMED]:
            made.faults.append(Fault(_cell_name(i, table.header[j]), say("must have a value")))
        if len(holes) > NAMED:
            rule = say("has {more} more rows with a missing value", more=len(holes) - NAMED)
            made.faults.append(Fault(TABLE, rule))
    if not rows:
        made.faults.append(Fault(TABLE, say("must have a row without a missing value")))
    return rows


def _left_out(rows: Sequence[int]) -> str:
    named, more = joined(say(", "), map(str, rows[:NAMED])), len(rows) - NAMED
    if more <= 0:
        return say("Left out, because a value is missing: row {rows}.", rows=named)
    return say(
        "Left out, because a value is missing: row {rows} and {more} more.", rows=named, more=more
    )


def _cell_name(row: int, column: str) -> str:
    return say("row {row}, {column}", row=row, column=column)


def _check(table: Table, rows: list[tuple[str, ...]], inputs: list[int], made: Data) -> None:
    """Find what is no number, or too large, in the columns of inputs."""
    numbers = {id(row): i for i, row in enumerate(table.rows, 1)}
    found = [
        (numbers[id(row)], table.header[j], row[j])
        for row in rows
        for j in inputs
        if (value := _number(row[j])) is None or abs(value) > MOST
    ]
    for i, name, text in found[:NAMED]:
        rule = say("must be a number from {least:,} to {most:,}", least=-MOST, most=MOST)
        made.faults.append(Fault(_cell_name(i, name), rule, text))
    if len(found) > NAMED:
        rule = say("has {more} more values like these", more=len(found) - NAMED)
        made.faults.append(Fault(TABLE, rule))


def _names_classes(texts: list[str]) -> bool:
    """Whether texts look like the names of classes: words, or few whole numbers."""
    values = [_number(text) for text in texts]
    whole = all(value is not None and value.is_integer() for value in values)
    return None in values or (whole and len({*values}) <= FEW)


def _targets(texts: list[str], name: str, made: Data) -> dict[str, Any]:
    """Return the targets: labels with the names of the classes, or a number in each row."""
    if not made.classes:
        values = [_number(text) for text in texts]
        for text, value in zip(texts, values, strict=True):
            if value is None or abs(value) > MOST:
                rule = say("must be numbers up to {most:,}, or be taken as classes", most=MOST)
                made.faults.append(Fault(name, rule, text[:NAME]))
                break
        return {"Y": [[value] for value in values]}
    kinds = sorted({*texts}, key=lambda text: (_number(text) or 0.0, text))
    if not 2 <= len(kinds) <= MOST_CLASSES:
        rule = say("must have 2 to {most} different classes", most=MOST_CLASSES)
        made.faults.append(Fault(name, rule, str(len(kinds))))
    place = {text: k for k, text in enumerate(kinds)}
    return {
        "labels": [place[text] for text in texts],
        "class_names": [text[:NAME] for text in kinds],
    }
