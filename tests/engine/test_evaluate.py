"""Looking at a run: the numbers are those of training, and the run does not notice."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.config import Config
from app.engine.evaluate import CHUNK, Evaluator
from app.engine.examples import examples
from app.engine.program import Kind
from app.engine.run import Run

from .networks import (
    OPTIMIZERS,
    OUTPUT,
    REDUCTIONS,
    Array,
    bits,
    configs,
    drawn,
    inline,
    net,
    run_until,
    trained,
)


def look_at_everything(evaluator: Evaluator) -> None:
    evaluator.training(), evaluator.training(2), evaluator.testing(), evaluator.testing(1)
    evaluator.surface(5)
    evaluator.outputs(evaluator.data.X[:3])


@given(configs(), st.integers(0, 60), st.integers(1, 60))
def test_looking_never_touches(config: Config, ops: int, more: int) -> None:
    run, unseen = Run(config), Run(config)
    run.advance(ops), unseen.advance(ops)
    look_at_everything(Evaluator(run))
    assert bits(run) == bits(unseen)
    evaluator = Evaluator(run)
    for _ in range(more):
        run.step()
        look_at_everything(evaluator)
    unseen.advance(ops + more)
    assert bits(run) == bits(unseen)


# ---------------------------------------------------------------- cost and accuracy


@given(configs(remedies=False, minibatch_size=None))
def test_the_cost_is_that_of_the_cost_op_on_all_examples(config: Config) -> None:
    run = run_until(trained(config, 2), Kind.DELTA)
    tolerance = 1e-12 if config.dtype == "float64" else 1e-5
    assert Evaluator(run).training().cost == pytest.approx(run.cost, rel=tolerance)


@pytest.mark.parametrize("cost", ["squared_error", *OUTPUT])
@pytest.mark.parametrize("penalty", [{}, {"l1": 0.01, "l2": 0.1}], ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_the_cost_of_more_examples_than_fit_at_once(
    reduction: str, penalty: dict[str, float], cost: str
) -> None:
    settings = {"cost": {"name": cost, "reduction": reduction}, **penalty}
    data = drawn(2 * CHUNK + 137, 2, 2, cost)
    run = Run(net((3, "tanh"), (2, OUTPUT.get(cost, "linear")), data=data, **settings))
    run_until(run, Kind.DELTA)
    assert Evaluator(run).training().cost == pytest.approx(run.cost, rel=1e-12)


def test_the_cost_of_the_first_examples() -> None:
    config = net((1, "linear", {"W": [[1]], "b": [0]}), data=inline([[1], [2], [4]], [[0]] * 3))
    evaluator = Evaluator(Run(config))
    costs = [evaluator.training(most).cost for most in (1, 2, 3, 100)]
    assert costs == pytest.approx([1, 2.5, 7, 7], rel=1e-15)
    assert evaluator.training().cost == pytest.approx(7, rel=1e-15)


def test_the_cost_of_test_examples() -> None:
    X = [[float(i)] for i in range(10)]
    data = {**inline(X, [[0.0]] * 10), "test_share": 0.4}
    config = net((1, "linear", {"W": [[1]], "b": [0]}), data=data)
    run = Run(config)
    kept = examples(config).X[6:, 0]
    evaluator = Evaluator(run)
    for most, rows in ((None, kept), (1, kept[:1]), (3, kept[:3]), (50, kept)):
        measure = evaluator.testing(most)
        assert measure is not None
        assert measure.cost == pytest.approx(float((rows**2).mean()), rel=1e-14)
        assert measure.accuracy is None
    assert Evaluator(Run(config.merged({"data": {"test_share": 0.0}}))).testing() is None


def test_accuracy_with_one_output_is_told_at_one_half() -> None:
    """z = x: a ≥ 0.5 where x ≥ 0, so labels 1, 1, 0, 0, 1 are met at 1, 0 (the edge), -1."""
    config = net(
        (1, "sigmoid", {"W": [[1]], "b": [0]}),
        data=inline([[1], [0], [-1], [1], [-1]], labels=[1, 1, 0, 0, 1]),
    )
    evaluator = Evaluator(Run(config))
    assert evaluator.training().accuracy == 3 / 5
    assert evaluator.training(2).accuracy == 1


def test_accuracy_with_several_outputs_is_that_of_the_largest() -> None:
    config = net(
        (3, "softmax", {"W": np.eye(3).tolist(), "bias": False}),
        data=inline([[5, 1, 1], [1, 5, 1], [1, 1, 5], [1, 5, 1]], labels=[0, 1, 2, 2]),
        cost={"name": "cross_entropy"},
    )
    assert Evaluator(Run(config)).training().accuracy == 3 / 4


def test_the_confusion_matrix_has_a_row_for_each_class_and_a_column_for_what_it_is_told() -> None:
    config = net(
        (3, "softmax", {"W": np.eye(3).tolist(), "bias": False}),
        data=inline([[5, 1, 1], [1, 5, 1], [1, 1, 5], [1, 5, 1]], labels=[0, 1, 2, 2]),
        cost={"name": "cross_entropy"},
    )
    found = Evaluator(Run(config)).training().confusion
    assert found is not None
    assert found.tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 1]]


def test_one_output_tells_two_classes_apart() -> None:
    config = net(
        (1, "sigmoid", {"W": [[1]], "b": [0]}),
        data=inline([[1], [0], [-1], [1], [-1]], labels=[1, 1, 0, 0, 1]),
    )
    found = Evaluator(Run(config)).training().confusion
    assert found is not None
    assert found.tolist() == [[1, 1], [1, 2]]


def test_accuracy_of_more_examples_than_fit_at_once() -> None:
    config = net((3, "tanh"), (1, "sigmoid"), data={"name": "circle", "samples": 2 * CHUNK + 3})
    run = Run(config)
    data, measure = examples(config), Evaluator(run).training()
    right = (plain(run, data.X) >= 0.5) == (data.Y >= 0.5)
    assert measure.accuracy == right.mean()


def test_there_is_no_accuracy_where_there_are_no_classes() -> None:
    for data in ({"name": "line"}, {"name": "plane"}, inline([[1]], [[1]])):
        assert Evaluator(Run(net((1, "linear"), data=data))).training().accuracy is None


def test_digits_and_flowers_have_test_accuracies() -> None:
    for name, outputs in (("iris", 3), ("digits28", 10)):
        data = {"name": name, "samples": 100, "test_share": 0.3}
        config = net((outputs, "softmax"), data=data, cost={"name": "cross_entropy"})
        measure = Evaluator(Run(config)).testing()
        assert measure is not None
        assert measure.accuracy is not None
        assert 0 <= measure.accuracy <= 1


# ---------------------------------------------------------------- outputs and surface


def plain(run: Run, X: Array) -> Array:
    """The outputs of a tanh-sigmoid network in plain NumPy."""
    h = np.tanh(X @ run.tensor("W1") + run.tensor("b1"))
    return 1 / (1 + np.exp(-(h @ run.tensor("W2") + run.tensor("b2"))))


def tanh_sigmoid(**data: Any) -> Run:
    config = net((3, "tanh"), (1, "sigmoid"), data=data, init={"weights": "normal"})
    return trained(config, 2)


@pytest.mark.parametrize("n", [1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_outputs_for_any_number_of_inputs(n: int) -> None:
    run = tanh_sigmoid(name="circle")
    X = np.random.default_rng(0).normal(size=(n, 2))
    outputs = Evaluator(run).outputs(X)
    assert outputs.shape == (n, 1)
    np.testing.assert_allclose(outputs, plain(run, X), rtol=1e-12)


def test_outputs_follow_the_training() -> None:
    run = tanh_sigmoid(name="circle")
    evaluator, X = Evaluator(run), np.ones((3, 2))
    before = evaluator.outputs(X)
    run.advance(50 * len(run.program))
    after = evaluator.outputs(X)
    assert not np.array_equal(before, after)
    np.testing.assert_allclose(after, plain(run, X), rtol=1e-12)


def test_outputs_of_many_different_sizes() -> None:
    run = tanh_sigmoid(name="circle")
    evaluator = Evaluator(run)
    for n in (*range(1, 30), 5, 1):
        X = np.full((n, 2), n / 10)
        np.testing.assert_allclose(evaluator.outputs(X), plain(run, X), rtol=1e-12)


@pytest.mark.parametrize("resolution", [2, 7, 50])
def test_the_surface_of_a_plane(resolution: int) -> None:
    run = tanh_sigmoid(name="circle")
    surface = Evaluator(run).surface(resolution)
    assert surface is not None
    assert surface.x2 is not None
    assert surface.outputs.shape == (resolution, resolution, 1)
    assert (surface.x1.shape, surface.x2.shape) == ((resolution,), (resolution,))
    for row, x2 in enumerate(surface.x2):  # rows along x2
        points = np.column_stack([surface.x1, np.full(resolution, x2)])
        np.testing.assert_allclose(surface.outputs[row], plain(run, points), rtol=1e-12)


def test_the_surface_is_square_and_has_all_points_inside_with_a_margin() -> None:
    data = inline([[0.0, 10.0], [4.0, 11.0]], labels=[0, 1])
    surface = Evaluator(Run(net((3, "tanh"), (1, "sigmoid"), data=data))).surface(5)
    assert surface is not None
    assert surface.x2 is not None
    assert (surface.x1[0], surface.x1[-1]) == pytest.approx((2 - 2.3, 2 + 2.3))
    assert (surface.x2[0], surface.x2[-1]) == pytest.approx((10.5 - 2.3, 10.5 + 2.3))
    one_point = inline([[3.0, 3.0]], labels=[0])
    surface = Evaluator(Run(net((1, "sigmoid"), data=one_point))).surface(3)
    assert surface is not None
    assert surface.x1.tolist() == pytest.approx([3 - 0.575, 3, 3 + 0.575])


def test_the_surface_goes_through_the_features() -> None:
    run = tanh_sigmoid(name="circle", features=["x1_squared", "x1_times_x2"])
    surface = Evaluator(run).surface(6)
    assert surface is not None
    assert surface.x2 is not None
    x1, x2 = surface.x1[4], surface.x2[1]
    expected = plain(run, np.array([[x1 * x1, x1 * x2]]))
    np.testing.assert_allclose(surface.outputs[1, 4], expected[0], rtol=1e-12)


def test_one_feature_of_a_plane_still_has_a_plane() -> None:
    surface = Evaluator(tanh_sigmoid(name="circle", features=["x2"])).surface(6)
    assert surface is not None
    assert surface.outputs.shape == (6, 6, 1)
    assert (surface.outputs == surface.outputs[:, :1]).all(), "nothing depends on x1"


def test_a_line_has_a_curve() -> None:
    config = net((3, "tanh"), (1, "sigmoid"), data={"name": "sine"})
    run = Run(config)
    surface = Evaluator(run).surface(20)
    assert surface is not None
    assert surface.x2 is None
    assert (surface.x1.shape, surface.outputs.shape) == ((40,), (40, 1))
    np.testing.assert_allclose(surface.outputs, plain(run, surface.x1[:, None]), rtol=1e-12)
    X = examples(config).X
    assert surface.x1[0] < X.min()
    assert X.max() < surface.x1[-1]


def test_several_outputs_have_a_surface_each() -> None:
    config = net((3, "softmax"), data=inline([[0, 0], [1, 1], [2, 0]], labels=[0, 1, 2]))
    surface = Evaluator(Run(config)).surface(4)
    assert surface is not None
    assert surface.outputs.shape == (4, 4, 3)
    np.testing.assert_allclose(surface.outputs.sum(2), 1, rtol=1e-12)


def test_other_data_has_no_surface() -> None:
    config = net((3, "softmax"), data={"name": "iris"})
    assert Evaluator(Run(config)).surface() is None


def test_single_precision_is_looked_at_in_single_precision() -> None:
    run = Run(net((3, "tanh"), (1, "sigmoid"), data={"name": "circle"}, dtype="float32"))
    surface = Evaluator(run).surface(4)
    assert surface is not None
    assert surface.outputs.dtype == np.float32


def test_a_diverged_run_can_be_looked_at_without_a_warning() -> None:
    config = net((1, "linear"), data={"name": "plane"}, optimizer=OPTIMIZERS["sgd"])
    run = trained(config.merged({"optimizer": {"learning_rate": 100.0}}), 300)
    assert not run.is_finite()
    evaluator = Evaluator(run)
    look_at_everything(evaluator)
    assert not np.isfinite(evaluator.training().cost)


@given(configs(), st.integers(1, 9))
def test_costs_alone_are_those_of_the_measures(config: Config, most: int) -> None:
    evaluator = Evaluator(trained(config.merged({"data": {"test_share": 0.3}}), 1))
    test = evaluator.testing(most)
    assert test is not None
    assert evaluator.costs(most) == (evaluator.training(most).cost, test.cost)
    without = Evaluator(Run(config)).costs(most)
    assert without[0] == Evaluator(Run(config)).training(most).cost
    assert np.isnan(without[1])
