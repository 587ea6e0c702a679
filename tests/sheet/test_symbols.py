"""The names of numbers: letter, layer, units, example; and gaps in their place."""

import pytest

from app.explain.expression import Product, Quantity
from app.sheet.parts import name_of
from app.sheet.plain import text
from app.sheet.rounding import Rounding
from app.sheet.symbols import Naming, in_numbers, value


@pytest.mark.parametrize(
    ("quantity", "alone", "among"),
    [
        (Quantity("z", 0, 2, (1,), example=1), "z[2]₁", "z[2]₁(2)"),
        (Quantity("x", 0, None, (2,), example=0), "x₂", "x₂"),
        (Quantity("y", 0, None, (1,), example=1), "y", "y(2)"),
        (Quantity("delta", 0, 1, (3,), example=1), "δ[1]₃", "δ[1]₃(2)"),
        (Quantity("w", 0, 1, (1, 10)), "w[1]₁→₁₀", "w[1]₁→₁₀"),
        (Quantity("wnew", 0, 1, (1, 2)), "w[1]₁→₂ new", "w[1]₁→₂ new"),
        (Quantity("mhat", 0, 1, (1,)), "m\u0302[1]₁", "m\u0302[1]₁"),
        (Quantity("dw", 0, 1, (1, 2)), "∂C/∂w[1]₁→₂", "∂C/∂w[1]₁→₂"),
        (Quantity("db", 0, 1, (2,)), "∂C/∂b[1]₂", "∂C/∂b[1]₂"),
        (Quantity("dwx", 0, 1, (1, 2), example=1), "∂Cₓ/∂w[1]₁→₂", "∂C₂/∂w[1]₁→₂"),
        (Quantity("dax", 0, 1, (2,), example=0), "∂Cₓ/∂a[1]₂", "∂C₁/∂a[1]₂"),
        (Quantity("slope", 0, 1, (2,), example=0), "f′(z[1]₂)", "f′(z[1]₂)"),
        (Quantity("Cx", 0, example=1), "Cₓ", "C₂"),
        (Quantity("C", 0), "C", "C"),
        (Quantity("eta", 0), "η", "η"),
        (Quantity("norm", 0), "‖∇C‖", "‖∇C‖"),
        (Quantity("sumg2", 0), "‖∇C‖^2", "‖∇C‖^2"),
        (Quantity("sumW2", 0), "Σw^2", "Σw^2"),
        (Quantity("sumAbsW", 0), "Σ|w|", "Σ|w|"),
    ],
)
def test_a_quantity_has_its_symbol(quantity: Quantity, alone: str, among: str) -> None:
    """Alone, and under the heading of example 1 of several."""
    assert text(Naming(0, 1, 1).symbol(quantity)) == alone
    assert text(Naming(0, 4, 1).symbol(quantity)) == among


def test_the_target_of_one_output_needs_no_number() -> None:
    y = Quantity("y", 1.0, None, (1,), example=0)
    assert text(Naming(0, 4, 1).symbol(y)) == "y"
    assert text(Naming(0, 4, 2).symbol(y)) == "y₁"


def test_a_new_weight_is_the_weight_of_the_next_minibatch() -> None:
    assert name_of(Quantity("wnew", 1, 2, (1, 1))) == name_of(Quantity("w", 1, 2, (1, 1)))


@pytest.mark.parametrize(
    ("quantity", "shown"),
    [
        (Quantity("w", 0.15), "0.15"),
        (Quantity("a", 0.15), "0.1500"),
        (Quantity("eta", 1e-5), "1·10^−5"),
    ],
)
def test_what_is_given_is_short_and_what_is_computed_has_its_decimals(
    quantity: Quantity, shown: str
) -> None:
    assert text(value(quantity, Rounding(4))) == shown


def test_a_gap_stands_for_a_number_and_does_not_tell_its_sign() -> None:
    a, w = Quantity("a", -0.5, 1, (1,)), Quantity("w", -0.25, 1, (1, 1))
    reading = in_numbers(Rounding(4), {name_of(a): 7})
    assert text(reading.of(Product((w, a)))) == "−0.25·[7: ______]"
