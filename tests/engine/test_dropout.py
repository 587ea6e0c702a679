"""Dropout: what is dropped is a function of seed and place, and evaluation drops nothing."""

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.evaluate import Evaluator
from app.engine.program import Kind
from app.engine.run import Run

from .networks import Array, drawn, net, run_until, trained


def config(share: float = 0.4, seed: int = 3, **settings: object) -> Config:
    layers = (64, "tanh", {"dropout": share}), (64, "tanh", {"dropout": share}), (1, "linear")
    return net(*layers, seed=seed, data=drawn(40, 2, 1), minibatch_size=20, **settings)


def mask(run: Run, layer: int = 1) -> Array:
    run_until(run, Kind.COST)
    return run.tensor(f"mask{layer}").copy()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_about_the_share_is_dropped_and_the_rest_makes_up_for_it(share: float) -> None:
    found = mask(Run(config(share)))
    assert set(np.unique(found)) == {0.0, 1 / (1 - share)}
    assert (found == 0).mean() == pytest.approx(share, abs=0.05)
    assert found.mean() == pytest.approx(1, abs=0.5)


def test_the_output_is_the_activation_times_the_mask() -> None:
    run = run_until(trained(config(), 3), Kind.COST)
    assert np.array_equal(run.tensor("a1"), run.tensor("f1") * run.tensor("mask1"))
    assert np.array_equal(run.tensor("f1"), np.tanh(run.tensor("z1")))


def test_every_minibatch_layer_and_seed_has_a_mask_of_its_own() -> None:
    masks = [mask(trained(config(), 0)), mask(trained(config(), 1)), mask(trained(config(), 2))]
    masks += [mask(Run(config()), 2), mask(Run(config(seed=4)))]
    seen = {found.tobytes() for found in masks}
    assert len(seen) == len(masks)


def test_the_mask_is_the_same_whenever_its_minibatch_is_executed() -> None:
    run = trained(config(), 2)
    start, first = run.kept(), mask(run)
    run.advance(run.boundary() + 3 * len(run.program))
    run.go_to_start_of(2, start)
    assert np.array_equal(mask(run), first)


def test_with_many_runs_each_has_the_mask_that_it_has_alone() -> None:
    several = [config(seed=seed) for seed in (1, 2, 3)]
    together = mask(Run(*several))
    assert all(np.array_equal(together[r], mask(Run(c))) for r, c in enumerate(several))


def test_evaluation_drops_nothing() -> None:
    run = trained(config(), 4)
    X = drawn(5, 2, 1)["X"]
    a = np.array(X)
    for l in (1, 2):
        a = np.tanh(a @ run.tensor(f"W{l}") + run.tensor(f"b{l}"))
    expected = a @ run.tensor("W3") + run.tensor("b3")
    assert np.allclose(Evaluator(run).outputs(np.array(X)), expected, rtol=1e-12)
