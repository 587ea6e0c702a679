"""A number on paper: so many decimals, at least two digits, and what is exact as short as it is."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sheet.rounding import Rounding


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.298371108760, 9, "0.298371109"),
        (0.593269992, 4, "0.5933"),
        (-0.0380982366, 4, "-0.0381"),
        (0.000877135469, 9, "0.000877135"),
        (0.000877135469, 4, "0.000877"),
        (0.00099999, 4, "0.0010"),
        (0.0000123456, 4, "0.0000123"),
        (0.00000123456, 4, "1.23e-06"),
        (-3.1e-12, 4, "-3.10e-12"),
        (5.6e-17, 4, "0.0000"),
        (0.0, 2, "0.00"),
        (12345.678, 2, "12345.68"),
        (1.5e9, 4, "1.5000e+09"),
        (math.inf, 4, "∞"),
        (-math.inf, 4, "-∞"),
        (math.nan, 4, "not a number"),
    ],
)
def test_what_is_computed_has_its_decimals(value: float, decimals: int, text: str) -> None:
    assert Rounding(decimals).computed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.15, "0.15"), (2.0, "2"), (-0.3, "-0.3"), (0.0, "0"), (0.123456, "0.1235"), (100.0, "100")],
)
def test_what_is_given_is_as_short_as_it_is_exact(value: float, text: str) -> None:
    assert Rounding(4).given(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5"), (1e-05, "1e-05"), (0.012345, "0.012345"), (1 / 3, "0.3333")]
)
def test_a_setting_keeps_its_digits_where_they_are_few(value: float, text: str) -> None:
    assert Rounding(4).constant(value) == text


@given(st.floats(-1e12, 1e12), st.integers(2, 12))
def test_no_number_is_farther_off_than_its_last_place(value: float, decimals: int) -> None:
    shown = float(Rounding(decimals).computed(value))
    assert abs(shown - value) <= max(
        0.500001 * 10.0**-decimals, 0.51 * 10.0**-decimals * abs(value)
    )
    if abs(value) > 1e-15:
        assert shown == pytest.approx(value, rel=0.05)
