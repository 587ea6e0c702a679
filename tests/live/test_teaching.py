"""What each command about a class does, who may give it, and what is refused."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, get_args

import pytest

from app.classroom.commands import ClassCommand, TeacherCommand
from app.live.lobby import Lobby
from app.live.meeting import Meeting

from .clients import UNIT
from .people import Z2, Person, opened_class, sit, started

pytestmark = pytest.mark.anyio
TEACHERS: list[dict[str, Any]] = [
    {"type": "mode", "mode": "explore"}, {"type": "lock", "on": True},
    {"type": "names", "own": True}, {"type": "remove", "learner": "2"},
    {"type": "show", "learner": None}, {"type": "attend", "learner": "1"},
    {"type": "ask", "question": Z2}, {"type": "count"}, {"type": "reveal"}, {"type": "dismiss"},
    {"type": "end"},
]  # fmt: skip
LEARNERS: list[dict[str, Any]] = [
    {"type": "predict", "question": 1, "answer": 1}, {"type": "help", "on": True},
    {"type": "catch_up"},
]  # fmt: skip


@pytest.fixture(autouse=True)
async def within_the_time() -> AsyncIterator[None]:
    async with asyncio.timeout(2 * UNIT):
        yield


@pytest.fixture
async def lobby() -> AsyncIterator[Lobby]:
    made = await started()
    yield made
    await made.stop()


def settings(meeting: Meeting) -> tuple[object, ...]:
    """Return what a refused command may not have changed."""
    made = meeting.classroom
    return (
        made.mode, made.locked, made.own_names, made.shown, list(made.learners), len(made.ballots),
        made.current, [each.needs_help for each in made.learners.values()], meeting.ended,
    )  # fmt: skip


async def test_every_command_is_tried_by_who_may_not_give_it() -> None:
    def types(commands: object) -> set[str]:
        return {get_args(kind.model_fields["type"].annotation)[0] for kind in get_args(commands)}

    assert {command["type"] for command in TEACHERS} == types(TeacherCommand)
    assert {command["type"] for command in TEACHERS + LEARNERS} == types(ClassCommand)


@pytest.mark.parametrize("command", TEACHERS, ids=lambda command: command["type"])
async def test_a_learner_may_give_no_command_of_the_teacher(
    lobby: Lobby, command: dict[str, Any]
) -> None:
    meeting, teacher, (one, _) = await opened_class(lobby)
    await teacher.ask("ask", question=Z2)
    before = settings(meeting)
    refused = await one.ask(**command)
    assert (refused["type"], refused["code"]) == ("error", "rights")
    assert refused["message"] == "That is for the teacher to do."
    assert settings(meeting) == before
    assert meeting.classroom.ballots[0].stage == "open"


@pytest.mark.parametrize("command", LEARNERS, ids=lambda command: command["type"])
async def test_the_teacher_may_give_no_command_of_a_learner(
    lobby: Lobby, command: dict[str, Any]
) -> None:
    meeting, teacher, _ = await opened_class(lobby)
    await teacher.ask("ask", question=Z2)
    refused = await teacher.ask(**command)
    assert (refused["code"], refused["message"]) == ("rights", "That is for a learner to do.")
    assert meeting.classroom.ballots[0].answers == {}


async def test_the_class_is_locked_and_own_names_are_allowed_and_both_taken_back(
    lobby: Lobby,
) -> None:
    meeting, teacher, _ = await opened_class(lobby)
    for on in (True, False):
        await teacher.ask("lock", on=on)
        await teacher.ask("names", own=on)
        assert (meeting.classroom.locked, meeting.classroom.own_names) == (on, on)
        await teacher.sees(locked=on, own_names=on)


async def test_help_is_asked_for_and_taken_back_or_attended_to(lobby: Lobby) -> None:
    meeting, teacher, (one, other) = await opened_class(lobby)

    def needing() -> list[str]:
        return [each.id for each in meeting.classroom.learners.values() if each.needs_help]

    await one.ask("help", on=True)
    await other.ask("help", on=True)
    assert needing() == ["1", "2"]
    await one.ask("help", on=False)
    assert needing() == ["2"]
    await teacher.ask("attend", learner="2")
    assert needing() == []
    assert (await teacher.ask("attend", learner="9"))["code"] == "learner"


# ---------------------------------------------------------------- questions


@pytest.mark.parametrize("type", ["count", "reveal"])
async def test_without_a_question_there_is_nothing_to_count_or_reveal(
    lobby: Lobby, type: str
) -> None:
    meeting, teacher, _ = await opened_class(lobby)
    assert (await teacher.ask(type))["code"] == "ask"
    assert meeting.teacher.session.position == 0


async def test_a_question_that_cannot_be_is_refused_and_not_put(lobby: Lobby) -> None:
    meeting, teacher, _ = await opened_class(lobby)
    refused = await teacher.ask("ask", question={**Z2, "tensor": "z9"})
    assert (refused["code"], refused["field"]) == ("ask", "tensor")
    assert meeting.classroom.current is None
    assert (await teacher.ask("ask", question=Z2))["type"] == "answer"


async def test_another_question_takes_the_place_of_the_first(lobby: Lobby) -> None:
    meeting, teacher, (one, _) = await opened_class(lobby)
    await teacher.ask("ask", question=Z2)
    await teacher.ask("ask", question={**Z2, "tensor": "z1"})
    assert (await one.ask("predict", question=1, answer=1))["code"] == "predict"
    assert (await one.ask("predict", question=2, answer=1))["type"] == "answer"
    assert [len(ballot.answers) for ballot in meeting.classroom.ballots] == [0, 1]


async def test_a_question_that_is_put_away_takes_no_answers_and_keeps_those_it_has(
    lobby: Lobby,
) -> None:
    meeting, teacher, (one, other) = await opened_class(lobby)
    await teacher.ask("ask", question=Z2)
    await one.ask("predict", question=1, answer=1)
    await teacher.ask("dismiss")
    assert (await other.ask("predict", question=1, answer=1))["code"] == "predict"
    assert list(meeting.classroom.ballots[0].answers) == ["1"]
    await one.sees(question=None)


async def test_revealing_goes_to_where_it_is_seen_and_not_back(lobby: Lobby) -> None:
    meeting, teacher, _ = await opened_class(lobby)
    await teacher.ask("ask", question=Z2)
    await teacher.ask("reveal")
    await teacher.stands_at(4)
    await teacher.ask("step", count=5)
    await teacher.ask("reveal")
    await teacher.ask("step")
    assert meeting.teacher.session.position == 10


async def test_a_teacher_who_has_seen_it_takes_no_more_answers_even_before_it_is_told(
    lobby: Lobby,
) -> None:
    meeting, teacher, (one, _) = await opened_class(lobby)
    await teacher.ask("ask", question=Z2)
    await teacher.ask("step", count=4)
    meeting.classroom.ballots[0].stage = "open"  # nobody has looked yet
    assert (await one.ask("predict", question=1, answer=1))["code"] == "predict"


# ---------------------------------------------------------------- modes


async def test_who_follows_is_there_already(lobby: Lobby) -> None:
    _, _, (one, _) = await opened_class(lobby)
    refused = await one.ask("catch_up")
    assert refused["code"] == "catch_up"
    assert "you are there already" in refused["message"]


async def test_who_catches_up_leaves_the_others_and_their_beginning_alone(lobby: Lobby) -> None:
    meeting, teacher, (one, other) = await opened_class(lobby)
    await teacher.ask("step", count=5)
    await teacher.ask("mode", mode="explore")
    await other.ask("step", count=2)
    await teacher.ask("step", count=6)
    await one.ask("catch_up")
    await one.stands_at(11)
    assert other.seat.room.session.position == 7
    late = await sit(lobby, meeting, meeting.join(None).secret)
    await late.stands_at(5)


async def test_following_again_ends_what_is_shown(lobby: Lobby) -> None:
    meeting, teacher, _ = await opened_class(lobby)
    await teacher.ask("mode", mode="free")
    await teacher.ask("show", learner="1")
    assert not teacher.drives
    await teacher.ask("mode", mode="follow")
    assert meeting.classroom.shown is None
    assert teacher.drives


async def test_exploring_once_more_gives_everybody_a_new_copy(lobby: Lobby) -> None:
    _, teacher, (one, other) = await opened_class(lobby)
    await teacher.ask("mode", mode="explore")
    await one.ask("step", count=2)
    await teacher.ask("step", count=7)
    await teacher.ask("mode", mode="explore")
    for person in (one, other):
        await person.stands_at(7)
    assert len(lobby.rooms) == 3


# ---------------------------------------------------------------- who is removed


async def test_whose_screen_is_shown_may_be_removed(lobby: Lobby) -> None:
    meeting, teacher, (one, _) = await opened_class(lobby)
    await teacher.ask("mode", mode="explore")
    await teacher.ask("show", learner="1")
    await teacher.ask("remove", learner="1")
    assert one.seat.over
    assert teacher.seat.room is meeting.teacher
    assert teacher.drives


@pytest.mark.parametrize("mode", ["follow", "explore", "free"])
async def test_of_who_is_removed_nothing_is_left(lobby: Lobby, mode: str) -> None:
    meeting, teacher, (one, other) = await opened_class(lobby)
    await teacher.ask("mode", mode=mode)
    await teacher.ask("ask", question=Z2)
    await one.ask("predict", question=1, answer=1)
    await teacher.ask("remove", learner="1")
    one.seat.leave()
    await other.ask("help", on=True)
    assert len(lobby.rooms) == (1 if mode == "follow" else 2)
    kept = await lobby.store.take(meeting.shard)
    assert kept is not None
    left = {name for name in kept if name.endswith(".1") or name.startswith("room.1")}
    assert left == {"question.1"}


@pytest.mark.parametrize("command", LEARNERS, ids=lambda command: command["type"])
async def test_who_is_removed_can_say_nothing_any_more(
    lobby: Lobby, command: dict[str, Any]
) -> None:
    """What they had said before comes after it, or what they say until their socket is closed."""
    meeting, teacher, (one, _) = await opened_class(lobby)
    await teacher.ask("mode", mode="free")
    await teacher.ask("ask", question=Z2)
    teacher.seat.take(json.dumps({"type": "remove", "learner": "1"}))
    refused = await one.ask(**command)
    assert (refused["type"], refused["code"]) == ("error", "learner")
    assert meeting.classroom.ballots[0].answers == {}
    await teacher.ask("lock", on=True)
    kept = await lobby.store.take(meeting.shard)
    assert kept is not None
    assert {"learner.1", "answer.1.1", "room.1"} & kept.keys() == set()


async def test_a_class_that_ends_answers_nobody(lobby: Lobby) -> None:
    meeting, teacher, people = await opened_class(lobby)
    teacher.seat.take('{"type": "end", "id": 1}')
    while not meeting.ended:  # noqa: ASYNC110  # it tells nobody else
        await asyncio.sleep(0)
    everybody: list[Person] = [teacher, *people]
    assert all(person.seat.over for person in everybody)
