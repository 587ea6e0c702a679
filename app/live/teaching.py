"""What each command about a class does."""

from functools import partial
from time import time
from typing import TYPE_CHECKING

from app.classroom.commands import (
    Ask,
    Attend,
    CatchUp,
    ClassCommand,
    Count,
    Dismiss,
    End,
    Help,
    LearnerCommand,
    Lock,
    Mode,
    Names,
    Predict,
    Remove,
    Reveal,
    SetMode,
    Show,
    TeacherCommand,
)
from app.classroom.foresight import pose
from app.classroom.learner import Learner
from app.classroom.question import Posed, Question
from app.errors import SessionError
from app.language import say
from app.session.session import Session

if TYPE_CHECKING:
    from app.live.meeting import Meeting

__all__ = ["carry_out"]


async def carry_out(meeting: "Meeting", learner: Learner | None, command: ClassCommand) -> None:
    """Do what a learner, or with None the teacher, asks for.

    Raises:
        SessionError: it cannot be done now, or not by them.
    """
    if isinstance(command, LearnerCommand) == (learner is None):
        others = say("That is for a learner to do.")
        raise SessionError(
            "rights", others if learner is None else say("That is for the teacher to do.")
        )
    if learner is None:
        assert isinstance(command, TeacherCommand)
        await _teach(meeting, command)
    elif meeting.classroom.learners.get(learner.id) is not learner:
        # They had said it before they were removed; noting it would bring them back.
        raise SessionError("learner", say("You are not in this class any more."))
    else:
        assert isinstance(command, LearnerCommand)
        await _learn(meeting, learner, command)


async def _teach(meeting: "Meeting", command: TeacherCommand) -> None:
    classroom = meeting.classroom
    match command:
        case SetMode(mode=mode):
            await _set_mode(meeting, mode)
        case Lock(on=on):
            classroom.lock(on)
        case Names(own=own):
            classroom.allow_own_names(own)
        case Remove(learner=id):
            await meeting.remove(classroom.remove(id))
            await meeting.settle()
        case Show(learner=id):
            classroom.show(id)
            await meeting.settle()
        case Attend(learner=id):
            classroom.needs_help(classroom.learner(id), False)
        case Ask(question=question):
            await _ask(meeting, question)
        case Count():
            classroom.move_to("counted")
        case Reveal():
            await _reveal(meeting)
        case Dismiss():
            classroom.dismiss()
        case End():
            await meeting.end()


async def _learn(meeting: "Meeting", learner: Learner, command: LearnerCommand) -> None:
    classroom = meeting.classroom
    match command:
        case Predict(question=number, answer=answer):
            ballot = classroom.current
            if ballot is not None and meeting.is_seen(ballot.posed.position):
                sentence = say("This question takes no more answers.")
                raise SessionError("predict", sentence, "question")
            classroom.predict(learner, number, answer, time())
        case Help(on=on):
            classroom.needs_help(learner, on)
        case CatchUp():
            if classroom.mode == "follow":
                sentence = say("You follow your teacher: you are there already.")
                raise SessionError("catch_up", sentence)
            await meeting.catch_up(learner)
            await meeting.settle()


async def _set_mode(meeting: "Meeting", mode: Mode) -> None:
    classroom = meeting.classroom
    if mode == "explore":
        await meeting.explore()
    else:
        meeting.stop_exploring()
    if mode == "follow":
        classroom.show(None)
    classroom.set_mode(mode, time())
    await meeting.settle()


async def _ask(meeting: "Meeting", question: Question) -> None:
    posed = await meeting.teacher.read(partial(_posed, question))
    meeting.classroom.ask(posed, time())


def _posed(question: Question, session: Session) -> Posed:
    return pose(session, question)


async def _reveal(meeting: "Meeting") -> None:
    """Reveal, and go to where it is seen, but not further if the class is there already."""
    position = meeting.classroom.move_to("revealed").posed.position
    if not meeting.is_seen(position):
        meeting.teacher.send_to(position)
