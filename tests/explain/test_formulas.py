"""Activations, slopes and costs as formulas: they come to what the engine's kernels compute."""

import math
from typing import Any

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.costs import example_costs
from app.explain.expression import Expression, Quantity, evaluate
from app.explain.formulas import (
    SLOPES,
    VALUES,
    cross_entropy,
    logistic_cost,
    softmax,
    squared_error,
)
from tests.engine.networks import HIDDEN, OUTPUT, drawn, net
from tests.engine.test_functions import value_and_slope

from .reading import written

PLACES = np.concatenate([np.linspace(-9, 9, 181), [-1e-9, 1e-9, -30, 30, -300, 300]])


def z(value: float) -> Quantity:
    return Quantity("z", float(value))


def many(symbol: str, values: Any) -> list[Quantity]:
    return [Quantity(symbol, float(value), None, (k + 1,)) for k, value in enumerate(values)]


def test_every_activation_has_its_value_and_its_slope() -> None:
    assert set(VALUES) == set(SLOPES) == set(HIDDEN)


@pytest.mark.parametrize("name", HIDDEN)
def test_a_value_is_that_of_the_kernel(name: str) -> None:
    known = value_and_slope(name, PLACES[None])[0][0]
    shown = [evaluate(VALUES[name](z(at))) for at in PLACES]
    np.testing.assert_allclose(shown, known, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", HIDDEN)
def test_a_slope_is_that_of_the_kernel(name: str) -> None:
    a, known = (found[0] for found in value_and_slope(name, PLACES[None]))
    pairs = zip(PLACES, a, strict=True)
    shown = [evaluate(SLOPES[name](z(at), Quantity("a", float(value)))) for at, value in pairs]
    np.testing.assert_allclose(shown, known, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", HIDDEN)
def test_a_slope_is_that_of_central_differences(name: str) -> None:
    h = 1e-6
    for at in np.linspace(-6.03, 6.07, 60):
        up, here, down = (evaluate(VALUES[name](z(x))) for x in (at + h, at, at - h))
        shown = evaluate(SLOPES[name](z(at), Quantity("a", here)))
        assert shown == pytest.approx((up - down) / (2 * h), abs=2e-9)


@pytest.mark.parametrize(("name", "slope"), [("relu", 0.0), ("leaky_relu", 0.01), ("elu", 1.0)])
def test_the_slope_at_zero_is_that_of_the_kernel(name: str, slope: float) -> None:
    assert evaluate(SLOPES[name](z(0), z(0))) == slope
    assert value_and_slope(name, np.zeros((1, 1)))[1].item() == slope


@pytest.mark.parametrize("name", HIDDEN)
def test_nothing_overflows_far_out(name: str) -> None:
    for at in (-800.0, 800.0):
        known = value_and_slope(name, np.array([[at]]))[0].item()
        assert evaluate(VALUES[name](z(at))) == pytest.approx(known, abs=1e-12)


def test_formulas_are_written_as_in_the_documents() -> None:
    assert written(VALUES["sigmoid"](z(1))) == "1 / (1 + exp[-z])"
    assert written(SLOPES["sigmoid"](z(1), Quantity("a", 0.5))) == "a·(1 - a)"
    assert written(SLOPES["tanh"](z(1), Quantity("a", 0.5))) == "(1 - a^2)"
    assert written(VALUES["leaky_relu"](z(1))) == "max[0.01·z, z]"
    assert written(SLOPES["relu"](z(1), z(1))) == "{z > 0: 1, 0}"


# ---------------------------------------------------------------- softmax


@pytest.mark.parametrize("scores", [[0.2, -1.0, 3.0], [0.0, 0.0], [1000.0, 999.0, -1000.0]])
def test_softmax_is_that_of_the_kernel_however_large_the_scores(scores: list[float]) -> None:
    known = value_and_slope("softmax", np.array(scores)[:, None])[0][:, 0]
    zs = many("z", scores)
    shown = [evaluate(softmax(zs, unit)) for unit in range(len(zs))]
    np.testing.assert_allclose(shown, known, rtol=1e-13)
    assert math.fsum(shown) == pytest.approx(1, rel=1e-14)


# ---------------------------------------------------------------- costs


def known_cost(config: Config, logits: Any, y: Any) -> float:
    """C_x of one example with these logits, as the engine has it."""
    logits = np.array([logits], float)
    a = value_and_slope(config.layers[-1].activation, logits.T)[0].T
    with np.errstate(all="ignore"):
        return float(example_costs(config, logits, a, np.array([y], float))[0])


def outputs(cost: str, count: int, **more: Any) -> Config:
    last = OUTPUT.get(cost, "linear")
    return net((count, last), data=drawn(3, 2, count, cost), cost={"name": cost, **more})


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("a", [[0.25], [0.25, -3.0, 7.5]])
def test_the_squared_error_is_that_of_the_engine(a: list[float], half: bool) -> None:
    y = [1.0, 0.5, -2.0][: len(a)]
    shown = evaluate(squared_error(many("a", a), many("y", y), half))
    known = known_cost(outputs("squared_error", len(a), half=half), a, y)
    assert shown == pytest.approx(known, rel=1e-14)


def test_the_squared_error_is_written_with_its_half() -> None:
    one = squared_error(many("a", [1]), many("y", [0]), half=True)
    assert written(one) == "½·(a(1) - y(1))^2"
    two = squared_error(many("a", [1, 2]), many("y", [0, 0]), half=False)
    assert written(two) == "((a(1) - y(1))^2 + (a(2) - y(2))^2)"


@pytest.mark.parametrize("logits", [[0.0], [2.5, -1.0], [-30.0, 30.0], [600.0, -600.0]])
@pytest.mark.parametrize("wanted", [0.0, 1.0, 0.3])
def test_the_binary_cross_entropy_is_that_of_the_engine(logits: list[float], wanted: float) -> None:
    y = [wanted] * len(logits)
    shown = evaluate(logistic_cost(many("z", logits), many("y", y)))
    known = known_cost(outputs("binary_cross_entropy", len(logits)), logits, y)
    assert shown == pytest.approx(known, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("wanted", "cost"), [(0.0, 800.0), (1.0, 0.0)])
def test_the_binary_cross_entropy_of_a_logit_beyond_what_e_can_hold(
    wanted: float, cost: float
) -> None:
    assert known_cost(outputs("binary_cross_entropy", 1), [800.0], [wanted]) == cost
    assert evaluate(logistic_cost(many("z", [800.0]), many("y", [wanted]))) == cost


@pytest.mark.parametrize(
    ("logits", "y"),
    [
        ([0.2, -1.0, 3.0], [0, 1, 0]),
        ([0.2, -1.0, 3.0], [0.25, 0.25, 0.5]),
        ([5000.0, -5000.0, 0.0], [0, 1, 0]),
        ([5000.0, -5000.0, 0.0], [1, 0, 0]),
        ([5000.0, -5000.0, 0.0], [0, 0.5, 0.5]),
    ],
)
def test_the_cross_entropy_is_that_of_the_engine(logits: list[float], y: list[float]) -> None:
    a = value_and_slope("softmax", np.array(logits)[:, None])[0][:, 0]
    tree = cross_entropy(many("z", logits), many("a", a), many("y", y))
    known = known_cost(outputs("cross_entropy", 3), logits, y)
    assert evaluate(tree) == pytest.approx(known, rel=1e-12, abs=1e-15)


def test_the_cross_entropy_is_written_from_the_outputs_as_long_as_they_have_digits() -> None:
    def tree(logits: list[float], wanted: int) -> Expression:
        a = value_and_slope("softmax", np.array(logits)[:, None])[0][:, 0]
        y = [float(k == wanted) for k in range(len(logits))]
        return cross_entropy(many("z", logits), many("a", a), many("y", y))

    assert written(tree([1.0, 2.0], 1)) == "-y(2)·ln[a(2)]"
    assert "a(" not in written(tree([0.0, -2000.0], 1))
