"""A class in session: who sits where, what they are told, and what outlives a restart."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.errors import SessionError
from app.live.lobby import Lobby
from app.live.stores import opened
from app.live.suite import CloseCode
from app.settings import Settings

from .clients import UNIT, RecordingViewer
from .people import XOR, Z2, opened_class, sit, started

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def within_the_time() -> AsyncIterator[None]:
    async with asyncio.timeout(2 * UNIT):
        yield


@pytest.fixture
async def lobby() -> AsyncIterator[Lobby]:
    made = await started()
    yield made
    await made.stop()


async def test_who_follows_sees_what_the_teacher_does_and_cannot_drive(lobby: Lobby) -> None:
    _, teacher, (learner, _) = await opened_class(lobby)
    assert (teacher.drives, learner.drives) == (True, False)
    await teacher.ask("step", count=3)
    await learner.stands_at(3)
    refused = await learner.ask("step")
    assert (refused["type"], refused["code"]) == ("error", "rights")


async def test_exploring_begins_exactly_here_and_nobody_disturbs_anybody(lobby: Lobby) -> None:
    meeting, teacher, (one, other) = await opened_class(lobby)
    await teacher.ask("step", count=5)
    await teacher.ask("mode", mode="explore")
    await one.stands_at(5)
    assert one.drives
    assert other.drives
    await one.ask("step", count=2)
    await one.stands_at(7)
    assert other.seat.room.session.position == meeting.teacher.session.position == 5
    await teacher.ask("step", count=20)
    assert one.seat.room.session.position == 7
    await one.ask("catch_up")
    await one.stands_at(25)
    await teacher.ask("mode", mode="follow")
    await other.stands_at(25)
    assert not other.drives
    assert len(lobby.rooms) == 3


async def test_who_comes_late_explores_from_where_the_others_began(lobby: Lobby) -> None:
    meeting, teacher, _ = await opened_class(lobby)
    await teacher.ask("step", count=5)
    await teacher.ask("mode", mode="explore")
    await teacher.ask("step", count=6)
    late = await sit(lobby, meeting, meeting.join(None).secret)
    await late.stands_at(5)


async def test_free_work_goes_on_where_each_was(lobby: Lobby) -> None:
    _, teacher, (one, _) = await opened_class(lobby)
    await teacher.ask("mode", mode="explore")
    await one.ask("step", count=4)
    await teacher.ask("mode", mode="follow")
    await teacher.ask("step", count=9)
    await teacher.ask("mode", mode="free")
    assert one.drives
    assert one.seat.room.session.position == 4
    answer = await one.ask("configure", patch={"seed": 3})
    assert answer["type"] == "answer"
    assert (await one.ask("catch_up"))["type"] == "answer"
    assert one.seat.room.session.position == 9


async def test_nothing_of_others_and_no_truth_reaches_a_learner_before_it_is_revealed(
    lobby: Lobby,
) -> None:
    meeting, teacher, (one, other) = await opened_class(lobby)
    assert (await teacher.ask("ask", question=Z2))["type"] == "answer"
    seen = await one.sees(role="learner")
    while seen["question"] is None:
        seen = await one.viewer.hear(lambda h: h["type"] == "class")
    assert seen["question"]["stage"] == "open"
    assert "truth" not in seen["question"]
    truth = meeting.classroom.ballots[0].posed.truth
    right = (truth > 0) - (truth < 0)
    assert (await one.ask("predict", question=1, answer=right))["type"] == "answer"
    assert (await other.ask("predict", question=1, answer=-right))["type"] == "answer"
    await teacher.ask("count")
    assert (await one.ask("predict", question=1, answer=right))["code"] == "predict"
    counted = await teacher.sees(asked=1)
    while counted["question"]["stage"] != "counted":
        counted = await teacher.viewer.hear(lambda h: h["type"] == "class")
    assert sorted(counted["question"]["answers"].values()) == [-1.0, 1.0]
    assert "truth" not in counted["question"]
    await teacher.ask("reveal")
    await one.stands_at(4)  # where z2 is seen
    for person, correct in ((one, True), (other, False)):
        told = await person.sees(score=[int(correct), 1])
        assert told["question"]["right"] is correct
        assert told["question"]["truth"] == truth
    everything = json.dumps([h for h in one.viewer.heard if isinstance(h.raw, str)])
    for secret in (meeting.classroom.secret, other.seat.learner.secret, other.seat.learner.name):
        assert secret not in everything


async def test_a_teacher_who_goes_on_reveals(lobby: Lobby) -> None:
    _, teacher, (one, _) = await opened_class(lobby)
    await teacher.ask("ask", question=Z2)
    await teacher.ask("step", count=4)
    assert (await one.ask("predict", question=1, answer=1))["code"] == "predict"
    told = await one.viewer.hear(
        lambda h: h["type"] == "class" and bool(h["question"]) and "truth" in h["question"]
    )
    assert told["question"]["stage"] == "revealed"


async def test_the_board_knows_who_is_where_who_is_away_and_who_needs_help(lobby: Lobby) -> None:
    meeting, teacher, (one, other) = await opened_class(lobby)
    await teacher.ask("mode", mode="explore")
    await one.ask("step", count=3)
    await other.ask("help", on=True)
    seen = await teacher.viewer.hear(
        lambda h: (
            h["type"] == "class"
            and any(row["needs_help"] for row in h["learners"])
            and any(row["place"] and row["place"]["op"] == 3 for row in h["learners"])
        )
    )
    assert all(row["present"] for row in seen["learners"])
    assert seen["learners"][0]["place"]["phases"] == "dffffcbbbbuu"
    await teacher.ask("attend", learner=other.seat.learner.id)
    await other.sees(needs_help=False)
    one.seat.leave()
    meeting._seen[one.seat.learner.id] = -100.0
    away = await teacher.viewer.hear(
        lambda h: h["type"] == "class" and not h["learners"][0]["present"]
    )
    assert away["learners"][1]["present"]


async def test_a_learners_screen_is_shown_and_taken_away_again(lobby: Lobby) -> None:
    _, teacher, (one, _) = await opened_class(lobby)
    id = one.seat.learner.id
    assert (await teacher.ask("show", learner=id))["code"] == "show"
    await teacher.ask("mode", mode="explore")
    await one.ask("step", count=8)
    await teacher.ask("show", learner=id)
    await teacher.stands_at(8)
    assert not teacher.drives
    await one.ask("step")
    await teacher.stands_at(9)
    await teacher.ask("show", learner=None)
    await teacher.stands_at(0)
    assert teacher.drives


async def test_who_is_removed_is_out_and_their_answers_are_gone(lobby: Lobby) -> None:
    meeting, teacher, (one, other) = await opened_class(lobby)
    await teacher.ask("ask", question=Z2)
    await one.ask("predict", question=1, answer=1)
    key = f"{meeting.shard}.{one.seat.learner.secret}"
    await teacher.ask("remove", learner=one.seat.learner.id)
    assert one.seat.over
    assert one.seat.close_code is CloseCode.REMOVED
    assert await lobby.seat(key, RecordingViewer()) is None
    assert meeting.classroom.ballots[0].answers == {}
    assert not other.seat.over
    assert (await teacher.ask("remove", learner="99"))["code"] == "learner"


async def test_a_locked_class_takes_nobody_but_those_who_are_in(lobby: Lobby) -> None:
    meeting, teacher, (one, _) = await opened_class(lobby)
    await teacher.ask("lock", on=True)
    with pytest.raises(SessionError, match="locked"):
        meeting.join(None)
    one.seat.leave()
    await sit(lobby, meeting, one.seat.learner.secret)


async def test_learners_cannot_teach_and_teachers_cannot_answer(lobby: Lobby) -> None:
    _, teacher, (one, _) = await opened_class(lobby)
    for command in (
        {"type": "mode", "mode": "free"}, {"type": "end"}, {"type": "lock", "on": True},
        {"type": "reveal"}, {"type": "show", "learner": None}, {"type": "ask", "question": Z2},
    ):  # fmt: skip
        assert (await one.ask(**command))["code"] == "rights"
    assert (await teacher.ask("predict", question=1, answer=1))["code"] == "rights"
    assert (await teacher.ask("catch_up"))["code"] == "rights"


async def test_ending_sends_everybody_home_and_erases_everything(lobby: Lobby) -> None:
    meeting, teacher, people = await opened_class(lobby)
    await teacher.ask("mode", mode="free")
    teacher.seat.take('{"type": "end"}')
    while len(lobby):  # noqa: ASYNC110  # it closes in a task of its own
        await asyncio.sleep(0)
    assert all(person.seat.close_code is CloseCode.ENDED for person in (teacher, *people))
    assert await lobby.meeting(meeting.shard) is None
    assert await lobby.store.take(meeting.shard) is None
    assert len(lobby.rooms) == 0


async def test_a_class_whose_time_is_over_ends(lobby: Lobby) -> None:
    short = await started(class_hours=1e-9, idle_seconds=0.01)
    meeting = await short.open_class(XOR)
    while len(short):  # noqa: ASYNC110  # the sweep tells nobody
        await asyncio.sleep(0)
    assert meeting.ended
    await short.stop()


@pytest.mark.parametrize("ending", ["stopped", "killed"])
async def test_a_restart_changes_nothing(tmp_path: Path, ending: str) -> None:
    before = await started(opened(Settings(data=tmp_path)))
    meeting, teacher, (one, other) = await opened_class(before)
    await teacher.ask("step", count=5)
    await teacher.ask("ask", question=Z2)
    await one.ask("predict", question=1, answer=1)
    await teacher.ask("lock", on=True)
    await teacher.ask("mode", mode="explore")
    await one.ask("step", count=3)
    await one.ask("edit", tensor="W1", index=[0, 0], value=0.25)
    await other.ask("help", on=True)
    numbers = one.seat.room.session.run.parameters.lasting.tobytes()
    secrets = [meeting.classroom.secret, *(each.seat.learner.secret for each in (one, other))]
    if ending == "stopped":
        await before.stop()
    after = await started(opened(Settings(data=tmp_path)))
    teacher, one, other = [await sit(after, meeting, secret) for secret in secrets]
    await teacher.stands_at(5)
    await one.stands_at(8)
    await other.stands_at(5)
    assert one.seat.room.session.run.parameters.lasting.tobytes() == numbers
    again = teacher.seat.meeting.classroom
    assert (again.mode, again.locked, len(again.ballots)) == ("explore", True, 1)
    assert [learner.name for learner in again.learners.values()] == [
        learner.name for learner in meeting.classroom.learners.values()
    ]
    assert again.learners["2"].needs_help
    assert (await one.sees(role="learner"))["question"]["answer"] == 1.0
    await after.stop()
    if ending == "killed":
        await before.stop()
