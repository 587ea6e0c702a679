"""The truth of a question before it is seen: another run goes ahead, the class's own stays."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.classroom.question import Posed, Question, is_right
from app.engine.config import Config
from app.engine.names import is_parameter
from app.engine.program import Kind, Op
from app.engine.run import Run
from app.engine.state import lies_within
from app.errors import SessionError
from app.language import say
from app.session.exercise import possible
from app.session.session import Session
from app.session.timeline import Timeline

__all__ = ["pose"]

Array = NDArray[np.float64]
MOST_CHOICES = 24
"""Weights to choose from in a question."""
MOST_TRIED = 5_000
"""Parameters up to which the known mistakes are computed beside the truth."""


@np.errstate(all="ignore")
def pose(session: Session, question: Question) -> Posed:
    """Return a question with its truth, at the next op that writes what is asked for.

    Raises:
        SessionError: there is no such number, or nothing to compare it with.
    """
    timeline = session.timeline
    position, op = _next_writer(timeline, question)
    # Each look ahead is by the same other run, so one has to be over before the next.
    earlier = _cost_before(timeline, position) if _compares_costs(question) else None
    run = timeline.start_of((position - 1) // timeline.length)
    before = _advance(run, timeline, position, question.tensor)
    _refuse(question, run)
    values = _asked(question, run, before, earlier)
    if not np.isfinite(values).all():
        raise SessionError("ask", say("That number will not be finite: the run diverges there."))
    if question.sort == "which":
        sizes = np.abs(values).ravel()
        largest = float(sizes.max())
        alike = tuple(int(place) for place in np.flatnonzero(sizes >= largest * (1 - 1e-9)))
        return Posed(question, position, float(alike[0]), alike)
    posed = Posed(question, position, float(values[0]))
    return Posed(question, position, posed.truth, traps=tuple(_traps(timeline, posed, op)))


def _next_writer(timeline: Timeline, question: Question) -> tuple[int, Op]:
    program, here = timeline.run.program, timeline.position
    for ahead in range(len(program)):
        op = program[(here + ahead) % len(program)]
        if question.tensor in timeline.run.writes[op] and op.kind is not Kind.CLIP:
            return here + ahead + 1, op
    sentence = say("No op of this network computes {tensor}.", tensor=question.tensor)
    raise SessionError("ask", sentence, "tensor")


def _advance(run: Run, timeline: Timeline, position: int, tensor: str) -> Array | None:
    """Go to a position as the class will; return what a parameter is just before."""
    before = None
    while run.position < position:
        if run.position == position - 1 and is_parameter(tensor):
            before = run.tensor(tensor).copy()
        run.step()
        for change in timeline.log:
            if change.position == run.position:
                change.make(run)
    return before


def _refuse(question: Question, run: Run) -> None:
    """Refuse what is no number of this network, or a sort that does not go with it."""
    shape = run.tensor(question.tensor).shape if question.tensor != "cost" else ()
    whole = question.sort == "which"
    places = shape[1:] if question.is_of_unit else shape
    if question.index if whole else not lies_within(question.index, places):
        got = list(question.index)
        sentence = (
            say("index must be empty, got {got}.", got=got)
            if whole
            else say("index must lie within the tensor, got {got}.", got=got)
        )
        raise SessionError("ask", sentence, "index")
    if whole and not (question.tensor.lstrip("d")[0] == "W" and np.prod(shape) <= MOST_CHOICES):
        sentence = say(
            "tensor must be a weight matrix or its gradient with at most {most} entries to ask "
            "which, got {tensor}.",
            most=MOST_CHOICES, tensor=question.tensor,
        )  # fmt: skip
        raise SessionError("ask", sentence, "tensor")
    if question.is_of_unit and (question.example or 0) >= shape[0]:
        sentence = say(
            "example must be less than {size}, the size of the minibatch, got {example}.",
            size=shape[0], example=question.example,
        )  # fmt: skip
        raise SessionError("ask", sentence, "example")
    if question.sort == "change" and question.tensor[0] not in "cWb":
        sentence = say(
            "tensor must be cost, a weight or a bias to ask for its change, got {tensor}.",
            tensor=question.tensor,
        )
        raise SessionError("ask", sentence, "tensor")


def _compares_costs(question: Question) -> bool:
    return question.tensor == "cost" and question.sort == "change"


def _cost_before(timeline: Timeline, position: int) -> float:
    """Return the cost of the minibatch before that of a position."""
    iteration = (position - 1) // timeline.length
    if not iteration:
        sentence = say("There is no minibatch before the first to compare with.")
        raise SessionError("ask", sentence)
    run = timeline.start_of(iteration - 1)
    _advance(run, timeline, iteration * timeline.length, "cost")
    return run.cost


def _asked(question: Question, run: Run, before: Array | None, earlier: float | None) -> Array:
    """Return the numbers that are asked for: one, or of `which` all to choose from."""
    if question.tensor == "cost":
        return np.array([run.cost - (earlier or 0.0)])
    found: Array = run.tensor(question.tensor).astype(float)
    if before is not None and question.sort in ("change", "which"):
        found = found - before
    if question.sort == "which":
        return found
    if question.is_of_unit:
        rows = found[:, question.index[0]]
        return np.array([rows.mean() if question.example is None else rows[question.example]])
    return np.array([found[question.index]])


def _traps(timeline: Timeline, posed: Posed, op: Op) -> Iterator[tuple[str, float]]:
    """Compute the number with each known mistake; what comes out right is no trap."""
    config, question = timeline.config, posed.question
    size = timeline.run.parameters.flat[""].size
    if config.mistake or size > MOST_TRIED or question.sort not in ("value", "sign"):
        return
    iteration = (posed.position - 1) // timeline.length
    for name in possible(config):
        run = _mistaken(timeline, config, name, iteration)
        if run is None:
            continue
        while run.last_op != op or run.position <= iteration * timeline.length:
            run.step()
        value = float(_asked(question, run, None, None)[0])
        if np.isfinite(value) and not is_right(posed, _as_answer(question, value)):
            yield name, value


def _as_answer(question: Question, value: float) -> float:
    return value if question.sort == "value" else float(np.sign(value))


def _mistaken(timeline: Timeline, config: Config, name: str, iteration: int) -> Run | None:
    """Return a run with a mistake at the start of an iteration, None where it keeps more than
    that: what it did wrong before is not known."""
    run = Run(config.model_copy(update={"mistake": name}))
    right = timeline.start_of(iteration)
    kept = right.kept()
    if kept.shape != run.parameters.lasting.shape:
        return None
    for change in timeline.log:
        if change.is_kept_aside and change.position <= iteration * timeline.length:
            change.make(run)
    run.go_to_start_of(iteration, kept)
    return run
