"""The ops, each against its equation in plain NumPy on tensors of random numbers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.compiler import compile_kernels
from app.engine.config import Config
from app.engine.ops import product
from app.engine.program import Kind, Op
from app.engine.run import Run

from .networks import (
    OPTIMIZERS,
    OUTPUT,
    REDUCTIONS,
    Array,
    configs,
    drawn,
    inline,
    net,
    run_minibatch,
    run_until,
    trained,
)


def executed(config: Config, op: Op) -> tuple[dict[str, Array], dict[str, Array]]:
    """Fill all tensors with random numbers, execute one op; return all before and after."""
    run = Run(config)
    run.step()
    tensors = run.parameters.named | run._now.tape.named
    rng = np.random.default_rng(0)
    for array in tensors.values():
        array[...] = rng.normal(size=array.shape)
    run.position = run.program.index(op)
    before = {name: array.copy() for name, array in tensors.items()}
    run.step()
    return before, {name: array.copy() for name, array in tensors.items()}


def three(**settings: Any) -> Config:
    return net(
        (4, "linear"), (3, "tanh", {"bias": False}), (2, "linear"),
        data=drawn(5, 2, 2), **settings,
    )  # fmt: skip


def test_preactivate() -> None:
    t, after = executed(three(), Op(Kind.PREACTIVATE, 1))
    np.testing.assert_allclose(after["z1"], t["a0"] @ t["W1"] + t["b1"], rtol=1e-13, atol=1e-14)
    t, after = executed(three(), Op(Kind.PREACTIVATE, 2))
    np.testing.assert_allclose(after["z2"], t["a1"] @ t["W2"], rtol=1e-13, atol=1e-14)


def test_activate() -> None:
    t, after = executed(three(), Op(Kind.ACTIVATE, 2))
    np.testing.assert_allclose(after["a2"], np.tanh(t["z2"]), rtol=1e-15)


def test_cost() -> None:
    t, after = executed(three(l1=0.1, l2=0.3), Op(Kind.COST, 3))
    weights = [t[name] for name in ("W1", "W2", "W3")]
    expected = ((t["a3"] - t["y"]) ** 2).sum() / 5
    expected += sum(0.15 * (W**2).sum() + 0.1 * abs(W).sum() for W in weights)
    np.testing.assert_allclose(after["cost"], expected, rtol=1e-13)


def test_delta_at_the_output() -> None:
    t, after = executed(three(), Op(Kind.DELTA, 3))
    np.testing.assert_allclose(after["delta3"], 2 * (t["a3"] - t["y"]), rtol=1e-15)


def test_delta_below_the_output() -> None:
    t, after = executed(three(), Op(Kind.DELTA, 2))
    expected = t["delta3"] @ t["W3"].T * (1 - t["a2"] ** 2)
    np.testing.assert_allclose(after["delta2"], expected, rtol=1e-13, atol=1e-14)
    t, after = executed(three(), Op(Kind.DELTA, 1))
    np.testing.assert_allclose(after["delta1"], t["delta2"] @ t["W2"].T, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(("reduction", "s"), [("sum", 1), ("mean", 1 / 5), ("mean_all", 1 / 10)])
def test_gradient(reduction: str, s: float) -> None:
    config = three(cost={"reduction": reduction})
    for l in (1, 2, 3):
        t, after = executed(config, Op(Kind.GRADIENT, l))
        expected = s * t[f"a{l - 1}"].T @ t[f"delta{l}"]
        np.testing.assert_allclose(after[f"dW{l}"], expected, rtol=1e-13, atol=1e-14)
        if l != 2:
            expected = s * t[f"delta{l}"].sum(0)
            np.testing.assert_allclose(after[f"db{l}"], expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(("l1", "l2"), [(0.1, 0), (0, 0.3), (0.1, 0.3)])
def test_gradient_with_penalties(l1: float, l2: float) -> None:
    for l in (1, 2, 3):
        bare = executed(three(), Op(Kind.GRADIENT, l))[1]
        t, after = executed(three(l1=l1, l2=l2), Op(Kind.GRADIENT, l))
        expected = bare[f"dW{l}"] + l2 * t[f"W{l}"] + l1 * np.sign(t[f"W{l}"])
        np.testing.assert_allclose(after[f"dW{l}"], expected, rtol=1e-13, atol=1e-14)
        if l != 2:
            assert np.array_equal(after[f"db{l}"], bare[f"db{l}"]), "biases have no penalty"


def test_a_weight_of_zero_has_no_l1_gradient() -> None:
    config = net(
        (2, "linear", {"W": [[0, 3], [-3, 0]], "b": [1, 1]}),
        data=inline([[0, 0]], [[1, 1]]), l1=0.5,
    )  # fmt: skip
    after = run_minibatch(Run(config))
    assert after["dW1"].tolist() == [[0, 0.5], [-0.5, 0]]
    assert after["cost"] == 3


def test_l2_takes_its_share_of_every_weight() -> None:
    config = net(
        (1, "linear", {"W": [[2.0], [-4.0]], "b": [1.0]}),
        data=inline([[0, 0]], [[1]]), l2=0.5, optimizer={"name": "sgd", "learning_rate": 0.1},
    )  # fmt: skip
    after = run_minibatch(Run(config))
    assert after["W1"].ravel().tolist() == pytest.approx([1.9, -3.8], rel=1e-15)
    assert after["b1"].tolist() == [1]


# ---------------------------------------------------------------- clipping

GRADIENTS = ("dW1", "db1", "dW2", "dW3", "db3")


def clipped(by: str, threshold: float) -> tuple[Array, Array]:
    """Return all gradients before and after the op, as vectors."""
    config = three(clip={"by": by, "threshold": threshold})
    before, after = executed(config, Op(Kind.CLIP, 0))
    vectors = [np.concatenate([t[name].ravel() for name in GRADIENTS]) for t in (before, after)]
    return vectors[0], vectors[1]


@pytest.mark.parametrize("threshold", [1e-3, 0.5, 3.0])
def test_clipping_by_norm_shortens_and_keeps_the_direction(threshold: float) -> None:
    g, short = clipped("norm", threshold)
    factor = min(1, threshold / (np.linalg.norm(g) + 1e-6))
    np.testing.assert_allclose(short, factor * g, rtol=1e-13)
    assert np.linalg.norm(short) == pytest.approx(min(threshold, np.linalg.norm(g)), rel=1e-5)


def test_a_short_gradient_is_left_as_it_is() -> None:
    for by in ("norm", "value"):
        g, same = clipped(by, 1000.0)
        assert same.tobytes() == g.tobytes()


@pytest.mark.parametrize("threshold", [1e-3, 0.5, 3.0])
def test_clipping_by_value_limits_each_entry(threshold: float) -> None:
    g, cut = clipped("value", threshold)
    assert np.array_equal(cut, np.clip(g, -threshold, threshold))
    assert np.abs(cut).max() <= threshold


def test_a_gradient_of_zero_can_be_clipped() -> None:
    config = net((1, "linear", {"W": [[0], [0]], "b": [0]}), data=inline([[1, 1]], [[0]]), clip={})
    assert not run_minibatch(Run(config))["dW1"].any()


@given(st.integers(0, 9))
def test_each_run_of_many_is_clipped_by_its_own_norm(seed: int) -> None:
    config = three(clip={"by": "norm", "threshold": 0.5}, init={"weights": "normal"})
    configs = [config.merged({"seed": s}) for s in (seed, seed + 1, seed + 2)]
    together, alone = (run_until(Run(*cs), Kind.UPDATE) for cs in (configs, configs[1:2]))
    for name in GRADIENTS:
        np.testing.assert_allclose(together.tensor(name)[1], alone.tensor(name), rtol=1e-12)


# ---------------------------------------------------------------- what the sum over examples says


@pytest.mark.parametrize("cost", ["squared_error", *OUTPUT])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_copied_examples_change_a_mean_by_nothing_and_double_a_sum(
    cost: str, reduction: str
) -> None:
    data = drawn(5, 2, 3, cost)
    twice = {**data, "X": data["X"] * 2, "Y": data["Y"] * 2}
    settings = {"cost": {"name": cost, "reduction": reduction}, "init": {"biases": "normal"}}
    layers = [(4, "tanh"), (3, OUTPUT.get(cost, "linear"))]
    once, both = (run_minibatch(Run(net(*layers, data=d, **settings))) for d in (data, twice))
    factor = 2 if reduction == "sum" else 1
    for name in ("cost", "dW1", "db1", "dW2", "db2"):
        np.testing.assert_allclose(both[name], factor * once[name], rtol=1e-12, atol=1e-15)


@given(configs(remedies=False, dtype="float64", clip=None, l1=0.0, l2=0.0, minibatch_size=None))
def test_the_gradient_of_all_is_the_sum_over_the_examples(config: Config) -> None:
    """Each example alone, with the reduction of one example taken out."""
    whole = run_until(Run(config), Kind.UPDATE)
    outputs, n = config.sizes[-1], config.data.count
    share = {"sum": 1, "mean": 1 / n, "mean_all": 1 / (n * outputs)}[config.cost.reduction]
    still = {"optimizer": {"learning_rate": 1e-300}, "cost": {"reduction": "sum"}}
    run = Run(config.merged({"minibatch_size": 1, "shuffle": False, **still}))
    totals: dict[str, Any] = {}
    for _ in range(n):
        for name, array in run_minibatch(run).items():
            if name.startswith(("dW", "db")):
                totals[name] = totals.get(name, 0) + array
    for name, total in totals.items():
        np.testing.assert_allclose(whole.tensor(name), share * total, rtol=1e-9, atol=1e-12)


# ---------------------------------------------------------------- updates


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_update_changes_its_layer_and_no_other(name: str) -> None:
    config = three(optimizer=OPTIMIZERS[name])
    run = run_until(trained(config, 2), Kind.UPDATE)
    for l in (1, 2, 3):
        before = {n: array.copy() for n, array in run.parameters.named.items()}
        run.step()
        for other, array in run.parameters.named.items():
            own = other.endswith((f"W{l}", f"b{l}")) and not other.startswith("d")
            assert own == (not np.array_equal(array, before[other])), other


def test_a_product_with_or_without_a_run_axis() -> None:
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    out, outs = np.empty((3, 2)), np.empty((5, 3, 2))
    As, Bs = np.stack([A + i for i in range(5)]), np.stack([B - i for i in range(5)])
    compile_kernels([[product(A, B, out), product(As, Bs, outs)]])[0]()
    np.testing.assert_allclose(out, A @ B)
    np.testing.assert_allclose(outs, As @ Bs)
