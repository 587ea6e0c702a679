"""The gradient grid: every activation, every cost it fits, one and several outputs, depth 1 to 3,
under every convention, against central differences and against HIPS autograd.

The functions and costs below are written from their equations, not from the engine.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import value_and_grad

from app.engine import costs, ops
from app.engine.config import Config
from app.engine.functions import ACTIVATIONS, sigmoid_slope
from app.engine.gradcheck import TOLERANCE, check, relative_error, rounding_noise
from app.engine.names import is_parameter, parsed
from app.engine.program import Kind
from app.engine.run import Run
from app.presets import preset

from .networks import HIDDEN, OUTPUT, REDUCTIONS, Array, bits, drawn, net, run_until, trained

Cell = tuple[str, str, int, int]


def cells() -> Iterator[Cell]:
    """Every (activation, cost, outputs, depth) that makes sense."""
    for outputs in (1, 3):
        for depth in (1, 2, 3):
            for activation in HIDDEN:
                yield activation, "squared_error", outputs, depth
                if depth > 1 or activation == "sigmoid":
                    yield activation, "binary_cross_entropy", outputs, depth
                if outputs > 1 and (depth > 1 or activation == "sigmoid"):
                    yield activation, "cross_entropy", outputs, depth
            if outputs > 1:
                yield "softmax", "squared_error", outputs, depth


def conventions(cost: str) -> Iterator[dict[str, Any]]:
    """Every reduction, half or not, with and without penalties."""
    for reduction in REDUCTIONS:
        for half in (False, True) if cost == "squared_error" else (False,):
            for penalty in ({}, {"l1": 0.03, "l2": 0.2}):
                yield {"cost": {"name": cost, "reduction": reduction, "half": half}, **penalty}


def configs(cell: Cell, **settings: Any) -> Iterator[Config]:
    """The networks of a cell. Random biases keep ReLU from its kink, and the seeds are such that
    no gradient is so small that the rounding of the differences shows in it."""
    activation, cost, outputs, depth = cell
    hidden = "tanh" if activation == "softmax" else activation
    layers = [(4, hidden)] * (depth - 1) + [(outputs, OUTPUT.get(cost, activation))]
    for number, convention in enumerate(conventions(cost)):
        yield net(
            *layers,
            **{
                "seed": 22 * depth + number,
                "data": drawn(6, 2, outputs, cost),
                "init": {"weights": "xavier_normal", "biases": "normal", "bias_scale": 0.5},
                "optimizer": {"name": "sgd", "learning_rate": 0.02},
                "minibatch_size": 3,
                **convention,
                **settings,
            },
        )


def name(cell: Cell) -> str:
    activation, cost, outputs, depth = cell
    return f"{activation}-{cost}-{outputs} outputs-depth {depth}"


# ---------------------------------------------------------------- against central differences


@pytest.mark.parametrize("cell", tuple(cells()), ids=name)
def test_every_gradient_agrees_with_central_differences(cell: Cell) -> None:
    """Every second convention, another half of them at the next depth; autograd has them all."""
    for config in islice(configs(cell), cell[-1] % 2, None, 2):
        for found in check(config, minibatches=config.seed // 2 % 2):
            assert found.error < 1e-5, (found.tensor, config.cost)


def test_a_check_names_every_weight_and_every_bias() -> None:
    config = net((3, "tanh"), (2, "sigmoid", {"bias": False}), (1, "linear"))
    assert [found.tensor for found in check(config)] == ["dW3", "db3", "dW2", "dW1", "db1"]
    shapes = [found.analytic.shape for found in check(config)]
    assert shapes == [(2, 1), (1,), (3, 2), (2, 3), (3,)]
    assert shapes == [found.numerical.shape for found in check(config)]


def test_a_check_is_of_the_minibatch_that_follows_the_trained_ones() -> None:
    config = net((3, "tanh"), (1, "linear"), data=drawn(7, 2, 1), minibatch_size=3)
    for minibatches in (0, 1, 2, 5):
        run = run_until(trained(config, minibatches), Kind.UPDATE)
        for found in check(config, minibatches=minibatches):
            assert np.array_equal(found.analytic, run.tensor(found.tensor))


def test_a_check_is_in_double_precision_and_looks_past_clipping() -> None:
    config = net((3, "tanh"), (1, "linear"), clip={"threshold": 1e-6}, dtype="float32")
    for found in check(config):
        assert found.analytic.dtype == np.float64
        assert np.abs(found.numerical).max() > 1e-3
        assert found.error < 1e-6


def test_a_check_with_another_h() -> None:
    config = net((3, "tanh"), (1, "linear"))
    exact = max(found.error for found in check(config, h=1e-5))
    coarse = max(found.error for found in check(config, h=1e-1))
    assert exact < 1e-7 < coarse


def test_relative_error_follows_its_definition() -> None:
    assert relative_error(np.array([1.0, 2.0]), np.array([1.0, 4.0])) == 0.5
    assert relative_error(np.array([-1.0]), np.array([1.0])) == 2.0
    assert relative_error(np.zeros(3), np.zeros(3)) == 0.0
    assert relative_error(np.zeros(0), np.zeros(0)) == 0.0
    assert relative_error(np.array([1e-12]), np.array([0.0])) == 1.0


def test_a_difference_as_small_as_the_rounding_of_the_costs_is_within_the_tolerance() -> None:
    noise = rounding_noise(0.25, 1e-5)
    assert 1e-12 < noise < 2e-11
    found = relative_error(np.array([noise, 3.0]), np.array([0.0, 3.0]), noise)
    assert found == pytest.approx(TOLERANCE)
    assert relative_error(np.array([1.0]), np.array([1.1]), noise) == pytest.approx(0.1 / 1.1)


def test_what_the_check_of_iris_leaves_is_rounding() -> None:
    """A difference of fourth order at a wider h, which has less of it, is nearer to the truth."""
    at = {
        h: [c for c in check(preset("iris"), h=h) if c.tensor == "db1"] for h in (1e-5, 1e-3, 2e-3)
    }
    (close,), (wide,), (wider,) = at.values()
    fourth = (4 * wide.numerical - wider.numerical) / 3
    off = np.abs(close.analytic - close.numerical).max()
    assert np.abs(close.analytic - fourth).max() < off / 5
    assert off < rounding_noise(1.1, 1e-5)


# ---------------------------------------------------------------- against autograd


def softmax(z: Any) -> Any:
    return anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True)


EQUATIONS = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "elu": lambda z: anp.where(z > 0, z, anp.exp(z) - 1),
    "gelu": lambda z: z / 2 * (1 + anp.tanh((2 / anp.pi) ** 0.5 * (z + 0.044715 * z**3))),
    "silu": lambda z: z / (1 + anp.exp(-z)),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "softmax": softmax,
}


def terms(cost: str, a: Any, y: Array) -> Any:
    match cost:
        case "binary_cross_entropy":
            return -y * anp.log(a) - (1 - y) * anp.log(1 - a)
        case "cross_entropy":
            return -y * anp.log(a)
        case _:
            return (a - y) ** 2


def plain_cost(
    p: dict[str, Any], config: Config, x: Array, y: Array, masks: dict[str, Array]
) -> Any:
    """The cost of a minibatch as the textbooks write it."""
    a: Any = x
    for l, layer in enumerate(config.layers, 1):
        below, z = a, anp.dot(a, p[f"W{l}"]) + p.get(f"b{l}", 0.0)
        if layer.batch_norm:
            centred = z - anp.mean(z, 0)
            deviation = anp.sqrt(anp.mean(centred**2, 0) + 1e-5)
            z = p[f"gamma{l}"] * centred / deviation + p[f"beta{l}"]
        a = EQUATIONS[layer.activation](z) * masks.get(f"mask{l}", 1.0)
        if layer.residual:
            a = a + (anp.dot(below, p[f"P{l}"]) if f"P{l}" in p else below)
    total = anp.sum(terms(config.cost.name, a, y))
    total = total / 2 if config.cost.half else total
    total = total / {"sum": 1, "mean": len(y), "mean_all": y.size}[config.cost.reduction]
    weights = [W for key, W in p.items() if key[0] in "WP"]
    ridge = sum(anp.sum(W**2) for W in weights)
    return total + config.l2 / 2 * ridge + config.l1 * sum(anp.sum(anp.abs(W)) for W in weights)


def assert_autograd_agrees(config: Config, *, minibatches: int, tolerance: float = 1e-9) -> None:
    run = run_until(trained(config, minibatches), Kind.UPDATE)
    tensors = {key: array.astype(float) for key, array in run.tensors().items()}
    parameters = {key: tensors[key] for key in tensors if is_parameter(key)}
    masks = {key: tensors[key] for key in tensors if key.startswith("mask")}
    arguments = (parameters, config, tensors["a0"], tensors["y"], masks)
    cost, gradients = value_and_grad(plain_cost)(*arguments)
    assert run.cost == pytest.approx(cost, rel=tolerance)
    for key, gradient in gradients.items():
        if config.layers[parsed(key)[1] - 1].frozen:
            assert f"d{key}" not in tensors
            continue
        size = max(1e-3, float(np.abs(gradient).max()))
        np.testing.assert_allclose(
            tensors[f"d{key}"], gradient, tolerance, tolerance * size, err_msg=f"{key} {config}"
        )


@pytest.mark.parametrize("cell", tuple(cells()), ids=name)
def test_every_gradient_agrees_with_autograd(cell: Cell) -> None:
    for number, config in enumerate(configs(cell)):
        assert_autograd_agrees(config, minibatches=(number + 1) % 2)


@pytest.mark.parametrize("cell", [cell for cell in cells() if cell[2:] == (3, 2)], ids=name)
def test_single_precision_agrees_with_autograd_to_its_own_digits(cell: Cell) -> None:
    for config in configs(cell, dtype="float32"):
        assert_autograd_agrees(config, minibatches=0, tolerance=2e-5)


@pytest.mark.parametrize("layer", [{"bias": False}, {"freeze_bias": True}], ids=["no", "frozen"])
def test_gradients_without_biases_or_with_frozen_ones(layer: dict[str, bool]) -> None:
    layers = [(4, "tanh", layer), (3, "silu"), (2, "sigmoid", layer)]
    for convention in conventions("squared_error"):
        config = net(*layers, data=drawn(5, 3, 2), **convention)
        assert_autograd_agrees(config, minibatches=2)
        assert max(found.error for found in check(config, minibatches=2)) < 1e-5


# ---------------------------------------------------------------- norms, dropout, links, frozen

REMEDIES: dict[str, dict[str, Any]] = {
    "norm": {"batch_norm": True},
    "dropout": {"dropout": 0.4},
    "link": {"residual": True},
    "norm and link": {"batch_norm": True, "residual": True},
    "all": {"batch_norm": True, "dropout": 0.3, "residual": True, "bias": False},
}


@pytest.mark.parametrize("remedy", REMEDIES)
@pytest.mark.parametrize("activation", HIDDEN)
@pytest.mark.parametrize("cost", ["squared_error", *OUTPUT])
def test_gradients_of_remedies(cost: str, activation: str, remedy: str) -> None:
    """A link at the input, one that needs a matrix and one that does not, one after the other."""
    layer = (activation, REMEDIES[remedy])
    output = OUTPUT.get(cost, "linear")
    for number, convention in enumerate(conventions(cost)):
        config = net(
            (4, *layer), (4, *layer), (3, *layer), (3, output),
            seed=60 + number,
            data=drawn(6, 2, 3, cost),
            init={"weights": "xavier_normal", "biases": "normal", "bias_scale": 0.5},
            optimizer={"name": "sgd", "learning_rate": 0.02},
            minibatch_size=3,
            **convention,
        )  # fmt: skip
        assert_autograd_agrees(config, minibatches=number % 3)
        if number % 4 == 0:
            for found in check(config, minibatches=number % 3):
                assert found.error < 1e-5, (found.tensor, convention)


@pytest.mark.parametrize("frozen", [(0,), (1,), (2,), (0, 1), (0, 2)])
def test_frozen_layers_have_no_gradient_and_let_the_others_learn(frozen: tuple[int, ...]) -> None:
    layers = [(4, "tanh", {"batch_norm": True}), (4, "tanh", {"residual": True}), (1, "linear")]
    shown = [
        (n, f, {**dict(*rest), "frozen": i in frozen}) for i, (n, f, *rest) in enumerate(layers)
    ]
    config = net(*shown, data=drawn(6, 2, 1), minibatch_size=3, l2=0.1)
    assert_autograd_agrees(config, minibatches=2)
    checked = {found.tensor for found in check(config, minibatches=2) if found.error < 1e-5}
    learning = [l for l in (1, 2, 3) if l - 1 not in frozen]
    assert {parsed(name)[1] for name in checked} == set(learning)
    assert {name for name in checked if name[1] == "W"} == {f"dW{l}" for l in learning}
    start, later = Run(config), trained(config, 4)
    for l in (1, 2, 3):
        same = np.array_equal(start.tensor(f"W{l}"), later.tensor(f"W{l}"))
        assert same == (l - 1 in frozen)


# ---------------------------------------------------------------- planted errors are caught


def worst(cell: Cell) -> float:
    return max(found.error for config in configs(cell) for found in check(config))


def disagreements(cell: Cell) -> int:
    count = 0
    for config in configs(cell):
        try:
            assert_autograd_agrees(config, minibatches=0)
        except AssertionError:
            count += 1
    return count


@pytest.mark.parametrize("activation", sorted({*HIDDEN} - {"linear", "sigmoid"}))
def test_a_planted_wrong_slope_is_caught(activation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(ACTIVATIONS[activation], slope=sigmoid_slope)
    monkeypatch.setitem(ACTIVATIONS, activation, wrong)
    cell = (activation, "binary_cross_entropy", 1, 2)
    assert worst(cell) > 1e-2
    assert disagreements(cell) == len(list(configs(cell)))


def unreduced(config: Config, N: int) -> float:
    return 1.0


def doubled(config: Config, tape: Any) -> list[Any]:
    return [*output_delta(config, tape), (np.add, tape.delta[-1], tape.delta[-1], tape.delta[-1])]


output_delta = costs.output_delta


@pytest.mark.parametrize(("part", "wrong"), [("scale", unreduced), ("output_delta", doubled)])
@pytest.mark.parametrize("cost", ["squared_error", *OUTPUT])
def test_a_planted_wrong_factor_is_caught(
    cost: str, part: str, wrong: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ops, part, wrong)
    cell = ("tanh", cost, 3, 2)
    assert worst(cell) > 1e-2
    assert disagreements(cell) >= len(list(configs(cell))) * 2 // 3  # a sum is not reduced


def test_a_planted_missing_penalty_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops.Ops, "_penalized", lambda self, span: [])
    cell = ("tanh", "squared_error", 1, 2)
    assert worst(cell) > 1e-2
    assert disagreements(cell) == len(list(configs(cell))) // 2


def test_a_planted_transposed_error_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def transposed(self: ops.Ops, l: int) -> list[Any]:
        if l == self.config.depth:
            return output_delta(self.config, self.t)
        W, delta = self.p.named[f"W{l + 1}"], self.t.delta
        return [(np.matmul, W.T.copy(), delta[l + 1], delta[l])]

    monkeypatch.setattr(ops.Ops, "delta", transposed)
    config = net((3, "linear"), (3, "linear"), data=drawn(5, 2, 3))
    assert max(found.error for found in check(config)) > 1e-2


def test_checking_leaves_another_run_of_the_config_alone() -> None:
    config = net((3, "tanh"), (1, "linear"))
    run = trained(config, 2)
    before = bits(run)
    check(config, minibatches=2)
    assert bits(run) == before
    assert bits(Run(config)) == bits(Run(config))
