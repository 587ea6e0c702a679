"""Each failure happens as it says, and its remedy helps."""

from typing import Any

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.evaluate import Evaluator
from app.engine.run import Run
from app.failures import FAILURES
from app.presets import preset
from app.session.timeline import Timeline


def with_layers(config: Config, **values: Any) -> Config:
    """Return the config with something else in every hidden layer."""
    layers = [layer.model_dump(exclude_none=True) for layer in config.layers]
    return config.merged({"layers": [*({**x, **values} for x in layers[:-1]), layers[-1]]})


def after(config: Config, epochs: int) -> Run:
    run = Run(config)
    run.advance(epochs * run.per_epoch * len(run.program))
    return run


def norms(config: Config) -> list[float]:
    """The norm of every layer's gradient in the first minibatch."""
    run = Run(config)
    run.advance(len(run.program))
    return run.gradient_norms()


def accuracy(run: Run) -> float:
    return Evaluator(run).training().accuracy or 0.0


def test_ten_layers_of_sigmoid_let_a_millionth_of_the_gradient_through() -> None:
    config = preset("vanishing")
    lowest, *_, highest = norms(config)
    assert lowest < 1e-5 * highest
    assert accuracy(after(config, 60)) < 0.6
    timeline = Timeline(config)
    timeline.forward(40 * timeline.run.per_epoch * timeline.length)
    assert "vanishing" in {spell.kind for spell in timeline.troubles()}


@pytest.mark.parametrize(("remedy", "reached"), [("batch_norm", 0.8), ("residual", 0.95)])
def test_batch_norm_and_residual_links_bring_the_gradient_back(remedy: str, reached: float) -> None:
    config = with_layers(preset("vanishing"), **{remedy: True})
    lowest, *_, highest = norms(config)
    assert lowest > 1e-3 * highest
    assert accuracy(after(config, 100)) > reached


def test_large_first_weights_explode_and_clipping_holds_them() -> None:
    config = preset("exploding")
    assert max(norms(config)) > 1e4
    timeline = Timeline(config)
    assert timeline.forward(20 * timeline.length) == "diverged"
    clipped = config.merged({"clip": {"by": "norm", "threshold": 1.0}})
    assert Timeline(clipped).forward(20 * timeline.length) == ""
    he = config.merged({"init": {"weights": "he_normal", "scale": 1.0}})
    assert accuracy(after(he, 50)) > 0.9


def test_a_relu_that_is_off_for_all_stays_off_and_a_leaky_one_has_a_gradient() -> None:
    config = preset("dead_relu")
    for epochs in (0, 50):
        assert len(Evaluator(after(config, epochs)).dead_units()) == 6
    assert accuracy(after(config, 50)) < 0.6
    assert norms(config)[0] == 0
    leaky = with_layers(config, activation="leaky_relu")
    assert norms(leaky)[0] > 1e-3
    assert accuracy(after(leaky, 50)) > 0.6
    assert accuracy(after(with_layers(config, b=[0.0] * 6), 300)) > 0.9


def test_units_that_begin_alike_stay_alike() -> None:
    run = after(preset("symmetry"), 2000)
    W = run.tensor("W1")
    assert (W == W[:, :1]).all()
    assert run.cost > 0.24
    drawn = preset("symmetry").merged({"init": {"weights": "xavier_uniform"}})
    assert after(drawn, 2000).cost < 0.01


def test_a_rate_that_is_too_large_climbs_until_it_diverges() -> None:
    config = preset("too_large_rate")
    costs = [after(config, epochs).cost for epochs in range(2, 12)]
    assert costs == sorted(costs)
    timeline = Timeline(config)
    assert timeline.forward(3000 * timeline.length) == "diverged"
    assert after(config.with_learning_rate(1.1 / 3), 100).cost < 0.05


def test_xor_with_two_units_is_stuck_for_some_seeds_and_this_is_one() -> None:
    config = preset("stuck_xor")
    run = Run(*(config.merged({"seed": seed}) for seed in range(100)))
    run.advance(6000 * len(run.program))
    stuck = np.asarray(run.tensor("cost")) > 0.1
    assert 0.08 < stuck.mean() < 0.25
    assert stuck[config.seed]
    norm = np.linalg.norm(after(config, 6000).gradient_norms())
    assert norm < 1e-2  # it is a place where the gradient has all but gone


def test_squared_error_is_slow_where_cross_entropy_is_not() -> None:
    config = preset("saturation")
    squared, crossed = (
        after(c, 100).tensor("a1").item()
        for c in (config, config.merged({"cost": {"name": "binary_cross_entropy", "half": False}}))
    )
    assert squared > 0.9
    assert crossed < 0.1


@pytest.mark.parametrize("name", FAILURES)
def test_each_says_what_to_try(name: str) -> None:
    title, about, _ = FAILURES[name]
    assert title[0].isupper()
    assert "Try " in about
