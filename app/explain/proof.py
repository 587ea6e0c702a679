"""The proof: what backpropagation says of a gradient against what the cost itself does.

A weight, bias or z is moved by ±h and the cost computed again by the same forward kernels, for
many moves at once along the run axis. The central difference must be the analytic gradient. Where
a move takes a unit over its kink the two sides have different slopes, and the difference proves
nothing; such entries are set apart with the unit's name. Rounding is told from error by
`rounding_noise`.
"""

from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.costs import scale
from app.engine.gradcheck import TOLERANCE, H, relative_errors, rounding_noise
from app.explain.complex_step import complex_step
from app.explain.moves import Moved, Upper, Whole
from app.explain.rounding import backward_rounding
from app.explain.scene import Scene

__all__ = ["Proof", "prove"]

Array = NDArray[Any]
SINGLE = 2e-3
"""A relative error below this is a proof in single precision, which has seven digits."""
TOGETHER = 2**17
"""Values that are computed at once, at the most."""
FEW = 64
"""Entries that the complex step decides on, where the difference is too coarse."""
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


def prove(s: Scene, tensor: str, index: tuple[int, ...], example: int | None) -> Proof:
    """Prove an entry of delta or of a gradient, and with it the whole tensor.

    delta is that of one example; with None, of the first.

    Raises:
        SessionError: there is no such gradient at this place.
    """
    kind, l = s.refuse_unknown(tensor, index, example)
    n = example or 0
    if kind == "delta":
        at, analytic = index[0], np.asarray(s.now.tensor(tensor)[n], float)
        chosen = np.arange(len(analytic))
        moved = _moved_units(s, l, n)
    else:
        chosen, at = _chosen(s, l, tensor, index)
        analytic = np.asarray(s.unclipped.tensor(tensor), float).reshape(-1)[chosen]
        moved = _moved_parameters(s, tensor[1:], l, chosen)
    numerical = (moved.plus - moved.minus) / (2 * H)
    noise = rounding_noise(float(np.abs(moved.plus).max(initial=0.0)), H)
    errors = relative_errors(analytic, numerical, noise)
    smooth = moved.kinks[:, 0] < 0
    coarse = np.flatnonzero(smooth & (errors >= TOLERANCE))
    if 0 < len(coarse) <= FEW and s.config.dtype == "float64":
        rounding = backward_rounding(s, kind, l)
        for k in coarse.tolist():
            errors[k] = _by_complex_step(s, tensor, int(chosen[k]), n, analytic[k], rounding)
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


def _by_complex_step(
    s: Scene, tensor: str, k: int, n: int, analytic: float, rounding: float
) -> float:
    """Return the relative error of an entry by the complex step, but for what rounding explains.

    Where the cost bends strongly, as above a norm of units that hardly vary, the difference over
    ±h is not exact enough for a gradient that is small itself.
    """
    is_delta = tensor.startswith("delta")
    place = (k,) if is_delta else np.unravel_index(k, s.now.tensor(tensor).shape)
    found = _complex(s, tensor, tuple(map(int, place)), n)
    if found is None:
        return 1.0
    return float(relative_errors(np.array([analytic]), np.array([found]), rounding)[0])


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


def _is_entangled(s: Scene) -> bool:
    """Whether a number hangs on more than its own example and the layer below."""
    return not all(layer.is_plain for layer in s.config.layers)


def _moved_parameters(s: Scene, name: str, l: int, chosen: Array) -> Moved:
    """Move the chosen entries of a parameter of layer l; the cost is that of the minibatch."""
    if _is_entangled(s):
        together = max(1, min(len(chosen), TOGETHER // (2 * s.N * sum(s.config.sizes))))
        whole = Whole(s, together)
        starts = range(0, len(chosen), together)
        moved = _joined([whole.parameter(name, chosen[i : i + together], H) for i in starts])
        return _with_kink_of_penalty(s, name, l, chosen, moved)
    weights, units, factor = name[0] == "W", s.config.sizes[l], scale(s.config, s.N)
    rows = np.asarray(s.now.tensor(f"a{l - 1}").T if weights else np.ones((1, s.N)), float)
    together = max(1, min(len(chosen), TOGETHER // (2 * s.N * sum(s.config.sizes[l:]))))
    upper = Upper(s, l, together, slice(0, s.N))
    parts = []
    for start in range(0, len(chosen), together):
        i, j = np.divmod(chosen[start : start + together], units)
        up, down, kinks = upper.costs(j, H * rows[i])  # a weight moves z by h times its input
        parts.append(Moved(factor * up.sum(-1), factor * down.sum(-1), kinks))
    moved = _joined(parts)
    penalized = weights and (s.config.l1 or s.config.l2)
    return _with_penalty(s, l, chosen, moved) if penalized else moved


def _joined(parts: list[Moved]) -> Moved:
    return Moved(*(np.concatenate(some) for some in zip(*map(astuple, parts), strict=True)))


def _moved_units(s: Scene, l: int, n: int) -> Moved:
    """Move z of every unit of layer l in example n; the cost is the sum over the examples, to
    which most often that example alone adds something else."""
    units = np.arange(s.config.sizes[l])
    if _is_entangled(s):
        return Whole(s, len(units)).units(l, n, units, H)
    upper = Upper(s, l, len(units), slice(n, n + 1))
    up, down, kinks = upper.costs(units, np.full((len(units), 1), H))
    return Moved(up[:, 0], down[:, 0], kinks)


def _with_penalty(s: Scene, l: int, chosen: Array, moved: Moved) -> Moved:
    """Add what the penalties say of each moved weight."""
    w = np.asarray(s.used(f"W{l}"), float).reshape(-1)[chosen]
    plus, minus = (
        found + s.config.l2 / 2 * ((w + h) ** 2 - w**2) + s.config.l1 * (np.abs(w + h) - np.abs(w))
        for found, h in ((moved.plus, H), (moved.minus, -H))
    )
    return _with_kink_of_penalty(s, f"W{l}", l, chosen, Moved(plus, minus, moved.kinks))


def _with_kink_of_penalty(s: Scene, name: str, l: int, chosen: Array, moved: Moved) -> Moved:
    """Set apart weights near 0, where l1 has a kink of its own."""
    kinks = moved.kinks.copy()
    if s.config.l1 and name[0] in "WP":
        kinks[np.abs(s.used(name).reshape(-1)[chosen]) < H] = (l, 0)
    return Moved(moved.plus, moved.minus, kinks)
