"""The data sets: shapes, labels, counts, and the shapes they are named for."""

import numpy as np
import pytest

from app.engine.datasets import DATA_SETS, FEATURES, HILLS, one_hot
from app.engine.streams import stream

from .networks import Array

GATES = {"xor": [0, 1, 1, 0], "and": [0, 0, 0, 1], "or": [0, 1, 1, 1]}


def drawn(
    name: str, n: int | None = None, noise: float = 0.0, seed: int = 0
) -> tuple[Array, Array]:
    return DATA_SETS[name].draw(stream(seed, "data"), n or DATA_SETS[name].samples, noise)


@pytest.mark.parametrize("noise", [0.0, 0.3])
@pytest.mark.parametrize("n", [1, 2, 7, 150])
@pytest.mark.parametrize("name", DATA_SETS)
def test_a_data_set_gives_as_many_examples_as_asked_for(name: str, n: int, noise: float) -> None:
    X, targets = drawn(name, n, noise)
    assert X.shape == (n, DATA_SETS[name].inputs)
    regression = DATA_SETS[name].task == "regression"
    assert targets.shape == ((n, DATA_SETS[name].outputs) if regression else (n,))
    assert np.isfinite(X).all()
    assert np.isfinite(targets).all()


@pytest.mark.parametrize("name", DATA_SETS)
def test_the_same_stream_gives_the_same_examples(name: str) -> None:
    for first, second in zip(drawn(name, noise=0.1), drawn(name, noise=0.1), strict=True):
        assert np.array_equal(first, second)


@pytest.mark.parametrize("name", sorted({*DATA_SETS} - {*GATES}))
def test_another_seed_gives_other_examples(name: str) -> None:
    noise = 0.1 if name == "spiral" else 0.0
    first, second = drawn(name, noise=noise)[0], drawn(name, noise=noise, seed=1)[0]
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("name", sorted({*DATA_SETS} - {"multi_gaussian", "plane", "sine", "line"}))
def test_noise_moves_the_inputs_of_classes_and_keeps_their_labels(name: str) -> None:
    (X, labels), (moved, same) = drawn(name), drawn(name, noise=0.1)
    assert not np.array_equal(X, moved)
    assert np.array_equal(labels, same)


@pytest.mark.parametrize("name", ["multi_gaussian", "plane", "sine", "line"])
def test_noise_moves_the_targets_of_a_regression_and_keeps_its_inputs(name: str) -> None:
    (X, Y), (same, moved) = drawn(name), drawn(name, noise=0.1)
    assert np.array_equal(X, same)
    assert np.std(moved - Y) == pytest.approx(0.1, rel=0.3)


@pytest.mark.parametrize("name", GATES)
def test_a_gate_has_its_corners_in_order_again_and_again(name: str) -> None:
    X, labels = drawn(name, 10)
    corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert X.tolist() == (corners * 3)[:10]
    assert labels.tolist() == (GATES[name] * 3)[:10]


@pytest.mark.parametrize("name", ["circle", "gaussian", "spiral", "moons"])
def test_two_classes_are_of_the_same_size(name: str) -> None:
    assert np.bincount(drawn(name)[1].astype(int)).tolist() == [100, 100]
    assert np.bincount(drawn(name, 7)[1].astype(int)).tolist() == [3, 4]


def test_the_circle_is_a_disc_inside_a_ring() -> None:
    X, labels = drawn("circle")
    radius = np.linalg.norm(X, axis=1)
    assert radius[labels == 1].max() <= 2.5
    assert 3.5 <= radius[labels == 0].min() <= radius[labels == 0].max() <= 5


def test_the_clouds_stand_around_their_centres() -> None:
    X, labels = drawn("gaussian", 2000)
    for label, centre in ((1, 2), (0, -2)):
        cloud = X[labels == label]
        assert cloud.mean(0) == pytest.approx([centre, centre], abs=0.1)
        assert cloud.std(0) == pytest.approx([0.7, 0.7], rel=0.1)


def test_the_arms_of_the_spiral_are_each_other_turned_by_half() -> None:
    X, labels = drawn("spiral")
    np.testing.assert_allclose(X[labels == 1], -X[labels == 0], atol=1e-12)
    for n in (7, 200):
        assert np.linalg.norm(drawn("spiral", n)[0], axis=1).max() == pytest.approx(5, rel=2 / n)
    arm = X[labels == 1]
    turned = np.unwrap(np.arctan2(*arm[1:].T))
    assert turned[-1] - turned[0] == pytest.approx(1.75 * 2 * np.pi, rel=0.05)
    assert (np.diff(np.linalg.norm(arm, axis=1)) > 0).all()


def test_the_moons_are_half_circles() -> None:
    X, labels = drawn("moons")
    upper, lower = X[labels == 0], X[labels == 1]
    assert np.linalg.norm(upper, axis=1) == pytest.approx(1)
    assert np.linalg.norm(lower - [1, 0.5], axis=1) == pytest.approx(1)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5
    for moon, middle in ((upper, 0), (lower, 1)):
        assert (moon[:, 0].min(), moon[:, 0].max()) == pytest.approx(
            (middle - 1, middle + 1), abs=0.01
        )


def test_the_plane_rises_from_one_corner_to_the_other() -> None:
    X, Y = drawn("plane")
    assert Y[:, 0] == pytest.approx(X.sum(1) / 12)
    assert np.abs(Y).max() <= 1
    assert 5.9 < np.abs(X).max() <= 6


def test_the_hills_are_high_at_their_tops_and_nothing_far_away() -> None:
    X, Y = drawn("multi_gaussian", 2000)
    distance = np.linalg.norm(X[:, None] - HILLS, axis=2)
    for hill in range(6):
        near = Y[distance[:, hill] < 0.5]
        assert (near * (-1) ** hill > 0.7).all()
        assert len(near)
    assert not Y[distance.min(1) > 2].any()
    assert np.abs(Y).max() <= 1
    assert 5.9 < np.abs(X).max() <= 6


def test_the_curves_are_what_they_are_called() -> None:
    X, Y = drawn("sine")
    assert np.array_equal(Y, np.sin(X))
    assert 3 < np.abs(X).max() <= np.pi
    X, Y = drawn("line")
    assert np.array_equal(Y, 2 * X + 1)
    assert 0.9 < np.abs(X).max() <= 1


def test_iris_has_fifty_flowers_of_each_kind() -> None:
    X, labels = drawn("iris")
    assert np.bincount(labels.astype(int)).tolist() == [50, 50, 50]
    assert X.mean(0) == pytest.approx([5.84, 3.05, 3.76, 1.20], abs=0.01)  # as UCI prints them
    assert X.std(0) == pytest.approx([0.83, 0.43, 1.76, 0.76], abs=0.01)


def test_fewer_flowers_are_a_choice_of_all_of_them() -> None:
    X, labels = drawn("iris", 20)
    rows = {
        (*row, label) for row, label in zip(*map(np.ndarray.tolist, drawn("iris")), strict=True)
    }
    assert {(*row, label) for row, label in zip(X.tolist(), labels.tolist(), strict=True)} <= rows
    assert len(set(labels.tolist())) == 3


def test_digits_are_images_of_ten_classes() -> None:
    X, labels = drawn("digits28")
    assert X.shape == (5000, 784)
    assert (X.min(), X.max()) == (0, 1)
    assert np.bincount(labels).tolist() == [500] * 10
    assert len(set(labels[:50].tolist())) == 10, "the classes come mixed"


def test_small_digits_are_images_of_ten_classes() -> None:
    X, labels = drawn("digits8")
    assert X.shape == (1797, 64)
    assert (X.min(), X.max()) == (0, 1)
    assert set((X * 16).ravel().tolist()) == set(range(17))
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_what_is_a_picture_is_known_by_its_side() -> None:
    assert {name: data.side for name, data in DATA_SETS.items() if data.side} == {
        "digits8": 8, "digits28": 28, "mnist": 28
    }  # fmt: skip


def test_every_data_set_says_what_it_is() -> None:
    for data_set in DATA_SETS.values():
        assert data_set.title
        assert data_set.about
        assert data_set.samples <= data_set.most


def test_one_hot_has_a_row_for_each_label() -> None:
    assert one_hot(np.array([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert one_hot(np.array([1.0]), 2).tolist() == [[0, 1]]


def test_features_are_what_they_are_called() -> None:
    x1, x2 = np.array([0.5, -2.0]), np.array([3.0, 0.25])
    expected = {
        "x1": x1,
        "x2": x2,
        "x1_squared": x1**2,
        "x2_squared": x2**2,
        "x1_times_x2": x1 * x2,
        "sin_x1": np.sin(x1),
        "sin_x2": np.sin(x2),
    }
    assert set(expected) == set(FEATURES)
    for name, values in expected.items():
        assert np.array_equal(FEATURES[name](x1, x2), values)
