"""The proof: what backpropagation says of a gradient against what the cost itself does.

A weight, bias or z is moved by ±h and the cost computed again by the same forward kernels, for
many moves at once along the run axis. The central difference must be the analytic gradient. Where
a move takes a unit over its kink the two sides have different slopes, and the difference proves
nothing; such entries are set apart with the unit's name. Rounding is told from error by
`rounding_noise`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.compiler import compile_kernels
from app.engine.costs import example_costs, scale
from app.engine.functions import ACTIVATIONS
from app.engine.gradcheck import TOLERANCE, H, relative_errors, rounding_noise
from app.engine.mistaken import ops_of
from app.engine.program import Kind, Op
from app.engine.state import Tape
from app.explain.complex_step import complex_step
from app.explain.scene import Scene

__all__ = ["Proof", "prove"]

Array = NDArray[Any]
SINGLE = 2e-3
"""A relative error below this is a proof in single precision, which has seven digits."""
TOGETHER = 2**17
"""Values that are computed at once, at the most."""
MOST_VALUES = 2**23
"""Values that a proof computes; of a larger tensor it proves the one entry that is asked for."""


@dataclass(frozen=True)
class Proof:
    """Analytic and numerical gradient of one entry, and how a whole tensor compares.

    `complex_step` is the derivative once more, without the rounding of a difference; None at a
    kink, where there is none, and in very large networks.

    `kinks` counts entries that a kink sets apart; `kink` names the layer and unit of the shown
    entry's, or of the first. `plus` and `minus` are the costs at ±h.
    """

    tensor: str
    index: tuple[int, ...]
    example: int | None
    h: float
    analytic: float
    numerical: float
    plus: float
    minus: float
    error: float
    worst: float
    entries: int
    kinks: int
    kink: tuple[int, int] | None
    verdict: str
    parameters: int
    complex_step: float | None


@dataclass(frozen=True)
class Moved:
    """Costs at +h and -h for every entry, and where a unit's kink lay between (-1: nowhere)."""

    plus: Array
    minus: Array
    kinks: Array


def prove(s: Scene, tensor: str, index: tuple[int, ...], example: int | None) -> Proof:
    """Prove an entry of delta, dW or db, and with it the whole tensor.

    delta is that of one example; with None, of the first.

    Raises:
        SessionError: there is no such gradient at this place.
    """
    kind, l = s.refuse_unknown(tensor, index, example)
    n = example or 0
    if kind == "delta":
        at, analytic = index[0], np.asarray(s.now.tensor(tensor)[n], float)
        moved = _moved_units(s, l, n)
    else:
        chosen, at = _chosen(s, l, tensor, index)
        analytic = np.asarray(s.unclipped.tensor(tensor), float).reshape(-1)[chosen]
        moved = _moved_parameters(s, l, chosen, kind == "dW")
    numerical = (moved.plus - moved.minus) / (2 * H)
    noise = rounding_noise(float(np.abs(moved.plus).max(initial=0.0)), H)
    errors = relative_errors(analytic, numerical, noise)
    smooth = moved.kinks[:, 0] < 0
    worst = float(errors[smooth].max(initial=0.0))
    kinked = [moved.kinks[at]] if not smooth[at] else list(moved.kinks[~smooth][:1])
    return Proof(
        tensor, index, n if kind == "delta" else None, H,
        float(analytic[at]), float(numerical[at]), float(moved.plus[at]), float(moved.minus[at]),
        float(errors[at]), worst, len(analytic), int((~smooth).sum()),
        (int(kinked[0][0]), int(kinked[0][1])) if kinked else None,
        _verdict(s, worst, bool(smooth[at])), s.now.parameters.flat[""].size,
        _complex(s, tensor, index, n) if smooth[at] else None,
    )  # fmt: skip


def _complex(s: Scene, tensor: str, index: tuple[int, ...], n: int) -> float | None:
    if s.N * sum(s.config.sizes) > MOST_VALUES:
        return None
    return complex_step(s, tensor, index, n)


def _chosen(s: Scene, l: int, tensor: str, index: tuple[int, ...]) -> tuple[Array, int]:
    """Return the entries to move, as places in the flat tensor, and where among them `index` is.

    Of a tensor that would take too long only the entry itself.
    """
    shape = s.now.tensor(tensor).shape
    count, at = int(np.prod(shape)), int(np.ravel_multi_index(index, shape))
    if 2 * count * s.N * sum(s.config.sizes[l:]) > MOST_VALUES:
        return np.array([at]), 0
    return np.arange(count), at


def _verdict(s: Scene, worst: float, smooth: bool) -> str:
    single = s.config.dtype == "float32"
    if not worst < (SINGLE if single else TOLERANCE):
        return "failed"
    return "proved" if smooth else "kink"


# ---------------------------------------------------------------- moving


def _moved_parameters(s: Scene, l: int, chosen: Array, weights: bool) -> Moved:
    """Move the chosen weights, or biases, of layer l; the cost is that of the minibatch."""
    units, factor = s.config.sizes[l], scale(s.config, s.N)
    rows = np.asarray(s.now.tensor(f"a{l - 1}").T if weights else np.ones((1, s.N)), float)
    together = max(1, min(len(chosen), TOGETHER // (2 * s.N * sum(s.config.sizes[l:]))))
    upper = Upper(s, l, together, slice(0, s.N))
    parts = []
    for start in range(0, len(chosen), together):
        i, j = np.divmod(chosen[start : start + together], units)
        up, down, kinks = upper.costs(j, H * rows[i])  # a weight moves z by h times its input
        parts.append((factor * up.sum(-1), factor * down.sum(-1), kinks))
    moved = Moved(*map(np.concatenate, zip(*parts, strict=True)))
    penalized = weights and (s.config.l1 or s.config.l2)
    return _with_penalty(s, l, chosen, moved) if penalized else moved


def _moved_units(s: Scene, l: int, n: int) -> Moved:
    """Move z of every unit of layer l; the cost is that of example n alone."""
    units = np.arange(s.config.sizes[l])
    upper = Upper(s, l, len(units), slice(n, n + 1))
    up, down, kinks = upper.costs(units, np.full((len(units), 1), H))
    return Moved(up[:, 0], down[:, 0], kinks)


class Upper:
    """The network from z of layer l up, for `most` moves at once, each up and down, on some of
    the examples."""

    def __init__(self, s: Scene, l: int, most: int, some: slice) -> None:
        self.config = s.config.model_copy(update={"dtype": "float64", "l1": 0.0, "l2": 0.0})
        self.l, self.most = l, most
        self.tape = Tape(self.config, some.stop - some.start, (2 * most,))
        self.z = np.asarray(s.now.tensor(f"z{l}")[some], float).T
        self.y = np.asarray(s.now.tensor("y")[some], float)
        self._forward = self._compiled(s)

    def _compiled(self, s: Scene) -> Any:
        """The forward ops that follow z of layer l, with the weights of this minibatch."""
        run = s.before if s.updated else s.now
        ops = ops_of(self.config, run.parameters, self.tape, run.updates, [])
        calls = ops.kernel(Op(Kind.ACTIVATE, self.l)).calls
        for k in range(self.l + 1, self.config.depth + 1):
            for kind in (Kind.PREACTIVATE, Kind.ACTIVATE):
                calls += ops.kernel(Op(kind, k)).calls
        return compile_kernels([calls])[0]

    def costs(self, units: Array, steps: Array) -> tuple[Array, Array, Array]:
        """Return C_x (R, N) with z of one unit each moved up, and down, and the kinks between."""
        R, most, L, tape = len(units), self.most, self.config.depth, self.tape
        z = tape.z[self.l]
        z[...] = self.z
        z[np.arange(R), units] += steps
        z[np.arange(most, most + R), units] -= steps
        with np.errstate(all="ignore"):
            self._forward()
        found = example_costs(self.config, tape.z[L].mT, tape.a[L].mT, self.y)
        return found[:R], found[most : most + R], self._kinks(R)

    def _kinks(self, R: int) -> Array:
        """Return layer and unit (R, 2) of the lowest kink that a move crosses, -1 where none."""
        found = np.full((R, 2), -1)
        for k in range(self.config.depth, self.l - 1, -1):
            kink = ACTIVATIONS[self.config.layers[k - 1].activation].kink
            if kink is None:
                continue
            above = self.tape.z[k] > kink
            crossed = (above[:R] != above[self.most : self.most + R]).any(-1)
            hit = crossed.any(-1)
            found[hit] = np.column_stack([np.full(hit.sum(), k), crossed[hit].argmax(-1) + 1])
        return found


def _with_penalty(s: Scene, l: int, chosen: Array, moved: Moved) -> Moved:
    """Add what the penalties say of each moved weight; l1 has a kink of its own at 0."""
    w = np.asarray(s.used(f"W{l}"), float).reshape(-1)[chosen]
    plus, minus = (
        found + s.config.l2 / 2 * ((w + h) ** 2 - w**2) + s.config.l1 * (np.abs(w + h) - np.abs(w))
        for found, h in ((moved.plus, H), (moved.minus, -H))
    )
    kinks = moved.kinks.copy()
    if s.config.l1:
        kinks[np.abs(w) < H] = (l, 0)
    return Moved(plus, minus, kinks)
