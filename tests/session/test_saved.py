"""Changes as a document holds them: what fits the network is taken, everything else refused."""

import pytest

from app.engine.config import Config
from app.engine.run import Run
from app.errors import ConfigError
from app.session.saved import changes_of, parameter_shapes

from .scenes import small

GOOD = {"position": 3, "tensor": "W1", "index": [0, 0], "value": 1.0}


@pytest.mark.parametrize(
    "edit",
    [
        None,
        [],
        {},
        GOOD | {"position": -1},
        GOOD | {"position": 2**60},
        GOOD | {"position": 1.5},
        GOOD | {"position": "3"},
        GOOD | {"tensor": "z1"},
        GOOD | {"tensor": "a0", "index": [0, 0]},
        GOOD | {"tensor": "cost", "index": []},
        GOOD | {"tensor": "dW1"},
        GOOD | {"tensor": "m_W1"},
        GOOD | {"tensor": "W9"},
        GOOD | {"tensor": []},
        GOOD | {"index": [0]},
        GOOD | {"index": [0, -1]},
        GOOD | {"index": [0, 3]},
        GOOD | {"index": "00"},
        GOOD | {"value": 1e7},
        GOOD | {"value": float("nan")},
        GOOD | {"value": None},
        GOOD | {"tensor": "learning_rate", "index": [], "value": 0.0},
        GOOD | {"tensor": "learning_rate", "index": [], "value": 1e5},
        GOOD | {"tensor": "learning_rate", "index": [0], "value": 0.1},
        GOOD | {"more": 1},
    ],
)
def test_a_change_that_does_not_fit_the_network_is_refused(edit: object) -> None:
    with pytest.raises(ConfigError) as refusal:
        changes_of([GOOD, edit], Run(small()))
    assert refusal.value.faults[0].field == "edits"


def test_changes_are_put_in_the_order_in_which_they_are_made() -> None:
    edits = [GOOD | {"position": position} for position in (9, 2, 5)]
    assert [change.position for change in changes_of(edits, Run(small()))] == [2, 5, 9]


def test_every_weight_and_bias_has_its_shape_and_nothing_else() -> None:
    shapes = parameter_shapes(Run(small()))
    assert shapes == {"W1": (2, 3), "b1": (3,), "W2": (3, 1), "b2": (1,)}


@pytest.mark.parametrize(("cost", "value"), [("binary_cross_entropy", 1.5), ("cross_entropy", 5.0)])
def test_saved_targets_that_the_cost_cannot_have_are_refused(cost: str, value: float) -> None:
    layers = [{"units": 2, "activation": "softmax" if cost == "cross_entropy" else "sigmoid"}]
    config = Config.parse({"layers": layers, "cost": {"name": cost}})
    with pytest.raises(ConfigError, match="must have targets that"):
        changes_of([{"position": 0, "tensor": "Y", "index": [0, 0], "value": value}], Run(config))
