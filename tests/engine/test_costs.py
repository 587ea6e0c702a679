"""The costs: their values by hand, their convention, and that no logit overflows them."""

from math import log
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.config import Config
from app.engine.costs import example_costs, scale
from app.engine.program import Kind
from app.engine.run import Run

from .networks import OUTPUT, REDUCTIONS, configs, drawn, inline, net, run_minibatch, run_until


def forward(config: Config) -> Run:
    return run_until(Run(config), Kind.DELTA)


def outputs(z: Any, Y: Any, activation: str, name: str, **cost: Any) -> Config:
    """A config whose logits are z: each example has a weight row of its own."""
    n, k = np.shape(z)
    layer = (k, activation, {"W": np.asarray(z, float).tolist(), "bias": False})
    return net(layer, data=inline(np.eye(n), Y), cost={"name": name, **cost})


# Two examples, two outputs: a - y is (1, 2) and (3, -1), so Σ (a - y)² is 5 and 10.
Z, Y = [[2, 2], [3, 0]], [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("reduction", "half", "value"),
    [
        ("sum", False, 15),
        ("mean", False, 7.5),
        ("mean_all", False, 3.75),
        ("sum", True, 7.5),
        ("mean", True, 3.75),
        ("mean_all", True, 1.875),
    ],
)
def test_the_squared_error_in_every_convention(reduction: str, half: bool, value: float) -> None:
    config = outputs(Z, Y, "linear", "squared_error", reduction=reduction, half=half)
    after = run_minibatch(Run(config))
    assert after["cost"] == value
    assert after["delta1"].tolist() == (np.array([[1, 2], [3, -1]]) * (1 if half else 2)).tolist()
    factor = {"sum": 1, "mean": 1 / 2, "mean_all": 1 / 4}[reduction]
    assert np.array_equal(after["dW1"], after["delta1"] * factor)


@pytest.mark.parametrize(("reduction", "value"), [("sum", 12), ("mean", 3), ("mean_all", 1)])
def test_the_cross_entropies_follow_the_reduction_too(reduction: str, value: float) -> None:
    """A logit of 0 costs log 2, whatever the target; 4 examples of 3 outputs have 12 of them."""
    z, y = np.zeros((4, 3)), np.eye(4)[:, :3]
    config = outputs(z, y, "sigmoid", "binary_cross_entropy", reduction=reduction)
    assert forward(config).cost == pytest.approx(value * log(2), rel=1e-14)


def test_binary_cross_entropy_by_hand() -> None:
    """a = 1/(1 + 1/3) = 0.75 for z = log 3; y = 1 costs -log 0.75, y = 0 costs -log 0.25."""
    z = [[log(3)], [log(3)], [log(3)]]
    config = outputs(z, [[1], [0], [0.5]], "sigmoid", "binary_cross_entropy", reduction="sum")
    run = run_until(Run(config), Kind.GRADIENT)
    half = -(log(0.75) + log(0.25)) / 2
    assert run.cost == pytest.approx(-log(0.75) - log(0.25) + half, rel=1e-14)
    assert run.tensor("delta1").ravel().tolist() == pytest.approx([-0.25, 0.75, 0.25], rel=1e-14)


def test_cross_entropy_by_hand() -> None:
    """p = (0.2, 0.3, 0.5); the classes cost -log 0.3 and -log 0.5."""
    z = np.log([[0.2, 0.3, 0.5]] * 2)
    config = outputs(z, [[0, 1, 0], [0, 0, 1]], "softmax", "cross_entropy", reduction="mean")
    run = run_until(Run(config), Kind.GRADIENT)
    assert run.cost == pytest.approx(-(log(0.3) + log(0.5)) / 2, rel=1e-14)
    expected = [0.2, -0.7, 0.5, 0.2, 0.3, -0.5]
    assert run.tensor("delta1").ravel().tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_far_logits_cost_what_they_are_far(dtype: str) -> None:
    z = [[5000.0], [-5000.0], [5000.0], [-5000.0]]
    config = outputs(z, [[0], [1], [1], [0]], "sigmoid", "binary_cross_entropy", reduction="sum")
    run = forward(config.merged({"dtype": dtype}))
    assert run.cost == 10000
    z = [[5000.0, -5000.0, 0.0]] * 2
    config = outputs(z, [[0, 1, 0], [1, 0, 0]], "softmax", "cross_entropy", reduction="sum")
    run = run_until(Run(config.merged({"dtype": dtype})), Kind.UPDATE)
    assert run.cost == 10000
    assert run.tensor("delta1").tolist() == [[1, -1, 0], [0, 0, 0]]
    assert run.is_finite()


@given(st.integers(0, 50))
def test_the_gradient_of_softmax_with_cross_entropy_is_p_minus_y_and_sums_to_zero(
    seed: int,
) -> None:
    data = drawn(5, 2, 4, "cross_entropy", seed)
    config = net((4, "softmax"), data=data, cost={"name": "cross_entropy"}, seed=seed)
    run = run_until(Run(config), Kind.GRADIENT)
    a, y, delta = (run.tensor(name) for name in ("a1", "y", "delta1"))
    assert np.array_equal(delta, a - y)
    np.testing.assert_allclose(delta.sum(1), 0, atol=1e-15)


@pytest.mark.parametrize("cost", ["squared_error", *OUTPUT])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_penalties_are_added_once_and_for_weights_only(cost: str, reduction: str) -> None:
    W, b = [[0.5, -2.0], [1.0, 0.0]], [100.0, -100.0]
    layers = [(2, "tanh", {"W": W, "b": b}), (2, OUTPUT.get(cost, "linear"), {"W": W, "b": [3, 4]})]
    plain = net(*layers, data=drawn(5, 2, 2, cost), cost={"name": cost, "reduction": reduction})
    bare = forward(plain).cost
    squares, sizes = 2 * (0.25 + 4 + 1), 2 * (0.5 + 2 + 1)
    for l1, l2 in ((0, 0.1), (0.1, 0), (0.3, 0.2)):
        penalty = l2 / 2 * squares + l1 * sizes
        assert forward(plain.merged({"l1": l1, "l2": l2})).cost == pytest.approx(bare + penalty)


@pytest.mark.parametrize(
    ("reduction", "value"), [("sum", 1.0), ("mean", 1 / 7), ("mean_all", 1 / 21)]
)
def test_the_scale_of_a_reduction(reduction: str, value: float) -> None:
    config = net((3, "linear"), data=drawn(7, 2, 3), cost={"reduction": reduction})
    assert scale(config, 7) == value


def test_a_row_of_delta_is_what_that_example_says_alone() -> None:
    for cost in ("squared_error", *OUTPUT):
        for reduction in REDUCTIONS:
            config = net(
                (3, "tanh"), (2, OUTPUT.get(cost, "silu")),
                data=drawn(6, 2, 2, cost), cost={"name": cost, "reduction": reduction},
            )  # fmt: skip
            together = run_minibatch(Run(config))
            alone = run_minibatch(Run(config.merged({"minibatch_size": 1, "shuffle": False})))
            for name in ("delta1", "delta2"):
                np.testing.assert_allclose(together[name][:1], alone[name], rtol=1e-13)


@given(configs(dtype="float64", l1=0.0, l2=0.0))
def test_the_costs_of_the_examples_add_up_to_the_cost(config: Config) -> None:
    run = forward(config)
    L = config.depth
    z, a, y = (run.tensor(name) for name in (f"z{L}", f"a{L}", "y"))
    each = example_costs(config, z, a, y)
    assert each.shape == (len(y),)
    assert run.cost == pytest.approx(float(each.sum()) * scale(config, len(y)), rel=1e-12)


@pytest.mark.parametrize("cost", ["squared_error", *OUTPUT])
def test_the_cost_of_an_example_does_not_overflow(cost: str) -> None:
    config = net((2, OUTPUT.get(cost, "linear")), data=drawn(2, 2, 2, cost), cost={"name": cost})
    z, y = np.array([[1000.0, -1000.0]]), np.array([[0.0, 1.0]])
    a = np.array([[1.0, 0.0]])
    each = example_costs(config, z, a, y)
    assert each.tolist() == [{"squared_error": 2, "cross_entropy": 2000}.get(cost, 2000)]
