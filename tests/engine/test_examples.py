"""The examples of a config: features, split, coding, and that nobody can write to them."""

import gc
from typing import Any
from weakref import ref

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.datasets import DATA_SETS, FEATURES
from app.engine.evaluate import Evaluator
from app.engine.examples import examples, featured
from app.engine.run import Run

from .networks import Array, inline, net


def config_of(name: str, outputs: int | None = None, **data: Any) -> Config:
    units = outputs or DATA_SETS[name].outputs
    return Config.parse({"data": {"name": name, **data}, "layers": [{"units": units}]})


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", DATA_SETS)
def test_every_data_set_becomes_inputs_and_targets(name: str, dtype: str) -> None:
    config = config_of(name).merged({"dtype": dtype})
    data = examples(config)
    n = config.data.count
    assert data.X.shape == (n, DATA_SETS[name].inputs)
    assert data.Y.shape == (n, DATA_SETS[name].outputs)
    assert data.rows.shape == (n, DATA_SETS[name].inputs + 1)
    assert data.train == n
    assert {data.rows.dtype, data.Y.dtype} == {np.dtype(dtype)}


def test_the_row_of_an_example_ends_with_a_one() -> None:
    data = examples(config_of("circle"))
    assert (data.rows[:, -1] == 1).all()
    assert np.array_equal(data.rows[:, :-1], data.X)


def test_one_output_tells_two_classes_as_zero_and_one() -> None:
    assert examples(config_of("xor")).Y.tolist() == [[0], [1], [1], [0]]


def test_two_outputs_tell_two_classes_with_one_hot_rows() -> None:
    assert examples(config_of("xor", 2)).Y.tolist() == [[1, 0], [0, 1], [0, 1], [1, 0]]


def test_more_classes_have_an_output_each() -> None:
    Y = examples(config_of("iris")).Y
    assert Y.sum(0).tolist() == [50, 50, 50]
    assert (Y.sum(1) == 1).all()


def test_labels_of_inline_examples_become_one_hot_rows() -> None:
    config = net((3, "softmax"), data=inline([[1], [2], [3]], labels=[2, 0, 2]))
    assert examples(config).Y.tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 1]]
    config = net((1, "sigmoid"), data=inline([[1], [2], [3]], labels=[1, 0, 1]))
    assert examples(config).Y.tolist() == [[1], [0], [1]]


def test_inline_examples_are_taken_as_they_are() -> None:
    data = examples(net((2, "linear"), data=inline([[0.1, -7]], [[1e6, 1 / 3]])))
    assert data.X.tolist() == [[0.1, -7]]
    assert data.Y.tolist() == [[1e6, 1 / 3]]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 0.9])
@pytest.mark.parametrize("name", ["circle", "iris", "line"])
def test_the_split_keeps_its_share_apart(name: str, share: float) -> None:
    data = examples(config_of(name, test_share=share))
    n = len(data.X)
    assert n - data.train == round(share * n)
    everything = examples(config_of(name))
    both = [np.column_stack([part.X, part.Y]) for part in (data, everything)]
    assert sorted(both[0].tolist()) == sorted(both[1].tolist()), "no example is lost or doubled"


def test_at_least_one_example_is_left_for_training() -> None:
    config = net((1, "linear"), data={**inline([[1], [2]], [[1], [2]]), "test_share": 0.9})
    assert examples(config).train == 1


def test_without_a_test_share_the_order_is_that_of_the_data() -> None:
    X = [[i] for i in range(20)]
    assert examples(net((1, "linear"), data=inline(X, X))).X.tolist() == X
    mixed = examples(net((1, "linear"), data={**inline(X, X), "test_share": 0.5}))
    assert mixed.X.tolist() != X
    assert mixed.X.tolist() == mixed.Y.tolist(), "inputs and targets stay together"


def test_the_split_is_a_function_of_the_seed() -> None:
    first = examples(config_of("iris", test_share=0.5))
    assert np.array_equal(first.X, examples(config_of("iris", test_share=0.5)).X)
    other = examples(config_of("iris", test_share=0.5).merged({"seed": 1}))
    assert not np.array_equal(first.X, other.X)


@pytest.mark.parametrize("features", [["x1"], ["x2", "x1"], list(FEATURES)])
def test_features_are_made_of_the_points(features: list[str]) -> None:
    data = examples(config_of("circle", features=features, test_share=0.3))
    assert data.points is not None
    x1, x2 = data.points.T
    expected = np.column_stack([FEATURES[name](x1, x2) for name in features])
    assert np.array_equal(data.X, expected)


def test_features_of_any_points() -> None:
    data = config_of("circle", features=["x1_times_x2", "x1"]).data
    assert featured(data, np.array([[2.0, 3.0], [-1.0, 4.0]])).tolist() == [[6, 2], [-4, -1]]


def test_points_are_kept_for_the_plane_only() -> None:
    assert examples(config_of("sine")).points is None
    assert examples(config_of("iris")).points is None
    assert examples(net((1, "linear"), data=inline([[1]], [[1]]))).points is None
    points = examples(net((1, "linear"), data=inline([[1, 2]], [[1]]))).points
    assert points is not None
    assert points.tolist() == [[1, 2]]


@pytest.mark.parametrize("name", ["xor", "line"])
def test_nobody_can_write_to_the_examples(name: str) -> None:
    data = examples(config_of(name))
    arrays: list[Array | None] = [data.rows, data.X, data.Y, data.points]
    for array in arrays:
        if array is not None:
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 5


def test_the_same_data_is_computed_once_for_all_who_want_it() -> None:
    first = examples(config_of("iris"))
    assert examples(config_of("iris").merged({"l2": 0.5, "minibatch_size": 3})) is first
    assert examples(config_of("iris").merged({"seed": 1})) is not first


# ---------------------------------------------------------------- standardized


def test_standardized_inputs_have_mean_0_and_spread_1_over_the_training_examples() -> None:
    data = examples(config_of("iris", test_share=0.3, standardize=True))
    assert data.X[: data.train].mean(0) == pytest.approx(0, abs=1e-12)
    assert data.X[: data.train].std(0) == pytest.approx(1)
    plain = examples(config_of("iris", test_share=0.3))
    assert data.scaled(plain.X) == pytest.approx(data.X)
    assert data.given(data.X[3, 1], 1) == pytest.approx(plain.X[3, 1])


def test_an_input_that_never_varies_is_only_shifted() -> None:
    described = {**inline([[7, 1], [7, 3]], labels=[0, 1]), "standardize": True}
    assert examples(net((1, "sigmoid"), data=described)).X.tolist() == [[0, -1], [0, 1]]


def test_points_stay_as_they_were_given_and_the_surface_is_that_of_the_scaled_network() -> None:
    line = inline([[10], [20], [30]], [[1], [2], [3]])
    plane = inline([[10, 1], [20, 2], [30, 4]], [[1], [2], [3]])
    for given in (line, plane):
        run = Run(net((1, "linear"), data={**given, "standardize": True}))
        data = run.minibatches[0].data
        assert data.points is not None
        assert data.points.tolist() == given["X"]
        seen = Evaluator(run).surface(3)
        assert seen is not None
        corner = [seen.x1[0]] if seen.x2 is None else [seen.x1[0], seen.x2[0]]
        expected = Evaluator(run).outputs(data.scaled(np.array([corner])))
        assert seen.outputs.reshape(-1)[0] == pytest.approx(expected[0, 0])


def test_the_point_of_a_scaled_input_that_is_changed_moves_by_the_same_share() -> None:
    given = {**inline([[10, 1], [30, 3]], labels=[0, 1]), "standardize": True}
    run = Run(net((1, "sigmoid"), data=given))
    run.set_example("X", (0, 0), 2.0)
    points = run.minibatches[0].data.points
    assert points is not None
    assert points.tolist() == [[40, 1], [30, 3]]


def test_many_examples_are_there_as_long_as_somebody_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.engine.examples.MANY", 100)
    many, few = config_of("circle", samples=51), config_of("circle", samples=50)
    first = examples(many)
    assert examples(many) is first
    known, kept = ref(first), ref(examples(few))
    del first
    gc.collect()
    assert known() is None
    assert kept() is examples(few)
    assert len(examples(many).X) == 51
