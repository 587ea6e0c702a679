"""What a teacher and a learner are told of their class. The truth of a question comes last."""

from typing import Any

from app.classroom.ballot import Ballot
from app.classroom.classroom import Classroom
from app.classroom.learner import Learner

__all__ = ["for_learner", "for_teacher"]


def for_teacher(classroom: Classroom, now: float) -> dict[str, Any]:
    """Return the whole class: who is where, who needs help, what they answered."""
    learners = list(classroom.learners.values())
    return {
        "type": "class", "role": "teacher", "code": classroom.code, "mode": classroom.mode,
        "locked": classroom.locked, "own_names": classroom.own_names, "until": classroom.until,
        "shown": classroom.shown, "asked": len(classroom.ballots),
        "learners": [_row(classroom, learner, now) for learner in learners],
        "question": _counted(classroom.current, len(learners)),
    }  # fmt: skip


def _row(classroom: Classroom, learner: Learner, now: float) -> dict[str, Any]:
    ballot = classroom.current
    alone = classroom.mode != "follow"  # who follows waits for the teacher
    return {
        "id": learner.id, "name": learner.name, "present": learner.present,
        "needs_help": learner.needs_help, "stuck": learner.stuck(now) // 60 if alone else 0,
        "place": None if learner.place is None else learner.place.as_json(),
        "answered": ballot is not None and learner.id in ballot.answers,
        "score": classroom.score(learner),
    }  # fmt: skip


def _counted(ballot: Ballot | None, learners: int) -> dict[str, Any] | None:
    """Return a question with its answers, which nobody sees before they are counted."""
    if ballot is None:
        return None
    told = {**ballot.told(), "answered": len(ballot.answers), "of": learners}
    if ballot.stage != "open":
        told["answers"] = {id: answer.value for id, answer in ballot.answers.items()}
    if ballot.stage == "revealed":
        told["traps"] = [{"mistake": name, "value": value} for name, value in ballot.posed.traps]
        told["right"] = sum(ballot.is_right(id) is True for id in ballot.answers)
    return told


def for_learner(classroom: Classroom, learner: Learner) -> dict[str, Any]:
    """Return what concerns one learner: nothing of the others."""
    ballot = classroom.current
    question = None
    if ballot is not None:
        given = ballot.answers.get(learner.id)
        question = {**ballot.told(), "answer": None if given is None else given.value}
        if ballot.stage == "revealed":
            question["right"] = ballot.is_right(learner.id)
    return {
        "type": "class", "role": "learner", "code": classroom.code, "mode": classroom.mode,
        "name": learner.name, "needs_help": learner.needs_help, "question": question,
        "score": classroom.score(learner),
    }  # fmt: skip
