"""Formulas as trees: the symbols and the numbers of a line are two readings of the same tree.

A leaf knows its value, so the tree can be computed; what the page prints is this tree, and a test
computes what is printed. Nothing here knows of networks.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

__all__ = [
    "Call", "Cases", "Expression", "Fraction", "Negative", "Number", "Power", "Product", "Quantity",
    "Rest", "Sum", "as_json", "evaluate", "leaves",
]  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A constant of the formula; `text` is how it is written in the line of symbols."""

    value: float
    text: str = ""


@dataclass(frozen=True)
class Quantity:
    """A number of the network with its name: `symbol`, layer, and units, counted from 1.

    With `tensor` and `index` it can be followed, in `example` of the minibatch where it has one.
    """

    symbol: str
    value: float
    layer: int | None = None
    units: tuple[int, ...] = ()
    tensor: str = ""
    index: tuple[int, ...] = ()
    example: int | None = None


@dataclass(frozen=True)
class Rest:
    """The sum of `count` terms that are not written out."""

    count: int
    value: float


@dataclass(frozen=True)
class Sum:
    terms: tuple["Expression", ...]


@dataclass(frozen=True)
class Product:
    factors: tuple["Expression", ...]


@dataclass(frozen=True)
class Fraction:
    top: "Expression"
    bottom: "Expression"


@dataclass(frozen=True)
class Power:
    base: "Expression"
    exponent: int


@dataclass(frozen=True)
class Negative:
    term: "Expression"


@dataclass(frozen=True)
class Call:
    """A function by its name in `FUNCTIONS`."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True)
class Cases:
    """`positive` where `of` is above 0, else `other`."""

    of: "Expression"
    positive: "Expression"
    other: "Expression"


Leaf = Number | Quantity | Rest
Expression = Leaf | Sum | Product | Fraction | Power | Negative | Call | Cases


def _exp(x: float) -> float:
    return math.inf if x >= 709 else math.exp(x)


def _sum(values: list[float]) -> float:
    """The sum with every digit; where that overflows, or what is added is infinite, as NumPy."""
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):
        return sum(values)


def _power(x: float, n: int) -> float:
    try:
        return float(x) ** n
    except OverflowError:
        return math.inf if x > 0 or n % 2 == 0 else -math.inf


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan


FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": _exp,
    "ln": _log,
    "tanh": math.tanh,
    "sqrt": lambda x: math.sqrt(x) if x >= 0 else math.nan,
    "sigma": lambda x: 1 / (1 + _exp(-x)),
    "max": max,
    "min": min,
    "abs": abs,
    "sign": lambda x: float((x > 0) - (x < 0)),
}


def evaluate(tree: Expression, read: Callable[[Leaf], float] = lambda leaf: leaf.value) -> float:
    """Compute a tree; `read` gives the value of each leaf."""

    def of(part: Expression) -> float:
        return evaluate(part, read)

    match tree:
        case Number() | Quantity() | Rest():
            return read(tree)
        case Sum(terms):
            return _sum([*map(of, terms)])
        case Product(factors):
            return math.prod(map(of, factors))
        case Fraction(top, bottom):
            below = of(bottom)
            return of(top) / below if below else math.nan
        case Power(base, exponent):
            return _power(of(base), exponent)
        case Negative(term):
            return -of(term)
        case Call(name, arguments):
            return FUNCTIONS[name](*map(of, arguments))
        case Cases(condition, positive, other):
            return of(positive) if of(condition) > 0 else of(other)


def leaves(tree: Expression) -> Iterator[Leaf]:
    """Yield the leaves of a tree from left to right."""
    if isinstance(tree, Number | Quantity | Rest):
        yield tree
        return
    for field in fields(tree):
        part = getattr(tree, field.name)
        for child in part if isinstance(part, tuple) else (part,):
            if not isinstance(child, str | int):
                yield from leaves(child)


def as_json(tree: Expression) -> dict[str, Any]:
    """Return a tree as JSON values; `kind` is the class in lower case, `value` what it comes to."""
    made: dict[str, Any] = {"kind": type(tree).__name__.lower(), "value": evaluate(tree)}
    for field in fields(tree):
        part = getattr(tree, field.name)
        if isinstance(part, tuple):
            made[field.name] = [p if isinstance(p, str | int) else as_json(p) for p in part]
        elif isinstance(part, float | int | str) or part is None:
            made[field.name] = part
        else:
            made[field.name] = as_json(part)
    return made
