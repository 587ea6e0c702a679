"""Changes by hand as a document holds them: read, checked against the network, put in order."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError

from app.engine.config import Config, Rule
from app.engine.names import is_parameter
from app.engine.run import Run
from app.engine.state import lies_within
from app.errors import ConfigError, Fault, shown
from app.language import say
from app.session.commands import FARTHEST, LARGEST
from app.session.history import Change

__all__ = ["changes_of", "parameter_shapes"]


class _Saved(BaseModel):
    """A change as a document holds it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    position: int = Field(ge=0, le=FARTHEST)
    tensor: str
    index: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Strict(False)]
    value: float = Field(ge=-LARGEST, le=LARGEST)


def parameter_shapes(run: Run) -> dict[str, tuple[int, ...]]:
    """Return the shape of every weight matrix and bias vector."""
    named = run.parameters.named
    return {name: view.shape for name, view in named.items() if is_parameter(name)}


def changes_of(edits: Sequence[Any], run: Run) -> list[Change]:
    """Return saved changes, those that are made first before the others.

    Raises:
        ConfigError: a change does not fit the network of the run.
    """
    data = run.minibatches[0].data
    examples = {"X": data.X[: data.train].shape, "Y": data.Y[: data.train].shape}
    shapes = parameter_shapes(run) | examples
    log = sorted((_change(edit, shapes, run) for edit in edits), key=lambda c: c.position)
    _refuse_targets(log, run.config, edits)
    return log


def _change(edit: Any, shapes: dict[str, tuple[int, ...]], run: Run) -> Change:
    try:
        change = Change(**_Saved.model_validate(edit).model_dump())
        if change.is_rate:
            Rule(learning_rate=change.value)  # has the range
    except ValidationError:
        change = None
    shape = () if change is None or change.is_rate else shapes.get(change.tensor)
    off = change is not None and change.is_example and change.position % len(run.program)
    if change is None or off or shape is None or not lies_within(change.index, shape):
        rule = say("must each name a position, a number of network or examples, and a value")
        raise ConfigError([Fault("edits", rule, shown(edit))])
    return change


def _refuse_targets(log: Sequence[Change], config: Config, edits: Sequence[Any]) -> None:
    """Refuse saved targets that the cost cannot be computed for."""
    rows: dict[tuple[int, int], list[float]] = {}
    for change in log:
        if change.tensor == "Y":
            rows.setdefault((change.position, change.index[0]), []).append(change.value)
    cost, classes = config.cost.name, [0.0] * (config.sizes[-1] - 1) + [1.0]
    for values in rows.values():
        fits = {
            "squared_error": True,
            "binary_cross_entropy": all(0 <= value <= 1 for value in values),
            "cross_entropy": sorted(values) == classes,
        }[cost]
        if not fits:
            rule = say("must have targets that {cost} can be computed for", cost=cost)
            raise ConfigError([Fault("edits", rule, shown(edits))])
