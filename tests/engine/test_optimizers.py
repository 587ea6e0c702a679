"""The optimizers against steps worked by hand, and the schedules of the learning rate.

The network worked by hand is one linear unit, h = w x with x = 1 and y = 0 and C = 1/2 (h - y)²,
so the gradient is the weight itself: g = w, from w = 1. Betas and epsilons are chosen large, so
that a misplaced one shows.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.config import Config
from app.engine.optimizers import schedule_factor
from app.engine.program import Kind
from app.engine.run import Run

from .networks import OPTIMIZERS, SCHEDULES, drawn, inline, net, run_minibatch, run_until, trained


def one_weight(optimizer: dict[str, Any], **settings: Any) -> Config:
    return net(
        (1, "linear", {"W": [[1.0]], "bias": False}),
        data=inline([[1.0]], [[0.0]]),
        cost={"name": "squared_error", "half": True, "reduction": "sum"},
        optimizer=optimizer,
        **settings,
    )


def followed(optimizer: dict[str, Any], name: str = "W1", steps: int = 3) -> list[float]:
    """Return what the tensor of that name is after each of the first steps."""
    run = Run(one_weight(optimizer))
    return [float(run_minibatch(run)[name].item()) for _ in range(steps)]


EIGHT = {"abs": 5e-10, "rel": 0}


def test_sgd_by_hand() -> None:
    """w = w - 0.1 w = 0.9 w."""
    assert followed({"name": "sgd", "learning_rate": 0.1}) == pytest.approx([0.9, 0.81, 0.729])


def test_momentum_by_hand() -> None:
    """m = 0.9 m + g; w = w - 0.1 m.

    m = 1,                     w = 1 - 0.1       = 0.9
    m = 0.9 + 0.9 = 1.8,       w = 0.9 - 0.18    = 0.72
    m = 1.62 + 0.72 = 2.34,    w = 0.72 - 0.234  = 0.486
    """
    rule = {"name": "momentum", "learning_rate": 0.1, "momentum": 0.9}
    assert followed(rule) == pytest.approx([0.9, 0.72, 0.486])
    assert followed(rule, "m_W1") == pytest.approx([1, 1.8, 2.34])


def test_nesterov_by_hand() -> None:
    """m = 0.9 m + g; w = w - 0.1 (g + 0.9 m).

    m = 1,                            w = 1 - 0.1 (1 + 0.9)                = 0.81
    m = 0.9 + 0.81 = 1.71,            w = 0.81 - 0.1 (0.81 + 1.539)        = 0.5751
    m = 1.539 + 0.5751 = 2.1141,      w = 0.5751 - 0.1 (0.5751 + 1.90269)  = 0.327321
    """
    rule = {"name": "nesterov", "learning_rate": 0.1, "momentum": 0.9}
    assert followed(rule) == pytest.approx([0.81, 0.5751, 0.327321])
    assert followed(rule, "m_W1") == pytest.approx([1, 1.71, 2.1141])


def test_adagrad_by_hand() -> None:
    """v = v + g²; w = w - 0.5 g / (√v + 0.1).

    v = 1                            w = 1 - 0.5 / 1.1                            = 0.5454545455
    v = 1 + 0.2975206612             √v = 1.1390876442
                                     w = 0.5454545455 - 0.2727272727 / 1.2390876442 = 0.3253512509
    v = 1.2975206612 + 0.1058534364  √v = 1.1846409151
                                     w = 0.3253512509 - 0.1626756255 / 1.2846409151 = 0.1987200472
    """
    rule = {"name": "adagrad", "learning_rate": 0.5, "epsilon": 0.1}
    assert followed(rule) == pytest.approx([0.5454545455, 0.3253512509, 0.1987200472], **EIGHT)
    assert followed(rule, "v_W1") == pytest.approx([1, 1.2975206612, 1.4033740976], **EIGHT)


def test_rmsprop_by_hand() -> None:
    """v = 0.75 v + 0.25 g²; w = w - 0.1 g / (√v + 0.1).

    v = 0.25                         w = 1 - 0.1 / 0.6                            = 0.8333333333
    v = 0.1875 + 0.1736111111        √v = 0.6009252126
                                     w = 0.8333333333 - 0.0833333333 / 0.7009252126 = 0.7144428557
    v = 0.2708333333 + 0.1276071485  √v = 0.6312214206
                                     w = 0.7144428557 - 0.0714442856 / 0.7312214206 = 0.6167374500
    """
    rule = {"name": "rmsprop", "learning_rate": 0.1, "rho": 0.75, "epsilon": 0.1}
    assert followed(rule) == pytest.approx([0.8333333333, 0.7144428557, 0.6167374500], **EIGHT)
    assert followed(rule, "v_W1") == pytest.approx([0.25, 0.3611111111, 0.3984404818], **EIGHT)


def test_adam_by_hand() -> None:
    """m = m/2 + g/2; v = 3/4 v + g²/4; w = w - 0.1 m̂ / (√v̂ + 0.1).

    m̂ = m / (1 - 0.5ᵗ), v̂ = v / (1 - 0.75ᵗ): the divisors are 0.5, 0.75, 0.875 and 0.25, 0.4375,
    0.578125.

    t = 1  m = 0.5, v = 0.25, m̂ = 1, v̂ = 1
           w = 1 - 0.1 / 1.1 = 0.9090909091
    t = 2  m = 0.7045454545, v = 0.3941115702, m̂ = 0.9393939394, √v̂ = √0.9008264463 = 0.9491187735
           w = 0.9090909091 - 0.0939393939 / 1.0491187735 = 0.8195496710
    t = 3  m = 0.7620475627, v = 0.4634990935, m̂ = 0.8709115003, √v̂ = √0.8017281617 = 0.8953927416
           w = 0.8195496710 - 0.0870911500 / 0.9953927416 = 0.7320554123
    """
    rule = {"name": "adam", "learning_rate": 0.1, "beta1": 0.5, "beta2": 0.75, "epsilon": 0.1}
    assert followed(rule) == pytest.approx([0.9090909091, 0.8195496710, 0.7320554123], **EIGHT)
    assert followed(rule, "m_W1") == pytest.approx([0.5, 0.7045454545, 0.7620475627], **EIGHT)
    assert followed(rule, "v_W1") == pytest.approx([0.25, 0.3941115702, 0.4634990935], **EIGHT)


def test_adamw_by_hand() -> None:
    """w = w - 0.1 · 0.5 w = 0.95 w, then Adam's step; the decay is not in the gradient.

    t = 1  as Adam's first step
           w = 0.95 - 0.0909090909 = 0.8590909091
    t = 2  m = 0.6795454545, v = 0.3720092975, m̂ = 0.9060606061, √v̂ = √0.8503069658 = 0.9221209063
           w = 0.8161363636 - 0.0906060606 / 1.0221209063 = 0.7274912141
    t = 3  m̂ = 0.8040209535, √v̂ = √0.7114686958 = 0.8434860377
           w = 0.6911166534 - 0.0804020954 / 0.9434860377 = 0.6058985451
    """
    rule = {
        "name": "adamw", "learning_rate": 0.1, "beta1": 0.5, "beta2": 0.75, "epsilon": 0.1,
        "weight_decay": 0.5,
    }  # fmt: skip
    assert followed(rule) == pytest.approx([0.8590909091, 0.7274912141, 0.6058985451], **EIGHT)
    assert followed(rule, "m_W1")[:2] == pytest.approx([0.5, 0.6795454545], **EIGHT)


# ---------------------------------------------------------------- what every rule must satisfy


def settings_of(optimizer: str, **changes: Any) -> Config:
    return net(
        (3, "tanh"),
        (2, "linear", {"bias": False}),
        data=drawn(7, 2, 2),
        init={"weights": "normal", "biases": "normal"},
        optimizer={**OPTIMIZERS[optimizer], **changes},
        minibatch_size=3,
    )


@given(
    st.floats(0.001, 0.5), st.floats(0, 0.99), st.floats(0, 0.9999), st.sampled_from([1e-8, 0.1])
)
def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient(
    rate: float, beta1: float, beta2: float, epsilon: float
) -> None:
    changes = {"learning_rate": rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
    run = Run(settings_of("adam", **changes))
    before = {name: array.copy() for name, array in run.parameters.named.items()}
    after = run_minibatch(run)
    for name in ("W1", "b1", "W2"):
        g = after[f"d{name}"]
        expected = before[name] - rate * g / (np.abs(g) + epsilon)
        np.testing.assert_allclose(after[name], expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_without_momentum_it_is_plain_descent(name: str) -> None:
    heavy = trained(settings_of(name, momentum=0.0, learning_rate=0.1), 5)
    plain = trained(settings_of("sgd", learning_rate=0.1), 5)
    for tensor in ("W1", "b1", "W2"):
        np.testing.assert_allclose(heavy.tensor(tensor), plain.tensor(tensor), rtol=1e-14)


def test_adamw_without_decay_is_adam_to_the_last_bit() -> None:
    same = {"learning_rate": 0.01, "beta1": 0.8, "beta2": 0.99}
    decaying = trained(settings_of("adamw", weight_decay=0.0, **same), 5)
    plain = trained(settings_of("adam", **same), 5)
    for tensor in ("W1", "b1", "W2", "m_W1", "v_b1"):
        assert decaying.tensor(tensor).tobytes() == plain.tensor(tensor).tobytes()


def test_adamw_decays_all_parameters_like_pytorch() -> None:
    run = Run(settings_of("adamw", learning_rate=0.1, weight_decay=0.5))
    run_until(run, Kind.UPDATE)
    for name in run.parameters.named:
        if name.startswith("d"):
            run.parameters.named[name][...] = 0
    before = {name: run.tensor(name).copy() for name in ("W1", "b1", "W2")}
    run.step(), run.step()
    for name, value in before.items():
        np.testing.assert_allclose(run.tensor(name), 0.95 * value, rtol=1e-14)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_frozen_bias_and_its_moments_stay_as_they_start(name: str) -> None:
    config = net(
        (2, "tanh", {"b": [0.3, -0.2], "freeze_bias": True}),
        (1, "linear", {"b": [0.5]}),
        data=drawn(5, 2, 1),
        optimizer=OPTIMIZERS[name],
    )
    run = trained(config, 4)
    assert run.tensor("b1").tolist() == [0.3, -0.2]
    assert run.tensor("b2").tolist() != [0.5]
    for tensor, array in run.tensors().items():
        if tensor.endswith("_b1"):
            assert not array.any()
        if tensor.endswith(("_b2", "_W1")):
            assert array.all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_rule_goes_down_the_valley(name: str) -> None:
    config = one_weight({**OPTIMIZERS[name], "learning_rate": 0.05})
    weights = followed({**OPTIMIZERS[name], "learning_rate": 0.05}, steps=5)
    assert weights == sorted(weights, reverse=True)
    assert abs(trained(config, 500).tensor("W1").item()) < 0.2


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_learning_rate_can_change_on_the_way(name: str) -> None:
    run = trained(settings_of(name), 3)
    run.set_learning_rate(1e-12)
    before = run.tensor("W1").copy()
    run.advance(run.position + len(run.program))
    np.testing.assert_allclose(run.tensor("W1"), before, atol=1e-10)
    run.set_learning_rate(OPTIMIZERS[name]["learning_rate"])
    run.advance(run.position + len(run.program))
    assert np.abs(run.tensor("W1") - before).max() > 1e-4


# ---------------------------------------------------------------- schedules


def schedule(**settings: Any) -> Any:
    return Config.parse({"optimizer": {"name": "sgd", "schedule": settings}}).optimizer.schedule


@pytest.mark.parametrize(
    ("settings", "factors"),
    [
        ({"name": "constant"}, {0: 1, 0.5: 1, 1000: 1}),
        (
            {"name": "step", "every": 2, "factor": 0.5},
            {0: 1, 1: 1, 1.9: 1, 2: 0.5, 3.5: 0.5, 4: 0.25, 20: 2**-10},
        ),
        ({"name": "exponential", "factor": 0.81}, {0: 1, 0.5: 0.9, 1: 0.81, 2: 0.6561}),
        (
            {"name": "cosine", "epochs": 4, "floor": 0.1},
            {0: 1, 1: 0.8681980515, 2: 0.55, 3: 0.2318019485, 4: 0.1, 9: 0.1},
        ),
        ({"name": "cosine", "epochs": 3}, {0: 1, 1: 0.75, 1.5: 0.5, 2: 0.25, 3: 0, 100: 0}),
        (
            {"name": "warmup_cosine", "warmup": 3, "epochs": 7},
            {0: 0.25, 0.5: 0.375, 1: 0.5, 2: 0.75, 3: 1, 5: 0.5, 7: 0, 8: 0},
        ),
        (
            {"name": "warmup_cosine", "warmup": 3, "epochs": 7, "floor": 0.5},
            {0: 0.25, 3: 1, 5: 0.75, 7: 0.5, 8: 0.5},
        ),
        (
            {"name": "warmup_cosine", "warmup": 5, "epochs": 3},
            {0: 1 / 6, 4: 5 / 6, 5: 1, 5.5: 0.5, 6: 0},
        ),
    ],
)
def test_a_schedule_by_hand(settings: dict[str, Any], factors: dict[float, float]) -> None:
    found = {epoch: schedule_factor(schedule(**settings), epoch) for epoch in factors}
    assert found == pytest.approx(factors, abs=1e-10)


@pytest.mark.parametrize("settings", SCHEDULES, ids=str)
def test_the_rate_follows_the_schedule_minibatch_by_minibatch(settings: Any) -> None:
    """Two minibatches an epoch, each with g = w: w = w (1 - 0.1 factor)."""
    config = one_weight({"name": "sgd", "learning_rate": 0.1, "schedule": settings}).merged(
        {"data": inline([[1.0], [1.0]], [[0.0], [0.0]]), "minibatch_size": 1}
    )
    run, w = Run(config), 1.0
    for iteration in range(12):
        w *= 1 - 0.1 * schedule_factor(config.optimizer.schedule, iteration / 2)
        assert run_minibatch(run)["W1"].item() == pytest.approx(w, rel=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_obeys_the_schedule(name: str) -> None:
    step = {"name": "step", "every": 1, "factor": 1e-9}
    scheduled, plain = (settings_of(name, schedule=s) for s in (step, "constant"))
    at_first, steady = trained(scheduled, 3), trained(plain, 3)  # one epoch of 3 minibatches
    assert at_first.tensor("W1").tolist() == steady.tensor("W1").tolist()
    later = trained(scheduled, 6).tensor("W1")
    np.testing.assert_allclose(later, at_first.tensor("W1"), atol=1e-8)
    assert np.abs(trained(plain, 6).tensor("W1") - later).max() > 1e-4
