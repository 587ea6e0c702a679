"""What does not fit together in a config whose parts are each well-formed, with the rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.engine.mistakes import MISTAKES
from app.errors import Fault, shown
from app.language import joined, say

if TYPE_CHECKING:
    from app.engine.config import Config, Data

__all__ = ["misfits"]


def misfits(config: Config) -> Iterator[Fault]:
    """Name what does not fit together in a config whose parts are each well-formed."""
    faults = list(_data_misfits(config.data))
    yield from faults
    if not faults:
        yield from _layer_misfits(config)
        yield from _output_misfits(config)
        if config.mistake and (why := MISTAKES[config.mistake].misfit(config)):
            yield Fault("mistake", say("{mistake} {why}", mistake=config.mistake, why=why))


def _data_misfits(data: Data) -> Iterator[Fault]:
    if data.set is None:
        yield from _inline_misfits(data)
        return
    if why := data.set.missing():
        yield Fault("data.name", why, shown(data.name))
        return
    for name in ("X", "Y", "labels", "input_names", "class_names"):
        if getattr(data, name) is not None:
            rule = say("belongs to the data set inline, not to {name}", name=data.name)
            yield Fault(f"data.{name}", rule)
    if data.features is not None and not data.set.plane:
        rule = say("can be chosen for points of a plane, not for {name}", name=data.name)
        yield Fault("data.features", rule)
    if data.count > data.set.limit:
        rule = say("must be at most {most} for {name}", most=data.set.limit, name=data.name)
        yield Fault("data.samples", rule, shown(data.count))
    if data.test_share and data.count <= 4:
        title, count = data.set.title, data.count
        rule = say("must be 0, {title} has only {count} examples", title=title, count=count)
        yield Fault("data.test_share", rule, shown(data.test_share))


def _inline_misfits(data: Data) -> Iterator[Fault]:
    if data.X is None:
        yield Fault("data.X", say("is required for the data set inline"))
        return
    if (data.Y is None) == (data.labels is None):
        yield Fault("data.Y", say("must be given, or labels in its place, but not both"))
    if data.samples is not None and data.samples != len(data.X):
        rule = say("must be the number of rows, {rows}", rows=len(data.X))
        yield Fault("data.samples", rule, str(data.samples))
    if data.features is not None:
        rule = say("can be chosen for points of a plane, not for {name}", name=data.name)
        yield Fault("data.features", rule)
    for name, rows in (("X", data.X), ("Y", data.Y or ())):
        if ragged := next((i for i, row in enumerate(rows) if len(row) != len(rows[0])), None):
            rule = say("must have {count} values like the first row", count=len(rows[0]))
            yield Fault(f"data.{name}.{ragged}", rule, shown(len(rows[ragged])))
        if rows and not rows[0]:
            yield Fault(f"data.{name}.0", say("must have at least one value"))
    for name, names, count in (
        ("input_names", data.input_names, len(data.X[0])),
        ("class_names", data.class_names, data.classes or 0),
    ):
        if names is not None and len(names) != count:
            rule = say("must have {count} names", count=count)
            yield Fault(f"data.{name}", rule, shown(len(names)))
    for name, given in (("Y", data.Y), ("labels", data.labels)):
        if given is not None and len(given) != len(data.X):
            rule = say("must have {rows} rows like X", rows=len(data.X))
            yield Fault(f"data.{name}", rule, shown(len(given)))


def _layer_misfits(config: Config) -> Iterator[Fault]:
    sizes = config.sizes
    if not config.learning:
        yield Fault("layers", say("must have one that is not frozen, or nothing would learn"))
    for i, layer in enumerate(config.layers):
        path = f"layers.{i}"
        for name in ("batch_norm", "dropout", "residual"):
            if getattr(layer, name) and i + 1 == config.depth:
                rule = say("belongs to hidden layers, the output goes without")
                yield Fault(f"{path}.{name}", rule)
        if layer.batch_norm and (least := _smallest_minibatch(config)) < 2:
            rule = say(
                "needs minibatches of at least 2 examples, the smallest of an epoch has {least}",
                least=least,
            )
            yield Fault(f"{path}.batch_norm", rule)
        if layer.activation == "softmax" and i + 1 < config.depth:
            yield Fault(f"{path}.activation", say("can be softmax at the output only"))
        if layer.activation == "softmax" and layer.units == 1:
            yield Fault(f"{path}.units", say("must be at least 2 for softmax"), "1")
        shape = (sizes[i], layer.units)
        if layer.W is not None and any(len(row) != shape[1] for row in layer.W):
            rule = say("must have rows of {count} values, one for each unit", count=shape[1])
            yield Fault(f"{path}.W", rule)
        if layer.W is not None and len(layer.W) != shape[0]:
            rule = say("must have {count} rows, one for each input", count=shape[0])
            yield Fault(f"{path}.W", rule, shown(len(layer.W)))
        if layer.b is not None and len(layer.b) != layer.units:
            rule = say("must have {count} values, one for each unit", count=layer.units)
            yield Fault(f"{path}.b", rule, shown(len(layer.b)))
        if layer.b is not None and not layer.bias:
            yield Fault(f"{path}.b", say("cannot be given where bias is false"))


def _smallest_minibatch(config: Config) -> int:
    """Return how many examples the last minibatch of an epoch has, or all have."""
    train = config.data.train
    size = min(config.minibatch_size or train, train)
    return train % size or size


def _output_misfits(config: Config) -> Iterator[Fault]:
    output, last = config.layers[-1], f"layers.{config.depth - 1}"
    allowed = _output_units(config.data)
    if output.units not in allowed:
        counts, name = joined(say(" or "), map(str, allowed)), config.data.name
        rule = say("must be {counts}, the number of outputs of {name}", counts=counts, name=name)
        yield Fault(f"{last}.units", rule, shown(output.units))
    partner = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}
    needed = partner.get(config.cost.name)
    if needed and output.activation != needed:
        rule = say(
            "{cost} needs a {needed} output, the output is {activation}",
            cost=config.cost.name, needed=needed, activation=output.activation,
        )  # fmt: skip
        yield Fault("cost.name", rule)
    if config.cost.name != "squared_error" and config.data.classes is None:
        yield from _share_misfits(config)
    if config.cost.half and config.cost.name != "squared_error":
        yield Fault("cost.half", say("belongs to squared_error"), shown(True))


def _output_units(data: Data) -> tuple[int, ...]:
    """Which numbers of output units can meet the targets."""
    if data.Y is not None:
        return (len(data.Y[0]),)
    if data.classes is None:
        return (data.set.outputs if data.set else 1,)
    return (1, 2) if data.classes == 2 else (data.classes,)


def _share_misfits(config: Config) -> Iterator[Fault]:
    """Cross-entropy speaks of shares: targets must be shares too."""
    if config.data.Y is None:
        cost, name = config.cost.name, config.data.name
        rule = say("{cost} needs classes, {name} has numbers as targets", cost=cost, name=name)
        yield Fault("cost.name", rule)
        return
    rows = config.data.Y
    if any(not 0 <= value <= 1 for row in rows for value in row):
        yield Fault("data.Y", say("must be between 0 and 1 for {cost}", cost=config.cost.name))
    if config.cost.name == "cross_entropy" and any(abs(sum(row) - 1) > 1e-9 for row in rows):
        yield Fault("data.Y", say("must have rows that sum to 1 for cross_entropy"))
