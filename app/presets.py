"""The experiments that ship with Backstep, by name; they are the classic examples of the field."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from app.engine.config import Config
from app.failures import FAILURES
from app.language import say

__all__ = ["PRESETS", "Preset", "preset"]


@dataclass(frozen=True)
class Preset:
    """A config with a title and what it shows."""

    title: str
    about: str
    config: dict[str, Any]
    group: str = ""
    """Under which heading it stands; the classic ones stand first, without any."""


def _sigmoid(units: int, **more: Any) -> dict[str, Any]:
    return {"units": units, "activation": "sigmoid", **more}


_MAZUR = {
    "data": {"name": "inline", "X": [[0.05, 0.10]], "Y": [[0.01, 0.99]]},
    "layers": [
        _sigmoid(2, W=[[0.15, 0.25], [0.20, 0.30]], b=[0.35, 0.35], freeze_bias=True),
        _sigmoid(2, W=[[0.40, 0.50], [0.45, 0.55]], b=[0.60, 0.60], freeze_bias=True),
    ],
    "cost": {"name": "squared_error", "half": True, "reduction": "sum"},
    "optimizer": {"name": "sgd", "learning_rate": 0.5},
}

PRESETS: dict[str, Preset] = {
    "xor": Preset(
        say("XOR"),
        say("Two inputs, three hidden units: the smallest problem that needs a hidden layer."),
        {
            "data": {"name": "xor"},
            "layers": [
                _sigmoid(3, W=[[0.5, -0.3, 0.8], [-0.6, 0.9, 0.1]], b=[0.1, -0.2, 0.05]),
                _sigmoid(1, W=[[0.7], [-0.5], [0.4]], b=[-0.1]),
            ],
            "optimizer": {"name": "sgd", "learning_rate": 3.0},
        },
    ),
    "xor_sum": Preset(
        say("XOR, sum of squares"),
        say("XOR as many texts have it: rate 0.1, squares summed over all examples."),
        {
            "seed": 2,
            "data": {"name": "xor"},
            "layers": [_sigmoid(3), _sigmoid(1)],
            "init": {"weights": "normal", "biases": "normal", "bias_scale": 1.0},
            "cost": {"name": "squared_error", "reduction": "sum"},
            "optimizer": {"name": "sgd", "learning_rate": 0.1},
        },
    ),
    "linear_regression": Preset(
        say("Line y = 2x + 1"),
        say("One linear unit finds slope and intercept of a hundred noisy points."),
        {
            "data": {"name": "line", "noise": 0.1},
            "layers": [{"units": 1, "activation": "linear"}],
            "init": {"weights": "zeros"},
            "optimizer": {"name": "sgd", "learning_rate": 0.1},
        },
    ),
    "one_neuron": Preset(
        say("One linear neuron"),
        say("One input, one weight, one bias and L = ½ (h - y)²: every number fits on a napkin."),
        {
            "data": {"name": "inline", "X": [[2.0]], "Y": [[1.0]]},
            "layers": [{"units": 1, "activation": "linear", "W": [[1.5]], "b": [0.5]}],
            "cost": {"name": "squared_error", "half": True, "reduction": "sum"},
            "optimizer": {"name": "sgd", "learning_rate": 0.1},
        },
    ),
    "perceptron": Preset(
        say("Perceptron without bias"),
        say("One sigmoid unit and no bias: it can turn its boundary, but not move it."),
        {
            "data": {"name": "gaussian", "samples": 100},
            "layers": [_sigmoid(1, bias=False)],
            "cost": {"name": "binary_cross_entropy"},
            "optimizer": {"name": "sgd", "learning_rate": 0.1},
        },
    ),
    "mazur": Preset(
        say("Mazur's 2-2-2"),
        say("The worked example that many learned from, biases held still as printed there."),
        _MAZUR,
    ),
    "circle": Preset(
        say("Circle, 2-4-2-1"),
        say(
            "The network that TensorFlow Playground opens with: tanh, rate 0.03, minibatches of 10."
        ),
        {
            "data": {"name": "circle", "samples": 500, "test_share": 0.5},
            "layers": [
                {"units": 4, "activation": "tanh"},
                {"units": 2, "activation": "tanh"},
                {"units": 1, "activation": "tanh"},
            ],
            "init": {"weights": "uniform", "scale": 0.5, "biases": "constant", "bias_scale": 0.1},
            "cost": {"name": "squared_error", "half": True},
            "optimizer": {"name": "sgd", "learning_rate": 0.03},
            "minibatch_size": 10,
        },
    ),
    "spiral": Preset(
        say("Spiral, 2-8-8-8-1"),
        say("Three hidden layers of ReLU and Adam wind around two spiral arms."),
        {
            "seed": 1,
            "data": {"name": "spiral", "samples": 400, "noise": 0.02, "test_share": 0.25},
            "layers": [*[{"units": 8, "activation": "relu"}] * 3, _sigmoid(1)],
            "init": {"weights": "he_normal"},
            "cost": {"name": "binary_cross_entropy"},
            "optimizer": {"name": "adam", "learning_rate": 0.01},
            "minibatch_size": 32,
        },
    ),
    "sine": Preset(
        say("Sine, 1-8-8-1"),
        say("A curve through noisy points: regression with two hidden layers of tanh."),
        {
            "data": {"name": "sine", "noise": 0.05, "test_share": 0.2},
            "layers": [
                {"units": 8, "activation": "tanh"},
                {"units": 8, "activation": "tanh"},
                {"units": 1, "activation": "linear"},
            ],
            "optimizer": {"name": "adam", "learning_rate": 0.01},
            "minibatch_size": 20,
        },
    ),
    "iris": Preset(
        say("Iris, 4-8-3"),
        say("Three kinds of flowers: softmax and cross-entropy."),
        {
            "data": {"name": "iris", "test_share": 0.3},
            "layers": [{"units": 8, "activation": "tanh"}, {"units": 3, "activation": "softmax"}],
            "cost": {"name": "cross_entropy"},
            "optimizer": {"name": "adam", "learning_rate": 0.02},
            "minibatch_size": 16,
        },
    ),
    "digits": Preset(
        say("Digits, 784-10-10"),
        say("Five thousand handwritten digits, ReLU, softmax and Adam."),
        {
            "data": {"name": "digits28", "test_share": 0.2},
            "layers": [{"units": 10, "activation": "relu"}, {"units": 10, "activation": "softmax"}],
            "init": {"weights": "he_normal"},
            "cost": {"name": "cross_entropy"},
            "optimizer": {"name": "adam", "learning_rate": 0.005},
            "minibatch_size": 32,
        },
    ),
    **{name: Preset(*parts, say("When training fails")) for name, parts in FAILURES.items()},
}
"""The first one is what the lab opens on."""


@cache
def preset(name: str) -> Config:
    """Return the config of a preset.

    Raises:
        KeyError: there is none of that name.
    """
    return Config.parse(PRESETS[name].config)
