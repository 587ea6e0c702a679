"""What a number is called on paper: its letter, layer, units and example, and the two readings."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.explain.expression import Leaf, Number, Quantity, Rest
from app.language import say, spoken
from app.sheet.notation import (
    Gap,
    Hat,
    Indexed,
    Layout,
    Mark,
    Over,
    Raised,
    Reading,
    Row,
    name,
    number,
    words,
)
from app.sheet.parts import Name, name_of
from app.sheet.rounding import Rounding

__all__ = ["Naming", "in_numbers", "in_symbols", "value"]

LETTERS = {
    "delta": "δ", "eta": "η", "gamma": "γ", "beta": "β", "mu": "μ", "mask": "r",
}  # fmt: skip
FRACTIONS = ("dw", "db", "dwx", "dp", "dgamma", "dbeta", "dax", "da")
"""What is written as one ∂ over another."""
EXACT = ("x", "y", "w", "b", "p", "gamma", "beta", "mask", "m", "v")
"""What is as short as it is exact where it is given."""


@dataclass(frozen=True)
class Naming:
    """Where a symbol stands: under which `example`, of how many, in a net of how many outputs."""

    example: int | None
    examples: int
    outputs: int

    def symbol(self, q: Quantity) -> Layout:
        """Set the symbol of a quantity."""
        match q.symbol:
            case "dw" | "db" | "dp" | "dgamma" | "dbeta":
                return self._slope_of(name("C"), Quantity(q.symbol[1:], 0.0, q.layer, q.units))
            case "dwx":
                return self._slope_of(self._cost(q), Quantity("w", 0.0, q.layer, q.units))
            case "dax" | "da":
                return self._slope_of(self._cost(q), Quantity("a", 0.0, q.layer, q.units))
            case "Cx":
                return self._cost(q)
            case "slope":
                z = Quantity("z", 0.0, q.layer, q.units, example=q.example)
                inner = (Mark("open", "("), self.symbol(z), Mark("close", ")"))
                return Row((Mark("function", "f′"), *inner))
            case "norm" | "sumg2":
                norm = name("‖∇C‖")
                return norm if q.symbol == "norm" else Raised(norm, Mark("number", "2"))
            case "sumW2":
                return Row((Mark("prefix", "Σ"), Raised(name("w"), Mark("number", "2"))))
            case "sumAbsW":
                return Row((Mark("prefix", "Σ"), Mark("open", "|"), name("w"), Mark("close", "|")))
            case _:
                return self._indexed(q)

    def _indexed(self, q: Quantity) -> Layout:
        bare, accent = _accented(q.symbol.removesuffix("new"))
        letter: Layout = name(LETTERS.get(bare, bare))
        if accent:
            letter = Hat(letter, accent)
        units = () if bare == "y" and self.outputs == 1 else q.units
        marks = [spoken(say("new"))] if q.symbol.endswith("new") else []
        if q.example is not None and q.example != self.example and self.examples > 1:
            marks.append(f"({q.example + 1})")
        if not units and q.layer is None and not marks:
            return letter
        return Indexed(letter, "→".join(map(str, units)), q.layer, " ".join(marks))

    def _cost(self, q: Quantity) -> Layout:
        """C_x of an example by its number; of the only one the x stays."""
        only = self.examples == 1 or q.example is None
        return Indexed(name("C"), "x" if only else str((q.example or 0) + 1))

    def _slope_of(self, cost: Layout, q: Quantity) -> Layout:
        d = name("∂")
        return Over(Row((d, cost)), Row((d, self.symbol(q))))


def _accented(symbol: str) -> tuple[str, str]:
    """Take a symbol apart into its letter and what stands over it."""
    for ending, accent in (("hat", "^"), ("tilde", "~")):
        if symbol.endswith(ending):
            return symbol.removesuffix(ending), accent
    return (symbol[1:], "¯") if symbol in ("rmu", "rvar") else (symbol, "")


def in_symbols(naming: Naming) -> Reading:
    """Return the reading of trees as symbols."""

    def leaf(part: Leaf) -> Layout:
        if isinstance(part, Quantity):
            return naming.symbol(part)
        if isinstance(part, Rest):
            return words(say("{count} more", count=part.count))
        return name(part.text)

    def is_plain(part: Leaf) -> bool:
        return not (isinstance(part, Quantity) and part.symbol in FRACTIONS)

    return Reading(leaf, lambda part: False, is_plain, symbols=True)


def in_numbers(rounding: Rounding, gaps: Mapping[Name, int]) -> Reading:
    """Return the reading of trees as numbers, with gaps for those that are to be filled in."""

    def is_gap(part: Leaf) -> bool:
        return isinstance(part, Quantity) and name_of(part) in gaps

    def leaf(part: Leaf) -> Layout:
        if isinstance(part, Quantity) and is_gap(part):
            return Gap(gaps[name_of(part)])
        return value(part, rounding)

    def is_negative(part: Leaf) -> bool:
        return not is_gap(part) and part.value < 0

    def is_plain(part: Leaf) -> bool:
        if isinstance(part, Number):
            return part.value >= 0
        return is_gap(part) or (part.value >= 0 and not isinstance(leaf(part), Row))

    return Reading(leaf, is_negative, is_plain, symbols=False)


def value(part: Leaf, rounding: Rounding) -> Layout:
    """Set the number of a leaf."""
    symbol = part.symbol if isinstance(part, Quantity) else ""
    if symbol == "eta":
        return number(rounding.constant(part.value))
    if symbol in EXACT:
        return number(rounding.given(part.value))
    return number(rounding.computed(part.value))
