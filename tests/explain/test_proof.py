"""The proof agrees with the backward pass, names kinks, and finds planted errors."""

from typing import Any

import numpy as np
import pytest

from app.engine.config import Config
from app.engine.gradcheck import TOLERANCE, H, check
from app.engine.program import Kind
from app.explain.proof import prove
from app.explain.scene import Scene
from app.presets import preset
from app.session.timeline import Timeline

from .networks import CONFIGS, gradients, scene, small


def at_end_of_backward(config, minibatches: int = 1) -> Timeline:  # type: ignore[no-untyped-def]
    timeline = Timeline(config)
    kinds = [op.kind for op in timeline.run.program]
    timeline.forward(minibatches * timeline.length + kinds.index(Kind.UPDATE))
    return timeline


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("done", ["backward", "updates"])
def test_every_gradient_is_proved(name: str, done: str) -> None:
    timeline = at_end_of_backward(CONFIGS[name])
    if done == "updates":
        timeline.forward(2 * timeline.length)
    s = scene(timeline)
    for tensor in gradients(s):
        index = (0, 0) if tensor[1] in "WP" else (0,)
        proof = prove(s, tensor, index, 1)
        assert proof.verdict == "proved", proof
        assert proof.worst < (2e-3 if s.config.dtype == "float32" else TOLERANCE)


def test_the_quotient_is_that_of_the_gradient_check() -> None:
    config = CONFIGS["tanh"]
    timeline = at_end_of_backward(config)
    s = scene(timeline)
    for known in check(config, minibatches=1):
        for index in np.ndindex(known.analytic.shape):
            proof = prove(s, known.tensor, index, None)
            assert proof.analytic == known.analytic[index]
            assert proof.numerical == pytest.approx(known.numerical[index], rel=1e-5, abs=1e-9)
            assert proof.numerical == (proof.plus - proof.minus) / (2 * H)


def test_the_proof_of_the_known_network() -> None:
    timeline = Timeline(preset("xor"))
    timeline.forward(350 * timeline.length + 9)
    proof = prove(scene(timeline), "delta1", (1,), 1)
    assert f"{proof.analytic:+.12f}" == "+0.009117796512"
    assert proof.numerical == pytest.approx(0.009117796509, abs=1e-11)
    assert proof.error < 1e-8
    assert (proof.parameters, proof.entries) == (13, 3)


def test_a_kink_is_named_and_proves_nothing() -> None:
    config = small("relu", "squared_error", 1)
    timeline = at_end_of_backward(config)
    s = scene(timeline)
    j = 2
    z = float(s.now.tensor("z1")[0, j])
    timeline.change("b1", (j,), float(s.now.tensor("b1")[j]) - z)
    s = scene(timeline)
    assert abs(float(s.now.tensor("z1")[0, j])) < H
    proof = prove(s, "delta1", (j,), 0)
    assert (proof.verdict, proof.kink) == ("kink", (1, j + 1))
    other = prove(s, "delta1", (0,), 0)
    assert (other.verdict, other.kinks, other.kink) == ("proved", 1, (1, j + 1))


def plant(s: Scene, tensor: str, factor: float) -> None:
    """Make a gradient wrong by a factor, in the run itself."""
    wrong = s.now.tensor(tensor).view()
    wrong.base.flags.writeable = True
    wrong.flags.writeable = True
    wrong *= factor


@pytest.mark.parametrize("tensor", ["delta1", "dW1", "db2"])
def test_a_wrong_gradient_is_found(tensor: str) -> None:
    s = scene(at_end_of_backward(CONFIGS["tanh"]))
    plant(s, tensor, 1.001)
    index = (0, 0) if tensor == "dW1" else (0,)
    assert prove(s, tensor, index, 0).verdict == "failed"


NETWORKS: dict[str, dict[str, Any]] = {
    "tanh": {},
    "relu": {"activation": "relu", "units": 8},
    "relu, deep": {"activation": "relu", "units": 8, "hidden": 3},
    "norm": {"units": 6, "layer": {"batch_norm": True, "bias": False}},
    "link": {"units": 6, "hidden": 2, "layer": {"residual": True}},
    "sum": {"activation": "relu", "units": 8, "reduction": "sum"},
}


def fitted(digits: float, *, activation: str = "tanh", units: int = 4, hidden: int = 1,
           layer: dict[str, Any] | None = None, reduction: str = "mean") -> Timeline:  # fmt: skip
    """XOR at the end of a way back, with outputs as near to the targets as that many digits."""
    below = {"units": units, "activation": activation, **(layer or {})}
    config = Config.parse(
        {
            "data": {"name": "xor"}, "minibatch_size": 4, "seed": 1,
            "layers": [below] * hidden + [{"units": 1, "activation": "sigmoid"}],
            "cost": {"name": "binary_cross_entropy", "reduction": reduction},
            "optimizer": {"name": "adam", "learning_rate": 0.03},
        }
    )  # fmt: skip
    timeline, last = Timeline(config), config.depth
    start = 1000 * timeline.length
    timeline.forward(start)
    z = float(np.abs(timeline.run.tensor(f"z{last}")).min())
    for name in (f"W{last}", f"b{last}"):
        for index, value in np.ndenumerate(timeline.run.tensor(name).copy()):
            timeline.change(name, index, float(value * digits * np.log(10) / z))
    kinds = [op.kind for op in timeline.run.program]
    timeline.forward(start + kinds.index(Kind.UPDATE))
    return timeline


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("digits", [6, 10, 12, 14, 16])
def test_what_only_rounding_is_left_of_is_no_mistake(name: str, digits: float) -> None:
    s = scene(fitted(digits, **NETWORKS[name]))
    assert s.now.cost < 10 * 10**-digits
    for tensor in gradients(s):
        for example in range(s.N):
            proof = prove(s, tensor, (0, 0) if tensor[1] in "WP" else (0,), example)
            assert proof.verdict in ("proved", "kink"), proof


@pytest.mark.parametrize("tensor", ["dW1", "dW2"])
def test_a_wrong_gradient_is_found_where_the_cost_is_nearly_0(tensor: str) -> None:
    s = scene(fitted(10))
    plant(s, tensor, 1.01)
    assert prove(s, tensor, (0, 0), None).verdict == "failed"


def test_proving_leaves_the_run_alone() -> None:
    timeline = at_end_of_backward(CONFIGS["adam clipped"])
    bits = {name: array.tobytes() for name, array in timeline.run.tensors().items()}
    s = scene(timeline)
    for tensor, index in (("delta1", (0,)), ("dW2", (1, 1)), ("db3", (0,))):
        prove(s, tensor, index, 0)
    assert {name: array.tobytes() for name, array in timeline.run.tensors().items()} == bits


def test_of_a_tensor_that_would_take_too_long_one_entry_is_proved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    timeline = at_end_of_backward(CONFIGS["penalties"])
    whole = prove(scene(timeline), "dW1", (1, 2), 0)
    monkeypatch.setattr("app.explain.proof.MOST_VALUES", 100)
    alone = prove(scene(timeline), "dW1", (1, 2), 0)
    assert (whole.entries, alone.entries) == (8, 1)
    assert (alone.analytic, alone.numerical) == (whole.analytic, whole.numerical)
    assert alone.verdict == "proved"
