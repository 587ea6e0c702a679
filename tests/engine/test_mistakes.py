"""Every mistake is refused where it cannot be; the gradient check sees it, or is known not to."""

from typing import Any

import pytest

from app.engine.config import Config
from app.engine.gradcheck import TOLERANCE, check
from app.engine.mistakes import MISTAKES
from app.errors import ConfigError

from .networks import OPTIMIZERS, drawn, net

WIDE = [(3, "tanh"), (4, "sigmoid"), (3, "softmax")]


def mistaken(mistake: str | None, **settings: Any) -> Config:
    """Return a network in which every mistake can be made."""
    settings = {
        "data": drawn(5, 2, 3, "cross_entropy"),
        "cost": {"name": "squared_error"},
        "optimizer": OPTIMIZERS["adam"],
        "minibatch_size": 3,
        **settings,
    }
    return net(*WIDE, mistake=mistake, **settings)


def worst(config: Config) -> float:
    """The largest relative error of any gradient of the third minibatch."""
    return max(found.error for found in check(config, minibatches=2))


def test_without_a_mistake_every_gradient_is_proved() -> None:
    assert worst(mistaken(None)) < TOLERANCE


@pytest.mark.parametrize("name", [name for name, m in MISTAKES.items() if m.proved])
def test_the_gradient_check_catches(name: str) -> None:
    assert worst(mistaken(name)) > 100 * TOLERANCE


@pytest.mark.parametrize("name", [name for name, m in MISTAKES.items() if not m.proved])
def test_the_gradient_check_cannot_catch(name: str) -> None:
    assert worst(mistaken(name)) < TOLERANCE


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("early_update", net((1, "sigmoid"))),
        ("early_update", net((2, "tanh"), (1, "sigmoid"), clip={"by": "norm"})),
        ("missing_slope", net((2, "linear"), (1, "linear"))),
        ("missing_slope", net((1, "sigmoid"), cost={"name": "binary_cross_entropy"})),
        ("sum_for_mean", net((1, "sigmoid"), cost={"name": "squared_error", "reduction": "sum"})),
        ("sum_for_mean", net((1, "sigmoid"), minibatch_size=1)),
        ("bias_per_input", net((1, "sigmoid", {"bias": False}))),
        ("unshifted_softmax", net((1, "sigmoid"))),
        ("uncorrected_adam", net((1, "sigmoid"))),
        ("no_output_activation", net((2, "tanh"), (1, "linear"))),
    ],
)
def test_a_mistake_that_changes_nothing_is_refused_with_its_reason(
    name: str, config: Config
) -> None:
    with pytest.raises(ConfigError, match=f"mistake {name} (needs|does not go)"):
        config.merged({"mistake": name})


def test_every_mistake_says_what_it_is() -> None:
    for mistake in MISTAKES.values():
        assert mistake.title
        assert mistake.about.endswith(".")
