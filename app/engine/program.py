"""The program: the ops of one minibatch, in order, as data.

The same tuple is what the engine executes, what the page shows as its time line and its
listing, and what the tests are parametrized over. Nothing here computes.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from app.engine.config import Config

__all__ = ["Kind", "Op", "Phase", "program", "reads", "symbol", "writes"]


class Kind(StrEnum):
    """What an op does; the names are public."""

    DRAW = "draw"
    PREACTIVATE = "preactivate"
    ACTIVATE = "activate"
    COST = "cost"
    DELTA = "delta"
    GRADIENT = "gradient"
    CLIP = "clip"
    UPDATE = "update"


class Phase(StrEnum):
    """The part of the minibatch that an op belongs to; the names are public."""

    DRAW = "draw"
    FORWARD = "forward"
    COST = "cost"
    BACKWARD = "backward"
    UPDATE = "update"


PHASES = {
    Kind.DRAW: Phase.DRAW,
    Kind.PREACTIVATE: Phase.FORWARD,
    Kind.ACTIVATE: Phase.FORWARD,
    Kind.COST: Phase.COST,
    Kind.DELTA: Phase.BACKWARD,
    Kind.GRADIENT: Phase.BACKWARD,
    Kind.CLIP: Phase.BACKWARD,
    Kind.UPDATE: Phase.UPDATE,
}

MOMENTS = {
    "sgd": (),
    "momentum": ("m",),
    "nesterov": ("m",),
    "adagrad": ("v",),
    "rmsprop": ("v",),
    "adam": ("m", "v"),
    "adamw": ("m", "v"),
}
"""What each optimizer remembers of every parameter: a first moment, a second, or nothing."""


class Op(NamedTuple):
    """One stop of the debugger: a kind of work at one layer (0 is the input, L the output)."""

    kind: Kind
    layer: int

    @property
    def phase(self) -> Phase:
        return PHASES[self.kind]


def program(config: Config) -> tuple[Op, ...]:
    """List the ops of one minibatch: up through the layers, down again, then the updates."""
    up = range(1, config.depth + 1)
    down = range(config.depth, 0, -1)
    forward = (
        Op(Kind.DRAW, 0),
        *(Op(kind, l) for l in up for kind in (Kind.PREACTIVATE, Kind.ACTIVATE)),
        Op(Kind.COST, config.depth),
    )
    if config.mistake == "early_update":
        hasty = (Kind.DELTA, Kind.GRADIENT, Kind.UPDATE)
        return (*forward, *(Op(kind, l) for l in down for kind in hasty))
    return (
        *forward,
        *(Op(kind, l) for l in down for kind in (Kind.DELTA, Kind.GRADIENT)),
        *([Op(Kind.CLIP, 0)] if config.clip else []),
        *(Op(Kind.UPDATE, l) for l in up),
    )


def symbol(op: Op) -> str:
    """Name the tensor that stands for an op on the time line."""
    match op.kind:
        case Kind.DRAW:
            return "X"
        case Kind.PREACTIVATE:
            return f"z{op.layer}"
        case Kind.ACTIVATE:
            return f"a{op.layer}"
        case Kind.COST:
            return "C"
        case Kind.DELTA:
            return f"delta{op.layer}"
        case Kind.GRADIENT:
            return f"dW{op.layer}"
        case Kind.CLIP:
            return "clip"
        case Kind.UPDATE:
            return f"W{op.layer}"


def _parameters(config: Config, l: int, *prefixes: str) -> Iterator[str]:
    for prefix in prefixes:
        yield f"{prefix}W{l}"
        if config.layers[l - 1].bias:
            yield f"{prefix}b{l}"


def writes(op: Op, config: Config) -> tuple[str, ...]:
    """Name the tensors that an op changes."""
    l = op.layer
    match op.kind:
        case Kind.DRAW:
            return ("a0", "y")
        case Kind.PREACTIVATE:
            return (f"z{l}",)
        case Kind.ACTIVATE:
            return (f"a{l}",)
        case Kind.COST:
            return ("cost",)
        case Kind.DELTA:
            return (f"delta{l}",)
        case Kind.GRADIENT:
            return tuple(_parameters(config, l, "d"))
        case Kind.CLIP:
            return tuple(n for k in range(1, config.depth + 1) for n in _parameters(config, k, "d"))
        case Kind.UPDATE:
            moments = tuple(f"{m}_" for m in MOMENTS[config.optimizer.name])
            names = tuple(_parameters(config, l, "", *moments))
            frozen = config.layers[l - 1].freeze_bias
            return tuple(name for name in names if not (frozen and f"b{l}" in name))


def reads(op: Op, config: Config) -> tuple[str, ...]:
    """Name the tensors that an op's equation uses."""
    l, last = op.layer, op.layer == config.depth
    match op.kind:
        case Kind.DRAW:
            return ()
        case Kind.PREACTIVATE:
            return (f"a{l - 1}", *_parameters(config, l, ""))
        case Kind.ACTIVATE:
            return (f"z{l}",)
        case Kind.COST:
            weights = config.l1 or config.l2
            output = "a" if config.cost.name == "squared_error" else "z"  # the logits
            return (f"{output}{l}", "y", *(f"W{k}" for k in range(1, l + 1) if weights))
        case Kind.DELTA:
            above = (f"a{l}", "y") if last else (f"delta{l + 1}", f"W{l + 1}", f"a{l}")
            return (*above, f"z{l}")
        case Kind.GRADIENT:
            stale = _parameters(config, l, "d") if config.mistake == "stale_gradients" else ()
            penalized = [f"W{l}"] if config.l1 or config.l2 else []
            return (f"a{l - 1}", f"delta{l}", *penalized, *stale)
        case Kind.CLIP:
            return writes(op, config)
        case Kind.UPDATE:
            return (*_parameters(config, l, "d"), *writes(op, config))
