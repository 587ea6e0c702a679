"""What does not fit together in a config whose parts are each well-formed, with the rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.engine.mistakes import MISTAKES
from app.errors import Fault, shown

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
            yield Fault("mistake", f"{config.mistake} {why}")


def _data_misfits(data: Data) -> Iterator[Fault]:
    if data.set is None:
        yield from _inline_misfits(data)
        return
    if why := data.set.missing():
        yield Fault("data.name", why, shown(data.name))
        return
    for name in ("X", "Y", "labels", "input_names", "class_names"):
        if getattr(data, name) is not None:
            yield Fault(f"data.{name}", f"belongs to the data set inline, not to {data.name}")
    if data.features is not None and not data.set.plane:
        yield Fault("data.features", f"can be chosen for points of a plane, not for {data.name}")
    if data.count > data.set.limit:
        rule = f"must be at most {data.set.limit} for {data.name}"
        yield Fault("data.samples", rule, shown(data.count))
    if data.test_share and data.count <= 4:
        rule = f"must be 0, {data.set.title} has only {data.count} examples"
        yield Fault("data.test_share", rule, shown(data.test_share))


def _inline_misfits(data: Data) -> Iterator[Fault]:
    if data.X is None:
        yield Fault("data.X", "is required for the data set inline")
        return
    if (data.Y is None) == (data.labels is None):
        yield Fault("data.Y", "must be given, or labels in its place, but not both")
    if data.samples is not None and data.samples != len(data.X):
        yield Fault("data.samples", f"must be the number of rows, {len(data.X)}", str(data.samples))
    if data.features is not None:
        yield Fault("data.features", "can be chosen for points of a plane, not for inline")
    for name, rows in (("X", data.X), ("Y", data.Y or ())):
        if ragged := next((i for i, row in enumerate(rows) if len(row) != len(rows[0])), None):
            rule = f"must have {len(rows[0])} values like the first row"
            yield Fault(f"data.{name}.{ragged}", rule, shown(len(rows[ragged])))
        if rows and not rows[0]:
            yield Fault(f"data.{name}.0", "must have at least one value")
    for name, names, count in (
        ("input_names", data.input_names, len(data.X[0])),
        ("class_names", data.class_names, data.classes or 0),
    ):
        if names is not None and len(names) != count:
            yield Fault(f"data.{name}", f"must have {count} names", shown(len(names)))
    for name, given in (("Y", data.Y), ("labels", data.labels)):
        if given is not None and len(given) != len(data.X):
            yield Fault(f"data.{name}", f"must have {len(data.X)} rows like X", shown(len(given)))


def _layer_misfits(config: Config) -> Iterator[Fault]:
    sizes = config.sizes
    if not config.learning:
        yield Fault("layers", "must have one that is not frozen, or nothing would learn")
    for i, layer in enumerate(config.layers):
        path = f"layers.{i}"
        for name in ("batch_norm", "dropout", "residual"):
            if getattr(layer, name) and i + 1 == config.depth:
                yield Fault(f"{path}.{name}", "belongs to hidden layers, the output goes without")
        if layer.batch_norm and (least := _smallest_minibatch(config)) < 2:
            rule = "needs minibatches of at least 2 examples, the smallest of an epoch"
            yield Fault(f"{path}.batch_norm", f"{rule} has {least}")
        if layer.activation == "softmax" and i + 1 < config.depth:
            yield Fault(f"{path}.activation", "can be softmax at the output only")
        if layer.activation == "softmax" and layer.units == 1:
            yield Fault(f"{path}.units", "must be at least 2 for softmax", "1")
        shape = (sizes[i], layer.units)
        if layer.W is not None and any(len(row) != shape[1] for row in layer.W):
            yield Fault(f"{path}.W", f"must have rows of {shape[1]} values, one for each unit")
        if layer.W is not None and len(layer.W) != shape[0]:
            rule = f"must have {shape[0]} rows, one for each input"
            yield Fault(f"{path}.W", rule, shown(len(layer.W)))
        if layer.b is not None and len(layer.b) != layer.units:
            rule = f"must have {layer.units} values, one for each unit"
            yield Fault(f"{path}.b", rule, shown(len(layer.b)))
        if layer.b is not None and not layer.bias:
            yield Fault(f"{path}.b", "cannot be given where bias is false")


def _smallest_minibatch(config: Config) -> int:
    """Return how many examples the last minibatch of an epoch has, or all have."""
    train = config.data.train
    size = min(config.minibatch_size or train, train)
    return train % size or size


def _output_misfits(config: Config) -> Iterator[Fault]:
    output, last = config.layers[-1], f"layers.{config.depth - 1}"
    allowed = _output_units(config.data)
    if output.units not in allowed:
        words = " or ".join(map(str, allowed))
        rule = f"must be {words}, the number of outputs of {config.data.name}"
        yield Fault(f"{last}.units", rule, shown(output.units))
    partner = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}
    needed = partner.get(config.cost.name)
    if needed and output.activation != needed:
        rule = f"{config.cost.name} needs a {needed} output, the output is {output.activation}"
        yield Fault("cost.name", rule)
    if config.cost.name != "squared_error" and config.data.classes is None:
        yield from _share_misfits(config)
    if config.cost.half and config.cost.name != "squared_error":
        yield Fault("cost.half", "belongs to squared_error", shown(True))


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
        rule = f"{config.cost.name} needs classes, {config.data.name} has numbers as targets"
        yield Fault("cost.name", rule)
        return
    rows = config.data.Y
    if any(not 0 <= value <= 1 for row in rows for value in row):
        yield Fault("data.Y", f"must be between 0 and 1 for {config.cost.name}")
    if config.cost.name == "cross_entropy" and any(abs(sum(row) - 1) > 1e-9 for row in rows):
        yield Fault("data.Y", "must have rows that sum to 1 for cross_entropy")
