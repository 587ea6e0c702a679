"""What teacher and learners may ask for, besides what any browser may ask of a session."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, TypeAdapter

from app.classroom.question import Question
from app.session.commands import LARGEST, Command, Identifier, decoded

__all__ = [
    "Ask", "Attend", "CatchUp", "ClassCommand", "Count", "Dismiss", "End", "Help", "LearnerCommand",
    "Lock", "Mode", "Names", "Predict", "Remove", "Reveal", "SetMode", "Show", "TeacherCommand",
    "decode",
]  # fmt: skip

Mode = Literal["follow", "explore", "free"]
LearnerId = Annotated[str, Field(max_length=12)]


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    id: Identifier = Field(None, description="is repeated in the answer")


class SetMode(_Command):
    """Have the learners follow the teacher, explore a copy from exactly here, or work freely."""

    type: Literal["mode"]
    mode: Mode


class Lock(_Command):
    """Let nobody else join, or let them again. Who is in can always come back."""

    type: Literal["lock"]
    on: bool


class Names(_Command):
    """Let learners type names of their own, or only choose among generated ones."""

    type: Literal["names"]
    own: bool


class Remove(_Command):
    """Send a learner out; their answers are erased."""

    type: Literal["remove"]
    learner: LearnerId


class Show(_Command):
    """Show the screen of a learner on the teacher's, or with null the teacher's own again."""

    type: Literal["show"]
    learner: LearnerId | None


class Attend(_Command):
    """Take note that a learner who asked for help has got it."""

    type: Literal["attend"]
    learner: LearnerId


class Ask(_Command):
    """Put a question on a number to come; the truth is computed and kept back."""

    type: Literal["ask"]
    question: Question


class Count(_Command):
    """Take no more answers and show how many gave which."""

    type: Literal["count"]


class Reveal(_Command):
    """Say what is right; the class goes to where the number is seen."""

    type: Literal["reveal"]


class Dismiss(_Command):
    """Put the question away."""

    type: Literal["dismiss"]


class End(_Command):
    """End the class and erase everything in it."""

    type: Literal["end"]


class Predict(_Command):
    """Answer a question by its number: with a value, a sign (-1, 0, 1) or a place among choices."""

    type: Literal["predict"]
    question: int = Field(ge=1)
    answer: float = Field(ge=-LARGEST, le=LARGEST)


class Help(_Command):
    """Ask the teacher to come, or say that it is no longer needed."""

    type: Literal["help"]
    on: bool


class CatchUp(_Command):
    """Go to where the teacher is, with a new copy; what was explored is given up."""

    type: Literal["catch_up"]


TeacherCommand = (
    SetMode | Lock | Names | Remove | Show | Attend | Ask | Count | Reveal | Dismiss | End
)
LearnerCommand = Predict | Help | CatchUp
ClassCommand = TeacherCommand | LearnerCommand
Said = ClassCommand | Command
_ADAPTER: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Discriminator("type")])


def decode(text: str | bytes) -> Said:
    """Return the command, of a class or of a session, that a JSON text says.

    Raises:
        ConfigError: it is neither; the error names every field, rule and value.
    """
    return decoded(_ADAPTER, text)
