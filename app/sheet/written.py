"""A sheet's lines as they are written: what stands left, and each step behind an equals sign."""

from dataclasses import dataclass

from app.explain.expression import (
    Cases,
    Expression,
    Leaf,
    Negative,
    Product,
    Quantity,
    Sum,
    evaluate,
)
from app.sheet.notation import Gap, Layout
from app.sheet.parts import Group, Line, Minibatch, Sheet
from app.sheet.rounding import Rounding
from app.sheet.symbols import Naming, in_numbers, in_symbols, value

__all__ = ["Written", "answer", "naming", "written"]


@dataclass(frozen=True)
class Written:
    """`left` = `symbols` = each of `steps` = `result`; the result may be a gap."""

    number: int
    left: Layout
    symbols: Layout
    steps: tuple[Layout, ...]
    result: Layout


def naming(sheet: Sheet, minibatch: Minibatch, group: Group | None = None) -> Naming:
    """Return how symbols are set in a group of lines."""
    example = group.example if group else None
    return Naming(example, minibatch.examples, sheet.config.sizes[-1])


def written(sheet: Sheet, minibatch: Minibatch, group: Group, line: Line) -> Written:
    """Write a line: with its numbers, or for a student with gaps where numbers are to come."""
    student, rounding = sheet.wanted.student, Rounding(sheet.decimals)
    at = naming(sheet, minibatch, group)
    gaps = line.sources if student else {}
    numbers = in_numbers(rounding, gaps)
    steps: list[Layout] = []
    if _has_numbers(line.right, student):
        steps.append(numbers.of(line.right))
    if not student and (paths := _paths(line)):
        steps.append(numbers.of(paths))
    result = Gap(line.number) if student else answer(sheet, line)
    symbols = in_symbols(at)
    return Written(line.number, at.symbol(line.of), symbols.of(line.right), tuple(steps), result)


def answer(sheet: Sheet, line: Line) -> Layout:
    """Return the result of a line as a number."""
    plain = Quantity("", line.of.value)  # an answer has all of its decimals, even a weight
    return value(plain, Rounding(sheet.decimals))


def _has_numbers(tree: Expression, student: bool) -> bool:
    """Whether numbers say more than the result; which case is taken is for the student to say."""
    return not isinstance(tree, Leaf) and not (student and isinstance(tree, Cases))


def _paths(line: Line) -> Expression | None:
    """What comes along each path, where an error arrives along several."""
    if line.of.symbol != "dax" or not isinstance(line.right, Sum):
        return None
    if not all(isinstance(term, Product) for term in line.right.terms):
        return None
    values = [evaluate(term) for term in line.right.terms]
    parts = (Quantity("", abs(v)) for v in values)
    return Sum(tuple(Negative(p) if v < 0 else p for v, p in zip(values, parts, strict=True)))
