"""A sheet as a page that needs no script and prints well: a file of its own, or served."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from markupsafe import Markup

from app.sheet.mathml import mathml
from app.sheet.parts import Sheet, Table
from app.sheet.rounding import Rounding
from app.sheet.symbols import value
from app.sheet.written import answer, naming, written
from app.templates import templates

__all__ = ["page"]

ROOT = Path(__file__).resolve().parents[2]
STYLES = ("tokens", "sheet")
LINE = 72
"""Digits that fit beside each other on a sheet of paper."""


def page(sheet: Sheet | None, toolbar: Mapping[str, Any] | None = None, refusal: str = "") -> str:
    """Return the page: with a toolbar as it is served, without one as a file of its own.

    Where there is no sheet, `refusal` says why.
    """
    rounding = Rounding(sheet.decimals) if sheet else Rounding()
    made: str = _template().render(
        sheet=sheet, toolbar=toolbar, refusal=refusal, styles=STYLES,
        css=None if toolbar else _css(), math=mathml, written=written, answer=answer,
        naming=naming, number=lambda quantity: mathml(value(quantity, rounding)),
        narrow=lambda table: _narrow(table, LINE // (rounding.decimals + 5)),
    )  # fmt: skip
    return made


def _narrow(table: Table, most: int) -> Iterator[Table]:
    """Yield a table in parts of so many columns, since paper does not scroll."""
    for start in range(0, len(table.columns), most):
        part = slice(start, start + most)
        rows = tuple((name, row[part]) for name, row in table.rows)
        caption = "" if start else table.caption
        yield replace(table, caption=caption, columns=table.columns[part], rows=rows)


@cache
def _template() -> Any:
    strict = templates.overlay(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return strict.get_template("sheet.html")


@cache
def _css() -> Markup:
    """The styles themselves, for a file that has nothing beside it."""
    sources = (ROOT / "static" / "css" / f"{name}.css" for name in STYLES)
    return Markup("\n".join(path.read_text(encoding="utf-8") for path in sources))
