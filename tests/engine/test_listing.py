"""The listing: executed line by line as printed, it gives the numbers of the engine."""

from math import pi, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from app.engine.config import Config
from app.engine.examples import examples
from app.engine.listing import listing
from app.engine.optimizers import schedule_factor
from app.engine.program import Kind, writes
from app.engine.run import Run
from app.engine.streams import stream

from .networks import (
    HIDDEN,
    OPTIMIZERS,
    OUTPUT,
    REDUCTIONS,
    SCHEDULES,
    Array,
    configs,
    drawn,
    inline,
    net,
)

# What the lines call by name, as a person would define it.


def sigmoid(z: Array) -> Array:
    return np.exp(-np.logaddexp(0, -z))


def softmax(z: Array) -> Array:
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def logsumexp(z: Array) -> Array:
    return np.log(np.sum(np.exp(z), 1, keepdims=True))


def gelu(z: Array) -> Array:
    return z / 2 * (1 + np.tanh(sqrt(2 / pi) * (z + 0.044715 * z**3)))


def gelu_slope(z: Array) -> Array:
    return np.imag(gelu(z + 1e-30j)) / 1e-30  # a complex step has no rounding error


def largest(W: Array, share: float) -> Array:
    """Return 1 where a weight is not among the smallest of that share, else 0."""
    keep = np.ones(W.size)
    keep[np.argsort(abs(W).ravel(), kind="stable")[: round(share * W.size)]] = 0
    return keep.reshape(W.shape)


class Reader:
    """Executes the printed lines; it knows the examples, the first weights and nothing else."""

    def __init__(self, run: Run) -> None:
        self.run, self.config, data = run, run.config, examples(run.config)
        self.names: dict[str, Any] = {
            "np": np, "sigmoid": sigmoid, "softmax": softmax, "logsumexp": logsumexp,
            "gelu": gelu, "gelu_slope": gelu_slope, "X": data.X, "Y": data.Y,
            "largest": largest, "drawn": self.drawn,
        }  # fmt: skip
        self.names |= {name: array.copy() for name, array in run.tensors().items()}
        if self.config.mistake == "stale_gradients":
            self.names |= {f"d{name}": 0 * run.tensor(name) for name in run.names()}

    def drawn(self, layer: int, share: float, shape: tuple[int, ...]) -> Array:
        rng = stream(self.config.seed, "dropout", layer, self.names["t"] - 1)
        return (rng.random(shape) >= share) / (1 - share)

    def minibatch(self) -> None:
        """Execute a minibatch, and compare with the engine after every line."""
        run, rule = self.run, self.config.optimizer
        lines = listing(self.config, run.minibatches[0].count(run.iteration))
        factor = schedule_factor(rule.schedule, run.iteration / run.per_epoch)
        self.names |= {"t": run.iteration + 1, "eta": rule.learning_rate * factor}
        self.names["rows"] = run.minibatches[0].examples_of(run.iteration)
        for line in lines:
            if run.next_op.kind is Kind.CLIP:
                gradients = [self.names[name] for name in writes(run.next_op, self.config)]
                norm = np.sqrt(sum((g**2).sum() for g in gradients))
                self.names |= {"gradients": gradients, "norm": norm}
            exec(line.code, self.names)
            self.compare(line.code)

    def compare(self, code: str) -> None:
        op = self.run.step()
        for name in writes(op, self.config):
            expected, ours = self.run.tensor(name), np.asarray(self.names[name])
            assert ours.shape == expected.shape, code
            size = 1e-12 * float(np.abs(expected).max(initial=1e-3))
            np.testing.assert_allclose(ours, expected, 1e-9, size, err_msg=code)


def read(config: Config, minibatches: int = 4) -> None:
    reader = Reader(Run(config))
    for _ in range(minibatches):
        reader.minibatch()


def three(optimizer: str = "sgd", **settings: Any) -> Config:
    return net(
        (4, "tanh"), (3, "silu", {"bias": False}), (2, "sigmoid", {"freeze_bias": True}),
        **{
            "data": drawn(7, 2, 2),
            "minibatch_size": 3,
            "init": {"biases": "normal"},
            "optimizer": OPTIMIZERS[optimizer],
            **settings,
        },
    )  # fmt: skip


@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("cost", ["squared_error", *OUTPUT])
@pytest.mark.parametrize("activation", HIDDEN)
def test_the_lines_of_every_activation_and_cost(activation: str, cost: str, outputs: int) -> None:
    if cost == "cross_entropy" and outputs == 1:
        return
    layers = [(4, activation), (3, activation), (outputs, OUTPUT.get(cost, activation))]
    data = drawn(7, 2, outputs, cost)
    read(net(*layers, data=data, cost={"name": cost}, minibatch_size=3), 2)


@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("cost", ["squared_error", *OUTPUT])
def test_the_lines_of_every_convention(cost: str, reduction: str, outputs: int, half: bool) -> None:
    if (half and cost != "squared_error") or (cost == "cross_entropy" and outputs == 1):
        return
    settings = {"cost": {"name": cost, "reduction": reduction, "half": half}, "minibatch_size": 3}
    layers = [(3, "tanh"), (outputs, OUTPUT.get(cost, "linear"))]
    read(net(*layers, data=drawn(7, 2, outputs, cost), **settings), 3)


@pytest.mark.parametrize("half", [False, True])
def test_the_lines_of_softmax_with_squared_error(half: bool) -> None:
    read(net((3, "tanh"), (3, "softmax"), data=drawn(7, 2, 3), cost={"half": half}))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES, ids=str)
def test_the_lines_of_every_optimizer_and_schedule(optimizer: str, schedule: Any) -> None:
    read(three(optimizer).merged({"optimizer": {"schedule": schedule}}), 8)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(
    "settings",
    [
        {"l1": 0.05},
        {"l2": 0.1},
        {"l1": 0.05, "l2": 0.1, "clip": {"by": "norm", "threshold": 0.2}},
        {"clip": {"by": "value", "threshold": 0.02}},
        {"clip": {"by": "norm", "threshold": 1e6}},
    ],
    ids=str,
)
def test_the_lines_of_penalties_and_clipping(optimizer: str, settings: dict[str, Any]) -> None:
    read(three(optimizer, **settings))


@given(configs(dtype="float64"))
def test_the_lines_of_any_network(config: Config) -> None:
    read(config)


def test_the_lines_of_two_layers_as_a_person_would_write_them() -> None:
    config = net((3, "tanh"), (1, "sigmoid"), data={"name": "xor"})
    assert [line.code for line in listing(config, 4)] == [
        "a0, y = X[rows], Y[rows]",
        "z1 = a0 @ W1 + b1",
        "a1 = np.tanh(z1)",
        "z2 = a1 @ W2 + b2",
        "a2 = sigmoid(z2)",
        "cost = np.mean((a2 - y)**2)",
        "delta2 = 2*(a2 - y) * a2 * (1 - a2)",
        "dW2 = a1.T @ delta2 / len(y);  db2 = delta2.sum(0) / len(y)",
        "delta1 = (delta2 @ W2.T) * (1 - a1**2)",
        "dW1 = a0.T @ delta1 / len(y);  db1 = delta1.sum(0) / len(y)",
        "W1 -= 0.1*dW1;  b1 -= 0.1*db1",
        "W2 -= 0.1*dW2;  b2 -= 0.1*db2",
    ]


@pytest.mark.parametrize(
    ("reduction", "outputs", "share"),
    [
        ("sum", 2, ""),
        ("mean", 2, " / len(y)"),
        ("mean_all", 1, " / len(y)"),
        ("mean_all", 2, " / (len(y)*2)"),
    ],
)
def test_a_gradient_is_written_with_the_factor_of_the_reduction(
    reduction: str, outputs: int, share: str
) -> None:
    layer = (outputs, "linear", {"bias": False})
    config = net(layer, data=drawn(3, 2, outputs), cost={"reduction": reduction})
    assert listing(config, 3)[5].code == f"dW1 = a0.T @ delta1{share}"


@given(configs())
def test_the_shapes_are_those_of_the_tensors_that_an_op_writes(config: Config) -> None:
    """Moments have the shape of their parameter and clipping changes none; both are left out."""
    run = Run(config)
    for _ in range(3):
        for line in listing(config, run.minibatches[0].count(run.iteration)):
            op = run.step()
            names = [name for name in writes(op, config) if "_" not in name]
            expected = [] if op.kind is Kind.CLIP else [run.tensor(name).shape for name in names]
            assert list(line.shapes) == expected, op


def test_there_is_a_line_for_every_op() -> None:
    for config in (three(), three(clip={}), net((1, "linear"), data=inline([[1]], [[1]]))):
        assert len(listing(config, 3)) == len(Run(config).program)
