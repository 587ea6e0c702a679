"""Which examples each iteration sees, and how they get onto the tape."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.examples import Examples
from app.engine.functions import Call
from app.engine.state import Tape
from app.engine.streams import stream

__all__ = ["Minibatches", "drawing"]

Array = NDArray[Any]
DEALT = 2**22
"""Values of all examples together up to which an epoch of many runs is laid out at once."""


class Minibatches:
    """The training examples cut into minibatches, in an order of their own for every epoch.

    The order is a function of the seed and the epoch. Where one minibatch holds all examples
    their order is kept, because no other would change anything but the last bits.
    """

    def __init__(self, config: Config, data: Examples) -> None:
        self.seed, self.data = config.seed, data
        self.targets = data.Y.T.copy()
        self._given = data
        self.made: dict[tuple[str, tuple[int, int]], float] = {}
        """What was changed by hand and is in force."""
        self._plain = config.data.feature_names in ((), ("x1", "x2"))
        self.size = min(config.minibatch_size or data.train, data.train)
        self.whole = self.size == data.train
        self.shuffle = config.shuffle and not self.whole
        self.per_epoch = config.per_epoch
        self._first = -self.per_epoch
        """The first iteration of the epoch that is cut."""
        self._cuts: list[Array] = []

    @property
    def changed(self) -> bool:
        """Whether the examples are our own, to be changed by hand."""
        return self.data is not self._given

    def set(self, name: str, index: tuple[int, int], value: float) -> None:
        """Overwrite an input (``X``) or a target (``Y``) of a training example."""
        if not self.changed:
            self.data = self._given.own()
        self.made[name, index] = value
        if name == "Y":
            self.data.Y[index] = self.targets[index[::-1]] = value
            return
        self.data.X[index] = value
        if self.data.points is not None and self._plain:
            self.data.points[index] = self.data.given(value, index[1])

    def restore(self) -> None:
        """Take back every change of the examples."""
        for row in {row for _, (row, _) in self.made}:
            self.data.take(self._given, row)
            self.targets[:, row] = self._given.Y[row]
        self.made.clear()

    def count(self, iteration: int) -> int:
        """Return N, the number of examples in the minibatch of `iteration`."""
        left = self.data.train - iteration % self.per_epoch * self.size
        return min(self.size, left)

    def alike(self, iteration: int) -> int:
        """Return how many minibatches from `iteration` on have its size, as far as is known."""
        if self.whole:
            return 2**40
        full = self.data.train // self.size - iteration % self.per_epoch
        return max(1, full)

    def examples_of(self, iteration: int) -> Array:
        """Return the indices (N,) of the examples in the minibatch of `iteration`."""
        place = iteration - self._first
        if not 0 <= place < self.per_epoch:
            epoch, place = divmod(iteration, self.per_epoch)
            self._first = iteration - place
            if self.shuffle or not self._cuts:
                self._cuts = self._cut(epoch)
        return self._cuts[place]

    def order(self, epoch: int) -> Array:
        """Return the indices of the training examples in the order of an epoch."""
        train = self.data.train
        if not self.shuffle:
            return np.arange(train)
        return stream(self.seed, "shuffle", epoch).permutation(train)

    def _cut(self, epoch: int) -> list[Array]:
        order = self.order(epoch)
        return [order[i : i + self.size] for i in range(0, len(order), self.size)]


def drawing(runs: Sequence[Minibatches], tape: Tape, clock: Any) -> list[Call]:
    """Return the calls that copy the minibatch of `clock.iteration` onto the tape."""
    given = [run.data for run in runs]
    if runs[0].whole and not runs[0].changed:
        places = [(tape.rows, tape.y)] if len(runs) == 1 else zip(tape.rows, tape.y, strict=True)
        for data, (rows, y) in zip(given, places, strict=True):
            rows[...] = data.rows[: data.train]
            y[...] = data.Y[: data.train].T
        return []  # what is drawn is always the same, and nothing overwrites it
    if len(runs) > 1 and sum(data.rows.size + data.Y.size for data in given) <= DEALT:
        return [(_Deal(runs, tape, clock),)]
    if len(runs) == 1:
        return [(_gather(runs[0], tape.rows, tape.y, clock),)]
    return [(_gather(*parts, clock),) for parts in zip(runs, tape.rows, tape.y, strict=True)]


def _gather(minibatches: Minibatches, rows: Array, y: Array, clock: Any) -> Callable[[], None]:
    """Return what copies the minibatch of one run to `rows` and `y`."""
    examples_of = minibatches.examples_of
    take_rows, take_targets = minibatches.data.rows.take, minibatches.targets.take

    def gather() -> None:
        chosen = examples_of(clock.iteration)
        take_rows(chosen, 0, rows, "clip")
        take_targets(chosen, 1, y, "clip")

    return gather


class _Deal:
    """Lays out an epoch of many runs at once, so that a minibatch of all of them is one copy."""

    def __init__(self, runs: Sequence[Minibatches], tape: Tape, clock: Any) -> None:
        self._runs, self._tape, self._clock = runs, tape, clock
        train = runs[0].data.train
        self._rows = np.stack([run.data.rows[:train] for run in runs])
        self._y = np.stack([run.data.Y[:train] for run in runs])
        self._dealt = self._rows, self._y
        self._epoch = -1

    def __call__(self) -> None:
        epoch, place = divmod(self._clock.iteration, self._runs[0].per_epoch)
        if epoch != self._epoch and self._runs[0].shuffle:
            self._shuffle(epoch)
        self._epoch = epoch
        start = place * self._runs[0].size
        rows, y = (array[:, start : start + self._tape.N] for array in self._dealt)
        self._tape.rows[...] = rows
        self._tape.y[...] = y.mT

    def _shuffle(self, epoch: int) -> None:
        orders = {run.seed: run.order(epoch) for run in self._runs}
        order = np.stack([orders[run.seed] for run in self._runs])[..., None]
        self._dealt = (
            np.take_along_axis(self._rows, order, 1), np.take_along_axis(self._y, order, 1)
        )  # fmt: skip
