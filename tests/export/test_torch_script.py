"""The PyTorch script: run where PyTorch is, and looked at part by part where it is not."""

import ast
import importlib.util
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from app.engine.config import Config
from app.engine.program import Kind
from app.engine.run import Run
from app.engine.torch_listing import torch_listing
from app.export.torch_script import MODULES, torch_script
from app.presets import preset
from tests.engine.networks import HIDDEN, OPTIMIZERS, configs, run_until

from .experiments import EXPERIMENTS, assert_same_costs, call_of, line_of, model_of

RULES = {
    "sgd": ("SGD", {"lr": 0.1}),
    "momentum": ("SGD", {"lr": 0.05, "momentum": 0.8}),
    "nesterov": ("SGD", {"lr": 0.05, "momentum": 0.8, "nesterov": True}),
    "adagrad": ("Adagrad", {"lr": 0.1, "eps": 1e-8}),
    "rmsprop": ("RMSprop", {"lr": 0.01, "alpha": 0.9, "eps": 1e-8}),
    "adam": ("Adam", {"lr": 0.01, "betas": (0.8, 0.99), "eps": 1e-8}),
    "adamw": ("AdamW", {"lr": 0.01, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.1}),
}
CONSTANTS = {
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "gelu": "nn.GELU(approximate='tanh')",
    "softplus": "nn.Softplus(threshold=40)",
}
"""The activations that PyTorch has with other constants or in another form."""


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_pytorch_trains_to_the_same_costs(name: str, tmp_path: Path) -> None:
    assert_same_costs(torch_script(EXPERIMENTS[name]), EXPERIMENTS[name], tmp_path)


def changed(**patch: Any) -> str:
    return torch_script(preset("xor").merged(patch))


@pytest.mark.parametrize("name", RULES)
def test_every_optimizer_is_pytorchs_of_that_name(name: str) -> None:
    assert RULES.keys() == OPTIMIZERS.keys()
    script = changed(optimizer={"schedule": None, "learning_rate": None, **OPTIMIZERS[name]})
    called, places, values = call_of(script, "optimizer = ")
    assert (called, values) == (f"torch.optim.{RULES[name][0]}", RULES[name][1])
    assert places == ["model.parameters()"]


def test_numbers_are_floats_even_where_they_are_whole() -> None:
    script = changed(optimizer={"name": "adam", "learning_rate": 1.0, "beta1": 0.0})
    _, _, values = call_of(script, "optimizer = ")
    assert [type(v) for v in (values["lr"], *values["betas"])] == [float] * 3


def test_nesterov_without_momentum_is_not_asked_of_pytorch() -> None:
    _, _, values = call_of(changed(optimizer={"name": "nesterov", "momentum": 0.0}), "optimizer =")
    assert values == {"lr": 3.0}


def test_the_rate_follows_the_schedule_minibatch_by_minibatch() -> None:
    script = changed(optimizer={"schedule": "cosine"})
    expected = "torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: factor(t / PER_EPOCH))"
    assert line_of(script, "scheduler =") == f"scheduler = {expected}"
    assert script.index("optimizer.step()") < script.index("scheduler.step()")
    assert script.index("def factor") < script.index("scheduler =")
    assert "scheduler" not in torch_script(preset("xor"))


@pytest.mark.parametrize("by", ["norm", "value"])
def test_clipping_stands_between_backward_and_step(by: str) -> None:
    script = changed(clip={"by": by, "threshold": 2})
    assert call_of(script, "nn.utils") == (
        f"nn.utils.clip_grad_{by}_", ["model.parameters()", "2.0"], {}
    )  # fmt: skip
    places = [script.index(part) for part in ("cost.backward()", "nn.utils", "optimizer.step()")]
    assert places == sorted(places)


def test_frozen_biases_have_gradients_but_do_not_learn() -> None:
    script = torch_script(EXPERIMENTS["frozen adam clipped"])
    assert line_of(script, "frozen =") == 'frozen = ["0.bias", "4.bias"]'
    _, places, _ = call_of(script, "optimizer =")
    assert places == ["learning"]
    assert "model.zero_grad()" in script
    assert "clip_grad_norm_(model.parameters()" in script
    assert '"2.bias"' not in script


def layers(script: str) -> list[str]:
    """What the model is made of."""
    return [ast.unparse(part) for part in model_of(script).args]


@pytest.mark.parametrize("activation", HIDDEN)
def test_every_activation_is_a_module_after_its_layer(activation: str) -> None:
    assert MODULES.keys() | {"linear"} == {*HIDDEN, "softmax"}
    found = layers(torch_script(EXPERIMENTS[activation]))
    between = [CONSTANTS.get(activation, MODULES[activation])] if activation != "linear" else []
    expected = ["nn.Linear(2, 4)", *between, "nn.Linear(4, 3)", "nn.Sigmoid()", "nn.Linear(3, 2)"]
    assert found == expected


def test_the_output_is_left_to_the_cost_where_that_takes_the_logits() -> None:
    assert layers(torch_script(EXPERIMENTS["cross_entropy"]))[-1] == "nn.Linear(3, 3)"
    assert layers(torch_script(EXPERIMENTS["binary_cross_entropy"]))[-1] == "nn.Linear(3, 2)"
    assert (
        layers(torch_script(EXPERIMENTS["softmax with squared error"]))[-1] == "nn.Softmax(dim=1)"
    )


@settings(max_examples=50)
@given(configs(remedies=False))
def test_every_weight_and_bias_goes_to_its_layer(config: Config) -> None:
    script = torch_script(config)
    built = layers(script)
    places = [n for n, module in enumerate(built) if module.startswith("nn.Linear")]
    assert len(places) == config.depth
    loaded = dict(re.findall(r'^    "(\d+\.\w+)": torch\.tensor\((.+)\),$', script, re.MULTILINE))
    expected = {}
    for l, (place, layer) in enumerate(zip(places, config.layers, strict=True), 1):
        bias = "" if layer.bias else ", bias=False"
        assert built[place] == f"nn.Linear({config.sizes[l - 1]}, {layer.units}{bias})"
        expected[f"{place}.weight"] = f"W{l}.T"
        if layer.bias:
            expected[f"{place}.bias"] = f"b{l}"
    assert loaded == expected


def summed(costs: Any, reduction: str) -> Any:
    assert reduction == "sum"
    return np.sum(costs)


FUNCTIONAL = SimpleNamespace(
    binary_cross_entropy_with_logits=lambda z, y, reduction: summed(
        np.logaddexp(z, 0) - y * z, reduction
    ),
    cross_entropy=lambda z, y, reduction: summed(
        -y * (z - np.log(np.exp(z).sum(1, keepdims=True))), reduction
    ),
)
"""What the two functions of torch.nn.functional compute, from their documentation."""


@settings(max_examples=50)
@given(configs(remedies=False, dtype="float64"))
def test_the_cost_is_that_of_the_engine(config: Config) -> None:
    run = run_until(Run(config), Kind.DELTA)
    names: dict[str, Any] = {name: run.tensor(name).copy() for name in run.tensors()}
    names |= {"F": FUNCTIONAL, "weights": [names[f"W{l}"] for l in range(1, config.depth + 1)]}
    line = line_of(torch_script(config), "cost = ")
    assert eval(line.removeprefix("cost = "), names) == pytest.approx(run.cost, rel=1e-12)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_cost_is_the_line_that_the_page_shows(name: str) -> None:
    config = EXPERIMENTS[name].merged({"l1": 0.0, "l2": 0.0})
    assert line_of(torch_script(config), "cost = ") in torch_listing(config)


def test_the_type_of_numbers_is_that_of_the_config() -> None:
    assert "torch.set_default_dtype(torch.float64)\n" in torch_script(preset("xor"))
    assert "torch.set_default_dtype(torch.float32)\n" in changed(dtype="float32")
