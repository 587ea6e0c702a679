"""The parameters that a run starts from."""

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.program import pruned
from app.engine.state import Parameters
from app.engine.streams import stream

__all__ = ["SPREADS", "fill"]

Array = NDArray[Any]

SPREADS: dict[str, tuple[str, Callable[[int, int], float]]] = {
    "zeros": ("constant", lambda fan_in, fan_out: 0.0),
    "constant": ("constant", lambda fan_in, fan_out: 1.0),
    "normal": ("normal", lambda fan_in, fan_out: 1.0),
    "uniform": ("uniform", lambda fan_in, fan_out: 1.0),
    "xavier_normal": ("normal", lambda fan_in, fan_out: sqrt(2 / (fan_in + fan_out))),
    "xavier_uniform": ("uniform", lambda fan_in, fan_out: sqrt(6 / (fan_in + fan_out))),
    "he_normal": ("normal", lambda fan_in, fan_out: sqrt(2 / fan_in)),
    "he_uniform": ("uniform", lambda fan_in, fan_out: sqrt(6 / fan_in)),
    "lecun_normal": ("normal", lambda fan_in, fan_out: sqrt(1 / fan_in)),
    "lecun_uniform": ("uniform", lambda fan_in, fan_out: sqrt(3 / fan_in)),
}
"""Each initializer's distribution and its spread: standard deviation, half width, or value.

Xavier: Glorot and Bengio 2010; He: He et al. 2015; LeCun: LeCun et al. 1998.
"""


def fill(p: Parameters, configs: tuple[Config, ...]) -> None:
    """Write the first weights and biases; with a run axis, of each config in its row."""
    for row, config in enumerate(configs):
        place = (row,) if len(configs) > 1 else ()
        for l in range(1, config.depth + 1):
            _fill_layer(p, config, l, place)
            _fill_beside(p, config, l, place)


def _fill_layer(p: Parameters, config: Config, l: int, place: tuple[int, ...]) -> None:
    layer, init = config.layers[l - 1], config.init
    shape = (config.sizes[l - 1], layer.units)
    kind, spread = SPREADS[init.weights]
    given = None if layer.W is None else np.array(layer.W)
    weights = stream(config.seed, "weights", l)
    p.named[f"W{l}"][place or ...] = (
        _drawn(weights, kind, init.scale * spread(*shape), shape) if given is None else given
    )
    if layer.bias:
        biases = stream(config.seed, "biases", l)
        width = 0.0 if init.biases == "zeros" else init.bias_scale
        kind = "constant" if init.biases == "zeros" else init.biases
        p.named[f"b{l}"][place or ...] = (
            _drawn(biases, kind, width, shape[1:]) if layer.b is None else np.array(layer.b)
        )


def _fill_beside(p: Parameters, config: Config, l: int, place: tuple[int, ...]) -> None:
    """Write what norms, residual links and pruning begin with."""
    if config.layers[l - 1].batch_norm:
        for name, value in (("gamma", 1), ("beta", 0), ("rmu", 0), ("rvar", 1)):
            p.named[f"{name}{l}"][place or ...] = value
    if config.projects(l):
        kind, spread = SPREADS[config.init.weights]
        shape = config.sizes[l - 1], config.sizes[l]
        rng = stream(config.seed, "projection", l)
        drawn = _drawn(rng, kind, config.init.scale * spread(*shape), shape)
        p.named[f"P{l}"][place or ...] = drawn
    if l in pruned(config):
        p.named[f"keep{l}"][place or ...] = 1


def _drawn(rng: np.random.Generator, kind: str, spread: float, shape: tuple[int, ...]) -> Array:
    match kind:
        case "normal":
            return spread * rng.standard_normal(shape)
        case "uniform":
            return spread * rng.uniform(-1, 1, shape)
        case _:
            return np.full(shape, spread)
