"""The activation functions: values from their equations, slopes from differences, no overflow."""

from collections.abc import Callable
from math import erf, exp, expm1, log1p, pi, sqrt, tanh

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.compiler import compile_kernels
from app.engine.functions import ACTIVATIONS, LEAK, constant

from .networks import HIDDEN, Array

SCALARS: dict[str, Callable[[float], float]] = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "tanh": tanh,
    "relu": lambda z: max(0.0, z),
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "elu": lambda z: z if z > 0 else expm1(z),
    "gelu": lambda z: z / 2 * (1 + tanh(sqrt(2 / pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z / (1 + exp(-z)),
    "softplus": lambda z: max(z, 0.0) + log1p(exp(-abs(z))),
}


def value_and_slope(name: str, z: Array) -> tuple[Array, Array]:
    """Run the kernels of an activation on z (units, N)."""
    f = ACTIVATIONS[name]
    a, s, t = (np.full_like(z, np.nan) for _ in range(3))
    with np.errstate(over="ignore", invalid="ignore"):
        compile_kernels([f.value(z, a, s, t)])[0]()
        if f.slope is None:
            return a, np.ones_like(z)
        compile_kernels([f.slope(z, a, s, t)])[0]()
    return a, s


def test_every_activation_has_a_scalar_equation_here() -> None:
    assert {*SCALARS, "softmax"} == {*ACTIVATIONS}
    assert set(HIDDEN) == set(SCALARS)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", HIDDEN)
def test_a_value_is_that_of_its_equation(name: str, dtype: str) -> None:
    z = np.linspace(-30, 30, 121).reshape(11, 11).astype(dtype)
    expected = np.vectorize(SCALARS[name])(z.astype(float))
    tolerance = 1e-14 if dtype == "float64" else 2e-6
    a = value_and_slope(name, z)[0]
    assert a.dtype == dtype
    np.testing.assert_allclose(a, expected, tolerance, tolerance)


@pytest.mark.parametrize("name", HIDDEN)
def test_a_slope_is_that_of_central_differences(name: str) -> None:
    z = np.linspace(-9.03, 9.07, 100).reshape(20, 5)
    h, f = 1e-6, np.vectorize(SCALARS[name])
    expected = (f(z + h) - f(z - h)) / (2 * h)
    np.testing.assert_allclose(value_and_slope(name, z)[1], expected, atol=2e-9)


def test_gelu_stays_near_the_one_with_the_error_function() -> None:
    z = np.linspace(-6, 6, 101)[None]
    exact = np.vectorize(lambda x: x / 2 * (1 + erf(x / sqrt(2))))(z)
    assert np.abs(value_and_slope("gelu", z)[0] - exact).max() < 5e-4


@pytest.mark.parametrize(("name", "slope"), [("relu", 0.0), ("leaky_relu", LEAK)])
def test_the_slope_at_a_kink_is_that_from_the_left(name: str, slope: float) -> None:
    assert ACTIVATIONS[name].kink == 0.0
    assert value_and_slope(name, np.zeros((1, 3)))[1].tolist() == [[slope] * 3]
    assert value_and_slope(name, np.full((1, 1), -0.0))[1].tolist() == [[slope]]


@pytest.mark.parametrize("name", HIDDEN)
def test_a_kink_is_where_the_slope_jumps(name: str) -> None:
    left, right = value_and_slope(name, np.array([[-1e-12, 1e-12]]))[1][0]
    assert (abs(right - left) > 0.5) == (ACTIVATIONS[name].kink == 0.0)


FAR = {
    "linear": (1, 1),
    "sigmoid": (0, 0),
    "tanh": (0, 0),
    "relu": (0, 1),
    "leaky_relu": (0.01, 1),
    "elu": (0, 1),
    "gelu": (0, 1),
    "silu": (0, 1),
    "softplus": (0, 1),
}
"""The slopes far to the left and far to the right."""


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [50, 800, 1e6, 1e12])
@pytest.mark.parametrize("name", HIDDEN)
def test_far_out_nothing_overflows(name: str, size: float, dtype: str) -> None:
    z = np.array([[-size, size]], dtype)
    a, slope = value_and_slope(name, z)
    assert slope[0] == pytest.approx(FAR[name], abs=1e-10)
    bounded = {"sigmoid": (0, 1), "tanh": (-1, 1), "elu": (-1, size)}
    low, high = bounded.get(name, (-size * FAR[name][0], size))
    assert a[0] == pytest.approx([low, high], rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_what_is_not_a_number_stays_so(name: str) -> None:
    a, slope = value_and_slope(name, np.array([[np.nan], [1.0]]))
    assert np.isnan(a[0, 0])
    assert np.isnan(slope[0, 0]) or ACTIVATIONS[name].slope is None


@pytest.mark.parametrize("name", HIDDEN)
def test_small_numbers_keep_their_digits(name: str) -> None:
    if name in ("sigmoid", "softplus"):
        return
    z = np.array([[-1e-9, 1e-9]])
    half = 0.5 if name in ("gelu", "silu") else 1
    left = 0.0 if name == "relu" else 0.01 if name == "leaky_relu" else half
    assert value_and_slope(name, z)[0][0] == pytest.approx([-1e-9 * left, 1e-9 * half], rel=1e-8)


NUMBERS = st.lists(st.floats(-700, 700), min_size=2, max_size=6)


@given(NUMBERS, st.floats(-300, 300))
def test_softmax_sums_to_one_and_does_not_see_a_constant(scores: list[float], c: float) -> None:
    z = np.array(scores)[:, None]
    a = value_and_slope("softmax", z)[0]
    assert a.sum() == pytest.approx(1, rel=1e-12)
    assert (a >= 0).all()
    np.testing.assert_allclose(value_and_slope("softmax", z + c)[0], a, rtol=1e-10, atol=1e-300)


def test_softmax_is_over_the_units_of_each_example() -> None:
    z = np.log(np.array([[1.0, 5.0], [3.0, 5.0]]))  # two units, two examples
    np.testing.assert_allclose(value_and_slope("softmax", z)[0], [[0.25, 0.5], [0.75, 0.5]])


def test_softmax_with_a_run_axis_is_that_of_each_run() -> None:
    z = np.random.default_rng(0).normal(size=(3, 4, 5))
    for run, a in zip(z, value_and_slope("softmax", z)[0], strict=True):
        assert np.array_equal(a, value_and_slope("softmax", run.copy())[0])


@pytest.mark.parametrize("name", HIDDEN)
def test_the_kernels_leave_z_and_a_alone(name: str) -> None:
    z = np.linspace(-3, 3, 12).reshape(3, 4)
    f, a, s, t = ACTIVATIONS[name], np.empty((3, 4)), np.empty((3, 4)), np.empty((3, 4))
    before = z.copy()
    compile_kernels([f.value(z, a, s, t)])[0]()
    assert np.array_equal(z, before)
    if f.slope is not None:
        value = a.copy()
        compile_kernels([f.slope(z, a, s, t)])[0]()
        assert np.array_equal(z, before)
        assert np.array_equal(a, value)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_written_for_people_and_for_listings(name: str) -> None:
    f = ACTIVATIONS[name]
    assert f.formula
    assert f.derivative
    assert "{z}" in f.code
    assert f.value.__doc__
    assert f.slope is None or f.slope.__doc__


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_constant_has_the_type_of_what_it_meets(dtype: str) -> None:
    two = constant(2, np.empty(3, dtype))
    assert (two.shape, two.dtype, float(two)) == ((), np.dtype(dtype), 2.0)
