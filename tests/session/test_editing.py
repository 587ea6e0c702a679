"""What can be changed by hand is what the numbers begin with, and nothing that they lead to."""

import pytest

from app.engine.config import Config
from app.errors import SessionError
from app.session.editing import (
    MOST_CHANGES,
    editable,
    refuse_too_many,
    refuse_unknown,
    refuse_value,
)
from app.session.timeline import Timeline

from .scenes import small


def test_weights_biases_inputs_and_targets_can_be_changed_and_nothing_else() -> None:
    parameters = {"W1": (2, 3), "b1": (3,), "W2": (3, 1), "b2": (1,)}
    assert editable(Timeline(small())) == {**parameters, "a0": (3, 2), "y": (3, 1)}


@pytest.mark.parametrize(
    ("tensor", "index", "sentence"),
    [
        ("z1", (0,), r"tensor must be one of W1, b1, W2, b2, a0, y, got 'z1'\."),
        ("W1", (2, 0), r"index must lie within the shape \[2, 3\] of W1, got \[2, 0\]\."),
    ],
)
def test_what_is_no_entry_is_refused(tensor: str, index: tuple[int, ...], sentence: str) -> None:
    timeline = Timeline(small())
    refuse_unknown(timeline, "W1", (1, 2))
    with pytest.raises(SessionError, match=sentence):
        refuse_unknown(timeline, tensor, index)


def test_a_target_of_cross_entropy_is_chosen_by_a_one() -> None:
    data = {"name": "inline", "X": [[1.0], [2.0]], "labels": [0, 2]}
    layers = [{"units": 3, "activation": "softmax"}]
    config = Config.parse({"data": data, "layers": layers, "cost": {"name": "cross_entropy"}})
    refuse_value(Timeline(config), "y", 1)
    with pytest.raises(SessionError, match=r"value must be 1 for cross_entropy: .*, got 0\.5"):
        refuse_value(Timeline(config), "y", 0.5)


def test_a_target_of_binary_cross_entropy_is_a_share() -> None:
    shares = Timeline(Config.parse({"cost": {"name": "binary_cross_entropy"}}))
    refuse_value(shares, "y", 0.5)
    with pytest.raises(SessionError, match=r"value must be from 0 to 1 .*, got 1\.5"):
        refuse_value(shares, "y", 1.5)


def test_other_targets_and_other_tensors_may_be_any_number() -> None:
    refuse_value(Timeline(Config.parse({})), "y", 1.5)
    refuse_value(Timeline(Config.parse({"cost": {"name": "binary_cross_entropy"}})), "W1", 1.5)


def test_a_run_remembers_a_bounded_number_of_changes() -> None:
    change = {"position": 10**6, "tensor": "W1", "index": [0, 0], "value": 1.0}
    changes = [change | {"position": 10**6 + i} for i in range(MOST_CHANGES)]
    timeline = Timeline(small())
    timeline.load(changes[1:])
    refuse_too_many(timeline)
    timeline.load(changes)
    with pytest.raises(SessionError, match="remembers 10,000 changes"):
        refuse_too_many(timeline)
