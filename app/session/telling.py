"""What there is to say about a timeline: messages made at its position. It looks, never touches."""

from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.evaluate import Measure
from app.engine.histograms import histograms
from app.engine.listing import listing
from app.engine.patterns import patterns
from app.engine.program import Phase, reads, symbol, writes
from app.engine.torch_listing import torch_listing
from app.engine.work import workload
from app.explain.explanation import explain
from app.explain.expression import as_json
from app.explain.nudge import nudge
from app.explain.proof import prove
from app.explain.scene import Scene
from app.session.commands import (
    Compare,
    Explain,
    Histogram,
    Landscape,
    Matrix,
    Nudge,
    Patterns,
    Prove,
    Question,
    Work,
)
from app.session.comparison import MEASURED, comparison, described
from app.session.health import Spell
from app.session.landscape import landscape
from app.session.matrices import cells
from app.session.messages import (
    Answer,
    Arrays,
    Evaluation,
    Explanation,
    Histograms,
    Nudged,
    Pictures,
    Proof,
    Status,
    Welcome,
    Workload,
)
from app.session.options import options
from app.session.timeline import Timeline
from app.session.twins import Twin

__all__ = ["Teller", "explanation", "scene", "status", "welcome"]

Array = NDArray[Any]


def welcome(timeline: Timeline, config: Config, *, hidden: bool = False) -> Welcome:
    """Say everything that stays as it is until the next configure.

    With `hidden` nothing names the mistake that is in the network.
    """
    run = timeline.run
    data = timeline.evaluator.data
    lines = listing(config, run.minibatches[0].size, hidden=hidden)
    if hidden:
        config = config.model_copy(update={"mistake": None})
    ops = tuple(
        {
            "kind": str(op.kind), "layer": op.layer, "phase": str(op.phase),
            "symbol": symbol(op), "reads": list(reads(op, config)),
            "writes": list(writes(op, config)), "code": line.code, "torch": torch,
            "shapes": [list(shape) for shape in line.shapes],
        }
        for op, line, torch in zip(run.program, lines, torch_listing(timeline.config), strict=True)
    )  # fmt: skip
    return Welcome(
        config=config.as_json(),
        program=ops,
        sizes=config.sizes,
        per_epoch=run.per_epoch,
        minibatch_size=run.minibatches[0].size,
        examples={"train": data.train, "test": len(data.Y) - data.train},
        options=options(config),
        edits=tuple(change.as_json() for change in timeline.log),
    )


def status(timeline: Timeline, *, before: Timeline | None = None, **facts: Any) -> Status:
    """Say what the session is doing; `facts` are those that only it knows, `before` is the run that
    was put aside."""
    diverged, branch = timeline.diverged, timeline.branch
    rejoin = None
    if branch is not None:  # the future before an edit comes first
        rejoin = {"position": branch.fork, "end": branch.end}
    elif before is not None:
        rejoin = {"position": before.position, "end": before.end}
    return Status(
        rejoin=rejoin,
        position=timeline.position,
        end=timeline.end,
        learning_rate=timeline.learning_rate(),
        exercise=None if timeline.exercise is None else timeline.exercise.as_json(),
        diverged=None
        if diverged is None
        else {
            "position": diverged[0], "op": str(diverged[1].kind), "layer": diverged[1].layer,
            "symbol": symbol(diverged[1]), **_reached(timeline),
        },
        **facts,
    )  # fmt: skip


class Teller:
    """Answers about the timeline it stands on, wherever that is; looking changes nothing."""

    twins: Iterable[Twin] = ()
    focus: int | None = None

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline

    @property
    def config(self) -> Config:
        """The config, with the learning rate that is in force here."""
        return self.timeline.config.with_learning_rate(self.timeline.learning_rate())

    @property
    def is_hiding(self) -> bool:
        """Whether there is a mistake that may not be named."""
        exercise = self.timeline.exercise
        return exercise is not None and exercise.is_open

    def welcome(self) -> Welcome:
        """Say everything that stays as it is until the next configure."""
        said = welcome(self.timeline, self.config, hidden=self.is_hiding)
        return replace(said, twins=tuple(map(described, self.twins)))

    def weights_state(self) -> tuple[int, ...]:
        """Return what changes whenever the weights or the curve may have changed."""
        return self.timeline.weights_state()

    def points(self) -> Arrays | None:
        """Return the training and test points with their targets, for data that has a picture."""
        data = self.timeline.evaluator.data
        plane = data.points if data.points is not None else data.X
        if plane.shape[1] > 2:
            return None
        kept, test = slice(0, min(data.train, 1000)), slice(data.train, data.train + 1000)
        tensors = {
            "points": plane[kept].copy(), "targets": data.Y[kept].copy(),
            "test_points": plane[test], "test_targets": data.Y[test],
        }  # fmt: skip
        return Arrays("points", self.timeline.position, tensors)

    def surface(self, resolution: int = 50) -> Arrays | None:
        """Return the outputs over the plane or the line, None for other data."""
        seen = self.timeline.evaluator.surface(resolution)
        if seen is None:
            return None
        tensors = {"x1": seen.x1, "outputs": seen.outputs}
        if seen.x2 is not None:
            tensors["x2"] = seen.x2
        return Arrays("surface", self.timeline.position, tensors)

    @np.errstate(all="ignore")
    def evaluation(self) -> Evaluation:
        """Measure the training and the test examples, and say what ails the network."""
        timeline = self.timeline
        look = timeline.evaluator
        train, test = look.training(MEASURED), look.testing(MEASURED)
        return Evaluation(
            timeline.position,
            _finite(train.cost),
            train.accuracy,
            None if test is None else _finite(test.cost),
            None if test is None else test.accuracy,
            tuple(_trouble(timeline, spell) for spell in timeline.troubles()),
            _rows(train),
            None if test is None else _rows(test),
        )

    def curve(self, start: int = 0) -> Arrays:
        """Return the loss curve from its entry `start` on."""
        columns = self.timeline.curve.columns(start)
        return Arrays("curve", self.timeline.position, columns, start)

    def fresh_curve(self) -> int | None:
        """Return the first entry of the curve that changed since this was last asked."""
        return self.timeline.curve.take_changed()

    def answer(self, question: Question) -> Answer:
        """Explain, prove or try a number of this place, or say how its numbers are spread, or what
        its minibatch costs.

        Raises:
            SessionError: there is no such number here.
        """
        match question:
            case Explain():
                return explanation(self.timeline, question)
            case Prove():
                return proof(self.timeline, question)
            case Nudge():
                return nudged(self.timeline, question)
            case Histogram(of=of):
                layers = tuple(found._asdict() for found in histograms(self.timeline.run, of))
                return Histograms(self.timeline.position, of, layers)
            case Landscape():
                return landscape(self.timeline, question)
            case Patterns(most=most):
                return pictures(self.timeline, most)
            case Matrix():
                return cells(self.timeline, question)
            case Work():
                return work_of(self.timeline)
            case Compare():
                return comparison(self.timeline, self.twins, self.focus)


def _reached(timeline: Timeline) -> dict[str, Any]:
    """Name the largest number that was left, where the run has diverged."""
    run, diverged = timeline.run, timeline.diverged
    if diverged is None or run.position != diverged[0]:
        return {}
    sizes = {}
    for name, array in run.tensors().items():
        finite = np.abs(array[np.isfinite(array)])
        sizes[name] = float(finite.max(initial=0.0))
    largest = max(sizes, key=lambda name: sizes[name])
    return {"reached": {"tensor": largest, "value": sizes[largest]}}


def _trouble(timeline: Timeline, spell: Spell) -> dict[str, Any]:
    run = timeline.run
    return {
        "kind": spell.kind, "layer": spell.layer, "size": _finite(spell.size),
        "units": list(spell.units), "epoch": spell.began // run.per_epoch,
        "position": spell.position(run.program),
    }  # fmt: skip


@np.errstate(all="ignore")
def explanation(timeline: Timeline, command: Explain, at: Scene | None = None) -> Explanation:
    """Say why a number is what it is; who asks for many gives the scene, which finds things once.

    Raises:
        SessionError: there is no such number here.
    """
    found = explain(at or scene(timeline), command.tensor, command.index, command.example)
    lines = ({"left": as_json(left), "right": as_json(right)} for left, right in found.lines)
    chain = None if found.chain is None else asdict(found.chain)
    differs = None if found.differs is None else _finite(found.differs)
    return Explanation(
        timeline.position, as_json(found.of), tuple(lines), found.remark, chain, found.example,
        differs,
    )  # fmt: skip


@np.errstate(all="ignore")
def proof(timeline: Timeline, command: Prove) -> Proof:
    """Prove a gradient by finite differences.

    Raises:
        SessionError: there is no such gradient here.
    """
    found = prove(scene(timeline), command.tensor, command.index, command.example)
    return Proof(
        timeline.position, **{field.name: getattr(found, field.name) for field in fields(found)}
    )


@np.errstate(all="ignore")
def nudged(timeline: Timeline, command: Nudge) -> Nudged:
    """Say what the cost would be with a number moved.

    Raises:
        SessionError: there is no such number.
    """
    found = nudge(scene(timeline), command.tensor, command.index, command.by)
    values = found.gradient, found.before, found.after, found.after - found.before
    told = (_finite(value) for value in (*values, found.gradient * command.by))
    return Nudged(timeline.position, command.tensor, command.index, command.by, *told)


def pictures(timeline: Timeline, most: int) -> Pictures:
    """Show what the units of the first layer look for."""
    data, found = timeline.config.data.set, patterns(timeline.run, most)
    side = (data.side if data else None) or 0
    return Pictures(timeline.position, side, tuple(unit._asdict() for unit in found))


def work_of(timeline: Timeline) -> Workload:
    """Say what a minibatch of the usual size costs."""
    run = timeline.run
    found = workload(timeline.config, run.minibatches[0].size)
    once = found.total(run.program, Phase.FORWARD, Phase.COST)
    kept = tuple(tensor._asdict() for tensor in found.kept)
    return Workload(
        found.N, tuple(found.operations), kept, tuple(found.alive), found.parameters,
        2 * found.parameters * once,
    )  # fmt: skip


def scene(timeline: Timeline) -> Scene:
    """Return the place where a timeline stands; it is valid until the next step."""
    return Scene(timeline.run, timeline.start_of_minibatch, timeline.learning_rate())


def _rows(measure: Measure) -> tuple[tuple[int, ...], ...] | None:
    return None if measure.confusion is None else tuple(map(tuple, measure.confusion.tolist()))


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
