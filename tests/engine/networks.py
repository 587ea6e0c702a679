"""The networks that several tests train, and what it means for two runs to be the same."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.program import Kind
from app.engine.run import Run

Array = NDArray[Any]

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "sgd": {"name": "sgd", "learning_rate": 0.1},
    "momentum": {"name": "momentum", "learning_rate": 0.05, "momentum": 0.8},
    "nesterov": {"name": "nesterov", "learning_rate": 0.05, "momentum": 0.8},
    "adagrad": {"name": "adagrad", "learning_rate": 0.1},
    "rmsprop": {"name": "rmsprop", "learning_rate": 0.01, "rho": 0.9},
    "adam": {"name": "adam", "learning_rate": 0.01, "beta1": 0.8, "beta2": 0.99},
    "adamw": {"name": "adamw", "learning_rate": 0.01, "weight_decay": 0.1},
}
SCHEDULES: list[str | dict[str, Any]] = [
    "constant",
    {"name": "step", "every": 2, "factor": 0.5},
    {"name": "exponential", "factor": 0.9},
    {"name": "cosine", "epochs": 4, "floor": 0.1},
    {"name": "warmup_cosine", "warmup": 2, "epochs": 6},
]
HIDDEN = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus")
REDUCTIONS = ("sum", "mean", "mean_all")
OUTPUT = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}
"""The one output activation that each cross-entropy goes with."""


def net(*layers: Sequence[Any], **settings: Any) -> Config:
    """Return a config with `layers`, each (units, activation) and perhaps a dict of settings."""
    described = [
        {"units": units, "activation": activation, **(more[0] if more else {})}
        for units, activation, *more in layers
    ]
    return Config.parse({"layers": described, **settings})


def inline(X: Any, Y: Any = None, labels: Any = None) -> dict[str, Any]:
    """Return the data of a config that carries its examples."""
    data: dict[str, Any] = {"name": "inline", "X": np.asarray(X, float).tolist()}
    if Y is not None:
        data["Y"] = np.asarray(Y, float).tolist()
    if labels is not None:
        data["labels"] = list(labels)
    return data


def drawn(n: int, inputs: int, outputs: int, cost: str = "squared_error", seed: int = 0) -> Any:
    """Return `n` random examples whose targets suit the cost."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, inputs))
    Y = rng.normal(size=(n, outputs))
    if cost == "binary_cross_entropy":
        Y = rng.uniform(size=(n, outputs))
    if cost == "cross_entropy":
        Y = rng.dirichlet(np.ones(outputs), n)
        Y[:, -1] = 1 - Y[:, :-1].sum(1)
    return inline(X, abs(Y) if cost == "cross_entropy" else Y)


def run_until(run: Run, kind: Kind) -> Run:
    """Execute ops until the next is of `kind`."""
    while run.next_op.kind is not kind:
        run.step()
    return run


def trained(config: Config, minibatches: int) -> Run:
    """Return a run that has trained for so many whole minibatches."""
    run = Run(config)
    run.advance(minibatches * len(run.program))
    return run


def run_minibatch(run: Run) -> dict[str, Array]:
    """Execute the rest of this minibatch op by op and return copies of all that it wrote."""
    run.step()
    while run.position % len(run.program):
        run.step()
    return {name: array.copy() for name, array in run.tensors().items()}


def bits(run: Run) -> dict[str, bytes]:
    """Return every defined tensor of a run, byte by byte, with the position."""
    tensors: Mapping[str, Array] = run.tensors()
    return {"position": bytes(str(run.position), "ascii")} | {
        name: array.dtype.str.encode() + str(array.shape).encode() + array.tobytes()
        for name, array in tensors.items()
    }


@st.composite
def configs(draw: st.DrawFn, *, remedies: bool = True, **fixed: Any) -> Config:
    """Any small network that trains on 7 examples in the plane, and stays finite doing so; perhaps
    with `remedies`: norms, dropout, residual links, frozen layers, pruning."""
    cost = draw(st.sampled_from(["squared_error", *OUTPUT]))
    outputs = draw(st.integers(2 if cost == "cross_entropy" else 1, 3))
    hidden = draw(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(HIDDEN)), max_size=3))
    last = draw(st.sampled_from(HIDDEN)) if cost == "squared_error" else OUTPUT[cost]
    layers = [
        {"units": n, "activation": f, "bias": draw(st.booleans()), "freeze_bias": draw(few)}
        for n, f in [*hidden, (outputs, last)]
    ]
    for layer in layers[:-1] if remedies else ():
        layer |= {"batch_norm": draw(few), "residual": draw(few), "frozen": draw(few)}
        layer["dropout"] = draw(st.sampled_from([0.0, 0.0, 0.4]))
        # Below a norm a bias has no effect and its gradient is rounding, which some rules enlarge.
        layer["bias"] &= not layer["batch_norm"]
    norm = any(layer.get("batch_norm") for layer in layers)
    optimizer = OPTIMIZERS[draw(st.sampled_from(sorted(OPTIMIZERS)))]
    penalty = st.sampled_from([0.0, 0.01])
    by = draw(st.sampled_from([None, "value", "norm"]))
    settings = {
        "seed": draw(st.integers(0, 99)),
        "dtype": draw(st.sampled_from(["float64", "float64", "float32"])),
        "data": drawn(7, 2, outputs, cost),
        "layers": layers,
        "init": {"weights": "xavier_normal", "biases": "normal", "bias_scale": 0.3},
        "cost": {
            "name": cost,
            "reduction": draw(st.sampled_from(REDUCTIONS)),
            "half": cost == "squared_error" and draw(st.booleans()),
        },
        "optimizer": {**optimizer, "schedule": draw(st.sampled_from(SCHEDULES))},
        "minibatch_size": draw(st.sampled_from([None, 4, 5, 7] if norm else [None, 1, 2, 3, 4, 7])),
        "shuffle": draw(st.booleans()),
        "l1": draw(penalty),
        "l2": draw(penalty),
    }
    if remedies and draw(few):
        settings["prune"] = {"share": draw(st.sampled_from([0.2, 0.5])), "epoch": 1}
    if by:
        settings["clip"] = {"by": by, "threshold": draw(st.sampled_from([0.01, 0.3, 10.0]))}
    return Config.parse(settings | fixed)


few = st.sampled_from([False, False, True])
