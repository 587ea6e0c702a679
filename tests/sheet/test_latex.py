"""Formulas as LaTeX: every sign has its command, and every brace its partner."""

import re

import pytest

from app.sheet.latex import latex
from app.sheet.notation import (
    Gap,
    Hat,
    Indexed,
    Layout,
    Mark,
    Over,
    Raised,
    Root,
    Row,
    name,
    number,
)
from app.sheet.origin import Origin
from app.sheet.parts import Sheet
from app.sheet.sheet import make
from app.sheet.wanted import Wanted
from app.sheet.written import written
from tests.explain.networks import CONFIGS


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        (Over(name("a"), name("b")), r"\frac{a}{b}"),
        (Raised(name("e"), number("-0.5")), "{e}^{-0.5}"),
        (Root(name("v")), r"\sqrt{v}"),
        (Hat(name("m")), r"\hat{m}"),
        (Indexed(name("w"), "1→2", 1, "new"), r"w_{1 \to 2}^{[1]\,\text{new}}"),
        (Indexed(name("δ"), "1", 2, "(3)"), r"\delta_{1}^{[2](3)}"),
        (number("1.23e-06"), r"1.23 \cdot {10}^{-6}"),
        (Gap(7), r"\underset{7}{\underline{\hspace{4em}}}"),
        (name("‖∇C‖"), r"\lVert \nabla C \rVert"),
        (Row((Mark("open", "("), name("z"), Mark("close", ")"))), r"\left(z\right)"),
    ],
)
def test_a_layout_as_latex(layout: Layout, said: str) -> None:
    assert latex(layout) == said


def formulas(sheet: Sheet) -> list[str]:
    return [
        latex(part)
        for minibatch in sheet.minibatches
        for section in minibatch.sections
        for group in section.groups
        for line in group.lines
        for made in [written(sheet, minibatch, group, line)]
        for part in (made.left, made.symbols, *made.steps, made.result)
    ]


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("student", [False, True])
def test_every_formula_is_whole_and_has_only_what_latex_knows(name: str, student: bool) -> None:
    wanted = Wanted(examples=(1,), student=student)
    for formula in formulas(make(Origin(CONFIGS[name]), wanted)):
        assert formula.count("{") == formula.count("}")
        assert formula.count(r"\left(") == formula.count(r"\right)")
        assert re.sub(r"\\text\{[^}]*\}", "", formula).isascii(), formula
