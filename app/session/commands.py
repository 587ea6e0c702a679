"""What a browser may ask for. Each command is one frozen, validated object."""

from dataclasses import replace
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Strict, TypeAdapter
from pydantic import ValidationError as PydanticError

from app.engine.config import MistakeName, Stop
from app.engine.histograms import Spread
from app.errors import ConfigError, faults_of

__all__ = [
    "Ack", "Back", "Break", "Command", "Compare", "Configure", "Edit", "Exchange", "Exercise",
    "Explain", "Focus", "Guess", "Histogram", "Index", "Landscape", "Matrix", "Nudge", "Patterns",
    "Pause", "Play", "Prove", "Question", "Rejoin", "Reset", "Seek", "Size", "Step", "Sync",
    "Twins", "Watch", "Work", "decode", "decoded", "identifier",
]  # fmt: skip

T = TypeVar("T")
Size = Literal["op", "layer", "phase", "minibatch", "epoch"]
FARTHEST = 2**53 - 1
"""The largest position: beyond it JavaScript cannot count."""
LARGEST = 1e6
"""What a weight or bias can be set to, up or down."""
Index = Annotated[tuple[Annotated[int, Field(ge=0)], ...], Strict(False), Field(max_length=2)]
"""A place in a tensor; a JSON list."""
Span = (
    Annotated[
        tuple[Annotated[int, Field(ge=0)], ...], Strict(False), Field(min_length=2, max_length=2)
    ]
    | None
)
"""The first of some rows or columns, and the one after the last; a JSON list."""
Entry = Annotated[str, Field(max_length=32)]
"""An entry of a parameter, like ``W1[0, 2]``."""
Identifier = (
    Annotated[str, Field(max_length=64)] | Annotated[int, Field(ge=-FARTHEST, le=FARTHEST)] | None
)


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    id: Identifier = Field(None, description="is repeated in the answer")


class Step(_Command):
    """Go forward by `count` steps of a size."""

    type: Literal["step"]
    size: Size = "op"
    count: int = Field(1, ge=1, le=1_000_000)


class Back(_Command):
    """Go back by `count` steps of a size; every number is what it was."""

    type: Literal["back"]
    size: Size = "op"
    count: int = Field(1, ge=1, le=1_000_000)


class Seek(_Command):
    """Go to a position, forward or back."""

    type: Literal["seek"]
    position: int = Field(ge=0, le=FARTHEST)


class Play(_Command):
    """Keep stepping, `rate` steps of a size each second, until paused or `until` is met."""

    type: Literal["play"]
    size: Size = "op"
    rate: Annotated[float, Field(gt=0, le=1e6)] | Literal["max"] = 4.0
    until: Stop | None = None


class Break(_Command):
    """Set a breakpoint on an op of the program, counted from 0, or take it away."""

    type: Literal["break"]
    op: int = Field(ge=0, le=1000)
    on: bool = True


class Pause(_Command):
    """Stop playing, or stop on the way to a far position."""

    type: Literal["pause"]


class Reset(_Command):
    """Go back to the start and forget what came after it."""

    type: Literal["reset"]


class Configure(_Command):
    """Change the experiment: a whole config, or a merge patch (RFC 7386) of the present one. With
    `keep` it begins with the weights and biases as they are now, in every layer that they fit, with
    `anew` it begins in any case, without what was changed by hand."""

    type: Literal["configure"]
    config: dict[str, Any] | None = None
    patch: dict[str, Any] | None = None
    keep: bool = False
    anew: bool = False


class Edit(_Command):
    """Set one weight or bias, or an input (`a0`) or target (`y`) of an example of the minibatch."""

    type: Literal["edit"]
    tensor: str = Field(max_length=16)
    index: Index
    value: float = Field(ge=-LARGEST, le=LARGEST)


class Rejoin(_Command):
    """Take up what a change put aside: the future before an edit, the run before a config."""

    type: Literal["rejoin"]


class Exercise(_Command):
    """Start the run anew with a hidden mistake: the one named, or with null any that fits."""

    type: Literal["exercise"]
    mistake: MistakeName | None = None


class Guess(_Command):
    """Name the hidden mistake; with null give up. Both the right name and giving up reveal it."""

    type: Literal["guess"]
    mistake: MistakeName | None


class Twins(_Command):
    """Run other configs beside this one, in step with it; they take the place of those there are.
    Their data, seed and shuffle must be those of the run."""

    type: Literal["twins"]
    configs: Annotated[tuple[dict[str, Any], ...], Strict(False)] = Field(max_length=3)


class Exchange(_Command):
    """Go on with a twin, where it stands; the run so far takes its place as a twin."""

    type: Literal["exchange"]
    twin: int = Field(ge=0, le=2)


class Focus(_Command):
    """Show one example of the minibatch in detail, or, with null, their mean."""

    type: Literal["focus"]
    example: Annotated[int, Field(ge=0)] | None


class Explain(_Command):
    """Ask why a number is what it is: `index` of the unit for z, a, delta, else of the entry."""

    type: Literal["explain"]
    tensor: str = Field(max_length=16)
    index: Index
    example: Annotated[int, Field(ge=0)] | None = None


class Prove(_Command):
    """Ask for the proof of a gradient by finite differences: delta, dW or db."""

    type: Literal["prove"]
    tensor: str = Field(pattern=r"^(delta|dW|db)\d{1,4}$")
    index: Index
    example: Annotated[int, Field(ge=0)] | None = None


class Nudge(_Command):
    """Ask what the cost would be with a weight or bias moved by `by`."""

    type: Literal["nudge"]
    tensor: str = Field(pattern=r"^[Wb]\d{1,4}$")
    index: Index
    by: float = Field(ge=-LARGEST, le=LARGEST)


class Histogram(_Command):
    """Ask how the values of every layer are spread: its weights, z, a, delta or dW."""

    type: Literal["histogram"]
    of: Spread


class Landscape(_Command):
    """Ask for a slice of the cost through the present weights: along two `weights`, two random
    directions that a `seed` draws, or those in which the path so far goes farthest."""

    type: Literal["landscape"]
    by: Literal["weights", "random", "path"] = "path"
    weights: Annotated[tuple[Entry, ...], Strict(False)] = Field((), max_length=2)
    seed: int = Field(0, ge=0, le=2**32 - 1)


class Patterns(_Command):
    """Ask for the weights into units of the first layer, as pictures, where the inputs are one."""

    type: Literal["patterns"]
    most: int = Field(24, ge=1, le=100)


class Matrix(_Command):
    """Ask for a matrix in few cells: rows and columns from the first to before the last of each
    pair, all where nothing is said, pooled to at most `most` cells along a side."""

    type: Literal["matrix"]
    tensor: str = Field(max_length=16)
    rows: Span = None
    columns: Span = None
    most: int = Field(32, ge=1, le=64)


class Work(_Command):
    """Ask what a minibatch costs: operations of every op, and what is kept for the way back."""

    type: Literal["work"]


class Compare(_Command):
    """Ask what the twin runs come to, and where they part from the run."""

    type: Literal["compare"]


class Watch(_Command):
    """Name the tensors that this viewer shows; the others are not sent. Null for all small ones."""

    type: Literal["watch"]
    tensors: Annotated[tuple[Annotated[str, Field(max_length=16)], ...], Strict(False)] | None = (
        Field(max_length=256)
    )


class Ack(_Command):
    """Report the newest frame that is drawn; without it no more than a few are sent."""

    type: Literal["ack"]
    seq: int = Field(ge=0)


class Sync(_Command):
    """Ask for a snapshot."""

    type: Literal["sync"]


Question = Explain | Prove | Nudge | Histogram | Landscape | Patterns | Matrix | Work | Compare
"""What is answered to who asks, and moves nothing."""
Command = (
    Step | Back | Break | Seek | Play | Pause | Reset | Configure | Edit | Rejoin | Focus
    | Exercise | Guess | Twins | Exchange | Question | Watch | Ack | Sync
)  # fmt: skip
_ADAPTER: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Discriminator("type")])


def decode(text: str | bytes) -> Command:
    """Return the command that a JSON text says.

    Raises:
        ConfigError: it is not a command; the error names every field, rule and value.
    """
    return decoded(_ADAPTER, text)


def decoded(adapter: TypeAdapter[T], text: str | bytes) -> T:
    """Return what a JSON text says, by an adapter of commands that differ in their type.

    Raises:
        ConfigError: it says none of them.
    """
    try:
        return adapter.validate_json(text)
    except PydanticError as error:
        # The first part of a place is the command's type, which the sender knows.
        faults = [replace(f, field=f.field.partition(".")[2]) for f in faults_of(error)]
        raise ConfigError(faults) from error


class _Marked(BaseModel):
    model_config = ConfigDict(strict=True)

    id: Identifier = None


def identifier(text: str | bytes) -> str | int | None:
    """Return the id of a text that is not a command, None where there is none to repeat."""
    try:
        return _Marked.model_validate_json(text).id
    except PydanticError:
        return None
