"""What is wrong with a lesson, by file and line."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import BackstepError
from app.language import Text, joined, say

__all__ = ["LessonError", "Mishap"]


@dataclass(frozen=True)
class Mishap:
    """One thing that is wrong: `line` counts from 1."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> Text:
        return say("{place}: {sentence}", place=f"{self.file}:{self.line}", sentence=self.sentence)


class LessonError(BackstepError):
    """A lesson that cannot be, with all that is wrong."""

    code = "lesson"

    def __init__(self, mishaps: Sequence[Mishap]) -> None:
        self.mishaps = tuple(mishaps)
        super().__init__(joined("\n", map(str, self.mishaps)))
