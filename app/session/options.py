"""What the present config allows: each choice, and why another does not fit."""

import itertools
from typing import Any, get_args

from app.engine.config import Activation, Config, Cost, Data, Layer
from app.engine.mistakes import MISTAKES
from app.errors import ConfigError, Fault
from app.language import say

__all__ = ["options", "refuse_beyond", "weights_and_biases"]


def options(config: Config) -> dict[str, dict[str, str]]:
    """Return, for each setting with choices, the reason why a choice does not fit ("" if it does).

    The config is tried with every choice in turn, so validation is the only source of reasons. Its
    other parts go in as they are, because to validate a long table again each time takes seconds.
    """
    tried: dict[str, dict[str, str]] = {
        "cost.name": {
            name: _reason(config, {"cost": {"name": name, "reduction": config.cost.reduction}})
            for name in get_args(Cost.model_fields["name"].annotation)
        }
    }
    for i, layer in enumerate(config.layers):
        tried[f"layers.{i}.activation"] = {
            name: _reason(config, {"layers": _with(config.layers, i, layer, activation=name)})
            for name in _names(Activation)
        }
        free = tuple(x.model_copy(update={"W": None}) for x in config.layers)
        tried[f"layers.{i}.units"] = {
            f"{change:+d}": _reason(
                config,
                {"layers": _with(free, i, layer, W=None, b=None, units=layer.units + change)},
            )
            for change in (-1, 1)
        }
    tried["mistake"] = {name: mistake.misfit(config) for name, mistake in MISTAKES.items()}
    for name, choice, value in (("test_share", "0.25", 0.25), ("features", "any", ("x1",))):
        data = config.data.model_copy(update={name: value})
        tried[f"data.{name}"] = {choice: _reason(config, {"data": data})}
    return tried


def _names(literal: Any) -> list[str]:
    """Return the names of a literal type that may hold other literal types."""
    return [name for part in get_args(literal) for name in (get_args(part) or (part,))]


def _with(layers: tuple[Layer, ...], i: int, layer: Layer, **changes: Any) -> tuple[Any, ...]:
    """Return the layers with number `i` as an object that is validated anew."""
    return (*layers[:i], {**dict(layer), **changes}, *layers[i + 1 :])


def _reason(config: Config, patch: dict[str, Any]) -> str:
    try:
        Config.parse({**dict(config), **patch})
    except ConfigError as error:
        return error.faults[0].rule
    return ""


def weights_and_biases(config: Config) -> int:
    """Count them, as if every layer had biases."""
    return sum((n + 1) * m for n, m in itertools.pairwise(config.sizes))


def refuse_beyond(config: Config, most_parameters: int) -> None:
    """Refuse a network that is larger than this server allows.

    Raises:
        ConfigError: it has too many parameters, or its minibatch needs too much memory.
    """
    sizes = config.sizes
    count = weights_and_biases(config)
    if count > most_parameters:
        rule = say(
            "must have at most {most:,} weights and biases on this server", most=most_parameters
        )
        raise ConfigError([Fault("layers", rule, f"{count:,}")])
    data: Data = config.data
    N = min(config.minibatch_size or data.count, data.count)
    if N * sum(sizes) > 8 * most_parameters:
        most = 8 * most_parameters
        rule = say("must be smaller: a minibatch may hold {most:,} values", most=most)
        raise ConfigError([Fault("minibatch_size", rule, f"{N * sum(sizes):,}")])
