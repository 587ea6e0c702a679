"""The program: the ops of one minibatch, in order, as data.

The same tuple is what the engine executes, what the page shows as its time line and its
listing, and what the tests are parametrized over. Nothing here computes.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from app.engine.config import Config, Layer

__all__ = [
    "Kind", "Op", "Phase", "activated", "parameters", "penalized", "program", "pruned", "reads",
    "symbol", "writes",
]  # fmt: skip


class Kind(StrEnum):
    """What an op does; the names are public."""

    DRAW = "draw"
    PREACTIVATE = "preactivate"
    NORMALIZE = "normalize"
    ACTIVATE = "activate"
    DROP = "drop"
    COST = "cost"
    DELTA = "delta"
    GRADIENT = "gradient"
    CLIP = "clip"
    UPDATE = "update"
    PRUNE = "prune"


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
    Kind.NORMALIZE: Phase.FORWARD,
    Kind.ACTIVATE: Phase.FORWARD,
    Kind.DROP: Phase.FORWARD,
    Kind.COST: Phase.COST,
    Kind.DELTA: Phase.BACKWARD,
    Kind.GRADIENT: Phase.BACKWARD,
    Kind.CLIP: Phase.BACKWARD,
    Kind.UPDATE: Phase.UPDATE,
    Kind.PRUNE: Phase.UPDATE,
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
    up, down = range(1, config.depth + 1), range(config.depth, config.lowest - 1, -1)
    hasty = [Kind.UPDATE] if config.mistake == "early_update" else []
    back = [
        Op(kind, l)
        for l in down
        for kind in (Kind.DELTA, *([Kind.GRADIENT, *hasty] if l in config.learning else []))
    ]
    return (
        Op(Kind.DRAW, 0),
        *(Op(kind, l) for l in up for kind in _upward(config.layers[l - 1])),
        Op(Kind.COST, config.depth),
        *back,
        *([Op(Kind.CLIP, 0)] if config.clip else []),
        *([] if hasty else [Op(Kind.UPDATE, l) for l in config.learning]),
        *([Op(Kind.PRUNE, 0)] if config.prune else []),
    )


def _upward(layer: Layer) -> Iterator[Kind]:
    yield Kind.PREACTIVATE
    if layer.batch_norm:
        yield Kind.NORMALIZE
    yield Kind.ACTIVATE
    if layer.dropout:
        yield Kind.DROP


def symbol(op: Op) -> str:
    """Name the tensor that stands for an op on the time line."""
    match op.kind:
        case Kind.DRAW:
            return "X"
        case Kind.PREACTIVATE:
            return f"z{op.layer}"
        case Kind.NORMALIZE:
            return f"zhat{op.layer}"
        case Kind.ACTIVATE:
            return f"a{op.layer}"
        case Kind.DROP:
            return f"mask{op.layer}"
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
        case Kind.PRUNE:
            return "prune"


def parameters(config: Config, l: int, *prefixes: str) -> Iterator[str]:
    """Name what a layer learns, with prefixes its gradients or moments; weights come first."""
    layer = config.layers[l - 1]
    for prefix in prefixes or ("",):
        yield f"{prefix}W{l}"
        if layer.bias:
            yield f"{prefix}b{l}"
        if config.projects(l):
            yield f"{prefix}P{l}"
        if layer.batch_norm:
            yield from (f"{prefix}gamma{l}", f"{prefix}beta{l}")


def writes(op: Op, config: Config) -> tuple[str, ...]:
    """Name the tensors that an op changes."""
    l = op.layer
    match op.kind:
        case Kind.DRAW:
            return ("a0", "y")
        case Kind.PREACTIVATE:
            return (f"z{l}",)
        case Kind.NORMALIZE:
            return (f"mu{l}", f"var{l}", f"zhat{l}", f"ztilde{l}", f"rmu{l}", f"rvar{l}")
        case Kind.ACTIVATE:
            layer = config.layers[l - 1]
            dropped = (f"f{l}",) if layer.is_branch else ()
            return dropped if layer.dropout else (*dropped, f"a{l}")
        case Kind.DROP:
            return (f"mask{l}", f"a{l}")
        case Kind.COST:
            return ("cost",)
        case Kind.DELTA:
            return tuple(_errors(config, l))
        case Kind.GRADIENT:
            return tuple(parameters(config, l, "d"))
        case Kind.CLIP:
            return tuple(name for l in config.learning for name in parameters(config, l, "d"))
        case Kind.UPDATE:
            moments = tuple(f"{m}_" for m in MOMENTS[config.optimizer.name])
            names = tuple(parameters(config, l, "", *moments))
            held = f"b{l}" if config.layers[l - 1].freeze_bias else None
            return tuple(name for name in names if name.split("_")[-1] != held)
        case Kind.PRUNE:
            return tuple(f"{name}{l}" for l in pruned(config) for name in ("W", "keep"))


def pruned(config: Config) -> tuple[int, ...]:
    """List the layers whose weights are pruned: those that learn."""
    return config.learning if config.prune else ()


def penalized(config: Config) -> list[str]:
    """Name the weights that the penalties are about: those of every layer and of every link."""
    layers = range(1, config.depth + 1)
    return [*(f"W{l}" for l in layers), *(f"P{l}" for l in layers if config.projects(l))]


def activated(config: Config, l: int) -> tuple[str, str]:
    """Name what the activation of a layer is applied to, and what it comes to."""
    layer = config.layers[l - 1]
    z, a = "ztilde" if layer.batch_norm else "z", "f" if layer.is_branch else "a"
    return f"{z}{l}", f"{a}{l}"


def _errors(config: Config, l: int) -> Iterator[str]:
    """Name the error signals of a layer: where it ends, before its norm, at z."""
    layer = config.layers[l - 1]
    if layer.residual:
        yield f"da{l}"
    if layer.batch_norm:
        yield f"deltatilde{l}"
    yield f"delta{l}"


def reads(op: Op, config: Config) -> tuple[str, ...]:
    """Name the tensors that an op's equation uses."""
    l, last = op.layer, op.layer == config.depth
    layer = config.layers[l - 1]
    match op.kind:
        case Kind.DRAW:
            return ()
        case Kind.PREACTIVATE:
            return (f"a{l - 1}", f"W{l}", *([f"b{l}"] if layer.bias else []))
        case Kind.NORMALIZE:
            return (f"z{l}", f"gamma{l}", f"beta{l}", f"rmu{l}", f"rvar{l}")
        case Kind.ACTIVATE:
            into, _ = activated(config, l)
            return (into, *([] if layer.dropout else _skip(config, l)))
        case Kind.DROP:
            return (f"f{l}", *_skip(config, l))
        case Kind.COST:
            weights = penalized(config) if config.l1 or config.l2 else []
            output = "a" if config.cost.name == "squared_error" else "z"  # the logits
            return (f"{output}{l}", "y", *weights)
        case Kind.DELTA if last:
            return (f"a{l}", "y", f"z{l}")
        case Kind.DELTA:
            return tuple(_passed_back(config, l))
        case Kind.GRADIENT:
            stale = parameters(config, l, "d") if config.mistake == "stale_gradients" else ()
            norm = (f"deltatilde{l}", f"zhat{l}") if layer.batch_norm else ()
            link = (f"da{l}",) if config.projects(l) else ()
            weights = [f"W{l}", *_matrix(config, l)] if config.l1 or config.l2 else []
            return (f"a{l - 1}", f"delta{l}", *norm, *link, *weights, *stale)
        case Kind.CLIP | Kind.PRUNE:
            return writes(op, config)
        case Kind.UPDATE:
            return (*parameters(config, l, "d"), *writes(op, config))


def _matrix(config: Config, l: int) -> list[str]:
    return [f"P{l}"] if config.projects(l) else []


def _skip(config: Config, l: int) -> list[str]:
    """Name what a residual link adds."""
    return [f"a{l - 1}", *_matrix(config, l)] if config.layers[l - 1].residual else []


def _passed_back(config: Config, l: int) -> Iterator[str]:
    """Name what the error signal of a hidden layer is made of."""
    layer, above = config.layers[l - 1], config.layers[l]
    yield from (f"delta{l + 1}", f"W{l + 1}")
    if above.residual:
        yield from (f"da{l + 1}", *_matrix(config, l + 1))
    if layer.dropout:
        yield f"mask{l}"
    yield from activated(config, l)
    if layer.batch_norm:
        yield from (f"zhat{l}", f"var{l}", f"gamma{l}")
