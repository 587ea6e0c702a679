"""The networks that the explanations' tests look at, and every number in them."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.engine.config import Config
from app.engine.names import is_of_examples, is_parameter, parsed
from app.explain.scene import Scene
from app.session.timeline import Timeline
from tests.engine.networks import HIDDEN, OUTPUT, drawn, net

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "sgd": {},
    "momentum": {"momentum": 0.8},
    "nesterov": {"momentum": 0.8},
    "adagrad": {},
    "rmsprop": {"rho": 0.95},
    "adam": {},
    "adamw": {"weight_decay": 0.1},
}


REMEDIES: dict[str, dict[str, Any]] = {
    "norm": {"batch_norm": True, "bias": False},
    "dropout": {"dropout": 0.4},
    "link": {"residual": True},
    "norm, dropout and link": {
        "batch_norm": True, "bias": False, "dropout": 0.3, "residual": True,
    },
}  # fmt: skip


def small(activation: str, named: str, outputs: int, **more: Any) -> Config:
    hidden = "tanh" if activation == "softmax" else activation
    last = OUTPUT.get(named, "softmax" if activation == "softmax" else "linear")
    settings = {
        "data": drawn(5, 2, outputs, named),
        "init": {"weights": "xavier_normal", "biases": "normal", "bias_scale": 0.5},
        "optimizer": {"name": "sgd", "learning_rate": 0.1},
        "minibatch_size": 3,
        "cost": {"name": named},
        **more,
    }
    return net((4, hidden), (3, "sigmoid"), (outputs, last), **settings)


def every_config() -> Iterator[tuple[str, Config]]:
    """Every activation, cost, convention, optimizer, penalty and clip."""
    plain = ("tanh", "squared_error", 2)
    for activation in HIDDEN:
        yield activation, small(activation, "squared_error", 2)
    yield "softmax with squared error", small("softmax", "squared_error", 3)
    for cost, outputs in (("binary_cross_entropy", 2), ("cross_entropy", 3)):
        yield cost, small("tanh", cost, outputs)
    for reduction in ("sum", "mean", "mean_all"):
        for half in (False, True):
            convention = {"name": "squared_error", "reduction": reduction, "half": half}
            yield f"{reduction} {half}", small(*plain, cost=convention)
    for name, own in OPTIMIZERS.items():
        rule = {"name": name, "learning_rate": 0.1, **own}
        yield name, small(*plain, optimizer=rule)
        clip = {"by": "norm", "threshold": 0.05}
        yield f"{name} clipped", small(*plain, optimizer=rule, clip=clip)
    yield "clip by value", small(*plain, clip={"by": "value", "threshold": 0.01})
    yield "penalties", small(*plain, l1=0.02, l2=0.1)
    yield "single precision", small(*plain, dtype="float32")
    schedule = {"name": "cosine", "epochs": 4}
    rule = {"name": "adam", "learning_rate": 0.1, "schedule": schedule}
    yield "schedule", small(*plain, optimizer=rule)
    for name, remedy in REMEDIES.items():
        layers = [
            {**layer.model_dump(exclude_none=True), **remedy} for layer in small(*plain).layers
        ]
        hidden = [layers[0], layers[0], layers[1]]
        last = {**layers[2], **dict.fromkeys(remedy, False), "dropout": 0.0}
        penalties = {"l1": 0.02, "l2": 0.1} if name == "norm, dropout and link" else {}
        whole = {"layers": [*hidden, last], "minibatch_size": 5, **penalties}
        yield name, small(*plain).merged(whole)
    some = [layer.model_dump(exclude_none=True) for layer in small(*plain).layers]
    yield "frozen layer", small(*plain).merged({"layers": [some[0] | {"frozen": True}, *some[1:]]})
    momentum = {"name": "momentum", "learning_rate": 0.1}
    prune = {"share": 0.5, "epoch": 1}
    yield "pruned", small(*plain, optimizer=momentum, prune=prune)


CONFIGS = dict(every_config())


def scene(timeline: Timeline) -> Scene:
    return Scene(timeline.run, timeline.start_of_minibatch, timeline.learning_rate())


def places(s: Scene) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every number that is there, units without their examples."""
    for name in sorted(s.defined):
        shape = s.now.tensor(name).shape
        if is_of_examples(name):
            yield from ((name, (j,)) for j in range(shape[1]))
        else:
            yield from ((name, index) for index in np.ndindex(shape))
    if "cost" in s.defined:
        yield from (("costs", (n,)) for n in range(s.N))


def gradients(s: Scene) -> list[str]:
    """Every tensor that can be proved: the error signals at z, and the gradients."""
    names = [n for n in sorted(s.defined) if parsed(n)[0] == "delta"]
    return names + [n for n in sorted(s.defined) if n[0] == "d" and is_parameter(n[1:])]


def stops(config: Config, minibatches: int) -> Iterator[Timeline]:
    """Every op of the minibatch that follows so many."""
    timeline = Timeline(config)
    length = timeline.length
    for position in range(minibatches * length + 1, (minibatches + 1) * length + 1):
        timeline.jump(position)
        timeline.forward(position)
        yield timeline
