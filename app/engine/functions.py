"""Activation functions and their slopes, as kernels.

A kernel is a list of calls, each a function and its arguments, that work in place on the arrays
they name; nothing is computed until the list is compiled (`app.engine.compiler`). Each function
stands beside its derivative. `s` and `t` are scratch arrays of z's shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt
from typing import Any

import numpy as np
from numpy import (
    add,
    divide,
    exp,
    expm1,
    maximum,
    minimum,
    multiply,
    negative,
    reciprocal,
    subtract,
    tanh,
)
from numpy.typing import NDArray

__all__ = ["ACTIVATIONS", "Activation", "Call", "column_sums", "constant", "is_flat"]

Array = NDArray[Any]
Call = tuple[Any, ...]
LEAK = 0.01
FLAT = 0.05
"""A slope below this share of the steepest lets next to nothing through."""
STEEPEST = {"sigmoid": 0.25, "tanh": 1.0}


def constant(value: float, like: Array) -> Array:
    """Return `value` as a 0-d array; as an operand it is cheaper than a Python float."""
    return np.array(value, like.dtype)


def column_sums(x: Array, out: Array) -> Call:
    """out = Σ x over the units; a product with ones takes a third of the time of a sum."""
    ones = np.ones((1, x.shape[-2]), x.dtype)
    return (ones.dot, x, out) if x.ndim == 2 else (np.matmul, ones, x, out)


@dataclass(frozen=True)
class Activation:
    """A function f and its derivative, for kernels, for people and for listings.

    `value(z, a, s, t)` writes f(z) to a; `slope(z, a, s, t)` writes f'(z) to s and may use that
    a = f(z). `slope` is None where f' is 1. A kink is a z at which f' jumps.
    """

    formula: str
    derivative: str
    code: str
    slope_code: str
    value: Callable[[Array, Array, Array, Array], list[Call]]
    slope: Callable[[Array, Array, Array, Array], list[Call]] | None
    kink: float | None = None


def linear(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """a = z"""
    return [(np.copyto, a, z)]


def sigmoid(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """a = 1 / (1 + exp(-z))"""
    one = constant(1, z)
    return [(negative, z, a), (exp, a, a), (add, a, one, a), (reciprocal, a, a)]


def sigmoid_slope(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """s = a (1 - a)"""
    return [(subtract, constant(1, z), a, s), (multiply, s, a, s)]


def hyperbolic(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """a = tanh(z)"""
    return [(tanh, z, a)]


def hyperbolic_slope(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """s = 1 - a²"""
    return [(multiply, a, a, s), (subtract, constant(1, z), s, s)]


def relu(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """a = max(0, z)"""
    return [(maximum, z, constant(0, z), a)]


def relu_slope(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """s = 1 where z > 0, else 0; that is the sign of a"""
    return [(np.sign, a, s)]


def leaky_relu(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """a = max(0.01 z, z)"""
    return [(multiply, z, constant(LEAK, z), a), (maximum, z, a, a)]


def leaky_relu_slope(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """s = 1 where z > 0, else 0.01"""
    return [(np.heaviside, z, constant(0, z), s), (maximum, s, constant(LEAK, z), s)]


def elu(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """a = max(0, z) + exp(min(0, z)) - 1"""
    zero = constant(0, z)
    return [(minimum, z, zero, t), (expm1, t, t), (maximum, z, zero, a), (add, a, t, a)]


def elu_slope(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """s = exp(min(0, z))"""
    return [(minimum, z, constant(0, z), s), (exp, s, s)]


ROOT, CUBE = sqrt(2 / pi), 0.044715


def _gelu_gate(z: Array, s: Array, t: Array) -> list[Call]:
    """t = tanh(√(2/π) (z + 0.044715 z³)), s = z²"""
    return [
        (multiply, z, z, s),
        (multiply, s, constant(ROOT * CUBE, z), t),
        (add, t, constant(ROOT, z), t),
        (multiply, t, z, t),
        (tanh, t, t),
    ]


def gelu(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """a = z/2 (1 + tanh(√(2/π) (z + 0.044715 z³)))"""
    return [
        *_gelu_gate(z, s, t),
        (add, t, constant(1, z), t),
        (multiply, t, constant(0.5, z), t),
        (multiply, t, z, a),
    ]


def gelu_slope(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """s = (1 + t)/2 (1 + z √(2/π) (1 + 3·0.044715 z²) (1 - t)), t the tanh of gelu"""
    one, rest = constant(1, z), np.empty_like(z)
    return [
        *_gelu_gate(z, s, t),
        (multiply, s, constant(3 * ROOT * CUBE, z), s),
        (add, s, constant(ROOT, z), s),
        (multiply, s, z, s),
        (subtract, one, t, rest),
        (multiply, s, rest, s),
        (add, s, one, s),
        (add, t, one, t),
        (multiply, s, t, s),
        (multiply, s, constant(0.5, z), s),
    ]


def silu(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """a = z sigmoid(z)"""
    return [*sigmoid(z, t, s, t), (multiply, z, t, a)]


def silu_slope(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """s = t + a (1 - t), t = sigmoid(z)"""
    return [
        *sigmoid(z, t, s, t),
        (subtract, constant(1, z), t, s),
        (multiply, s, a, s),
        (add, s, t, s),
    ]


def softplus(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """a = log(1 + exp(z))"""
    return [(np.logaddexp, z, constant(0, z), a)]


def softplus_slope(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """s = sigmoid(z)"""
    return sigmoid(z, s, s, t)


def softmax(z: Array, a: Array, s: Array, t: Array) -> list[Call]:
    """a = exp(z - max z) / Σ exp(z - max z), over the units of each example

    It leaves z - max z in s and the sums in the first row of t, where the cost takes them up.
    """
    top, sums = np.empty((*z.shape[:-2], 1, z.shape[-1]), z.dtype), t[..., :1, :]
    return [
        (maximum.reduce, z, -2, None, top, True),
        (subtract, z, top, s),
        (exp, s, a),
        column_sums(a, sums),
        (divide, a, sums, a),
    ]


ACTIVATIONS: dict[str, Activation] = {
    "linear": Activation("z", "1", "{z}", "1", linear, None),
    "sigmoid": Activation(
        "1 / (1 + e^(-z))", "a (1 - a)", "sigmoid({z})", "{a} * (1 - {a})", sigmoid, sigmoid_slope
    ),
    "tanh": Activation(
        "tanh z", "1 - a^2", "np.tanh({z})", "(1 - {a}**2)", hyperbolic, hyperbolic_slope
    ),
    "relu": Activation(
        "max(0, z)", "1 if z > 0, else 0", "np.maximum({z}, 0)", "({z} > 0)", relu, relu_slope, 0.0
    ),
    "leaky_relu": Activation(
        "max(0.01 z, z)", "1 if z > 0, else 0.01", "np.maximum({z}, 0.01*{z})",
        "np.where({z} > 0, 1, 0.01)", leaky_relu, leaky_relu_slope, 0.0,
    ),
    "elu": Activation(
        "z if z > 0, else e^z - 1", "1 if z > 0, else e^z",
        "np.where({z} > 0, {z}, np.expm1({z}))", "np.exp(np.minimum({z}, 0))", elu, elu_slope,
    ),
    "gelu": Activation(
        "z/2 (1 + tanh(√(2/π) (z + 0.044715 z^3)))", "(1 + t)/2 + z/2 (1 - t^2) t'",
        "gelu({z})", "gelu_slope({z})", gelu, gelu_slope,
    ),
    "silu": Activation(
        "z / (1 + e^(-z))", "σ(z) + a (1 - σ(z))", "{z} * sigmoid({z})",
        "(sigmoid({z}) + {a} * (1 - sigmoid({z})))", silu, silu_slope,
    ),
    "softplus": Activation(
        "log(1 + e^z)", "1 / (1 + e^(-z))", "np.logaddexp({z}, 0)", "sigmoid({z})",
        softplus, softplus_slope,
    ),
    "softmax": Activation(
        "e^z / Σ e^z", "a_i (1 if i = j, else 0) - a_i a_j", "softmax({z})", "", softmax, None
    ),
}  # fmt: skip
"""The activation functions by their public names."""


def is_flat(activation: str, a: Array) -> Array | None:
    """Return where the slope at a = f(z) is next to nothing; None for what does not saturate."""
    if activation not in STEEPEST:
        return None
    slope = a * (1 - a) if activation == "sigmoid" else 1 - a * a
    flat: Array = slope < FLAT * STEEPEST[activation]
    return flat
