"""Questions on a number that is about to be computed, and what answers are right."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.engine.names import is_of_examples
from app.session.commands import Index

__all__ = ["LEAST", "SHARE", "Posed", "Question", "Sort", "is_right"]

Sort = Literal["sign", "change", "value", "which"]
SHARE, LEAST = 0.05, 0.005
"""Tolerance of a number: a share of it, but no less than this."""


class Question(BaseModel):
    """What is asked: the sign, the size or the value of one number of a tensor, whether a number
    becomes larger or smaller, or which entry of a weight matrix changes most.

    Of z, a and delta `index` names the unit and `example` the row, null for the mean over the
    minibatch. `text` is the question in words, as it is put to the class, `given` what it can be
    worked out from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sort: Sort
    tensor: str = Field(pattern=r"^(?:cost|(?:z|a|delta|dW|db|W|b)[1-9]\d{0,3})$")
    index: Index = ()
    example: Annotated[int, Field(ge=0)] | None = None
    text: str = Field(min_length=1, max_length=300)
    given: str = Field("", max_length=300)

    @property
    def is_of_unit(self) -> bool:
        """Whether each example of the minibatch has such a number of its own."""
        return is_of_examples(self.tensor)


@dataclass(frozen=True)
class Posed:
    """A question with its truth, which the engine has computed ahead.

    `position` is where the number will be seen. Of `which`, `truth` is the place of the largest in
    row order and `alike` has the places of all that are as large. `traps` are what the number would
    be with a known mistake, by its name.
    """

    question: Question
    position: int
    truth: float
    alike: tuple[int, ...] = ()
    traps: tuple[tuple[str, float], ...] = ()


def is_right(posed: Posed, answer: float) -> bool:
    """Whether an answer is right, within the tolerance for a number."""
    truth = posed.truth
    match posed.question.sort:
        case "which":
            return answer in posed.alike
        case "value":
            return abs(answer - truth) <= max(SHARE * abs(truth), LEAST)
        case _:
            return answer == (truth > 0) - (truth < 0)
