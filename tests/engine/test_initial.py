"""The first weights and biases: given, constant, or drawn with the spread of their name."""

from math import sqrt
from typing import Any

import numpy as np
import pytest

from app.engine.config import Config, Init
from app.engine.initial import SPREADS
from app.engine.run import Run

from .networks import HIDDEN, OUTPUT, Array, bits, drawn, net, trained

FAN_IN, FAN_OUT = 200, 300


def first(weights: str, scale: float = 1.0, seed: int = 0) -> Array:
    config = net(
        (FAN_OUT, "tanh"), (1, "linear"),
        seed=seed, data=drawn(2, FAN_IN, 1), init={"weights": weights, "scale": scale},
    )  # fmt: skip
    return Run(config).tensor("W1")


DEVIATIONS = {
    "normal": 1.0,
    "uniform": 1 / sqrt(3),
    "xavier_normal": sqrt(2 / (FAN_IN + FAN_OUT)),
    "xavier_uniform": sqrt(2 / (FAN_IN + FAN_OUT)),
    "he_normal": sqrt(2 / FAN_IN),
    "he_uniform": sqrt(2 / FAN_IN),
    "lecun_normal": sqrt(1 / FAN_IN),
    "lecun_uniform": sqrt(1 / FAN_IN),
}
"""Standard deviations as the papers give them; a uniform one is its half width over √3."""


def test_every_initializer_of_the_config_has_a_spread() -> None:
    choices = Init.model_fields["weights"].annotation.__args__  # type: ignore[union-attr]
    assert set(choices) == set(SPREADS) == {*DEVIATIONS, "zeros", "constant"}


@pytest.mark.parametrize("scale", [1.0, 0.01])
@pytest.mark.parametrize("name", DEVIATIONS)
def test_weights_spread_as_their_paper_says(name: str, scale: float) -> None:
    W = first(name, scale)
    assert W.std() == pytest.approx(scale * DEVIATIONS[name], rel=0.01)
    assert abs(W.mean()) < scale * DEVIATIONS[name] * 0.01
    if "uniform" in name:
        assert np.abs(W).max() <= scale * DEVIATIONS[name] * sqrt(3)
        assert np.abs(W).max() == pytest.approx(scale * DEVIATIONS[name] * sqrt(3), rel=1e-3)
    else:
        assert np.abs(W).max() > 3 * scale * DEVIATIONS[name]


def test_constant_weights_are_the_scale_and_zeros_are_zero() -> None:
    assert (first("constant", 0.25) == 0.25).all()
    assert not first("zeros", 5.0).any()


@pytest.mark.parametrize("kind", ["zeros", "constant", "normal", "uniform"])
def test_biases_have_a_distribution_and_a_scale_of_their_own(kind: str) -> None:
    config = net((1000, "tanh"), (1, "linear"), init={"biases": kind, "bias_scale": 0.2})
    b = Run(config).tensor("b1")
    deviation = {"normal": 0.2, "uniform": 0.2 / sqrt(3)}.get(kind, 0.0)
    assert b.mean() == pytest.approx(0.2 if kind == "constant" else 0, abs=0.02)
    assert b.std() == pytest.approx(deviation, rel=0.05, abs=1e-15)


def test_given_values_are_taken_as_they_are() -> None:
    W, b = [[0.1, 1 / 3], [-5, 1e6]], [0.25, -0.75]
    run = Run(net((2, "tanh", {"W": W, "b": b}), (1, "linear"), init={"scale": 9.0}))
    assert run.tensor("W1").tolist() == W
    assert run.tensor("b1").tolist() == b


def test_giving_one_layer_leaves_the_others_as_they_were() -> None:
    plain = Run(net((2, "tanh"), (1, "linear"), init={"biases": "normal"}))
    given = Run(net((2, "tanh", {"W": [[1, 1], [1, 1]]}), (1, "linear"), init={"biases": "normal"}))
    for name in ("b1", "W2", "b2"):
        assert np.array_equal(plain.tensor(name), given.tensor(name))


def test_every_layer_has_weights_of_its_own() -> None:
    run = Run(net((2, "tanh"), (2, "tanh"), (2, "softmax"), init={"biases": "normal"}))
    for kind in "Wb":
        values = np.concatenate([run.tensor(f"{kind}{l}").ravel() for l in (1, 2, 3)])
        assert len(set(values.tolist())) == values.size


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_seed_decides(dtype: str) -> None:
    config = net((3, "tanh"), (1, "linear"), dtype=dtype, init={"biases": "uniform"})
    assert bits(Run(config)) == bits(Run(config))
    other = Run(config.merged({"seed": 1}))
    for name in ("W1", "b1", "W2", "b2"):
        assert not np.isin(Run(config).tensor(name), other.tensor(name)).any()


def test_single_precision_rounds_the_same_weights() -> None:
    config = net((3, "tanh"), (1, "linear"))
    double, single = (Run(config.merged({"dtype": d})).tensor("W1") for d in ("float64", "float32"))
    assert single.tolist() == double.astype("float32").tolist()


@pytest.mark.parametrize("weights", ["zeros", "constant"])
@pytest.mark.parametrize("cost", ["squared_error", *OUTPUT])
@pytest.mark.parametrize("activation", HIDDEN)
def test_hidden_units_that_start_alike_stay_alike(activation: str, cost: str, weights: str) -> None:
    config = net(
        (4, activation),
        (2, OUTPUT.get(cost, "linear")),
        data=drawn(7, 2, 2, cost),
        init={"weights": weights, "biases": "constant", "scale": 0.3},
        cost={"name": cost},
        optimizer={"name": "adam", "learning_rate": 0.05},
        minibatch_size=3,
    )
    run = trained(config, 5)
    W, b, up = run.tensor("W1"), run.tensor("b1"), run.tensor("W2")
    for unit in range(1, 4):
        np.testing.assert_allclose(W[:, unit], W[:, 0], rtol=1e-9)
        np.testing.assert_allclose(b[unit], b[0], rtol=1e-9)
        np.testing.assert_allclose(up[unit], up[0], rtol=1e-9)


@pytest.mark.parametrize("settings", [{}, {"weights": "he_normal", "biases": "uniform"}], ids=str)
def test_each_run_of_many_starts_like_its_config_alone(settings: dict[str, Any]) -> None:
    config = net((3, "tanh"), (1, "linear", {"b": [0.5]}), init=settings)
    configs: list[Config] = [config.merged({"seed": seed}) for seed in (0, 1, 7)]
    together = Run(*configs)
    for row, alone in enumerate(configs):
        for name in ("W1", "b1", "W2", "b2"):
            assert np.array_equal(together.tensor(name)[row], Run(alone).tensor(name))
