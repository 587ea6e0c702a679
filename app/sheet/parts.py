"""What a sheet consists of, as data: lines in groups, groups in sections, and what is given.

Nothing here is a text yet: a line holds the formula of its number as a tree, and what prints it
decides how symbols and numbers look. Only sentences with formulas among their words are in the
language of who reads already, because the order of the two hangs on it. A sheet is made for one
reader, so it is made and printed in one language.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.engine.config import Config
from app.explain.expression import Expression, Quantity
from app.language import say
from app.sheet.notation import Layout
from app.sheet.wanted import Wanted

__all__ = [
    "Fact", "Group", "Line", "Minibatch", "Name", "Piece", "Section", "Sheet", "Table", "name_of",
]  # fmt: skip

Piece = str | Layout
"""Of a sentence: words, or a formula among them."""
PHASES = {
    "draw": say("Draw"), "forward": say("Forward"), "cost": say("Cost"),
    "backward": say("Backward"), "update": say("Update"), "by hand": say("By hand"),
}  # fmt: skip
"""What the parts of a minibatch are called at the head of a section."""
Name = tuple[str, int | None, tuple[int, ...], int | None]


def name_of(quantity: Quantity) -> Name:
    """Return what a number is called, however often it is computed anew."""
    symbol = quantity.symbol.removesuffix("new")
    return symbol, quantity.layer, quantity.units, quantity.example


@dataclass(frozen=True)
class Line:
    """One number worked out. `sources` says which lines the numbers in it come from."""

    number: int
    of: Quantity
    right: Expression
    sources: Mapping[Name, int]


@dataclass(frozen=True)
class Group:
    """Lines that stand together, those of one `example` of the minibatch where they have one."""

    example: int | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """Numbers that are given: a name and its quantities in each row."""

    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Quantity, ...]], ...]


@dataclass(frozen=True)
class Section:
    """What one op works out; `symbol` names the op as the time line does."""

    phase: str
    symbol: str
    title: str
    groups: tuple[Group, ...] = ()
    tables: tuple[Table, ...] = ()
    note: tuple[Piece, ...] = ()

    @property
    def phase_name(self) -> str:
        return PHASES[self.phase]


@dataclass(frozen=True)
class Minibatch:
    """The sections of one minibatch; the last part of a sheet has no `number`."""

    number: int | None
    title: str
    examples: int
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Fact:
    """A thing to know of the experiment: words, with formulas among them."""

    term: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole; `ended` says why it is shorter than asked for."""

    title: str
    about: str
    config: Config
    wanted: Wanted
    decimals: int
    facts: tuple[Fact, ...]
    given: tuple[Table, ...]
    minibatches: tuple[Minibatch, ...]
    note: str = ""
    ended: str = ""

    def lines(self) -> Iterator[Line]:
        """Yield the lines in order; the number of each is its place, from 1."""
        for minibatch in self.minibatches:
            for section in minibatch.sections:
                for group in section.groups:
                    yield from group.lines
