"""Batch norm: what training makes of z, what evaluation does, and what is kept between them."""

import numpy as np
import pytest

from app.engine.evaluate import Evaluator
from app.engine.norm import EPSILON, SHARE
from app.engine.program import Kind
from app.engine.run import Run

from .networks import drawn, net, run_until, trained

CONFIG = net(
    (5, "tanh", {"batch_norm": True}), (1, "linear"),
    data=drawn(9, 2, 1), minibatch_size=3, optimizer={"name": "sgd", "learning_rate": 0.3},
)  # fmt: skip


def test_over_a_minibatch_every_unit_has_mean_0_and_variance_1() -> None:
    run = run_until(trained(CONFIG, 7), Kind.ACTIVATE)
    zhat, var = run.tensor("zhat1"), run.tensor("var1")
    assert np.allclose(zhat.mean(0), 0, atol=1e-12)
    assert np.allclose(zhat.var(0), var / (var + EPSILON), rtol=1e-12)


def test_the_scale_and_the_shift_are_learned() -> None:
    run = run_until(trained(CONFIG, 7), Kind.ACTIVATE)
    gamma, beta = run.tensor("gamma1"), run.tensor("beta1")
    assert np.array_equal(run.tensor("ztilde1"), gamma * run.tensor("zhat1") + beta)
    assert not np.allclose(gamma, 1, atol=1e-3)
    assert not np.allclose(beta, 0, atol=1e-3)


def test_the_running_means_take_up_a_share_of_each_minibatch_with_the_unbiased_variance() -> None:
    run, mean, variance = Run(CONFIG), np.zeros(5), np.ones(5)
    for _ in range(6):
        z = run_until(run, Kind.ACTIVATE).tensor("z1")
        mean += SHARE * (z.mean(0) - mean)
        variance += SHARE * (z.var(0, ddof=1) - variance)
        run_until(run, Kind.DRAW)
        assert np.allclose(run.tensor("rmu1"), mean, rtol=1e-12, atol=1e-15)
        assert np.allclose(run.tensor("rvar1"), variance, rtol=1e-12)


def test_evaluation_goes_by_the_running_means_and_leaves_them_alone() -> None:
    run = trained(CONFIG, 12)
    before = {name: run.tensor(name).copy() for name in ("rmu1", "rvar1", "W1")}
    X = np.random.default_rng(0).normal(size=(4, 2))
    z = X @ run.tensor("W1") + run.tensor("b1")
    zhat = (z - run.tensor("rmu1")) / np.sqrt(run.tensor("rvar1") + EPSILON)
    hidden = np.tanh(run.tensor("gamma1") * zhat + run.tensor("beta1"))
    expected = hidden @ run.tensor("W2") + run.tensor("b2")
    outputs = Evaluator(run).outputs(X)
    assert np.allclose(outputs, expected, rtol=1e-12)
    one = Evaluator(run).outputs(X[:1])  # in evaluation an example does not hang on the others
    assert np.array_equal(one, outputs[:1]) or np.allclose(one, outputs[:1], rtol=1e-14)
    assert all(np.array_equal(run.tensor(name), array) for name, array in before.items())


def test_the_error_signals_at_z_sum_to_nothing_because_the_mean_is_taken_away() -> None:
    run = run_until(trained(CONFIG, 3), Kind.UPDATE)
    size = np.abs(run.tensor("delta1")).max()
    assert np.allclose(run.tensor("delta1").sum(0), 0, atol=1e-12 * size)
    assert np.allclose((run.tensor("delta1") * run.tensor("zhat1")).sum(0), 0, atol=1e-3 * size)


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_the_scale_of_the_weights_below_does_not_matter(scale: float) -> None:
    run = Run(CONFIG.merged({"init": {"weights": "normal", "scale": scale}}))
    spread = run_until(run, Kind.ACTIVATE).tensor("ztilde1").std()
    assert spread == pytest.approx(1, rel=1e-2)


def test_a_relu_is_dead_by_what_it_is_applied_to_not_by_z() -> None:
    layers = (3, "relu", {"batch_norm": True, "b": [-50.0] * 3}), (1, "linear")
    run = Run(net(*layers, data=drawn(9, 2, 1)))
    run.advance(60 * len(run.program))  # the running means have come to what z is
    assert (run.tensor("z1") < 0).all()
    assert Evaluator(run).dead_units() == []
