"""A sheet as a table: every number that is given or worked out, with all of its digits."""

import csv
import io
from collections.abc import Iterator

from app.explain.expression import Quantity
from app.sheet.parts import Minibatch, Section, Sheet, Table

__all__ = ["values"]

COLUMNS = ("line", "minibatch", "op", "name", "layer", "from_unit", "unit", "example", "value")
NAMES = {"Cx": "C_example", "E": "C_output", "dax": "da", "dwx": "dw_example", "S": "sum_s"}
"""Names of what is called otherwise inside."""
Row = tuple[object, ...]


def values(sheet: Sheet) -> str:
    """Return them as CSV; on a student's sheet what is to be worked out is left empty."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(_rows(sheet))
    return text.getvalue()


def _rows(sheet: Sheet) -> Iterator[Row]:
    shown = not sheet.wanted.student or sheet.wanted.key
    for table in sheet.given:
        yield from _given(table, "", "given")
    for minibatch in sheet.minibatches:
        number = minibatch.number or "after"
        for section in minibatch.sections:
            for table in section.tables:
                yield from _given(table, number, section.symbol)
            yield from _worked(minibatch, section, shown=shown)


def _given(table: Table, minibatch: object, op: str) -> Iterator[Row]:
    for _, row in table.rows:
        for quantity in row:
            yield ("", minibatch, op, *_place(quantity), f"{quantity.value:.17g}")


def _worked(minibatch: Minibatch, section: Section, *, shown: bool) -> Iterator[Row]:
    number = minibatch.number or "after"
    for group in section.groups:
        for line in group.lines:
            value = f"{line.of.value:.17g}" if shown else ""
            yield (line.number, number, section.symbol, *_place(line.of), value)


def _place(q: Quantity) -> Row:
    """Name, layer, the unit below where there is one, unit, and example, all from 1."""
    below, unit = q.units if len(q.units) == 2 else ("", q.units[0] if q.units else "")
    symbol = q.symbol.removesuffix("new")
    example = "" if q.example is None else q.example + 1
    layer = 0 if symbol == "x" else "" if q.layer is None else q.layer
    return (NAMES.get(symbol, symbol), layer, below, unit, example)
