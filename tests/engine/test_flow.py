"""Gradient flow: the three numbers of each layer are what their definitions come to."""

import numpy as np
import pytest
from hypothesis import given

from app.engine.config import Config
from app.engine.flow import gradient_flow
from app.engine.run import Run

from .networks import configs, net, trained


@given(configs())
def test_norms_and_moves_are_those_of_the_tensors(config: Config) -> None:
    run, before = trained(config, 2), trained(config, 1)
    L = config.depth
    found = gradient_flow(run, before.parameters.flat[""].copy())
    assert len(found) == 3 * L
    for l in range(1, L + 1):
        norm, delta, change = found[l - 1 :: L]
        of_each = (run.tensor(f"delta{l}").astype(float) ** 2).sum(1)
        assert delta == pytest.approx(np.sqrt(of_each.mean()), rel=1e-5)
        if config.layers[l - 1].frozen:
            assert np.isnan(norm)
        else:
            assert norm == pytest.approx(np.sqrt((run.tensor(f"dW{l}") ** 2).sum()), rel=1e-5)
        names = [name for name in (f"W{l}", f"P{l}") if run.defines(name)]
        old = np.concatenate([before.tensor(name).ravel() for name in names])
        new = np.concatenate([run.tensor(name).ravel() for name in names])
        expected = np.linalg.norm(new - old) / np.linalg.norm(old)
        assert change == pytest.approx(expected, rel=1e-4, abs=1e-7)


def test_a_larger_minibatch_of_the_same_examples_has_the_same_delta() -> None:
    data = {"name": "inline", "X": [[1, 0]], "Y": [[1]]}
    four = {**data, "X": data["X"] * 4, "Y": data["Y"] * 4}
    small, large = (trained(net((2, "tanh"), (1, "linear"), data=d), 1) for d in (data, four))
    at = slice(2, 4)
    assert gradient_flow(small, None)[at] == pytest.approx(gradient_flow(large, None)[at])


def test_at_the_start_nothing_is_known_and_without_the_old_weights_no_move() -> None:
    config = net((2, "tanh"), (1, "linear"), data={"name": "xor"})
    assert np.isnan(gradient_flow(Run(config), None)).all()
    assert np.isnan(gradient_flow(trained(config, 1), None)).tolist() == [False] * 4 + [True] * 2


def test_weights_that_were_zero_have_moved_by_no_share() -> None:
    config = net((1, "linear"), data={"name": "line"}, init={"weights": "zeros"})
    run = trained(config, 1)
    assert np.isnan(gradient_flow(run, Run(config).parameters.flat[""])[2])
