"""What can be changed by hand in a run, and what is refused: it names field, rule and value."""

from app.errors import SessionError
from app.explain.scene import refuse_outside
from app.language import joined, say
from app.session.saved import parameter_shapes
from app.session.timeline import Timeline

__all__ = ["MOST_CHANGES", "editable", "refuse_too_many", "refuse_unknown", "refuse_value"]

MOST_CHANGES = 10_000
"""Edits and changes of the learning rate in one run: every step looks through them."""


def editable(timeline: Timeline) -> dict[str, tuple[int, ...]]:
    """Return the shape of everything that can be changed by hand: weights and biases, inputs and
    targets of the minibatch that is shown."""
    run, sizes = timeline.run, timeline.config.sizes
    N = run.minibatches[0].count(run.shown_iteration)
    return {**parameter_shapes(run), "a0": (N, sizes[0]), "y": (N, sizes[-1])}


def refuse_unknown(timeline: Timeline, tensor: str, index: tuple[int, ...]) -> None:
    """Refuse what is no entry of a tensor that can be changed.

    Raises:
        SessionError: it is none.
    """
    shapes = editable(timeline)
    shape = shapes.get(tensor)
    if shape is None:
        names = joined(say(", "), shapes)
        sentence = say("tensor must be one of {names}, got {tensor!r}.", names=names, tensor=tensor)
        raise SessionError("edit", sentence, "tensor")
    refuse_outside("edit", tensor, index, shape)


def refuse_value(timeline: Timeline, tensor: str, value: float) -> None:
    """Refuse a target that the cost cannot be computed for.

    Raises:
        SessionError: it cannot.
    """
    cost = timeline.config.cost.name
    if tensor != "y" or cost == "squared_error":
        return
    if cost == "cross_entropy" and value != 1:
        sentence = say(
            "value must be 1 for cross_entropy: it makes that class the wanted one, got {value:g}.",
            value=value,
        )
        raise SessionError("edit", sentence, "value")
    if not 0 <= value <= 1:
        sentence = say(
            "value must be from 0 to 1 for {cost}, got {value:g}.", cost=cost, value=value
        )
        raise SessionError("edit", sentence, "value")


def refuse_too_many(timeline: Timeline) -> None:
    """Refuse one more change where there are so many.

    Raises:
        SessionError: there are.
    """
    if len(timeline.log) >= MOST_CHANGES:
        sentence = say(
            "A run remembers {most:,} changes by hand, and this one has them. "
            "Reset, or go back to before some of them.",
            most=MOST_CHANGES,
        )
        raise SessionError("edit", sentence)
