"""The names of tensors: a symbol and the number of a layer, as on the wire and in files."""

import re

__all__ = ["OF_EXAMPLES", "PARAMETERS", "is_of_examples", "is_parameter", "parsed"]

NAME = re.compile(r"([A-Za-z_]+?)(\d*)")
PARAMETERS = ("W", "b", "P", "gamma", "beta")
"""What is learned: weights, biases, the matrix of a residual link, scale and shift of a norm."""
OF_EXAMPLES = ("a", "z", "y", "zhat", "ztilde", "f", "mask", "delta", "deltatilde", "da")
"""Symbols of tensors with a row for each example of the minibatch and a column for each unit."""


def parsed(name: str) -> tuple[str, int]:
    """Return symbol and layer of a name, layer 0 where it has none, as in ``cost`` and ``y``."""
    found = NAME.fullmatch(name)
    return (found[1], int(found[2] or 0)) if found else (name, 0)


def is_parameter(name: str) -> bool:
    """Whether a tensor is learned; its gradients and moments are not."""
    return parsed(name)[0] in PARAMETERS


def is_of_examples(name: str) -> bool:
    """Whether a tensor has a row for each example and a column for each unit."""
    return parsed(name)[0] in OF_EXAMPLES
