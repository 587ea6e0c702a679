"""What stands in the parts of a lesson that are not prose: its head, and the blocks of its steps.

They are YAML. Each is validated here by itself; whether it fits the network is a matter of
`app.lessons.lesson`.
"""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictFloat, StrictInt

__all__ = [
    "CONTROLS", "AskBlock", "Conditions", "DoBlock", "Head", "Number", "StopBlock",
]  # fmt: skip

Control = Literal[
    "sizes", "speed", "until", "predict", "data", "layers", "settings", "results", "timeline",
    "program", "why", "proof", "edit",
]  # fmt: skip
CONTROLS = get_args(Control)
"""What a lesson, or a link to the lab, can hide; the names are public."""
View = Literal["why", "values", "program", "curves", "flow", "spread", "classes", "work"]
Words = Annotated[str, Field(min_length=1, max_length=4000)]
Title = Annotated[str, Field(min_length=1, max_length=100)]
Number = StrictInt | StrictFloat
Count = Annotated[StrictInt, Field(ge=0, le=10**7)]
Ordinal = Annotated[StrictInt, Field(ge=1, le=10**7)]


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Head(_Block):
    """The front matter: what the lesson is, and the experiment that it begins with."""

    title: Title
    about: Annotated[str, Field(min_length=1, max_length=300)]
    minutes: Annotated[StrictInt, Field(ge=1, le=180)] = 10
    order: Annotated[StrictInt, Field(ge=0, le=10**6)] = 10**6
    config: dict[str, JsonValue]
    controls: tuple[Control, ...] | None = None
    """What is shown; None for everything."""


class StopBlock(_Block):
    """Where the lab stands while a step is read, and what it lights."""

    op: Annotated[str, Field(max_length=40)] | None = None
    """The op that was executed last, as ``delta 2``; ``start`` for none."""
    before: Annotated[str, Field(max_length=40)] | None = None
    """The op that comes next, in place of `op`."""
    minibatch: Ordinal | None = None
    epoch: Count | None = None
    """The number of epochs that are over, in place of an op."""
    example: Ordinal | Literal["mean"] | None = None
    light: Annotated[str, Field(max_length=60)] | None = None
    view: View | None = None
    size: Literal["op", "layer", "phase", "minibatch", "epoch"] | None = None
    with_: Annotated[dict[str, JsonValue] | None, Field(alias="with")] = None
    """Settings apart from those of the lesson: by their paths, or as a merge patch."""
    numbers: tuple[Words | Number, ...] = ()
    """Expressions whose values the step states without a link, in a formula for example."""


class Trap(_Block):
    """An answer that is wrong in a way that is known, and what to say to it."""

    value: Words | Number
    because: Words


class AskBlock(_Block):
    """A question before the lab shows the answer."""

    question: Words
    answer: Words | Number | None = None
    """An expression or a number; not where there are choices."""
    within: Annotated[Number, Field(gt=0)] | None = None
    """How far off an answer may be; by default a hundredth of it."""
    choices: tuple[Words, ...] | None = None
    right: Ordinal | None = None
    hint: Words | None = None
    because: Words | None = None
    """What is said once it is answered."""
    traps: tuple[Trap, ...] = ()
    then: Annotated[str, Field(max_length=40)] | None = None
    """The op that the lab goes on to once it is answered."""

    @property
    def texts(self) -> list[str]:
        """All that it says."""
        told = (self.question, self.hint, self.because, *(self.choices or ()))
        return [*filter(None, told), *(trap.because for trap in self.traps)]


class Conditions(_Block):
    """What has to be so in the lab for a task to be done: all of it at once."""

    cost_below: Number | None = None
    cost_above: Number | None = None
    accuracy_above: Annotated[Number, Field(ge=0, le=1)] | None = None
    epoch: Count | None = None
    """Epochs that are over, at least."""
    op: Annotated[str, Field(max_length=40)] | None = None
    back: bool | None = None
    """Whether a step was taken back since the task was given."""
    config: dict[str, JsonValue] | None = None
    """Settings by their paths: each a value, or `above`, `below`, `not`, `any` (a list)."""
    edited: Annotated[str, Field(max_length=20)] | None = None
    """A tensor of which a number was changed by hand."""
    light: Annotated[str, Field(max_length=20)] | None = None
    """A tensor of which a number is selected."""
    diverged: bool | None = None
    found: bool | None = None
    """Whether the hidden mistake is found."""


class DoBlock(_Block):
    """Something to do in the lab, which knows by itself when it is done."""

    task: Words
    until: Conditions
    hint: Words | None = None
    done: Words | None = None
    """What is said then."""

    @property
    def texts(self) -> list[str]:
        """All that it says."""
        return [*filter(None, (self.task, self.hint, self.done))]
