"""What there is to say about a timeline: messages made at its position. It looks, never touches."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.config import Config
from app.engine.costs import example_costs
from app.engine.listing import listing
from app.engine.program import Kind, reads, symbol, writes
from app.engine.torch_listing import torch_listing
from app.explain.explanation import explain
from app.explain.expression import as_json
from app.explain.proof import prove
from app.explain.scene import Scene
from app.session.commands import Explain, Prove
from app.session.messages import Arrays, Evaluation, Explanation, Frame, Proof, Status, Welcome
from app.session.options import options
from app.session.timeline import Timeline

__all__ = ["evaluation", "explanation", "frame", "points", "proof", "status", "surface", "welcome"]

Array = NDArray[Any]
COMPARED = 4096
"""Entries up to which a parameter is shown beside its value before the update."""


def welcome(timeline: Timeline, config: Config) -> Welcome:
    """Say everything that stays as it is until the next configure."""
    run = timeline.run
    data = timeline.evaluator.data
    lines = listing(config, run.minibatches[0].size)
    ops = tuple(
        {
            "kind": str(op.kind), "layer": op.layer, "phase": str(op.phase),
            "symbol": symbol(op), "reads": list(reads(op, config)),
            "writes": list(writes(op, config)), "code": line.code, "torch": torch,
            "shapes": [list(shape) for shape in line.shapes],
        }
        for op, line, torch in zip(run.program, lines, torch_listing(config), strict=True)
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


def frame(
    timeline: Timeline,
    names: Iterable[str],
    *,
    focus: int | None,
    whole: bool,
    drawn: bool = False,
    old: bool = True,
) -> Frame:
    """Return a frame of the tensors of those names that are defined here, as copies.

    With `old`, weights and biases that this minibatch has updated come with what they were.
    """
    run, op = timeline.run, timeline.run.last_op
    defined = set(run.names())
    tensors = {name: run.tensor(name).copy() for name in names if name in defined}
    if "a0" in tensors:
        tensors["examples"] = run.examples_shown().astype(np.int32)
    if old:
        tensors |= _old(timeline, tensors)
    if "cost" in tensors:
        L = run.config.depth
        parts = (run.tensor(name) for name in (f"z{L}", f"a{L}", "y"))
        with np.errstate(all="ignore"):
            tensors["costs"] = example_costs(run.config, *parts)
    cost = run.defined_cost
    return Frame(
        position=run.position,
        op=None if op is None else str(op.kind),
        layer=0 if op is None else op.layer,
        phase=str(run.phase),
        epoch=run.epoch,
        iteration=run.iteration,
        cost=None if cost is None else _finite(cost),
        tensors=tensors,
        whole=whole,
        drawn=drawn,
        end=timeline.end,
        focus=focus,
    )


def _old(timeline: Timeline, tensors: Mapping[str, Array]) -> dict[str, Array]:
    """Return, for every small parameter among `tensors` that is updated, its value before."""
    run = timeline.run
    updated = {
        name
        for op in run.executed
        if op.kind is Kind.UPDATE
        for name in writes(op, run.config)
        if name in tensors and name[0] in "Wb" and tensors[name].size <= COMPARED
    }
    if not updated:
        return {}
    before = timeline.start_of_minibatch()
    return {f"old_{name}": before.tensor(name).copy() for name in updated}


def status(timeline: Timeline, **facts: Any) -> Status:
    """Say what the session is doing; `facts` are those that only it knows."""
    diverged = timeline.diverged
    return Status(
        position=timeline.position,
        end=timeline.end,
        learning_rate=timeline.learning_rate(),
        diverged=None
        if diverged is None
        else {
            "position": diverged[0], "op": str(diverged[1].kind), "layer": diverged[1].layer,
            "symbol": symbol(diverged[1]),
        },
        **facts,
    )  # fmt: skip


def points(timeline: Timeline) -> Arrays | None:
    """Return the training and test points with their targets, for data that has a picture."""
    data = timeline.evaluator.data
    plane = data.points if data.points is not None else data.X
    if plane.shape[1] > 2:
        return None
    kept = slice(0, 1000)
    test = slice(data.train, data.train + 1000)
    tensors = {
        "points": plane[: data.train][kept], "targets": data.Y[: data.train][kept],
        "test_points": plane[test], "test_targets": data.Y[test],
    }  # fmt: skip
    return Arrays("points", timeline.position, tensors)


def surface(timeline: Timeline, resolution: int) -> Arrays | None:
    """Return the outputs over the plane or the line, None for other data."""
    seen = timeline.evaluator.surface(resolution)
    if seen is None:
        return None
    tensors = {"x1": seen.x1, "outputs": seen.outputs}
    if seen.x2 is not None:
        tensors["x2"] = seen.x2
    return Arrays("surface", timeline.position, tensors)


@np.errstate(all="ignore")
def evaluation(timeline: Timeline) -> Evaluation:
    """Measure the training and the test examples."""
    train = timeline.evaluator.training()
    test = timeline.evaluator.testing()
    return Evaluation(
        timeline.position,
        _finite(train.cost),
        train.accuracy,
        None if test is None else _finite(test.cost),
        None if test is None else test.accuracy,
    )


@np.errstate(all="ignore")
def explanation(timeline: Timeline, command: Explain) -> Explanation:
    """Say why a number is what it is.

    Raises:
        SessionError: there is no such number here.
    """
    found = explain(_scene(timeline), command.tensor, command.index, command.example)
    lines = ({"left": as_json(left), "right": as_json(right)} for left, right in found.lines)
    chain = None if found.chain is None else asdict(found.chain)
    return Explanation(
        timeline.position, as_json(found.of), tuple(lines), found.remark, chain, found.example
    )


@np.errstate(all="ignore")
def proof(timeline: Timeline, command: Prove) -> Proof:
    """Prove a gradient by finite differences.

    Raises:
        SessionError: there is no such gradient here.
    """
    found = prove(_scene(timeline), command.tensor, command.index, command.example)
    return Proof(
        timeline.position, **{field.name: getattr(found, field.name) for field in fields(found)}
    )


def _scene(timeline: Timeline) -> Scene:
    return Scene(timeline.run, timeline.start_of_minibatch, timeline.learning_rate())


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
