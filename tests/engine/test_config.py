"""The config: what is wrong is named, all of it at once; what is right comes back unchanged."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.engine.config import Config, _merge
from app.engine.datasets import DATA_SETS, FEATURES
from app.errors import ConfigError, Fault

from . import networks
from .networks import OPTIMIZERS, SCHEDULES, inline, net

THREE = inline([[0, 1], [2, 3], [4, 5]], [[0], [1], [2]])
LINEAR = [{"units": 1, "activation": "linear"}]


def faults(source: Any) -> tuple[Fault, ...]:
    with pytest.raises(ConfigError) as refused:
        Config.parse(source)
    assert refused.value.faults, "a refusal without a fault tells nobody anything"
    return refused.value.faults


def inlined(**data: Any) -> dict[str, Any]:
    """A config with three examples of its own, and changes to its data."""
    return {"data": {**THREE, **data}, "layers": LINEAR}


# ---------------------------------------------------------------- one fault: field, rule, value

WRONG: list[tuple[Any, str, str, str]] = [
    # the whole
    ("{", "", "must be JSON", "'{'"),
    ("[]", "", "must be an object", "[]"),
    (None, "", "must be an object", "None"),
    ({"layrs": []}, "layrs", "is not a setting here", ""),
    ({"version": 2}, "version", "must be one of 1", "2"),
    ({"dtype": "float16"}, "dtype", "must be one of 'float64' or 'float32'", "'float16'"),
    # numbers
    ({"seed": -1}, "seed", "must be at least 0", "-1"),
    ({"seed": 2**32}, "seed", "must be at most 4294967295", "4294967296"),
    ({"seed": 1.5}, "seed", "must be a whole number", "1.5"),
    ({"seed": "1"}, "seed", "must be a whole number", "'1'"),
    ({"seed": True}, "seed", "must be a whole number", "True"),
    ({"l1": -0.1}, "l1", "must be at least 0.0", "-0.1"),
    ({"l1": True}, "l1", "must be a number", "True"),
    ({"l2": 101}, "l2", "must be at most 100.0", "101"),
    ({"l2": "0.1"}, "l2", "must be a number", "'0.1'"),
    ({"shuffle": 1}, "shuffle", "must be true or false", "1"),
    ({"shuffle": None}, "shuffle", "must be true or false", "None"),
    ({"minibatch_size": 0}, "minibatch_size", "must be at least 1", "0"),
    ({"minibatch_size": 5001}, "minibatch_size", "must be at most 5000", "5001"),
    ({"minibatch_size": 2.5}, "minibatch_size", "must be a whole number", "2.5"),
    # layers
    ({"layers": []}, "layers", "must have at least 1 entries", "[]"),
    ({"layers": 3}, "layers", "must be a list", "3"),
    ({"layers": [3]}, "layers.0", "must be an object", "3"),
    ({"layers": [{}]}, "layers.0.units", "is required", ""),
    ({"layers": [{"units": 0}]}, "layers.0.units", "must be at least 1", "0"),
    ({"layers": [{"units": 1025}]}, "layers.0.units", "must be at most 1024", "1025"),
    ({"layers": [{"units": 1, "bias": "no"}]}, "layers.0.bias", "must be true or false", "'no'"),
    (
        {"layers": [{"units": 1, "dropuot": 0.5}]},
        "layers.0.dropuot", "is not a setting here", "",
    ),
    (
        {"layers": [{"units": 2, "activation": "softmax"}, {"units": 1}]},
        "layers.0.activation", "can be softmax at the output only", "",
    ),
    (
        {"layers": [{"units": 1, "activation": "softmax"}]},
        "layers.0.units", "must be at least 2 for softmax", "1",
    ),
    (
        {"layers": [{"units": 1, "W": [[1.0]]}]},
        "layers.0.W", "must have 2 rows, one for each input", "1",
    ),
    (
        {"layers": [{"units": 1, "W": [[1.0, 2.0], [3.0]]}]},
        "layers.0.W", "must have rows of 1 values, one for each unit", "",
    ),
    ({"layers": [{"units": 1, "W": [["x"], [1]]}]}, "layers.0.W.0.0", "must be a number", "'x'"),
    (
        {"layers": [{"units": 1, "W": [[2e6], [1]]}]},
        "layers.0.W.0.0", "must be at most 1000000.0", "2000000.0",
    ),
    (
        {"layers": [{"units": 1, "b": [1.0, 2.0]}]},
        "layers.0.b", "must have 1 values, one for each unit", "2",
    ),
    (
        {"layers": [{"units": 1, "b": [1.0], "bias": False}]},
        "layers.0.b", "cannot be given where bias is false", "",
    ),
    ({"layers": [{"units": 2}] * 17}, "layers", "must have at most 16 entries", ""),
    (
        {"layers": [{"units": 3}]},
        "layers.0.units", "must be 1 or 2, the number of outputs of xor", "3",
    ),
    (
        {"data": {"name": "iris"}, "layers": [{"units": 2}, {"units": 4}]},
        "layers.1.units", "must be 3, the number of outputs of iris", "4",
    ),
    (
        {"data": inline([[1], [2]], labels=[0, 5]), "layers": [{"units": 2}]},
        "layers.0.units", "must be 6, the number of outputs of inline", "2",
    ),
    (
        {"data": {"name": "sine"}, "layers": [{"units": 2}]},
        "layers.0.units", "must be 1, the number of outputs of sine", "2",
    ),
    # init
    ({"init": {"scale": -1}}, "init.scale", "must be at least 0.0", "-1"),
    (
        {"init": {"biases": "xavier"}},
        "init.biases", "must be one of 'zeros', 'constant', 'normal' or 'uniform'", "'xavier'",
    ),
    # the cost
    (
        {"cost": {"name": "hinge"}},
        "cost.name",
        "must be one of 'squared_error', 'binary_cross_entropy' or 'cross_entropy'",
        "'hinge'",
    ),
    (
        {"cost": {"reduction": "none"}},
        "cost.reduction", "must be one of 'sum', 'mean' or 'mean_all'", "'none'",
    ),
    ({"cost": None}, "cost", "must be an object", "None"),
    (
        {"cost": {"name": "binary_cross_entropy", "half": True}},
        "cost.half", "belongs to squared_error", "True",
    ),
    (
        {"cost": {"name": "binary_cross_entropy"}, "layers": [{"units": 1, "activation": "tanh"}]},
        "cost.name", "binary_cross_entropy needs a sigmoid output, the output is tanh", "",
    ),
    (
        {"cost": {"name": "cross_entropy"}, "layers": [{"units": 2, "activation": "sigmoid"}]},
        "cost.name", "cross_entropy needs a softmax output, the output is sigmoid", "",
    ),
    (
        {"cost": {"name": "binary_cross_entropy"}, "data": {"name": "line"}},
        "cost.name", "binary_cross_entropy needs classes, line has numbers as targets", "",
    ),
    (
        {
            "cost": {"name": "binary_cross_entropy"},
            "layers": [{"units": 1}],
            "data": inline([[1]], [[1.5]]),
        },
        "data.Y", "must be between 0 and 1 for binary_cross_entropy", "",
    ),
    (
        {
            "cost": {"name": "cross_entropy"},
            "layers": [{"units": 2, "activation": "softmax"}],
            "data": inline([[1]], [[0.5, 0.500001]]),
        },
        "data.Y", "must have rows that sum to 1 for cross_entropy", "",
    ),
    # the optimizer
    ({"optimizer": "sgd"}, "optimizer", "must be an object", "'sgd'"),
    (
        {"optimizer": {"learning_rate": 1}},
        "optimizer", "must be an object with a 'name'", "{'learning_rate': 1}",
    ),
    (
        {"optimizer": {"name": "lion"}},
        "optimizer",
        "must have a 'name' that is one of "
        "'sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adam', 'adamw'",
        "{'name': 'lion'}",
    ),
    (
        {"optimizer": {"name": "sgd", "learning_rate": 0}},
        "optimizer.learning_rate", "must be greater than 0.0", "0",
    ),
    (
        {"optimizer": {"name": "sgd", "learning_rate": 101}},
        "optimizer.learning_rate", "must be at most 100.0", "101",
    ),
    (
        {"optimizer": {"name": "sgd", "momentum": 0.9}},
        "optimizer.momentum", "is not a setting here", "",
    ),
    (
        {"optimizer": {"name": "adam", "weight_decay": 0.1}},
        "optimizer.weight_decay", "is not a setting here", "",
    ),
    (
        {"optimizer": {"name": "momentum", "momentum": 1}},
        "optimizer.momentum", "must be less than 1.0", "1",
    ),
    (
        {"optimizer": {"name": "nesterov", "momentum": -0.1}},
        "optimizer.momentum", "must be at least 0.0", "-0.1",
    ),
    (
        {"optimizer": {"name": "adagrad", "epsilon": 0}},
        "optimizer.epsilon", "must be greater than 0.0", "0",
    ),
    (
        {"optimizer": {"name": "rmsprop", "rho": 1.0}},
        "optimizer.rho", "must be less than 1.0", "1.0",
    ),
    (
        {"optimizer": {"name": "adam", "beta1": 1.0}},
        "optimizer.beta1", "must be less than 1.0", "1.0",
    ),
    ({"optimizer": {"name": "adam", "beta2": 2}}, "optimizer.beta2", "must be less than 1.0", "2"),
    (
        {"optimizer": {"name": "adamw", "weight_decay": 2}},
        "optimizer.weight_decay", "must be at most 1.0", "2",
    ),
    (
        {"optimizer": {"name": "adam", "schedule": 3}},
        "optimizer.schedule", "must be an object", "3",
    ),
    (
        {"optimizer": {"name": "adam", "schedule": "linear"}},
        "optimizer.schedule",
        "must have a 'name' that is one of "
        "'constant', 'step', 'exponential', 'cosine', 'warmup_cosine'",
        "{'name': 'linear'}",
    ),
    (
        {"optimizer": {"name": "sgd", "schedule": {"name": "step", "every": 0}}},
        "optimizer.schedule.every", "must be at least 1", "0",
    ),
    (
        {"optimizer": {"name": "sgd", "schedule": {"name": "cosine", "floor": 2}}},
        "optimizer.schedule.floor", "must be at most 1.0", "2",
    ),
    # clipping and stopping
    ({"clip": {"by": "size"}}, "clip.by", "must be one of 'value' or 'norm'", "'size'"),
    ({"clip": {"threshold": 0}}, "clip.threshold", "must be greater than 0.0", "0"),
    ({"stop": {"epochs": 0}}, "stop.epochs", "must be at least 1", "0"),
    ({"stop": {"cost_below": -1}}, "stop.cost_below", "must be at least 0.0", "-1"),
    # the data
    (
        {"data": {"name": "letters"}},
        "data.name",
        "must be one of 'xor', 'and', 'or', 'circle', 'gaussian', 'spiral', 'moons', 'plane', "
        "'multi_gaussian', 'sine', 'line', 'iris', 'digits8', 'digits28', 'mnist' or 'inline'",
        "'letters'",
    ),
    ({"data": {"samples": 0}}, "data.samples", "must be at least 1", "0"),
    ({"data": {"samples": 2001}}, "data.samples", "must be at most 2000 for xor", "2001"),
    (
        {"data": {"name": "iris", "samples": 151}, "layers": [{"units": 3}]},
        "data.samples", "must be at most 150 for iris", "151",
    ),
    ({"data": {"noise": 1.5}}, "data.noise", "must be at most 1.0", "1.5"),
    ({"data": {"test_share": 0.95}}, "data.test_share", "must be at most 0.9", "0.95"),
    ({"data": {"test_share": 0.5}}, "data.test_share", "must be 0, XOR has only 4 examples", "0.5"),
    (
        {"data": {"features": ["x3"]}},
        "data.features.0",
        "must be one of 'x1', 'x2', 'x1_squared', 'x2_squared', 'x1_times_x2', 'sin_x1' or "
        "'sin_x2'",
        "'x3'",
    ),
    (
        {"data": {"name": "sine", "features": ["x1"]}},
        "data.features", "can be chosen for points of a plane, not for sine", "",
    ),
    ({"data": {"X": [[1.0]]}}, "data.X", "belongs to the data set inline, not to xor", ""),
    ({"data": {"Y": [[1.0]]}}, "data.Y", "belongs to the data set inline, not to xor", ""),
    ({"data": {"labels": [1]}}, "data.labels", "belongs to the data set inline, not to xor", ""),
    ({"data": {"name": "inline"}}, "data.X", "is required for the data set inline", ""),
    (
        {"data": {"name": "inline", "X": [[1.0]]}},
        "data.Y", "must be given, or labels in its place, but not both", "",
    ),
    (
        inlined(labels=[0, 1, 0]),
        "data.Y", "must be given, or labels in its place, but not both", "",
    ),
    (inlined(samples=2), "data.samples", "must be the number of rows, 3", "2"),
    (
        inlined(features=["x1"]),
        "data.features", "can be chosen for points of a plane, not for inline", "",
    ),
    (inlined(X=[[1, 2], [3], [4, 5]]), "data.X.1", "must have 2 values like the first row", "1"),
    (inlined(Y=[[1], [2], [3, 4]]), "data.Y.2", "must have 1 values like the first row", "2"),
    (inlined(X=[[], [], []]), "data.X.0", "must have at least one value", ""),
    (inlined(Y=[[1], [2]]), "data.Y", "must have 3 rows like X", "2"),
    (
        {"data": inline([[1], [2]], labels=[0]), "layers": [{"units": 1}]},
        "data.labels", "must have 2 rows like X", "1",
    ),
    (
        {"data": {"input_names": ["a", "b"]}},
        "data.input_names", "belongs to the data set inline, not to xor", "",
    ),
    (
        {"data": inline([[1]], labels=[1]) | {"input_names": ["a", "b"]}, "layers": [{"units": 1}]},
        "data.input_names", "must have 1 names", "2",
    ),
    (
        {"data": inline([[1]], labels=[1]) | {"class_names": ["no"]}, "layers": [{"units": 1}]},
        "data.class_names", "must have 2 names", "1",
    ),
    (
        {"data": inline([[1]], labels=[100]), "layers": [{"units": 1}]},
        "data.labels.0", "must be at most 99", "100",
    ),
    (
        {"data": inline([[1]], labels=[0.5]), "layers": [{"units": 1}]},
        "data.labels.0", "must be a whole number", "0.5",
    ),
    (inlined(X="1 2 3"), "data.X", "must be a list", "'1 2 3'"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "field", "rule", "value"), WRONG)
def test_a_wrong_config_names_the_field_the_rule_and_the_value(
    source: Any, field: str, rule: str, value: str
) -> None:
    found = faults(source)
    assert [fault.field for fault in found] == [field]
    assert found[0].rule == rule
    if value:
        assert found[0].value == value


@pytest.mark.parametrize(("source", "field", "rule", "value"), WRONG)
def test_the_same_config_as_json_text_has_the_same_fault(
    source: Any, field: str, rule: str, value: str
) -> None:
    found = faults(source if isinstance(source, str) else json.dumps(source))
    assert [(fault.field, fault.rule) for fault in found] == [(field, rule)]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"features": []}, "data.features"),
        ({"name": "inline", "X": [], "Y": [[1]]}, "data.X"),
        ({"name": "inline", "X": [[1]], "labels": []}, "data.labels"),
    ],
)
def test_an_empty_list_is_named_where_it_stands(data: dict[str, Any], field: str) -> None:
    assert [(f.field, f.rule) for f in faults({"data": data})] == [
        (field, "must have at least 1 entries")
    ]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"l2": %s}', "l2"),
        ('{"optimizer": {"name": "adam", "epsilon": %s}}', "optimizer.epsilon"),
        ('{"data": {"name": "inline", "X": [[%s]], "Y": [[1]]}}', "data.X.0.0"),
        ('{"data": {"name": "inline", "X": [[1]], "Y": [[%s]]}}', "data.Y.0.0"),
        ('{"layers": [{"units": 1, "W": [[1], [%s]]}]}', "layers.0.W.1.0"),
        ('{"layers": [{"units": 1, "b": [%s]}]}', "layers.0.b.0"),
    ],
)
def test_what_is_not_finite_is_refused(text: str, field: str, number: str) -> None:
    (fault,) = faults(text % number)
    assert (fault.field, fault.rule) == (field, "must be a finite number")
    assert fault.value in ("nan", "inf", "-inf")
    assert [f.field for f in faults(json.loads(text % number))] == [field]


def test_all_faults_are_named_at_once() -> None:
    found = faults(
        {
            "seed": -1,
            "l1": -1,
            "nonsense": True,
            "layers": [{"units": 0}, {"units": 1, "activation": "step"}],
            "optimizer": {"name": "momentum", "learning_rate": -1, "momentum": 2},
            "clip": {"threshold": -1},
        }
    )
    assert sorted(fault.field for fault in found) == [
        "clip.threshold",
        "l1",
        "layers.0.units",
        "layers.1.activation",
        "nonsense",
        "optimizer.learning_rate",
        "optimizer.momentum",
        "seed",
    ]


def test_an_error_is_a_sentence_with_every_fault() -> None:
    with pytest.raises(ConfigError) as refused:
        Config.parse({"seed": -1, "l2": 500})
    assert (
        str(refused.value) == "seed must be at least 0, got -1; l2 must be at most 100.0, got 500."
    )
    assert refused.value.code == "config"
    assert isinstance(refused.value, ValueError)


def test_a_long_value_is_cut() -> None:
    (fault,) = faults({"dtype": "x" * 10_000})
    assert len(fault.value) < 100
    assert fault.value.endswith("…")


def test_a_refused_layer_list_is_not_also_called_too_short() -> None:
    assert [f.field for f in faults({"layers": [{"units": 0}]})] == ["layers.0.units"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [*Config.model_fields, "name", "units", "X", "Y", "labels", "features"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_is_sent_is_a_config_or_a_config_error(source: Any) -> None:
    try:
        config = Config.parse(source)
    except ConfigError as refused:
        found = refused.faults
    else:
        found = (Fault("", "is right"),)
        assert Config.parse(config.as_json()) == config
    assert found


# ---------------------------------------------------------------- what is right


def test_the_default_config_is_xor_with_three_hidden_units() -> None:
    config = Config()
    assert config == Config.parse({})
    assert (config.data.name, config.sizes, config.depth) == ("xor", (2, 3, 1), 2)
    assert config.cost.name == "squared_error"
    assert config.optimizer.name == "sgd"


def test_the_defaults_are_public() -> None:
    assert Config().as_json() == {
        "version": 1,
        "seed": 0,
        "dtype": "float64",
        "data": {"name": "xor", "noise": 0.0, "test_share": 0.0, "standardize": False},
        "layers": [
            {
                "units": units, "activation": "sigmoid", "bias": True, "freeze_bias": False,
                "frozen": False, "batch_norm": False, "dropout": 0.0, "residual": False,
            }
            for units in (3, 1)
        ],
        "init": {"weights": "xavier_uniform", "scale": 1.0, "biases": "zeros", "bias_scale": 0.1},
        "cost": {"name": "squared_error", "half": False, "reduction": "mean"},
        "optimizer": {"name": "sgd", "learning_rate": 0.1, "schedule": {"name": "constant"}},
        "shuffle": True,
        "l1": 0.0,
        "l2": 0.0,
        "stop": {},
    }  # fmt: skip
    assert Config.parse({"clip": {}}).as_json()["clip"] == {"by": "norm", "threshold": 1.0}


@pytest.mark.parametrize(
    "schedule",
    [
        {"name": "step", "every": 100, "factor": 0.5},
        {"name": "exponential", "factor": 0.99},
        {"name": "cosine", "epochs": 1000, "floor": 0.0},
        {"name": "warmup_cosine", "warmup": 50, "epochs": 1000, "floor": 0.0},
    ],
)
def test_the_defaults_of_the_schedules_are_public(schedule: dict[str, Any]) -> None:
    config = Config.parse({"optimizer": {"name": "sgd", "schedule": schedule["name"]}})
    assert config.as_json()["optimizer"]["schedule"] == schedule


LIMITS: list[dict[str, Any]] = [
    {"seed": 2**32 - 1, "l1": 100, "l2": 100, "minibatch_size": 5000},
    {"seed": 0, "l1": 0, "l2": 0, "minibatch_size": 1},
    {"optimizer": {"name": "sgd", "learning_rate": 100}},
    {"optimizer": {"name": "adamw", "beta1": 0, "beta2": 0, "epsilon": 1, "weight_decay": 1}},
    {"optimizer": {"name": "rmsprop", "rho": 0, "epsilon": 5e-324}},
    {"optimizer": {"name": "sgd", "schedule": {"name": "step", "every": 1, "factor": 1}}},
    {"optimizer": {"name": "sgd", "schedule": {"name": "cosine", "epochs": 1, "floor": 1}}},
    {"init": {"scale": 0, "bias_scale": 0}},
    {"init": {"scale": 100, "bias_scale": 100}},
    {"layers": [{"units": 1, "W": [[1e6], [-1e6]], "b": [1e6]}]},
    {"layers": [{"units": 1}] * 16},
    {"layers": [{"units": 1024}, {"units": 1}]},
    {"clip": {"threshold": 1e6}, "stop": {"epochs": 1, "cost_below": 0, "gradient_norm_below": 0}},
    {"data": {"samples": 2000, "noise": 1, "test_share": 0.9}},
    {"data": {"samples": 1}},
    {"data": {"samples": 5, "test_share": 0.2}},
]


@pytest.mark.parametrize("limits", LIMITS)
def test_a_limit_itself_is_allowed(limits: dict[str, Any]) -> None:
    assert Config.parse(limits).merged({}) == Config.parse(limits)


CONTRACT = """{
  "version": 1, "seed": 0, "dtype": "float64",
  "data": {"name": "xor", "samples": 4, "noise": 0.0, "test_share": 0.0, "features": ["x1", "x2"]},
  "layers": [{"units": 3, "activation": "sigmoid"}, {"units": 1, "activation": "sigmoid"}],
  "init": {"weights": "xavier_uniform", "biases": "zeros", "scale": 1.0},
  "cost": {"name": "squared_error", "half": false, "reduction": "mean"},
  "optimizer": {"name": "sgd", "learning_rate": 0.1},
  "minibatch_size": null, "shuffle": true
}"""


def test_the_config_of_the_contract_is_read_from_text_bytes_and_mapping() -> None:
    config = Config.parse(CONTRACT)
    assert config == Config.parse(CONTRACT.encode()) == Config.parse(json.loads(CONTRACT))
    assert config.minibatch_size is None


def test_optimizers_have_the_usual_defaults() -> None:
    rules = {name: Config.parse({"optimizer": {"name": name}}).optimizer for name in OPTIMIZERS}
    assert {rule.learning_rate for rule in rules.values()} == {0.1}
    for name, defaults in {
        "momentum": {"momentum": 0.9},
        "nesterov": {"momentum": 0.9},
        "adagrad": {"epsilon": 1e-8},
        "rmsprop": {"rho": 0.99, "epsilon": 1e-8},
        "adam": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
        "adamw": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01},
    }.items():
        assert rules[name].model_dump(include=set(defaults)) == defaults


@pytest.mark.parametrize("name", ["constant", "cosine", "exponential"])
def test_a_schedule_may_be_its_name_alone(name: str) -> None:
    short = Config.parse({"optimizer": {"name": "adam", "schedule": name}})
    long = Config.parse({"optimizer": {"name": "adam", "schedule": {"name": name}}})
    assert short == long
    assert short.optimizer.schedule.name == name


@pytest.mark.parametrize("name", DATA_SETS)
def test_every_data_set_makes_a_config(name: str) -> None:
    outputs = DATA_SETS[name].outputs
    config = Config.parse({"data": {"name": name}, "layers": [{"units": 2}, {"units": outputs}]})
    assert config.sizes == (DATA_SETS[name].inputs, 2, outputs)
    assert config.data.count == DATA_SETS[name].samples
    classes = {"digits28": 10, "digits8": 10, "mnist": 10, "iris": 3}.get(name, 2)
    assert config.data.classes == (classes if DATA_SETS[name].task == "classes" else None)


@pytest.mark.parametrize("count", range(1, len(FEATURES) + 1))
def test_the_features_are_the_inputs_of_a_plane(count: int) -> None:
    features = list(FEATURES)[:count]
    config = Config.parse({"data": {"features": features}})
    assert config.data.feature_names == tuple(features)
    assert config.sizes[0] == count


def test_a_plane_has_both_coordinates_where_no_feature_is_chosen() -> None:
    assert Config().data.feature_names == ("x1", "x2")
    assert Config.parse({"data": {"name": "sine"}}).data.feature_names == ()


def test_inline_examples_with_targets() -> None:
    config = net((2, "linear"), data=inline([[1, 2, 3], [4, 5, 6]], [[1, 2], [3, 4]]))
    assert config.sizes == (3, 2)
    assert (config.data.count, config.data.classes, config.data.set) == (2, None, None)


def test_inline_examples_with_labels() -> None:
    config = net((4, "softmax"), data=inline([[1], [2]], labels=[3, 0]))
    assert (config.data.classes, config.sizes) == (4, (1, 4))
    assert net((1, "sigmoid"), data=inline([[1], [2]], labels=[0, 0])).data.classes == 2


def test_a_config_is_frozen_and_can_be_a_key() -> None:
    config = Config()
    with pytest.raises(ValidationError, match="frozen"):
        config.seed = 1  # type: ignore[misc]
    assert {config: 1}[Config()] == 1


@given(networks.configs())
def test_a_config_survives_json(config: Config) -> None:
    assert Config.parse(config.as_json()) == config
    assert Config.parse(json.dumps(config.as_json())) == config
    assert "null" not in json.dumps(config.as_json())


@pytest.mark.parametrize("schedule", SCHEDULES, ids=str)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_with_a_schedule_survives_json(name: str, schedule: Any) -> None:
    config = Config.parse({"optimizer": {**OPTIMIZERS[name], "schedule": schedule}})
    assert Config.parse(config.as_json()) == config


def test_a_number_survives_json_to_the_last_bit() -> None:
    W = [[0.1 + 0.2], [1 / 3]]
    config = net((1, "sigmoid", {"W": W, "b": [5e-324]}), stop={"cost_below": 2**-52})
    again = Config.parse(json.dumps(config.as_json()))
    assert again.layers[0].W == ((0.1 + 0.2,), (1 / 3,))
    assert again.layers[0].b == (5e-324,)


# ---------------------------------------------------------------- merge patches

RFC_7386: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]
"""The test cases of appendix A."""


@pytest.mark.parametrize(("target", "patch", "result"), RFC_7386)
def test_a_merge_patch_follows_the_rfc(target: Any, patch: Any, result: Any) -> None:
    assert _merge(target, patch) == result


def test_a_patch_changes_what_it_names_and_nothing_else() -> None:
    config = net((3, "tanh"), (1, "sigmoid"), optimizer=OPTIMIZERS["adam"], l2=0.1)
    patched = config.merged({"optimizer": {"learning_rate": 0.5}, "seed": 7})
    assert patched.optimizer.learning_rate == 0.5
    assert patched.seed == 7
    assert patched.merged({"optimizer": {"learning_rate": 0.01}, "seed": 0}) == config


def test_a_patch_with_null_takes_the_default() -> None:
    config = Config.parse({"clip": {"threshold": 2.0}, "l2": 0.5, "minibatch_size": 2})
    assert config.merged({"clip": None, "l2": None, "minibatch_size": None}) == Config()


def test_a_patch_replaces_the_list_of_layers_whole() -> None:
    patched = Config().merged({"layers": [{"units": 1, "activation": "linear"}]})
    assert patched.sizes == (2, 1)


def test_a_wrong_patch_is_refused_and_changes_nothing() -> None:
    config = Config()
    for patch in (
        {"seed": -1},
        {"optimizer": {"momentum": 0.9}},
        {"data": {"name": "iris"}},
        [],
        1,
    ):
        with pytest.raises(ConfigError):
            config.merged(patch)  # type: ignore[arg-type]
    assert config == Config()
