"""Parts that are each well-formed and do not fit together are named, with the rule."""

from typing import Any

import pytest

from app.engine.config import Config
from app.errors import ConfigError, Fault

from .networks import inline, net


def faults(source: Any) -> list[Fault]:
    with pytest.raises(ConfigError) as refused:
        Config.parse(source)
    return list(refused.value.faults)


def test_all_that_does_not_fit_together_is_named_at_once() -> None:
    found = faults(
        {
            "layers": [
                {"units": 2, "activation": "softmax", "W": [[1, 2]], "b": [1]},
                {"units": 3, "activation": "tanh", "bias": False, "b": [1, 2, 3]},
            ],
            "cost": {"name": "cross_entropy", "half": True},
        }
    )
    assert [fault.field for fault in found] == [
        "layers.0.activation",
        "layers.0.W",
        "layers.0.b",
        "layers.1.b",
        "layers.1.units",
        "cost.name",
        "cost.half",
    ]


def test_shares_are_targets_of_a_cross_entropy() -> None:
    config = net((1, "sigmoid"), data=inline([[1]], [[0.3]]), cost={"name": "binary_cross_entropy"})
    assert config.data.Y == ((0.3,),)
    thirds = [[1 / 3, 1 / 3, 1 / 3]]
    config = net((3, "softmax"), data=inline([[1]], thirds), cost={"name": "cross_entropy"})
    assert config.data.Y == (tuple(thirds[0]),)


def test_two_classes_fit_one_output_or_two() -> None:
    assert net((1, "sigmoid")).sizes == (2, 1)
    assert net((2, "softmax"), cost={"name": "cross_entropy"}).sizes == (2, 2)
