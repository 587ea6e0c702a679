"""The complex step: a derivative from one evaluation, exact to the last digits.

C(w + ih) = C(w) + ih C'(w) - …, so Im C(w + ih) / h is C'(w), with an error of order h² and no
difference of nearly equal numbers: h may be 1e-20. (Squire and Trapp, 1998; Martins, Sturdza and
Alonso, 2003.) The forward pass is written here once more, in complex arithmetic, from the
equations; what asks for the larger of two numbers asks for their real parts.
"""

from collections.abc import Callable
from math import pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.costs import scale
from app.explain.scene import Scene

__all__ = ["VALUES", "complex_step"]

Array = NDArray[Any]
H = 1e-20
LEAK = 0.01


def _positive(z: Array) -> Any:
    return z.real > 0


def _sigmoid(z: Array) -> Any:
    e = np.exp(np.where(_positive(z), -z, z))
    return np.where(_positive(z), 1, e) / (1 + e)


def _softplus(z: Array) -> Any:
    top = np.where(_positive(z), z, 0)
    return top + np.log(1 + np.exp(np.where(_positive(z), -z, z)))


def _gelu(z: Array) -> Any:
    return z / 2 * (1 + np.tanh(sqrt(2 / pi) * (z + 0.044715 * z**3)))


def _elu(z: Array) -> Any:
    return np.where(_positive(z), z, np.exp(np.where(_positive(z), 0, z)) - 1)


def _shifted(z: Array) -> Any:
    """z less the largest real part among the units of each example"""
    return z - z.real.max(-1, keepdims=True)


def _softmax(z: Array) -> Any:
    e = np.exp(_shifted(z))
    return e / e.sum(-1, keepdims=True)


VALUES: dict[str, Callable[[Array], Array]] = {
    "linear": lambda z: z,
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.where(_positive(z), z, 0),
    "leaky_relu": lambda z: np.where(_positive(z), z, LEAK * z),
    "elu": _elu,
    "gelu": _gelu,
    "silu": lambda z: z * _sigmoid(z),
    "softplus": _softplus,
    "softmax": _softmax,
}
"""a = f(z) of complex z (N, units)"""


def complex_step(s: Scene, tensor: str, index: tuple[int, ...], n: int) -> float:
    """Return the derivative of the cost by an entry of W or b, or of C_x by z of example n.

    `tensor` names the gradient: dW, db or delta.
    """
    kind, l = tensor.rstrip("0123456789"), int(tensor.lstrip("dWbelta"))
    some = slice(n, n + 1) if kind == "delta" else slice(None)
    z = s.now.tensor(f"z{l}")[some].astype(complex)
    inputs = s.now.tensor(f"a{l - 1}")[:, index[0]] if kind == "dW" else 1
    z[:, index[-1]] += 1j * H * inputs
    found = _costs(s, l, z, s.now.tensor("y")[some]).imag.sum() / H
    if kind == "delta":
        return float(found)
    return float(scale(s.config, s.N) * found + (_penalty(s, l, index) if kind == "dW" else 0))


def _costs(s: Scene, l: int, z: Array, y: Array) -> Array:
    """C_x of every example from z (N, units) of layer l"""
    L, config = s.config.depth, s.config
    a = _activated(s, l, z)
    for k in range(l + 1, L + 1):
        z = a @ s.used(f"W{k}")
        if config.layers[k - 1].bias:
            z = z + s.used(f"b{k}")
        a = _activated(s, k, z)
    match config.cost.name:
        case "squared_error":
            terms = (0.5 if config.cost.half else 1.0) * (a - y) ** 2
        case "binary_cross_entropy":
            terms = _softplus(z) - y * z
        case _:
            logs = np.log(np.exp(_shifted(z)).sum(-1, keepdims=True))
            terms = y * (logs - _shifted(z))
    total: Array = terms.sum(-1)
    return total


def _activated(s: Scene, l: int, z: Array) -> Array:
    forgotten = s.config.mistake == "no_output_activation" and l == s.config.depth
    return z if forgotten else VALUES[s.config.layers[l - 1].activation](z)


def _penalty(s: Scene, l: int, index: tuple[int, ...]) -> float:
    """Im of the penalties of w + ih, over h"""
    w = complex(s.used(f"W{l}")[index], H)
    size = w if w.real > 0 else -w
    return float((s.config.l2 / 2 * w * w + s.config.l1 * size).imag / H)
