"""Pruning: the smallest weights of each layer go after an epoch, and stay gone."""

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.run import Run

from .networks import OPTIMIZERS, drawn, net, trained

EPOCH = 3  # minibatches


def config(share: float = 0.5, **settings: object) -> Config:
    layers = (6, "tanh"), (4, "tanh", {"frozen": True}), (1, "linear")
    prune = {"share": share, "epoch": 2}
    return net(*layers, data=drawn(9, 2, 1), minibatch_size=3, prune=prune, **settings)


def test_before_its_epoch_nothing_is_pruned() -> None:
    run = trained(config(), 2 * EPOCH - 1)
    assert run.tensor("keep1").all()
    assert run.tensor("W1").all()
    plain = trained(config().merged({"prune": None}), 2 * EPOCH - 1)
    assert np.array_equal(run.tensor("W1"), plain.tensor("W1"))


@pytest.mark.parametrize("share", [0.25, 0.5, 0.8])
def test_then_the_smallest_weights_of_each_layer_are_0(share: float) -> None:
    run = trained(config(share), 2 * EPOCH)
    plain = trained(config().merged({"prune": None}), 2 * EPOCH)
    for name in ("W1", "W3"):
        before, after = abs(plain.tensor(name)).ravel(), abs(run.tensor(name)).ravel()
        gone = after == 0
        assert gone.sum() == round(share * len(before))
        assert before[gone].max() < before[~gone].min()
        assert np.array_equal(after[~gone], before[~gone])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_is_pruned_stays_0_whatever_the_rule(optimizer: str) -> None:
    run = trained(config(optimizer=OPTIMIZERS[optimizer]), 2 * EPOCH)
    gone = run.tensor("W1") == 0
    others = run.tensor("W1")[~gone].copy()
    run.advance(run.position + 3 * EPOCH * len(run.program))
    assert not run.tensor("W1")[gone].any()
    assert (run.tensor("W1")[~gone] != others).all()


def test_frozen_layers_and_biases_are_spared() -> None:
    run = trained(config(0.9), 2 * EPOCH)
    assert run.tensor("W2").all()
    assert run.tensor("b1").all()
    assert "keep2" not in run.tensors()


def test_of_weights_that_are_alike_the_first_go() -> None:
    init = {"weights": "constant", "biases": "zeros"}
    run = Run(config(init=init, optimizer={"name": "sgd", "learning_rate": 1e-30}))
    run.advance(2 * EPOCH * len(run.program))
    assert run.tensor("keep1").ravel().tolist() == [0] * 6 + [1] * 6


def test_with_many_runs_each_has_its_own_mask() -> None:
    several = [config(seed=seed) for seed in (1, 2, 3)]
    together = trained_together(several)
    for r, one in enumerate(several):
        assert np.array_equal(together.tensor("keep1")[r], trained(one, 2 * EPOCH).tensor("keep1"))


def trained_together(configs: list[Config]) -> Run:
    run = Run(*configs)
    run.advance(2 * EPOCH * len(run.program))
    return run
