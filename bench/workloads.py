"""The six workloads of `bench/engine.py`, from a network of nine weights to one of 109,386."""

from typing import Any

import numpy as np

from app.engine.config import Config

__all__ = ["WORKLOADS", "Workload"]

CROSS_ENTROPY = {"name": "cross_entropy"}
ADAM = {"name": "adam", "learning_rate": 0.0001}


class Workload:
    """A config with the words that name it in a table."""

    def __init__(self, title: str, hidden: str, output: str, units: list[int], **rest: Any) -> None:
        layers = [{"units": n, "activation": hidden} for n in units]
        layers[-1]["activation"] = output
        self.title = title
        self.config = Config.parse({"layers": layers, **rest})


def _random_rows() -> dict[str, Any]:
    """Inline data: 640 random rows of 64 inputs in ten classes."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 640).tolist()
    return {"name": "inline", "X": rng.standard_normal((640, 64)).tolist(), "labels": labels}


# The numbers of examples are multiples of the minibatch, so that all minibatches are alike.
DIGITS = {"name": "digits28", "samples": 4992}
WORKLOADS: dict[str, Workload] = {
    "W1": Workload(
        "XOR 2-3-1 sigmoid, 4, SGD", "sigmoid", "sigmoid", [3, 1],
        optimizer={"name": "sgd", "learning_rate": 0.5},
    ),
    "W2": Workload(
        "2-4-2-1 tanh, 10, SGD", "tanh", "tanh", [4, 2, 1],
        data={"name": "circle", "samples": 200}, minibatch_size=10,
        optimizer={"name": "sgd", "learning_rate": 0.03},
    ),
    "W3": Workload(
        "2-8-8-8-1 ReLU, 32, Adam", "relu", "sigmoid", [8, 8, 8, 1],
        data={"name": "circle", "samples": 320}, minibatch_size=32,
        cost={"name": "binary_cross_entropy"}, optimizer=ADAM,
    ),
    "W4": Workload(
        "64-32-16-10 ReLU, 32, Adam", "relu", "softmax", [32, 16, 10],
        data=_random_rows(), minibatch_size=32, cost=CROSS_ENTROPY, optimizer=ADAM,
    ),
    "W5": Workload(
        "784-128-64-10 ReLU, 64, Adam", "relu", "softmax", [128, 64, 10],
        data=DIGITS, minibatch_size=64, cost=CROSS_ENTROPY, optimizer=ADAM,
    ),
    "W6": Workload(
        "784-10-10 ReLU, 32, Adam", "relu", "softmax", [10, 10],
        data=DIGITS, minibatch_size=32, cost=CROSS_ENTROPY, optimizer=ADAM,
    ),
}  # fmt: skip
"""Each has the network, the size of a minibatch and the optimizer in its title."""
