"""How a formula is set: a tree becomes marks in rows, fractions and indices, for any printer.

A tree has two readings, its symbols and its numbers. Brackets, signs and the places where a long
line may break are decided here, once; `mathml`, `latex` and `plain` only print.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.explain.expression import (
    Call,
    Cases,
    Expression,
    Fraction,
    Leaf,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Rest,
    Sum,
)
from app.language import Text, say, spoken
from app.sheet.pieces import pieces

__all__ = [
    "BREAK", "Gap", "Hat", "Indexed", "Layout", "Mark", "Over", "Raised", "Reading", "Root", "Row",
    "bracketed", "name", "number", "words",
]  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """One sign: a number, a letter, an operator, a bracket, or words among them.

    The operator that stands `first` after a break is an infix too.
    """

    kind: Literal[
        "number", "name", "function", "infix", "first", "prefix", "open", "close", "words"
    ]
    text: str


@dataclass(frozen=True)
class Row:
    parts: tuple["Layout", ...]


@dataclass(frozen=True)
class Over:
    top: "Layout"
    bottom: "Layout"


@dataclass(frozen=True)
class Raised:
    base: "Layout"
    exponent: "Layout"


@dataclass(frozen=True)
class Indexed:
    """A letter with its units below, and above its layer in brackets and a mark."""

    base: "Layout"
    below: str
    layer: int | None = None
    mark: str = ""


@dataclass(frozen=True)
class Root:
    inner: "Layout"


@dataclass(frozen=True)
class Hat:
    """A letter with a sign over it: ^, ~ or ¯."""

    inner: "Layout"
    sign: str = "^"


@dataclass(frozen=True)
class Gap:
    """Room for a number by hand; it is the one of the line of that number."""

    number: int


@dataclass(frozen=True)
class Break:
    """A place where a line that is too long may be broken."""


BREAK = Break()
Layout = Mark | Row | Over | Raised | Indexed | Root | Hat | Gap | Break


def name(text: str) -> Mark:
    return Mark("name", text)


def words(text: str) -> Mark:
    """Set words, in the language of who reads."""
    return Mark("words", spoken(text))


def number(text: str) -> Layout:
    """Set a number as `rounding` writes it; words where it is none."""
    if isinstance(text, Text):
        return words(text)
    shown = text.replace("-", "−")
    mantissa, power, exponent = shown.partition("e")
    if not power:
        return Mark("number", shown)
    digits = exponent.removeprefix("+").replace("−0", "−").lstrip("0") or "0"
    ten = Raised(Mark("number", "10"), Mark("number", digits))
    return Row((Mark("number", mantissa), Mark("infix", "·"), ten))


LETTERS = {"ln": "ln", "tanh": "tanh", "max": "max", "min": "min", "sign": "sgn", "sigma": "σ"}
EXACT = re.compile(r"[−-]?[\d.]+(e[-+]?\d+)?")
SHARE = re.compile(r"1/\(?([\d·]+)\)?")


@dataclass(frozen=True)
class Reading:
    """One way to read trees: what stands for a leaf, and whether that is a negative number."""

    leaf: Callable[[Leaf], Layout]
    is_negative: Callable[[Leaf], bool]
    is_plain: Callable[[Leaf], bool]
    symbols: bool

    def of(self, tree: Expression, *, after: bool = False) -> Layout:
        """Set a tree; `after` says that something stands before it on the same level."""
        match tree:
            case Number(value, text):
                return self._bracketed_if(after and value < 0, self._constant(tree, text))
            case Quantity() | Rest():
                return self._bracketed_if(after and self.is_negative(tree), self.leaf(tree))
            case Sum(terms):
                return self._sum(terms)
            case Product(factors):
                return self._product(factors, after)
            case Fraction(top, bottom):
                return Over(self.of(top), self.of(bottom))
            case Power(base, exponent):
                bare = isinstance(base, Number | Quantity) and self.is_plain(base)
                raised = self._bracketed_if(not bare, self.of(base))
                return Raised(raised, Mark("number", str(exponent)))
            case Negative(term):
                return Row((Mark("prefix", "−"), self._guarded(term, after=True)))
            case Call(function, arguments):
                return self._call(function, [self.of(part) for part in arguments])
            case Cases(of, positive, other):
                return self._cases(of, positive, other)

    def _guarded(self, tree: Expression, *, after: bool) -> Layout:
        """Set a part of a sum or a product, in brackets where it is a sum of its own."""
        inner = isinstance(tree, Sum | Negative)
        return self._bracketed_if(inner, self.of(tree, after=after and not inner))

    def _sum(self, terms: tuple[Expression, ...]) -> Layout:
        parts: list[Layout] = []
        for i, term in enumerate(terms):
            minus = isinstance(term, Negative)
            if i:
                parts += [BREAK, Mark("infix", "−" if minus else "+")]
            elif minus:
                parts.append(Mark("prefix", "−"))
            inner = term.term if isinstance(term, Negative) else term
            parts.append(self._guarded(inner, after=bool(i) or minus))
        return Row(tuple(parts))

    def _product(self, factors: tuple[Expression, ...], after: bool) -> Layout:
        parts: list[Layout] = []
        for i, factor in enumerate(factors):
            if i:
                parts += [*([BREAK] if isinstance(factor, Sum) else []), Mark("infix", "·")]
            parts.append(self._guarded(factor, after=after or bool(i)))
        return Row(tuple(parts))

    def _call(self, function: str, arguments: list[Layout]) -> Layout:
        if function == "exp":
            return Raised(name("e"), arguments[0])
        if function == "sqrt":
            return Root(arguments[0])
        if function == "abs":
            return Row((Mark("open", "|"), arguments[0], Mark("close", "|")))
        listed = [x for a in arguments for x in (Mark("infix", ","), a)][1:]
        return Row((Mark("function", LETTERS[function]), bracketed(Row(tuple(listed)))))

    def _cases(self, of: Expression, positive: Expression, other: Expression) -> Layout:
        """In symbols the rule, in numbers the branch that is taken and why."""
        zero = Mark("number", "0")
        above = Row((self.of(of), Mark("infix", ">"), zero))
        if self.symbols:
            return _among_words(
                say("{positive} if {above}, else {other}", positive=self.of(positive),
                    above=Row((above, BREAK)), other=self.of(other))
            )  # fmt: skip
        assert isinstance(of, Quantity), "a case is about one number"
        if of.value > 0:
            return _among_words(say("{value}, because {above}", value=self.of(positive),
                                    above=above))  # fmt: skip
        below = Row((self.of(of), Mark("infix", "≤"), zero))
        return _among_words(say("{value}, because {below}", value=self.of(other), below=below))

    def _constant(self, leaf: Number, text: str) -> Layout:
        if EXACT.fullmatch(text):
            return number(text.replace("−", "-"))
        if text == "½":
            return Over(Mark("number", "1"), Mark("number", "2"))
        if share := SHARE.fullmatch(text):
            factors = [Mark("number", digits) for digits in share[1].split("·")]
            times = Mark("infix", "·")
            bottom = factors[0] if len(factors) == 1 else Row((factors[0], times, *factors[1:]))
            return Over(Mark("number", "1"), bottom)
        return name(text) if self.symbols else self.leaf(leaf)

    def _bracketed_if(self, needed: bool, inner: Layout) -> Layout:
        return bracketed(inner) if needed else inner


def _among_words(sentence: Text) -> Layout:
    """Set a sentence with formulas in it as a formula with words in it."""
    return Row(tuple(words(p) if isinstance(p, str) else p for p in pieces(sentence)))


def bracketed(inner: Layout) -> Layout:
    """Set something in brackets."""
    return Row((Mark("open", "("), inner, Mark("close", ")")))
