"""Where brackets stand, and which sign, in both readings."""

import pytest

from app.explain.expression import (
    Call,
    Cases,
    Expression,
    Fraction,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Rest,
    Sum,
)
from app.sheet.notation import BREAK, Layout, Row, number
from app.sheet.plain import text
from app.sheet.rounding import Rounding
from app.sheet.symbols import Naming, in_numbers, in_symbols
from tests.chinese import learn, reading

A, W, Z = Quantity("a", 0.5, 1, (1,)), Quantity("w", -0.25, 1, (1, 1)), Quantity("z", -2.0, 1, (1,))
SMALL = Quantity("v", 1.5e-9, 1, (1,))
ONE, HALF = Number(1, "1"), Number(0.5, "½")


@pytest.mark.parametrize(
    ("tree", "symbols", "numbers"),
    [
        (Product((A, W)), "a[1]₁·w[1]₁→₁", "0.5000·(−0.25)"),
        (Product((W, A)), "w[1]₁→₁·a[1]₁", "−0.25·0.5000"),
        (Sum((A, Product((W, A)))), "a[1]₁ + w[1]₁→₁·a[1]₁", "0.5000 + (−0.25)·0.5000"),
        (Sum((A, Negative(W))), "a[1]₁ − w[1]₁→₁", "0.5000 − (−0.25)"),
        (Negative(Sum((A, W))), "−(a[1]₁ + w[1]₁→₁)", "−(0.5000 + (−0.25))"),
        (Product((A, Sum((ONE, Negative(A))))), "a[1]₁·(1 − a[1]₁)", "0.5000·(1 − 0.5000)"),
        (Power(Sum((A, Negative(W))), 2), "(a[1]₁ − w[1]₁→₁)^2", "(0.5000 − (−0.25))^2"),
        (Power(W, 2), "w[1]₁→₁^2", "(−0.25)^2"),
        (Power(SMALL, 2), "v[1]₁^2", "(1.50·10^−9)^2"),
        (Power(Quantity("dw", 0.5, 1, (1, 1)), 2), "(∂C/∂w[1]₁→₁)^2", "0.5000^2"),
        (Call("exp", (Negative(Z),)), "e^(−z[1]₁)", "e^(−(−2.0000))"),
        (Fraction(A, Sum((Call("sqrt", (SMALL,)), ONE))), "a[1]₁/(√(v[1]₁) + 1)",
         "0.5000/(√(1.50·10^−9) + 1)"),
        (Product((HALF, Power(A, 2))), "1/2·a[1]₁^2", "1/2·0.5000^2"),
        (Product((Number(0.125, "1/(4·2)"), A)), "1/(4·2)·a[1]₁", "1/(4·2)·0.5000"),
        (Product((Number(0.7978845608, "√(2/π)"), A)), "√(2/π)·a[1]₁", "0.7979·0.5000"),
        (Call("max", (Number(-0.01, "−0.01"), W)), "max(−0.01, w[1]₁→₁)", "max(−0.01, −0.25)"),
        (Call("sign", (W,)), "sgn(w[1]₁→₁)", "sgn(−0.25)"),
        (Call("abs", (W,)), "|w[1]₁→₁|", "|−0.25|"),
        (Cases(Z, ONE, Number(0, "0")), "1 if z[1]₁ > 0, else 0", "0, because −2.0000 ≤ 0"),
        (Cases(A, A, ONE), "a[1]₁ if a[1]₁ > 0, else 1", "0.5000, because 0.5000 > 0"),
        (Sum((A, Rest(3, 0.25))), "a[1]₁ + 3 more", "0.5000 + 0.2500"),
    ],
)  # fmt: skip
def test_a_tree_has_two_readings(tree: Expression, symbols: str, numbers: str) -> None:
    assert text(in_symbols(Naming(None, 1, 1)).of(tree)) == symbols
    assert text(in_numbers(Rounding(4), {}).of(tree)) == numbers


@pytest.mark.parametrize(
    ("said", "shown"),
    [("0.15", "0.15"), ("-3", "−3"), ("1.23e-06", "1.23·10^−6"), ("1.5000e+09", "1.5000·10^9")],
)
def test_a_number_is_set_with_a_true_minus_and_a_power_of_ten(said: str, shown: str) -> None:
    assert text(number(said)) == shown


def breaks(layout: Layout) -> int:
    if isinstance(layout, Row):
        return sum(map(breaks, layout.parts))
    return layout == BREAK


def test_a_sum_may_break_before_every_sign() -> None:
    tree = Product((HALF, Sum((A, W, Negative(Z)))))
    assert breaks(in_symbols(Naming(None, 1, 1)).of(tree)) == 3


def test_words_in_a_formula_stand_as_the_language_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    learn(
        monkeypatch,
        {"{positive} if {above}, else {other}": "若 {above} 则 {positive}，否则 {other}"},
    )
    with reading("zh"):
        cases = in_symbols(Naming(None, 1, 1)).of(Cases(Z, ONE, Number(0, "0")))
    assert text(cases) == "若 z[1]₁ > 0 则 1，否则 0"
    assert breaks(cases) == 1
