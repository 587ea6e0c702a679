"""The run with its past: every position, forward and back, with every bit as it was.

Going forward executes ops, makes the changes that the log holds for a position, and leaves
keyframes and points of the curve behind. Going back restores the nearest keyframe and goes forward
from it. A change made in the past puts the old future aside, from where it can be taken up again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config, Stop
from app.engine.evaluate import Evaluator
from app.engine.flow import gradient_flow
from app.engine.program import Kind, Op, Phase, symbol
from app.engine.run import Run
from app.errors import SessionError
from app.language import say
from app.session.exercise import Exercise
from app.session.glance import Glance
from app.session.health import HealthLog, Spell, troubles
from app.session.history import Change, CurveLog, Keyframes, Trail
from app.session.saved import changes_of

__all__ = ["Timeline"]

Array = NDArray[Any]
MEASURED = 1000
"""Examples that the curve is measured on at the most, so that looking stays cheap."""
OFTEN, SELDOM = 16, 8
"""Health is looked at with each of the first points of the curve, later with every few."""
NEAR, FAR = 64, 4096
"""Minibatches that a command does at once, and those that a change by hand does not wait for."""


@dataclass
class Branch:
    """A future that was put aside when a change was made at `fork`, with the log it goes by."""

    fork: int
    end: int
    log: list[Change]
    keyframes: dict[int, Array]
    curve: tuple[int, list[tuple[float, ...]]]
    health: list[Spell]
    trail: dict[int, Array]
    diverged: tuple[int, Op] | None


class Timeline:
    """A run and all that is needed to be anywhere in it."""

    def __init__(self, config: Config, *, budget: int = 32 * 2**20) -> None:
        self.config = config
        self.run = Run(config)
        self.evaluator = Evaluator(self.run)
        self.length = len(self.run.program)
        updates = (op.phase is Phase.UPDATE for op in self.run.program)
        self._updates_before = tuple(accumulate(updates, initial=0))
        self._budget = budget
        self.log: list[Change] = []
        self.end = 0
        self.restored = 0
        """Where a saved run stood that is opened: up to there its log is of what was done."""
        self.changes = 0
        self.branch: Branch | None = None
        self.exercise: Exercise | None = None
        self.diverged: tuple[int, Op] | None = None
        self.keyframes = Keyframes(self.run.parameters.lasting.nbytes, budget)
        self.health = HealthLog()
        self.trail = Trail()
        self._glance = Glance(self.run, self.keyframes)
        layers = range(1, config.depth + 1)
        flow = [f"{name}{l}" for name in ("norm", "delta", "change") for l in layers]
        self.curve = CurveLog(["iteration", "train", "test", *flow], self._stride())
        self._before: tuple[int, Array] = (-1, self.run.parameters.flat[""])
        self._arrive()

    @property
    def position(self) -> int:
        return self.run.position

    def weights_state(self) -> tuple[int, ...]:
        """Return what changes whenever the weights or the curve may have changed."""
        iteration, inside = divmod(self.position, self.length)
        return (id(self.run), iteration, self._updates_before[inside], self.changes)

    def learning_rate(self) -> float:
        """Return the learning rate that is in force here."""
        made = [c.value for c in self.log if c.is_rate and c.position <= self.position]
        return made[-1] if made else self.config.optimizer.learning_rate

    # ------------------------------------------------------------------ moving

    def copy(self) -> "Timeline":
        """Return another timeline at this position. The states on its way are shared, nobody
        changes them; the future that was put aside stays here."""
        other = Timeline(self.config, budget=self._budget)
        other.keyframes.add(self.keyframes.kept())
        other.curve.stride, other.curve.rows = self.curve.stride, list(self.curve.rows)
        other.health.spells = list(self.health.spells)
        other.trail = self.trail.copy()
        other.log, other.end = list(self.log), self.end
        other.exercise, other.diverged = self.exercise, self.diverged
        other._restore(self.position)
        other.forward(self.position)
        return other

    def jump(self, target: int) -> None:
        """Stand at or before `target`, as near as can be had without executing an op."""
        at, _ = self.keyframes.before(self._shown(target))
        if target < self.position or at * self.length > self.position:
            self._restore(target)

    def _shown(self, position: int) -> int:
        """Return the iteration whose tensors are shown at a position."""
        return max(0, position - 1) // self.length

    def _restore(self, target: int) -> None:
        """Stand at the last keyframe from which a replay defines every tensor at `target`."""
        self.run.go_to_start_of(*self.keyframes.before(self._shown(target)))
        Change.undo_kept_aside(self.run)
        for change in self.log:
            if change.is_kept_aside and change.position < self.position:
                change.make(self.run)
        self._arrive()

    def forward(self, target: int, *, most: int = 2**40, stop: Stop | None = None) -> str:
        """Execute ops up to `target`, at most about `most` minibatches of them.

        Return "", or why it ended early: "diverged", or the stop condition that was met.
        """
        target = min(target, self.position + most * self.length)
        while self.position < target:
            if self._at_divergence():
                return "diverged"
            self._note_weights()
            self._advance(min(target, self._next_stop(target, bool(stop))))
            self.end = max(self.end, self.position)
            if self._at_divergence():
                return "diverged"
            if stop and (met := self._met(stop)):
                return met
        return ""

    def _at_divergence(self) -> bool:
        return self.diverged is not None and self.position >= self.diverged[0]

    def refuse_past_divergence(self, target: int) -> None:
        """Refuse to go on from where the run has diverged.

        Raises:
            SessionError: it names op and layer, and what helps.
        """
        if self.diverged and target > self.diverged[0] and self._at_divergence():
            op = self.diverged[1]
            sentence = say(
                "{symbol} is not a number from here on: the run has diverged in layer {layer}. "
                "Go back, lower the learning rate, or reset.",
                symbol=symbol(op), layer=op.layer,
            )  # fmt: skip
            raise SessionError("diverged", sentence)

    def _next_stop(self, target: int, watched: bool) -> int:
        """Return the next position at which something besides ops has to happen.

        Keyframes are far apart far from the target and dense before it, where going back begins.
        """
        iteration = self.position // self.length
        ahead = (target // self.length - iteration) // 2
        # One before the next point of the curve: its weights are compared with those of the point.
        before = max(self.curve.next_wanted(iteration) - 1, iteration + 1)
        marks = [self.keyframes.next_wanted(iteration + ahead), before]
        if watched:
            marks.append(iteration + 1)
        made = [c.position for c in self.log if c.position > self.position]
        known = [self.diverged[0]] if self.diverged else []
        return min(min(marks) * self.length, *made, *known, target)

    def _advance(self, target: int) -> None:
        """Execute ops to `target`, or to the first op that writes what is not finite."""
        run, length = self.run, self.length
        if run.position % length == 0 and target - run.position >= length:
            if not run.advance_while_finite(target - target % length):
                self._find_divergence()
                return
        else:
            for op in run.steps(min(target, run.boundary() + length)):
                if not run.op_is_finite(op):
                    self.diverged = (run.position, op)
                    return
        self._arrive()

    def _find_divergence(self) -> None:
        """Go through the last minibatch again op by op and stand after the first bad one."""
        end = self.position
        self._restore(end - self.length)
        self.forward(end - self.length)
        op = self.run.step()
        while self.run.op_is_finite(op) and self.position < end:
            op = self.run.step()
        self.diverged = (self.position, op)

    def _arrive(self) -> None:
        """Do what is due at this position: keep the state, measure, then make changes."""
        run = self.run
        iteration, inside = divmod(run.position, self.length)
        if not inside and self.keyframes.wants(iteration):
            self.keyframes.put(iteration, run.kept())
        if not inside and self.curve.wants(iteration):
            self.curve.put(self._measured(iteration))
            self.trail.put(iteration, run.parameters.flat[""])
            if len(self.curve.rows) < OFTEN or len(self.curve.rows) % SELDOM == 0:
                self.health.put(iteration, troubles(self.evaluator, MEASURED))
        for change in self.log:
            if change.position == run.position:
                change.make(self.run)

    def _note_weights(self) -> None:
        """Keep the weights before a minibatch whose effect will be on the curve."""
        iteration, inside = divmod(self.position, self.length)
        if not inside and self.curve.wants(iteration + 1):
            self._before = iteration, self.run.parameters.flat[""].copy()

    @np.errstate(all="ignore")  # what is about to diverge may overflow when it is squared
    def _measured(self, iteration: int) -> tuple[float, ...]:
        costs = self.evaluator.costs(MEASURED)
        at, before = self._before
        return iteration, *costs, *gradient_flow(self.run, before if at == iteration - 1 else None)

    def _stride(self) -> int:
        """Return how many iterations apart the curve begins: an epoch, or less where to look, which
        costs an example a third of its training, is a twelfth of the work."""
        data = self.evaluator.data
        looked_at = min(data.train, MEASURED) + min(len(data.Y) - data.train, MEASURED)
        size = self.run.minibatches[0].size
        return max(1, min(self.run.per_epoch, 4 * looked_at // size))

    @np.errstate(all="ignore")
    def _met(self, stop: Stop) -> str:
        """Name the stop condition that is met here; all are asked between minibatches only."""
        if self.position % self.length:
            return ""
        if stop.epochs is not None and self.position == (
            stop.epochs * self.run.per_epoch * self.length
        ):
            return "epochs"
        if stop.cost_below is not None and self.run.cost < stop.cost_below:
            return "cost_below"
        limit = stop.gradient_norm_below
        if limit is not None and float(np.linalg.norm(self.run.gradient_norms())) < limit:
            return "gradient_norm_below"
        if stop.dead_unit and self.evaluator.dead_units():
            return "dead_unit"
        return ""

    def troubles(self) -> list[Spell]:
        """Return what ails the network at this position."""
        return self.health.at(self.position // self.length)

    def start_of_minibatch(self) -> Run:
        """Return a run as this one was before the minibatch whose tensors are shown.

        It is another run, valid until the next look; this one stays where it is.
        """
        return self.start_of(self.run.shown_iteration)

    def values_before(self) -> Mapping[str, Array]:
        """Return weights and biases by name as they were before the minibatch whose tensors are
        shown; read only."""
        iteration = self.run.shown_iteration
        at, kept = self.keyframes.before(iteration)
        changed = any(change.position == iteration * self.length for change in self.log)
        if at == iteration and not changed:
            return self.run.parameters.values_in(kept)
        return self.start_of_minibatch().parameters.named

    def start_of(self, iteration: int) -> Run:
        """Return a run before the first op of an iteration, past or to come; else as above."""
        return self._glance.at_start_of(iteration, self.log)

    # ------------------------------------------------------------------ changing

    def change(self, tensor: str, index: tuple[int, ...], value: float) -> None:
        """Change a number here; the old future is put aside.

        Before the update a parameter changes from the start of this minibatch, so that every
        number on the screen follows from it; the minibatch is executed again up to here. So does
        an input or target always, and its example keeps it from then on.
        """
        here = self.position
        at = here if tensor == "learning_rate" or self._updating() else self.run.boundary()
        if tensor in ("a0", "y"):
            at = self.run.shown_iteration * self.length
        changes = self._changes(at, tensor, index, value)
        again = self.end == here and any(c.is_replaced_by(changes[0]) for c in self.log)
        branch = self.branch
        self._put_aside(at)
        if again:  # a number that is dragged is one change: what was before it is still there
            self.branch = branch
        for change in changes:
            self.log = [c for c in self.log if not c.is_replaced_by(change)] + [change]
        self.log.sort(key=lambda c: c.position)  # an example changes before what is changed here
        self.end, self.restored = here, 0
        if at == here and not changes[0].is_example:
            changes[0].make(self.run)
        else:
            self._restore(at)
            self.forward(here)
        if not changes[0].is_rate:
            self.health.put(self.position // self.length, troubles(self.evaluator, MEASURED))

    def _changes(self, at: int, tensor: str, index: tuple[int, ...], value: float) -> list[Change]:
        """Return what to remember of a change: of an example its place among all of them."""
        if tensor not in ("a0", "y"):
            return [Change(at, tensor, index, value)]
        row = int(self.run.examples_shown()[index[0]])
        if tensor == "y" and self.config.cost.name == "cross_entropy":  # one class is the wanted
            outputs = range(self.config.sizes[-1])
            return [Change(at, "Y", (row, k), float(k == index[1])) for k in outputs]
        return [Change(at, "X" if tensor == "a0" else "Y", (row, index[1]), value)]

    def _updating(self) -> bool:
        """Whether an update of this minibatch is executed already."""
        return any(op.kind is Kind.UPDATE for op in self.run.program[: self.position % self.length])

    def _put_aside(self, fork: int) -> None:
        """Cut what lies after `fork`, and keep it as the branch if there is anything."""
        self.changes += 1
        branch = self._cut(fork)
        # A learning rate may have changed between the fork and here; it stays.
        kept = [c for c in self.log if c.position <= self.position]
        self.branch = branch if self.end > self.position or kept != self.log else None
        self.log = kept
        if self.diverged and self.diverged[0] > fork:
            self.diverged = None

    def _cut(self, fork: int) -> Branch:
        """Take the future from `fork` on out of keyframes and curve."""
        i = fork // self.length
        kept = self.keyframes.cut(i), self.curve.cut(i), self.health.cut(i), self.trail.cut(i)
        return Branch(fork, self.end, list(self.log), *kept, self.diverged)

    def knows(self, goal: int) -> bool:
        """Whether the way on to a goal leads through what was done before, here or where a saved
        run stood."""
        return self.position < goal and (goal <= self.end or self.position < self.restored)

    def settle(self, goal: int) -> None:
        """Go on to a goal at once, of a saved run not far beyond where it stood.

        Raises:
            SessionError: that would take long.
        """
        target = (
            goal if goal <= max(self.end, self.restored + NEAR * self.length) else self.restored
        )
        if target - self.position > FAR * self.length:
            sentence = say("The session is still on its way here. Try again.")
            raise SessionError("edit", sentence)
        self.forward(target)

    def rejoin(self) -> bool:
        """Exchange the future from the fork on for the one put aside; False if there is none."""
        if (branch := self.branch) is None:
            return False
        self.changes += 1
        self.branch = self._cut(branch.fork)
        self.keyframes.add(branch.keyframes)
        self.curve.add(*branch.curve)
        self.health.spells = branch.health
        self.trail.add(branch.trail)
        self.log, self.end, self.diverged = branch.log, branch.end, branch.diverged
        target = min(self.position, branch.end)
        self._restore(target)
        self.forward(target)
        return True

    def reset(self) -> None:
        """Stand at the start; what came after it is forgotten, changes at the start are not."""
        self.jump(0)
        self._put_aside(0)
        self.branch = None
        self.end = self.restored = 0
        self.health.put(0, troubles(self.evaluator, MEASURED))

    def load(self, edits: list[Any], position: int = 0) -> None:
        """Take a saved log of changes, made up to a position; the run must stand at its start.

        Raises:
            ConfigError: a change does not fit this network.
        """
        self.log, self.restored = changes_of(edits, self.run), position
        self._arrive()
