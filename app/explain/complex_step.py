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
from app.engine.names import is_parameter, parsed
from app.engine.norm import EPSILON
from app.engine.program import penalized
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
    """Return the derivative of the cost by an entry of a parameter, or of Σ C_x by z of example n.

    `tensor` names the gradient: delta, or d and the parameter.
    """
    kind, l = parsed(tensor)
    p = {name: s.used(name).astype(complex) for name in s.defined if is_parameter(name)}
    moved = None
    if kind == "delta":
        moved = l, n, index[0]
    else:
        p[tensor[1:]][index] += 1j * H
    found = _costs(s, p, moved).imag.sum() / H
    if kind == "delta":
        return float(found)
    return float(scale(s.config, s.N) * found + _penalty(s, p) / H)


def _costs(s: Scene, p: dict[str, Array], moved: tuple[int, int, int] | None) -> Array:
    """C_x of every example, with z of a layer, an example and a unit moved"""
    config = s.config
    a = z = s.now.tensor("a0").astype(complex)
    for l in range(1, config.depth + 1):
        z = a @ p[f"W{l}"] + p.get(f"b{l}", 0)
        if moved is not None and moved[0] == l:
            z[moved[1:]] += 1j * H
        a = _layer(s, p, l, a, z)
    y = s.now.tensor("y")
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


def _layer(s: Scene, p: dict[str, Array], l: int, below: Array, z: Array) -> Array:
    """What leaves layer l, from what enters it and z"""
    layer = s.config.layers[l - 1]
    if layer.batch_norm:
        centred = z - z.mean(0)
        z = p[f"gamma{l}"] * centred / np.sqrt((centred**2).mean(0) + EPSILON) + p[f"beta{l}"]
    forgotten = s.config.mistake == "no_output_activation" and l == s.config.depth
    a = z if forgotten else VALUES[layer.activation](z)
    if layer.dropout:
        a = a * s.now.tensor(f"mask{l}")
    if layer.residual:
        a = a + (below @ p[f"P{l}"] if s.config.projects(l) else below)
    return a


def _penalty(s: Scene, p: dict[str, Array]) -> float:
    """The imaginary part of the penalties"""
    names = penalized(s.config) if s.config.l1 or s.config.l2 else []
    whole = 0.0
    for w in map(p.__getitem__, names):
        size = np.where(_positive(w), w, -w)
        whole += float((s.config.l2 / 2 * w * w + s.config.l1 * size).imag.sum())
    return whole
