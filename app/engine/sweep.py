"""Many networks at once: every pair of values of two settings, trained together.

Networks that differ only in seed and learning rate are one `Run` with a run axis, so that what
NumPy costs for each call is paid once for all of them; the others form groups. Each has the very
bits that it has alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from app.engine.config import Config
from app.engine.evaluate import Evaluator, Measure
from app.engine.run import Run, common
from app.errors import ConfigError, Fault, shown
from app.language import say

__all__ = ["HIDDEN", "Axis", "Outcome", "Sweep", "grid", "with_setting"]

HIDDEN = "hidden"
"""In the path of a setting: every layer but the last."""
SHARED = ("learning_rate", "schedule")
"""What every optimizer has."""
FRESH = re.compile(r"seed|init\..*|.*\.units")
"""Settings that weights which were typed in would take the sense of."""


@dataclass(frozen=True)
class Axis:
    """A setting, by its path in the config like ``optimizer.learning_rate``, and its values.

    The path ``hidden.NAME`` sets it in every hidden layer.
    """

    path: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Outcome:
    """What has become of a network; `converged` is the epoch at which its cost was first seen below
    the goal, None if never. After a divergence the cost is infinite."""

    training: Measure
    testing: Measure | None
    converged: int | None

    @property
    def cost(self) -> float:
        return self.training.cost if np.isfinite(self.training.cost) else inf


def grid(config: Config, rows: Axis, columns: Axis) -> list[Config]:
    """Return a config for every pair of values, row by row.

    Raises:
        ConfigError: one of them cannot be; it names the setting and the value.
    """
    return [
        with_setting(with_setting(config, rows.path, above), columns.path, beside)
        for above in rows.values
        for beside in columns.values
    ]


def with_setting(config: Config, path: str, value: Any) -> Config:
    """Return a config with one setting changed, by its path as in `Axis`.

    Raises:
        ConfigError: it cannot be; it names the setting and the value.
    """
    changed = config.as_json()
    if FRESH.fullmatch(path):
        for layer in changed["layers"]:
            layer.pop("W", None), layer.pop("b", None)
    if path == "optimizer.name":  # another rule has other settings
        changed["optimizer"] = {k: v for k, v in changed["optimizer"].items() if k in SHARED}
    *way, last = path.split(".")
    hidden = way == [HIDDEN]
    if hidden and len(config.layers) == 1:
        raise ConfigError([Fault(path, say("needs a hidden layer, and there is none"))])
    places = changed["layers"][:-1] if hidden else [_place(changed, way, path)]
    for place in places:
        place[last] = value
    try:
        return Config.parse(changed)
    except ConfigError as error:
        fault = str(error.faults[0])
        rule = say("{value} cannot be: {fault}", value=shown(value), fault=fault)
        raise ConfigError([Fault(path, rule)]) from error


def _place(config: dict[str, Any], way: list[str], path: str) -> dict[str, Any]:
    """Return the part of a config that a path leads to."""
    place: Any = config
    for name in way:
        if isinstance(place, list) and name.isdigit() and int(name) < len(place):
            place = place[int(name)]
        elif isinstance(place, dict):
            place = place.get(name)
        else:
            place = None
    if not isinstance(place, dict):
        raise ConfigError([Fault(path, say("is no setting of this config"))])
    return place


class _Group:
    """Networks that train as one run; `members` are their places in the sweep."""

    def __init__(self, members: list[int], configs: list[Config]) -> None:
        self.members = members
        self.run = Run(*configs)
        self.evaluator = Evaluator(self.run)
        self.length = len(self.run.program)


class Sweep:
    """Many networks in training for so many epochs."""

    def __init__(self, configs: Sequence[Config], epochs: int, goal: float) -> None:
        groups: dict[Config, list[int]] = {}
        for i, config in enumerate(configs):
            groups.setdefault(common(config), []).append(i)
        self._groups = [_Group(g, [configs[i] for i in g]) for g in groups.values()]
        self.epochs, self.goal, self.count = epochs, goal, len(configs)
        self._converged: dict[int, int] = {}

    @property
    def done(self) -> float:
        """The share of the way that is behind."""
        return sum(self._share(g) * len(g.members) for g in self._groups) / self.count

    def _share(self, group: _Group) -> float:
        return group.run.iteration / (self.epochs * group.run.per_epoch)

    @np.errstate(all="ignore")  # a network that diverges must not disturb the others
    def work(self, minibatches: int) -> None:
        """Train those that are farthest behind, for at most so many minibatches."""
        group = min(self._groups, key=self._share)
        last = self.epochs * group.run.per_epoch
        target = min(last, group.run.iteration + minibatches)
        group.run.advance(target * group.length)

    @np.errstate(all="ignore")
    def outcomes(self, most: int | None = None) -> list[Outcome]:
        """Measure every network, on at most so many training and test examples."""
        found: dict[int, Outcome] = {}
        for group in self._groups:
            training = group.evaluator.all_training(most)
            testing: list[Measure | None] = [*group.evaluator.all_testing(most)]
            testing = testing or [None] * len(training)
            for i, train, test in zip(group.members, training, testing, strict=True):
                if train.cost < self.goal:
                    self._converged.setdefault(i, group.run.epoch)
                found[i] = Outcome(train, test, self._converged.get(i))
        return [found[i] for i in range(self.count)]
