"""What ails a network: troubles that are seen in its numbers, and when each began.

Looked for where the curve is measured. The limits are ours, chosen so that a network that learns
well is left in peace; each is said with its number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.evaluate import Evaluator
from app.engine.functions import is_flat
from app.engine.program import Kind, Op
from app.engine.state import Tape

__all__ = ["HealthLog", "Spell", "troubles"]

Array = NDArray[Any]
SATURATED = 0.9
"""Share of a hidden layer's outputs that may be flat."""
STUCK = 0.25
"""Share of the examples that may be wrong at an output that is flat there."""
FADED = 1e-3
"""A gradient may be this much smaller, for each weight, than in a layer above."""
NOISE = 1e-8
"""Gradients below this are those of a network that is done."""
BURST = 100.0
"""A gradient may be this many times as long as its weights, or as 1."""
HUGE = 1e12
"""Weights that have exploded themselves measure nothing any more."""
SHOWN_BY = {
    "dead": Kind.ACTIVATE, "saturated": Kind.ACTIVATE, "stuck": Kind.ACTIVATE,
    "identical": Kind.ACTIVATE, "vanishing": Kind.GRADIENT, "exploding": Kind.GRADIENT,
}  # fmt: skip
"""The op at which each trouble is there to be seen."""
Found = Mapping[tuple[str, int], tuple[float, tuple[int, ...]]]


@dataclass(frozen=True)
class Spell:
    """A trouble of a layer from iteration `start` on, until `end` if it has ended.

    `size` is the number that shows it, `units` (from 1) are those it is about. Where other units
    join in there is a new spell, which `began` when the first did.
    """

    kind: str
    layer: int
    start: int
    size: float
    units: tuple[int, ...]
    began: int
    end: int | None = None

    def is_at(self, iteration: int) -> bool:
        return self.start <= iteration and (self.end is None or iteration < self.end)

    def position(self, program: tuple[Op, ...]) -> int:
        """Return where the op stands that shows it first."""
        op = SHOWN_BY[self.kind]
        return self.began * len(program) + program.index(Op(op, self.layer)) + 1


class HealthLog:
    """The spells of a run, as many as can matter."""

    MOST = 500

    def __init__(self) -> None:
        self.spells: list[Spell] = []
        self._once: set[tuple[str, int]] = set()

    def put(self, iteration: int, found: Found) -> None:
        """Take down what was found: what is new begins, what is gone ends."""
        open_ = {(s.kind, s.layer): i for i, s in enumerate(self.spells) if s.end is None}
        began = {key: self.spells[i].began for key, i in open_.items()}
        for key, i in open_.items():
            if key in found and found[key][1] == self.spells[i].units:
                continue
            self.spells[i] = replace(self.spells[i], end=iteration)
        for (kind, layer), (size, units) in found.items():
            key = kind, layer
            if key in open_ and self.spells[open_[key]].end is None:
                continue
            if kind == "vanishing" and key not in self._once and key not in open_:
                continue  # one gradient that passes near 0 is no trouble
            # Gradients are those of the minibatch that led here, everything else is yet to come.
            start = iteration - (SHOWN_BY[kind] is Kind.GRADIENT)
            self.spells.append(Spell(*key, start, size, units, began.get(key, start)))
        self._once = {*found}
        if len(self.spells) > self.MOST:
            self.spells = [s for s in self.spells if s.end is None] or self.spells[-1:]

    def at(self, iteration: int) -> list[Spell]:
        """Return the troubles of an iteration, the oldest first."""
        return [spell for spell in self.spells if spell.is_at(iteration)]

    def cut(self, iteration: int) -> list[Spell]:
        """Forget what was found after an iteration; return everything that was known."""
        known, self.spells = self.spells, [s for s in self.spells if s.start <= iteration]
        self.spells = [
            replace(s, end=None) if s.end is not None and s.end > iteration else s
            for s in self.spells
        ]
        return known


@np.errstate(all="ignore")
def troubles(evaluator: Evaluator, most: int) -> Found:
    """Look for troubles on at most the first `most` training examples."""
    found = [*_of_outputs(evaluator, most), *_alike(evaluator), *_of_gradients(evaluator)]
    return {(kind, layer): (float(size), units) for kind, layer, size, units in found}


Trouble = tuple[str, int, float, tuple[int, ...]]


def _of_outputs(evaluator: Evaluator, most: int) -> Iterator[Trouble]:
    """Dead ReLUs and flat outputs, from a forward pass."""
    config = evaluator.config
    tape, Y = evaluator.forward_training(most)
    flat = list(_flat(config, tape, Y))  # a search for dead units uses the tape again
    dead: dict[int, list[int]] = {}
    if any(
        layer.activation == "relu" and not (tape.activated(l)[0] > 0).any(-1).all()
        for l, layer in enumerate(config.layers, 1)
    ):
        for l, j in evaluator.dead_units():
            dead.setdefault(l, []).append(j + 1)
    for l, units in dead.items():
        yield "dead", l, len(units), tuple(units)
    yield from flat


def _flat(config: Config, tape: Tape, Y: Array) -> Iterator[Trouble]:
    """Layers whose outputs lie where the activation is flat, and outputs that are wrong there."""
    for l, layer in enumerate(config.layers, 1):
        _, a = tape.activated(l)
        if (flat := is_flat(layer.activation, a)) is None:
            continue
        if l < config.depth and flat.mean() >= SATURATED:
            yield "saturated", l, flat.mean(), ()
        if l == config.depth and config.cost.name == "squared_error":
            stuck = (flat & (np.abs(a - Y.T) > 0.5)).any(0).mean()
            if stuck >= STUCK:
                yield "stuck", l, stuck, ()


def _alike(evaluator: Evaluator) -> Iterator[Trouble]:
    """Units of a hidden layer with the very same weights in and out: they stay alike for ever."""
    parameters = evaluator.run.parameters
    for l in range(1, evaluator.config.depth):
        above = parameters.named[f"W{l + 1}"]
        rows = np.column_stack([parameters.blocks[""][l].T, above])
        known: dict[bytes, list[int]] = {}
        for j, row in enumerate(rows):
            known.setdefault(row.tobytes(), []).append(j + 1)
        largest = max(known.values(), key=len)
        if len(largest) > 1:
            yield "identical", l, len(largest), tuple(largest)


def _of_gradients(evaluator: Evaluator) -> Iterator[Trouble]:
    """Gradients that fade on their way down, or are far longer than the weights they move."""
    run = evaluator.run
    if not run.position:
        return
    norms, named = run.gradient_norms(), run.parameters.named
    of_learning = {l: norms[l - 1] for l in run.config.learning}
    typical = {l: norm / named[f"W{l}"].size ** 0.5 for l, norm in of_learning.items()}
    for l, own in typical.items():
        above = max((other for k, other in typical.items() if k > l), default=0.0)
        if above > NOISE and own < FADED * above:
            yield "vanishing", l, above / max(own, 1e-300), ()
            break  # the layers between are on the way there
    for l, norm in of_learning.items():
        if norm > BURST * max(1.0, float(np.linalg.norm(named[f"W{l}"]))) or not norm < HUGE:
            yield "exploding", l, norm, ()
