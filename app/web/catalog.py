"""The catalog: every choice that a config offers, with its formula and its range.

It is read off the config itself, so the form in the page cannot disagree with validation.
"""

from functools import cache
from typing import Any

import numpy as np

from app.engine.config import Config
from app.engine.datasets import DATA_SETS, DataSet
from app.engine.functions import ACTIVATIONS
from app.engine.mistakes import MISTAKES
from app.engine.streams import stream
from app.language import say

__all__ = ["catalog"]

COSTS = {
    "squared_error": say("Σ (a - y)^2, with half: 1/2 Σ (a - y)^2"),
    "binary_cross_entropy": "-Σ (y log a + (1 - y) log(1 - a))",
    "cross_entropy": "-Σ y log a",
}
OPTIMIZERS = {
    "sgd": "w - eta g",
    "momentum": "m = mu m + g;  w - eta m",
    "nesterov": "m = mu m + g;  w - eta (g + mu m)",
    "adagrad": "v = v + g^2;  w - eta g / (sqrt(v) + epsilon)",
    "rmsprop": "v = rho v + (1 - rho) g^2;  w - eta g / (sqrt(v) + epsilon)",
    "adam": say("m, v moving means of g, g^2;  w - eta m' / (sqrt(v') + epsilon)"),
    "adamw": say("w - eta weight_decay w, then Adam"),
}
RATES = (0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
PENALTIES = (0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)


@cache
def catalog() -> dict[str, Any]:
    """Return the catalog as JSON values, whose sentences are yet to be spoken."""
    return {
        "schema": Config.model_json_schema(),
        "data": {name: _data(data) for name, data in DATA_SETS.items()},
        "activations": {
            name: {"formula": f.formula, "derivative": f.derivative}
            for name, f in ACTIVATIONS.items()
        },
        "costs": COSTS,
        "mistakes": {
            name: {"title": m.title, "about": m.about, "proved": m.proved}
            for name, m in MISTAKES.items()
        },
        "optimizers": OPTIMIZERS,
        "learning_rates": RATES,
        "penalties": PENALTIES,
    }


def _data(data: DataSet) -> dict[str, Any]:
    missing = data.missing()
    return {
        "title": data.title,
        "about": data.about,
        "inputs": data.inputs,
        "outputs": data.outputs,
        "task": data.task,
        "samples": data.samples,
        "most": data.most if missing else data.limit,
        "side": data.side,
        "missing": missing,
        "picture": None if missing else _picture(data),
    }


def _picture(data: DataSet) -> dict[str, Any]:
    """Return some real examples of a data set, for its tile."""
    if data.inputs > 4:
        inputs, labels = data.draw(stream(0, "data"), 12, 0.0)
        assert data.side is not None, "what has so many inputs is a picture"
        image = inputs[int(np.argmax(labels == 3))].reshape(data.side, data.side)
        small = image if data.side == 8 else image.reshape(14, 2, 14, 2).mean((1, 3))
        return {"image": np.round(small, 2).tolist()}
    points, targets = data.draw(stream(0, "data"), min(data.samples, 60), 0.0)
    values = targets if targets.ndim == 1 else targets[:, 0]
    across = points[:, 2:4] if data.inputs == 4 else points
    if data.inputs == 1:
        across = np.column_stack([points[:, 0], values])
    return {
        "points": np.round(across, 3).tolist(),
        "values": np.round(values.astype(float), 3).tolist(),
    }
