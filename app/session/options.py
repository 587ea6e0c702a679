"""What the present config allows: each choice, and why another does not fit."""

import itertools
from typing import Any, get_args

from app.engine.config import Activation, Config, Cost, Data
from app.errors import ConfigError, Fault

__all__ = ["options", "refuse_beyond"]


def options(config: Config) -> dict[str, dict[str, str]]:
    """Return, for each setting with choices, the reason why a choice does not fit ("" if it does).

    The config is tried with every choice in turn, so validation is the only source of reasons.
    """
    tried: dict[str, dict[str, str]] = {
        "cost.name": {
            name: _reason(config, {"cost": {"name": name, "half": None}})
            for name in get_args(Cost.model_fields["name"].annotation)
        }
    }
    layers = config.as_json()["layers"]
    for i, layer in enumerate(layers):
        tried[f"layers.{i}.activation"] = {
            name: _reason(config, {"layers": _with(layers, i, {**layer, "activation": name})})
            for name in _names(Activation)
        }
        for change in (-1, 1):
            unit = {k: v for k, v in layer.items() if k not in ("W", "b")}
            changed = _with(layers, i, {**unit, "units": layer["units"] + change})
            after = [{k: v for k, v in x.items() if k != "W"} for x in changed[i + 1 :]]
            patch = {"layers": [*changed[: i + 1], *after]}
            tried.setdefault(f"layers.{i}.units", {})[f"{change:+d}"] = _reason(config, patch)
    tried["data.test_share"] = {"0.25": _reason(config, {"data": {"test_share": 0.25}})}
    tried["data.features"] = {"any": _reason(config, {"data": {"features": ["x1"]}})}
    return tried


def _names(literal: Any) -> list[str]:
    """Return the names of a literal type that may hold other literal types."""
    return [name for part in get_args(literal) for name in (get_args(part) or (part,))]


def _with(items: list[Any], i: int, value: Any) -> list[Any]:
    return [*items[:i], value, *items[i + 1 :]]


def _reason(config: Config, patch: dict[str, Any]) -> str:
    try:
        config.merged(patch)
    except ConfigError as error:
        return str(error.faults[0])
    return ""


def refuse_beyond(config: Config, most_parameters: int) -> None:
    """Refuse a network that is larger than this server allows.

    Raises:
        ConfigError: it has too many parameters, or its minibatch needs too much memory.
    """
    sizes = config.sizes
    count = sum((n + 1) * m for n, m in itertools.pairwise(sizes))
    if count > most_parameters:
        rule = f"must have at most {most_parameters:,} weights and biases on this server"
        raise ConfigError([Fault("layers", rule, f"{count:,}")])
    data: Data = config.data
    N = min(config.minibatch_size or data.count, data.count)
    if N * sum(sizes) > 8 * most_parameters:
        rule = f"must be smaller: a minibatch may hold {8 * most_parameters:,} values"
        raise ConfigError([Fault("minibatch_size", rule, f"{N * sum(sizes):,}")])
