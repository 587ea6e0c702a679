"""The cost with numbers moved: the short way from one layer up and the whole way agree."""

import numpy as np
import pytest

from app.engine.costs import scale
from app.engine.gradcheck import H
from app.engine.program import Kind
from app.explain.moves import Upper, Whole
from app.explain.scene import Scene
from app.session.timeline import Timeline

from .networks import CONFIGS, scene

PLAIN = ["tanh", "softplus", "cross_entropy", "binary_cross_entropy", "mean_all True"]


def after_backward(name: str) -> Scene:
    timeline = Timeline(CONFIGS[name])
    kinds = [op.kind for op in timeline.run.program]
    timeline.forward(timeline.length + kinds.index(Kind.UPDATE))
    return scene(timeline)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("l", [1, 2, 3])
def test_moving_z_is_the_same_both_ways(name: str, l: int) -> None:
    s, n = after_backward(name), 1
    units = np.arange(s.config.sizes[l])
    whole = Whole(s, len(units)).units(l, n, units, H)
    up, down, _ = Upper(s, l, len(units), slice(n, n + 1)).costs(units, np.full((len(units), 1), H))
    assert np.allclose(whole.plus - whole.minus, up[:, 0] - down[:, 0], rtol=1e-4, atol=1e-14)


@pytest.mark.parametrize("name", PLAIN)
def test_moving_weights_is_the_same_both_ways(name: str) -> None:
    s = after_backward(name)
    chosen = np.arange(8)
    whole = Whole(s, 8).parameter("W1", chosen, H)
    i, j = np.divmod(chosen, 4)
    rows = s.now.tensor("a0").T
    up, down, _ = Upper(s, 1, 8, slice(0, s.N)).costs(j, H * rows[i])
    difference = scale(s.config, s.N) * (up - down).sum(-1)
    assert np.allclose(whole.plus - whole.minus, difference, rtol=1e-4, atol=1e-14)


def test_looking_leaves_the_run_as_it_is() -> None:
    s = after_backward("norm, dropout and link")
    before = {name: array.copy() for name, array in s.now.tensors().items()}
    whole = Whole(s, 4)
    whole.parameter("W1", np.arange(4), H)
    whole.units(1, 0, np.arange(4), H)
    assert all(np.array_equal(s.now.tensor(name), array) for name, array in before.items())


def test_nothing_moved_costs_what_the_minibatch_costs() -> None:
    for name in ("norm", "dropout", "link", "norm, dropout and link"):
        s = after_backward(name)
        still = Whole(s, 2).parameter("W1", np.arange(2), 0.0)
        assert still.plus == pytest.approx(s.now.cost, rel=1e-12)
        assert still.minus == pytest.approx(s.now.cost, rel=1e-12)
