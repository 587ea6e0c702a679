"""Stops, settings and lights of a lesson, against the network that they are of."""

import pytest

from app.errors import ConfigError
from app.lessons.blocks import StopBlock
from app.lessons.lesson import light_of, stop_of, with_settings
from app.presets import preset

XOR = preset("xor")


def test_settings_are_paths_or_patches() -> None:
    made = with_settings(XOR, {"optimizer.learning_rate": 0.25, "hidden.activation": "tanh"})
    assert (made.optimizer.learning_rate, made.layers[0].activation) == (0.25, "tanh")
    assert with_settings(XOR, {"cost": {"half": True}}).cost.half


@pytest.mark.parametrize(
    ("stop", "position"),
    [
        ({}, 0),
        ({"op": "cost"}, 6),
        ({"op": "cost", "minibatch": 2}, 18),
        ({"before": "cost"}, 5),
        ({"epoch": 10}, 120),
        ({"epoch": 0}, 0),
    ],
)
def test_a_stop_is_a_position(stop: dict[str, object], position: int) -> None:
    assert stop_of(StopBlock.model_validate(stop), XOR) == (XOR, position)


def test_a_stop_is_one_place() -> None:
    with pytest.raises(ConfigError, match="epoch cannot stand beside op"):
        stop_of(StopBlock.model_validate({"op": "cost", "epoch": 3}), XOR)


@pytest.mark.parametrize(
    ("reference", "tensor", "index", "example"),
    [
        ("W2[1,0]", "W2", (1, 0), None),
        ("delta1[2,1]", "delta1", (2, 1), 2),
        ("z1", "z1", (0, 0), 0),
        ("b1[2]", "b1", (2,), None),
        ("cost", "cost", (), None),
    ],
)
def test_a_reference_leads_to_a_number(
    reference: str, tensor: str, index: tuple[int, ...], example: int | None
) -> None:
    light = light_of(reference, XOR)
    assert (light.tensor, light.index, light.example) == (tensor, index, example)


@pytest.mark.parametrize("reference", ["W3", "W1[2,0]", "W1[0]", "1 + 1", ""])
def test_a_reference_to_nothing_is_refused(reference: str) -> None:
    with pytest.raises(ConfigError):
        light_of(reference, XOR)
