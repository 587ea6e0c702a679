"""Formulas as text: brackets where one line needs them."""

import pytest

from app.sheet.notation import BREAK, Gap, Hat, Indexed, Layout, Mark, Over, Raised, Root, Row, name
from app.sheet.plain import text

A, B = name("a"), name("b")
SUM = Row((A, BREAK, Mark("infix", "+"), B))
CLOSED = Row((Mark("open", "("), SUM, Mark("close", ")")))


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        (SUM, "a + b"),
        (Over(A, B), "a/b"),
        (Over(SUM, CLOSED), "(a + b)/(a + b)"),
        (Over(A, Over(A, B)), "a/(a/b)"),
        (Over(Row((CLOSED, CLOSED)), B), "((a + b)(a + b))/b"),
        (Raised(CLOSED, SUM), "(a + b)^(a + b)"),
        (Root(SUM), "√(a + b)"),
        (Hat(A), "a\u0302"),
        (Indexed(A, "1→2", 3, "new"), "a[3]₁→₂ new"),
        (Indexed(A, "2", 3, "(4)"), "a[3]₂(4)"),
        (Indexed(A, "x"), "aₓ"),
        (Gap(12), "[12: ______]"),
        (Row((A, Mark("infix", "·"), B)), "a·b"),
        (Row((A, Mark("infix", ","), B)), "a, b"),
    ],
)
def test_a_layout_in_one_line(layout: Layout, said: str) -> None:
    assert text(layout) == said
