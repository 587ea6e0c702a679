"""A slice of the cost: every point is the cost of the network with those weights."""

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.evaluate import Evaluator
from app.engine.landscape import Directions, filter_normalized, of_path, of_weights, slice_of
from app.engine.run import Run
from app.presets import preset

from .networks import Array, bits, net, trained


def way(config: Config, epochs: int) -> tuple[Run, Array]:
    """Return a run after so many epochs, with where it has been."""
    run = Run(config)
    path = [run.parameters.flat[""].copy()]
    for _ in range(epochs):
        run.advance(run.position + run.per_epoch * len(run.program))
        path.append(run.parameters.flat[""].copy())
    return run, np.array(path)


REMEDIES = net(
    (3, "tanh", {"batch_norm": True}), (3, "relu", {"residual": True, "dropout": 0.3}),
    (1, "linear"), data={"name": "plane", "samples": 40}, l2=0.01,
    optimizer={"name": "adam", "learning_rate": 0.01},
)  # fmt: skip


@pytest.mark.parametrize("config", [preset("xor"), preset("circle"), REMEDIES], ids=str)
def test_a_point_of_the_slice_is_the_cost_with_the_weights_of_that_point(config: Config) -> None:
    run, path = way(config, 3)
    seen = bits(run)
    along = filter_normalized(run, 0)
    found = slice_of(run, along, path, 7)
    assert bits(run) == seen, "looking never touches"
    here = run.parameters.flat[""].copy()
    evaluator = Evaluator(run)
    for i, j in ((0, 0), (3, 3), (2, 6)):
        run.parameters.flat[""][:] = (
            here + found.x[j] * along.vectors[0] + found.y[i] * along.vectors[1]
        )
        assert found.costs[i, j] == pytest.approx(evaluator.training(500).cost, rel=1e-12)


def test_two_weights_move_alone_and_the_path_lies_within_the_slice() -> None:
    run, path = way(preset("xor"), 50)
    along = of_weights(run, ("W1[0, 0]", "W2[1, 0]"), (0, 10), path)
    assert along.vectors.sum(1).tolist() == [1, 1]
    found = slice_of(run, along, path, 5)
    assert found.path[-1].tolist() == [0, 0]
    assert found.path[0] == pytest.approx((path[0] - path[-1])[[0, 10]])
    assert (found.path.min(0) >= [found.x[0], found.y[0]]).all()
    assert (found.path.max(0) <= [found.x[-1], found.y[-1]]).all()


def test_random_directions_are_as_long_as_the_weights_into_each_unit() -> None:
    run = trained(preset("circle"), 5)
    first, second = filter_normalized(run, 3).vectors
    for vector in (first, second):
        for l in (1, 2, 3):
            block = vector[run.parameters.dense[l]].reshape(run.parameters.blocks[""][l].shape)
            lengths = np.linalg.norm(block[:-1], axis=0)
            assert lengths == pytest.approx(np.linalg.norm(run.tensor(f"W{l}"), axis=0))
            assert not block[-1].any(), "biases stay"
    assert not np.allclose(first, second)
    assert not np.allclose(first, filter_normalized(run, 4).vectors[0])


def test_the_components_of_the_path_show_as_much_of_it_as_they_say() -> None:
    _, path = way(preset("xor"), 200)
    along = of_path(path)
    assert along is not None
    assert along.shares is not None
    assert along.vectors @ along.vectors.T == pytest.approx(np.eye(2), abs=1e-12)
    moves = path - path[-1]
    seen = moves @ along.vectors.T
    assert (seen**2).sum(0) / (moves**2).sum() == pytest.approx(along.shares)
    assert 0.9 < sum(along.shares) <= 1 + 1e-12


def test_a_path_that_goes_nowhere_or_straight_on_has_no_two_directions() -> None:
    here = np.ones((1, 4))
    assert of_path(here) is None
    assert of_path(np.repeat(here, 5, 0)) is None
    assert of_path(np.outer(np.arange(5.0), np.ones(4))) is None


def test_where_the_cost_overflows_the_slice_has_no_number() -> None:
    run, path = way(preset("linear_regression"), 2)
    far = Directions(np.eye(2) * 1e200, ((-1.0, 1.0), (-1.0, 1.0)), ("a", "b"))
    costs = slice_of(run, far, path, 3).costs
    assert np.isfinite(costs[1, 1])
    assert not np.isfinite(costs[0, 0])
