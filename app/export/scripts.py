"""The scripts that an experiment can be written as, by the name of what trains."""

from collections.abc import Callable
from typing import NamedTuple

from app.export.keras_script import keras_script
from app.export.numpy_script import numpy_script
from app.export.torch_script import torch_script

__all__ = ["SCRIPTS", "Script"]


class Script(NamedTuple):
    """How a script is written from a config, and perhaps a `title`, and the name of its file."""

    write: Callable[..., str]
    file: str


SCRIPTS = {
    "numpy": Script(numpy_script, "train.py"),
    "torch": Script(torch_script, "train_torch.py"),
    "keras": Script(keras_script, "train_keras.py"),
}
