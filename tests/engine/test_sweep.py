"""A sweep trains every network as it trains alone, and says what became of each."""

from math import inf
from typing import Any

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.evaluate import Evaluator
from app.engine.run import Run
from app.engine.sweep import Axis, Sweep, grid, with_setting
from app.errors import ConfigError
from app.presets import preset

from .networks import net

XOR = net((3, "tanh"), (1, "sigmoid"), optimizer={"name": "sgd", "learning_rate": 1.0})
SEEDS, RATES = Axis("seed", (0, 1, 2)), Axis("optimizer.learning_rate", (0.3, 3.0))


def swept(configs: list[Config], epochs: int = 40, goal: float = 0.1, at_once: int = 7) -> Sweep:
    sweep = Sweep(configs, epochs, goal)
    while sweep.done < 1:
        sweep.work(at_once)
    return sweep


# ---------------------------------------------------------------- the grid


def test_a_grid_has_every_pair_row_by_row() -> None:
    configs = grid(XOR, RATES, SEEDS)
    pairs = [(c.optimizer.learning_rate, c.seed) for c in configs]
    assert pairs == [(rate, seed) for rate in (0.3, 3.0) for seed in (0, 1, 2)]


@pytest.mark.parametrize(
    ("path", "value", "read"),
    [
        ("layers.0.units", 5, lambda c: c.layers[0].units),
        ("hidden.activation", "relu", lambda c: c.layers[0].activation),
        ("init.weights", "zeros", lambda c: c.init.weights),
        ("data.noise", 0.25, lambda c: c.data.noise),
        ("minibatch_size", 2, lambda c: c.minibatch_size),
        ("optimizer.name", "adam", lambda c: c.optimizer.name),
    ],
)
def test_any_setting_can_be_an_axis(path: str, value: Any, read: Any) -> None:
    config = grid(preset("circle"), Axis(path, (value,)), Axis("seed", (7,)))[0]
    assert read(config) == value
    assert config.seed == 7


def test_weights_that_were_typed_in_give_way_to_what_is_swept() -> None:
    config = preset("mazur")
    assert config.layers[0].W is not None
    assert grid(config, SEEDS, RATES)[0].layers[0].W is None
    for path, value in (("l2", 0.1), ("hidden.activation", "relu"), ("layers.0.frozen", True)):
        assert with_setting(config, path, value).layers[0].W is not None
    for path, value in (("hidden.units", 2), ("init.weights", "zeros")):
        assert with_setting(config, path, value).layers[0].W is None


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("l2", -1, "l2 -1 cannot be: l2 must be at least 0.0, got -1."),
        ("nothing.here", 1, "nothing.here is no setting of this config."),
        ("layers.7.units", 1, "layers.7.units is no setting of this config."),
        ("seeds", 1, "seeds 1 cannot be: seeds is not a setting here."),
    ],
)
def test_what_cannot_be_swept_is_told(path: str, value: Any, sentence: str) -> None:
    with pytest.raises(ConfigError) as raised:
        grid(XOR, Axis(path, (value,)), SEEDS)
    assert str(raised.value) == sentence


def test_a_network_without_hidden_layers_has_none_to_sweep() -> None:
    with pytest.raises(ConfigError, match="needs a hidden layer"):
        grid(net((1, "sigmoid")), Axis("hidden.activation", ("relu",)), SEEDS)


# ---------------------------------------------------------------- training


def test_every_network_has_the_bits_it_has_alone_and_the_outcome_that_is_measured_there() -> None:
    configs = grid(XOR, Axis("layers.0.units", (2, 4)), SEEDS)
    configs += grid(preset("circle").merged({"data": {"noise": 0.1}}), SEEDS, RATES)
    sweep = swept(configs, epochs=6)
    for i, (config, outcome) in enumerate(zip(configs, sweep.outcomes(), strict=True)):
        alone = Run(config)
        alone.advance(6 * alone.per_epoch * len(alone.program))
        group = next(g for g in sweep._groups if i in g.members)
        mine = group.members.index(i)
        for name in alone.names():
            tensor = group.run.tensor(name)
            tensor = tensor[mine] if group.run.runs else tensor
            assert tensor.tobytes() == alone.tensor(name).tobytes()
        train, test = Evaluator(alone).training(), Evaluator(alone).testing()
        assert outcome.training.cost == pytest.approx(train.cost, rel=1e-12)
        assert np.array_equal(outcome.training.confusion, train.confusion)  # type: ignore[arg-type]
        assert (outcome.testing is None) == (test is None)
        if outcome.testing and test:
            assert outcome.testing.cost == pytest.approx(test.cost, rel=1e-12)


def test_who_comes_below_the_goal_has_converged_at_the_epoch_it_was_seen() -> None:
    config = preset("xor")
    sweep = Sweep(grid(config, SEEDS, Axis("optimizer.learning_rate", (1e-5, 5.0))), 2000, 0.02)
    while sweep.done < 1:
        sweep.work(50)
        sweep.outcomes()
    slow, fast = sweep.outcomes()[:2]
    assert slow.converged is None
    assert fast.converged is not None
    assert fast.converged % 50 == 0
    assert fast.cost < 0.02 < slow.cost


def test_one_that_diverges_leaves_the_others_alone() -> None:
    config = preset("linear_regression")
    rates = Axis("optimizer.learning_rate", (0.1, 100.0))
    good, bad = swept(grid(config, Axis("seed", (0,)), rates), epochs=300).outcomes()
    assert bad.cost == inf
    assert good.cost < 0.1


def test_those_that_are_behind_go_first() -> None:
    configs = grid(preset("circle"), Axis("minibatch_size", (10, 50)), Axis("seed", (0,)))
    sweep = Sweep(configs, 2, 0.1)
    seen = []
    while sweep.done < 1:
        sweep.work(1)
        seen.append([g.run.iteration / g.run.per_epoch for g in sweep._groups])
    assert max(abs(a - b) for a, b in seen) <= 0.2
