"""A lesson as it is given: an experiment, and steps that each have text, a stop, what is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.engine.config import Config
from app.engine.names import is_of_examples
from app.engine.run import Run
from app.engine.sweep import with_setting
from app.errors import ConfigError, Fault
from app.language import say
from app.lessons.blocks import AskBlock, DoBlock, StopBlock
from app.lessons.places import position_of_op
from app.presets import PRESETS, preset

__all__ = ["Lesson", "Light", "Step", "config_of", "light_of", "stop_of", "with_settings"]

REFERENCE = re.compile(r"([A-Za-z_]+\d*)(?:\[(\d+(?:,\s*\d+)*)\])?")


@dataclass(frozen=True)
class Light:
    """A number of the network: `tensor` with the index of its entry, batch first; and the example
    (counted from 0) that it belongs to, None where it is of none."""

    tensor: str
    index: tuple[int, ...]
    example: int | None


@dataclass(frozen=True, eq=False)
class Step:
    """A step: its text as Markdown and as HTML, and where the lab stands.

    `example` counts from 0, None for the mean. `line` is where the step begins in the file.
    """

    title: str
    line: int
    source: str
    html: str
    config: Config
    position: int
    example: int | None
    stop: StopBlock
    light: Light | None
    ask: AskBlock | None = None
    ask_line: int = 0
    task: DoBlock | None = None
    task_line: int = 0


@dataclass(frozen=True, eq=False)
class Lesson:
    """A lesson in one language."""

    slug: str
    language: str
    file: str
    title: str
    about: str
    minutes: int
    order: int
    config: Config
    controls: tuple[str, ...] | None
    steps: tuple[Step, ...]


def with_settings(config: Config, changes: Mapping[str, Any]) -> Config:
    """Return a config with other settings: by paths like ``hidden.activation``, the others
    together as one merge patch; with ``preset`` all but those are of a preset.

    Raises:
        ConfigError: it cannot be.
    """
    if "preset" in changes:
        return config_of(changes)
    patch = {name: value for name, value in changes.items() if "." not in name}
    config = config.merged(patch) if patch else config
    for path, value in changes.items():
        if "." in path:
            config = with_setting(config, path, value)
    return config


def config_of(given: Mapping[str, Any]) -> Config:
    """Return the config of a head: its own, or a preset's with other settings.

    Raises:
        ConfigError: it cannot be.
    """
    changes = dict(given)
    if "preset" not in changes:
        return Config.parse(changes)
    return with_settings(_preset(changes.pop("preset")), changes)


def _preset(name: Any) -> Config:
    if not isinstance(name, str) or name not in PRESETS:
        known = ", ".join(PRESETS)
        raise ConfigError([Fault("preset", say("must be one of {known}", known=known), repr(name))])
    return preset(name)


def stop_of(stop: StopBlock, config: Config) -> tuple[Config, int]:
    """Return the config of a stop of a lesson and the position where it is.

    Raises:
        ConfigError: there is no such place.
    """
    config = with_settings(config, stop.with_ or {})
    given = [name for name in ("op", "before", "epoch") if getattr(stop, name) is not None]
    if len(given) > 1:
        rule = say("cannot stand beside {other}: a stop is one place", other=given[0])
        raise ConfigError([Fault(given[1], rule)])
    if stop.epoch is not None:
        minibatches = stop.epoch * config.per_epoch
        return config, position_of_op("start", config, minibatches + 1)
    minibatch = stop.minibatch or 1
    if stop.before is not None:
        return config, position_of_op(stop.before, config, minibatch, before=True)
    return config, position_of_op(stop.op or "start", config, minibatch)


def light_of(reference: str, config: Config) -> Light:
    """Return what a reference such as ``a1[0,1]``, ``z1`` or ``cost`` leads to.

    Raises:
        ConfigError: this network has no such number.
    """
    found = REFERENCE.fullmatch(reference.strip())
    if found is None:
        rule = say("must be the name of a tensor, with an index if need be, like W1[0,1]")
        raise ConfigError([Fault("light", rule, reference)])
    name, index = found[1], tuple(int(i) for i in (found[2] or "").split(",") if i)
    if name == "cost":
        return Light("cost", (), None)
    shape = _shape(name, config, reference)
    index = index or (0,) * len(shape)
    if len(index) != len(shape) or any(i >= n for i, n in zip(index, shape, strict=True)):
        rule = say("must have an index within {shape}", shape=" × ".join(map(str, shape)))
        raise ConfigError([Fault("light", rule, reference)])
    if is_of_examples(name):
        return Light(name, index, index[0])
    return Light(name, index, None)


@lru_cache(8)
def _network(config: Config) -> Run:
    """Return a run to look at: a lesson names many tensors of few networks."""
    return Run(config)


def _shape(name: str, config: Config, reference: str) -> tuple[int, ...]:
    try:
        return tuple(_network(config).tensor(name).shape)
    except KeyError:
        rule = say("must name a tensor of this network")
        raise ConfigError([Fault("light", rule, reference)]) from None
