"""What is remembered of a run, so that any position can be returned to: keyframes, edits, curve."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.run import Run

__all__ = ["Change", "CurveLog", "Keyframes", "Trail"]

Array = NDArray[Any]
MOST = 1024
DENSEST = 256 * 1024
"""Bytes that may be copied for keyframes in each iteration, at the most."""


@dataclass(frozen=True)
class Change:
    """A hand on the run: `value` for one entry of a tensor, or for ``learning_rate``.

    The tensor is a weight matrix or bias vector, or ``X`` or ``Y`` for all training examples.

    It is made when the run stands at `position`, before the next op.
    """

    position: int
    tensor: str
    index: tuple[int, ...]
    value: float

    @property
    def is_rate(self) -> bool:
        return self.tensor == "learning_rate"

    @property
    def is_example(self) -> bool:
        return self.tensor in ("X", "Y")

    @property
    def is_kept_aside(self) -> bool:
        """Whether no keyframe holds what it sets, so that it is made again after each."""
        return self.is_rate or self.is_example

    def is_replaced_by(self, other: "Change") -> bool:
        """Whether `other` sets the same entry at the same place."""
        mine = (self.position, self.tensor, self.index)
        return mine == (other.position, other.tensor, other.index)

    def make(self, run: Run) -> None:
        """Change the run, which stands at `position`."""
        if self.is_rate:
            run.set_learning_rate(self.value)
        elif self.is_example:
            run.set_example(self.tensor, (self.index[0], self.index[1]), self.value)
        else:
            run.set_value(self.tensor, self.index, self.value)

    @staticmethod
    def undo_kept_aside(run: Run) -> None:
        """Have everything that no keyframe holds as the config says."""
        run.set_learning_rate(run.config.optimizer.learning_rate)
        run.restore_examples()

    def as_json(self) -> dict[str, Any]:
        return {
            "position": self.position,
            "tensor": self.tensor,
            "index": list(self.index),
            "value": self.value,
        }


class Keyframes:
    """States at the start of iterations, within a budget of bytes, thinner with distance."""

    def __init__(self, size: int, budget: int) -> None:
        self.most = min(max(8, budget // max(size, 256)), MOST)
        self.every = max(1, size // DENSEST)
        self._at: list[int] = []
        self._kept: dict[int, Array] = {}

    def __len__(self) -> int:
        return len(self._at)

    def wants(self, iteration: int) -> bool:
        """Whether a state at the start of `iteration` would be new."""
        return iteration % self.every == 0 and iteration not in self._kept

    def next_wanted(self, iteration: int) -> int:
        """Return the first iteration after `iteration` that falls on a keyframe."""
        return (iteration // self.every + 1) * self.every

    def put(self, iteration: int, kept: Array) -> None:
        """Remember a state; when there are too many, forget some."""
        self._at.insert(bisect_left(self._at, iteration), iteration)
        self._kept[iteration] = kept
        if len(self._at) > self.most:
            self._thin(iteration)

    def before(self, iteration: int) -> tuple[int, Array]:
        """Return the last state at or before the start of `iteration`."""
        at = self._at[bisect_right(self._at, iteration) - 1]
        return at, self._kept[at]

    def kept(self) -> dict[int, Array]:
        """Return every state that is remembered; nobody changes them."""
        return dict(self._kept)

    def cut(self, iteration: int) -> dict[int, Array]:
        """Take out and return what lies after the start of `iteration`."""
        place = bisect_right(self._at, iteration)
        cut, self._at = self._at[place:], self._at[:place]
        return {at: self._kept.pop(at) for at in cut}

    def add(self, kept: dict[int, Array]) -> None:
        """Put back what `cut` returned."""
        self._kept.update(kept)
        self._at = sorted(self._kept)
        while len(self._at) > self.most:
            self._thin(self._at[-1])

    def _thin(self, now: int) -> None:
        """Keep the first, and the quarter nearest to now; of the rest, every second."""
        near = set(sorted(self._at, key=lambda at: abs(at - now))[: self.most // 4])
        far = [at for at in self._at[1:] if at not in near]
        self._at = sorted({self._at[0], *near, *far[::2]})
        self._kept = {at: self._kept[at] for at in self._at}


class CurveLog:
    """The loss curve at a bounded number of iterations, evenly spaced over the whole run."""

    MOST = 512

    def __init__(self, names: Sequence[str], stride: int) -> None:
        self.names = tuple(names)
        self.stride = stride
        self.rows: list[tuple[float, ...]] = []
        self._changed: int | None = 0

    def wants(self, iteration: int) -> bool:
        """Whether `iteration` has its place on the curve and is not there yet."""
        return iteration % self.stride == 0 and iteration >= len(self.rows) * self.stride

    def next_wanted(self, iteration: int) -> int:
        """Return the first iteration after `iteration` that has its place on the curve."""
        return max((iteration // self.stride + 1), len(self.rows)) * self.stride

    def put(self, row: tuple[float, ...]) -> None:
        """Add the row of the next place; when the curve is full, keep every second."""
        self.rows.append(row)
        if len(self.rows) > self.MOST:
            self.rows = self.rows[::2]
            self.stride *= 2
            self._changed = 0
        self._touch(len(self.rows) - 1)

    def cut(self, iteration: int) -> tuple[int, list[tuple[float, ...]]]:
        """Take out and return, with their stride, the rows after `iteration`."""
        place = iteration // self.stride + 1
        cut, self.rows = self.rows[place:], self.rows[:place]
        self._touch(place)
        return self.stride, cut

    def add(self, stride: int, rows: list[tuple[float, ...]]) -> None:
        """Put back what `cut` returned, thinned as the curve has been since."""
        while stride < self.stride:
            kept = [row for row in rows if row[0] % (2 * stride) == 0]
            rows, stride = kept, stride * 2
        self._touch(len(self.rows))
        self.rows += rows

    def _touch(self, entry: int) -> None:
        self._changed = entry if self._changed is None else min(self._changed, entry)

    def take_changed(self) -> int | None:
        """Return the first entry that changed since this was last asked, None if none did."""
        changed, self._changed = self._changed, None
        return changed

    def columns(self, start: int = 0) -> dict[str, Array]:
        """Return the columns from entry `start` on."""
        table = np.array(self.rows[start:], float).reshape(-1, len(self.names))
        return {name: np.ascontiguousarray(table[:, i]) for i, name in enumerate(self.names)}


class Trail:
    """Where the weights have been, at as many places of the run as the curve has; of small networks
    only, because every place takes as many numbers as there are weights."""

    LARGEST = 1000

    def __init__(self) -> None:
        self._at: dict[int, Array] = {}

    def put(self, iteration: int, weights: Array) -> None:
        """Remember the weights at the start of an iteration."""
        if weights.size > self.LARGEST:
            return
        with np.errstate(over="ignore"):  # of what is about to diverge
            self._at[iteration] = weights.astype(np.float32)
        if len(self._at) > CurveLog.MOST:
            self._at = dict(list(self._at.items())[::2])

    def copy(self) -> "Trail":
        """Return another of the same places; nobody changes the weights themselves."""
        other = Trail()
        other.add(self._at)
        return other

    def until(self, iteration: int) -> list[Array]:
        """Return the weights from the start of the run to an iteration, in their order."""
        return [weights for at, weights in sorted(self._at.items()) if at < iteration]

    def cut(self, iteration: int) -> dict[int, Array]:
        """Take out and return what lies after the start of `iteration`."""
        cut = {at: weights for at, weights in self._at.items() if at > iteration}
        self._at = {at: weights for at, weights in self._at.items() if at <= iteration}
        return cut

    def add(self, cut: dict[int, Array]) -> None:
        """Put back what `cut` returned."""
        self._at |= cut
