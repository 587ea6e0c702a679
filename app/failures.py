"""Experiments that fail as networks really do, each by one cause that can be taken away.

`tests/test_failures.py` shows that each fails, and that its remedy helps.
"""

from typing import Any

from app.language import say

__all__ = ["FAILURES"]


def _sgd(rate: float) -> dict[str, Any]:
    return {"name": "sgd", "learning_rate": rate}


_CIRCLE = {"name": "circle", "samples": 200}

FAILURES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "vanishing": (
        say("Vanishing gradient"),
        say(
            "Ten sigmoid layers: the lowest gets a millionth of the gradient. "
            "Try batch norm or links."
        ),
        {
            "data": _CIRCLE,
            "layers": [*[{"units": 4}] * 10, {"units": 1}],
            "cost": {"name": "binary_cross_entropy"},
            "optimizer": _sgd(0.3),
            "minibatch_size": 20,
        },
    ),
    "exploding": (
        say("Exploding gradient"),
        say("First weights that are too large, layer upon layer. Try clipping by norm, or He."),
        {
            "data": _CIRCLE,
            "layers": [
                *[{"units": 8, "activation": "relu"}] * 6, {"units": 1, "activation": "linear"},
            ],
            "init": {"weights": "normal", "scale": 0.8},
            "optimizer": _sgd(0.01),
            "minibatch_size": 20,
        },
    ),
    "dead_relu": (
        say("Dead ReLU"),
        say(
            "Biases so low that no unit is ever on: no slope, no gradient, for ever. "
            "Try leaky ReLU."
        ),
        {
            "data": _CIRCLE,
            "layers": [{"units": 6, "activation": "relu", "b": [-12.0] * 6}, {"units": 1}],
            "init": {"weights": "he_normal"},
            "cost": {"name": "binary_cross_entropy"},
            "optimizer": _sgd(0.3),
            "minibatch_size": 20,
        },
    ),
    "symmetry": (
        say("Symmetric zeros"),
        say("All weights begin at 0, so hidden units stay alike for ever. Try Xavier."),
        {
            "layers": [{"units": 3}, {"units": 1}],
            "init": {"weights": "zeros"},
            "optimizer": _sgd(3.0),
        },
    ),
    "too_large_rate": (
        say("Learning rate too large"),
        say("Every step over the valley lands higher on the other side. Try a third of the rate."),
        {
            "data": {"name": "line", "noise": 0.1},
            "layers": [{"units": 1, "activation": "linear"}],
            "init": {"weights": "zeros"},
            "optimizer": _sgd(1.1),
        },
    ),
    "stuck_xor": (
        say("XOR that is stuck"),
        say(
            "With two hidden units one seed in six ends in a local minimum, as this one. "
            "Try another."
        ),
        {
            "seed": 5,
            "layers": [{"units": 2}, {"units": 1}],
            "optimizer": _sgd(3.0),
        },
    ),
    "saturation": (
        say("Saturated by squared error"),
        say("A unit that is sure and wrong has no slope to learn from. Try binary cross-entropy."),
        {
            "data": {"name": "inline", "X": [[1.0]], "Y": [[0.0]]},
            "layers": [{"units": 1, "W": [[2.0]], "b": [2.0]}],
            "cost": {"name": "squared_error", "half": True, "reduction": "sum"},
            "optimizer": _sgd(0.15),
        },
    ),
}  # fmt: skip
"""Title, what happens and what to try, and config, by name."""
