"""Each choice of the present config is offered, or greyed with the reason of validation."""

from typing import Any

import pytest

from app.engine.config import Config
from app.errors import ConfigError
from app.presets import PRESETS, preset
from app.session.options import options, refuse_beyond

from .scenes import small


@pytest.mark.parametrize("name", PRESETS)
def test_what_is_offered_is_accepted_and_what_is_greyed_is_refused_for_that_reason(
    name: str,
) -> None:
    config = preset(name)
    offered = options(config)
    for cost, reason in offered["cost.name"].items():
        assert tried(config, {"cost": {"name": cost, "half": None}}) == reason
    layers = config.as_json()["layers"]
    for i, layer in enumerate(layers):
        for activation, reason in offered[f"layers.{i}.activation"].items():
            changed = [*layers[:i], {**layer, "activation": activation}, *layers[i + 1 :]]
            assert tried(config, {"layers": changed}) == reason
    assert tried(config, {"data": {"test_share": 0.25}}) == offered["data.test_share"]["0.25"]
    assert tried(config, {"data": {"features": ["x1"]}}) == offered["data.features"]["any"]


def tried(config: Config, patch: dict[str, Any]) -> str:
    try:
        config.merged(patch)
    except ConfigError as error:
        return error.faults[0].rule
    return ""


def test_the_units_of_a_hidden_layer_can_grow_and_shrink_and_those_of_the_output_cannot() -> None:
    offered = options(preset("xor"))
    assert offered["layers.0.units"] == {"-1": "", "+1": ""}
    assert "must be 1 or 2" in offered["layers.1.units"]["-1"] or (
        "must be at least 1" in offered["layers.1.units"]["-1"]
    )
    assert offered["layers.1.units"]["+1"] == ""
    assert "must be 1, the number of outputs of inline" in options(small())["layers.1.units"]["+1"]


def test_the_smallest_and_the_largest_layer_say_their_limit() -> None:
    one = small(layers=[{"units": 1}, {"units": 1, "activation": "linear"}])
    assert "must be at least 1" in options(one)["layers.0.units"]["-1"]
    many = small(layers=[{"units": 1024}, {"units": 1, "activation": "linear"}])
    assert "must be at most 1024" in options(many)["layers.0.units"]["+1"]


def test_cross_entropy_says_why_it_does_not_fit() -> None:
    reasons = options(preset("xor"))["cost.name"]
    assert reasons["squared_error"] == reasons["binary_cross_entropy"] == ""
    assert "needs a softmax output" in reasons["cross_entropy"]


def test_data_without_a_plane_has_no_features_and_tiny_data_no_test_examples() -> None:
    assert "points of a plane" in options(preset("iris"))["data.features"]["any"]
    assert "only 4 examples" in options(preset("xor"))["data.test_share"]["0.25"]
    assert options(preset("circle"))["data.features"]["any"] == ""


def test_a_network_within_the_limits_passes() -> None:
    refuse_beyond(small(), 13)


@pytest.mark.parametrize(
    ("config", "field"),
    [
        (small(), "layers"),
        (Config.parse({"data": {"name": "xor", "samples": 2000}}), "minibatch_size"),
    ],
)
def test_a_network_beyond_the_limits_is_refused_with_the_limit(config: Config, field: str) -> None:
    most = 12 if field == "layers" else 100
    with pytest.raises(ConfigError) as refusal:
        refuse_beyond(config, most)
    (fault,) = refusal.value.faults
    assert fault.field == field
    assert str(most if field == "layers" else 800) in fault.rule
    assert fault.value
