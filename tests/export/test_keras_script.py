"""The Keras script: run where Keras is, and looked at part by part where it is not."""

import ast
import importlib.util
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from app.engine.config import Config
from app.engine.program import Kind
from app.engine.run import Run
from app.export.keras_script import keras_script
from app.presets import preset
from tests.engine.networks import HIDDEN, configs, run_until

from .experiments import EXPERIMENTS, assert_same_costs, executed, line_of, model_of

ACTIVATIONS = {
    **{name: repr(name) for name in ("sigmoid", "tanh", "relu", "elu", "silu", "softplus")},
    "leaky_relu": "lambda z: ops.where(z > 0, z, 0.01 * z)",
    "gelu": "lambda z: keras.activations.gelu(z, approximate=True)",
}


@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="Keras is not installed")
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_keras_trains_to_the_same_costs(name: str, tmp_path: Path) -> None:
    config = EXPERIMENTS[name]
    assert_same_costs(keras_script(config), config, tmp_path, rel=1e-5)  # partly single precision


def changed(**patch: Any) -> str:
    return keras_script(preset("xor").merged(patch))


def layers(script: str) -> list[tuple[str, list[str], dict[str, str]]]:
    """What the model is made of: each layer's name, places, and arguments by name."""
    (parts,) = model_of(script).args
    assert isinstance(parts, ast.List)
    return [
        (
            ast.unparse(part.func),
            [ast.unparse(place) for place in part.args],
            {str(word.arg): ast.unparse(word.value) for word in part.keywords},
        )
        for part in parts.elts
        if isinstance(part, ast.Call)
    ]


@settings(max_examples=50)
@given(configs(remedies=False))
def test_every_layer_is_dense_with_its_units_and_its_bias(config: Config) -> None:
    first, *rest = layers(keras_script(config))
    assert first == ("keras.Input", [f"({config.sizes[0]},)"], {})
    for (name, units, more), layer in zip(rest, config.layers, strict=True):
        assert (name, units) == ("keras.layers.Dense", [str(layer.units)])
        assert more.get("use_bias", "True") == str(layer.bias)
        assert ("kernel_regularizer" in more) == bool(config.l1 or config.l2)


@pytest.mark.parametrize("activation", HIDDEN)
def test_every_activation_is_keras_with_backsteps_constants(activation: str) -> None:
    assert ACTIVATIONS.keys() | {"linear"} == set(HIDDEN)
    made = layers(keras_script(EXPERIMENTS[activation]))
    found = [more.get("activation") for _, _, more in made]
    assert found == [None, ACTIVATIONS.get(activation), "'sigmoid'", None]


def test_the_output_is_left_to_the_cost_where_that_takes_the_logits() -> None:
    for cost in ("cross_entropy", "binary_cross_entropy"):
        assert "activation" not in layers(keras_script(EXPERIMENTS[cost]))[-1][2]
    softmax = layers(keras_script(EXPERIMENTS["softmax with squared error"]))
    assert softmax[-1][2]["activation"] == "'softmax'"


@settings(max_examples=50)
@given(configs(remedies=False))
def test_every_weight_and_bias_goes_to_its_layer(config: Config) -> None:
    script = keras_script(config)
    frozen = [f"model.layers[{l}].bias.trainable = False" for l in range(config.depth)]
    for l, layer in enumerate(config.layers):
        values = f"W{l + 1}, b{l + 1}" if layer.bias else f"W{l + 1}"
        assert f"\nmodel.layers[{l}].set_weights([{values}])\n" in script
        counts = config.clip is not None and config.clip.by == "norm"
        assert (frozen[l] in script) == (layer.bias and layer.freeze_bias and not counts)


OPS = SimpleNamespace(
    square=np.square, sum=np.sum, mean=np.mean,
    binary_crossentropy=lambda y, z, from_logits: np.logaddexp(z, 0) - y * z,
    categorical_crossentropy=lambda y, z, from_logits: np.sum(
        y * (np.log(np.exp(z).sum(1, keepdims=True)) - z), 1
    ),
)  # fmt: skip
"""The ops of Keras that a cost is made of, from their documentation."""


@settings(max_examples=50)
@given(configs(remedies=False, dtype="float64", l1=0.0, l2=0.0))
def test_the_cost_is_that_of_the_engine(config: Config) -> None:
    run = run_until(Run(config), Kind.DELTA)
    cost_of = executed(keras_script(config), "cost_of", ops=OPS).cost_of
    output = "a" if config.cost.name == "squared_error" else "z"
    found = cost_of(run.tensor("y"), run.tensor(f"{output}{config.depth}"))
    assert found == pytest.approx(run.cost, rel=1e-12)


def test_keras_has_the_whole_square_where_backstep_has_half() -> None:
    script = changed(l1=0.25, l2=0.5)
    assert line_of(script, "penalty =") == "penalty = keras.regularizers.L1L2(l1=0.25, l2=0.25)"
    assert "penalty" not in changed()


def test_the_rate_is_set_before_every_minibatch_where_it_changes() -> None:
    script = changed(optimizer={"schedule": "exponential"})
    assert "        optimizer.learning_rate = 3.0 * factor((t - 1) / PER_EPOCH)\n" in script
    assert script.index("t = 0") < script.index("t += 1") < script.index("train_on_batch")
    assert "learning_rate =" not in changed()


def test_the_type_of_numbers_is_set_before_anything_is_made() -> None:
    double, single = changed(), changed(dtype="float32")
    for script in (double, single):
        assert script.index("DTYPE = ") < script.index("set_floatx(DTYPE)") < script.index("model")
    assert double.index('"JAX_ENABLE_X64"') < double.index("import keras")
    assert "os" not in {
        alias.name
        for node in ast.walk(ast.parse(single))
        if isinstance(node, ast.Import)
        for alias in node.names
    }


def test_a_cost_is_that_of_its_minibatch_alone() -> None:
    script = changed()
    assert script.index("model.reset_metrics()") < script.index("model.train_on_batch")
