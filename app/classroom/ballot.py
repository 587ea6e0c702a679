"""What a class answers to one question."""

from dataclasses import dataclass, field
from typing import Any, Literal

from app.classroom.question import Posed, Question, is_right

__all__ = ["Answer", "Ballot", "Stage"]

Stage = Literal["open", "counted", "revealed"]


@dataclass(frozen=True)
class Answer:
    """A number, and how many seconds after the question it came."""

    value: float
    seconds: float


@dataclass
class Ballot:
    """A question with the answers of the learners by their ids; the last answer of each counts."""

    number: int
    posed: Posed
    asked: float
    stage: Stage = "open"
    answers: dict[str, Answer] = field(default_factory=dict)

    def is_right(self, learner: str) -> bool | None:
        """Whether a learner has answered rightly, None where there is no answer."""
        given = self.answers.get(learner)
        return None if given is None else is_right(self.posed, given.value)

    def told(self) -> dict[str, Any]:
        """Return what everybody may know: the truth only once it is revealed."""
        revealed = self.stage == "revealed"
        truth = {"truth": self.posed.truth, "alike": list(self.posed.alike)} if revealed else {}
        question = self.posed.question.model_dump()
        return {
            "number": self.number, "stage": self.stage, "position": self.posed.position,
            **question, **truth,
        }  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Return what restores the ballot, without its answers."""
        posed = self.posed
        return {
            "question": posed.question.model_dump(), "position": posed.position,
            "truth": posed.truth, "alike": posed.alike, "traps": posed.traps,
            "asked": self.asked, "stage": self.stage,
        }  # fmt: skip

    @classmethod
    def of(cls, number: int, saved: dict[str, Any]) -> "Ballot":
        """Restore a ballot from what `as_json` returned."""
        posed = Posed(
            Question.model_validate(saved["question"]),
            saved["position"],
            saved["truth"],
            tuple(saved["alike"]),
            tuple((name, value) for name, value in saved["traps"]),
        )
        return cls(number, posed, saved["asked"], saved["stage"])
