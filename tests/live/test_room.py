"""A room in a real loop: one task, any number of viewers, and nobody waits for anybody."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.engine.config import Config
from app.engine.run import Run
from app.errors import SessionError
from app.live.room import INBOX, Room
from app.live.shelf import Shelf
from app.live.viewer import BACKLOG, IN_FLIGHT
from app.presets import preset
from app.session.commands import decode
from app.session.session import Session

from .clients import UNIT, RecordingViewer, SlowStore, answers, of_type

pytestmark = pytest.mark.anyio
LENGTH = 12
HEAVY = {
    "data": {"name": "digits28", "samples": 600},
    "layers": [{"units": 200, "activation": "relu"}, {"units": 10, "activation": "softmax"}],
    "cost": {"name": "cross_entropy"},
}
"""One minibatch of it takes tens of milliseconds."""


class Opened:
    """A room, what it has saved, and how to talk to it."""

    def __init__(self, config: Config) -> None:
        self.store = SlowStore()
        self.compute = ThreadPoolExecutor(1)
        self.room = Room(
            Session(config), Shelf(self.store, "shard"), compute=self.compute,
            limits={"message": 1000}, watch_key="shard.looking",
        )  # fmt: skip
        first = self.room.shelf.fields(self.room.session.document())
        self.store.fields = {name: value for name, value in first.items() if value is not None}
        self._count = 0

    @property
    def kept(self) -> dict[str, Any]:
        """What the store holds of the session now."""
        document = Shelf(self.store, "shard").document(self.store.fields)
        assert document is not None
        return document

    async def enter(self, *, may_drive: bool = True) -> RecordingViewer:
        viewer = RecordingViewer(may_drive=may_drive)
        self.room.enter(viewer)
        await self.settled(viewer)
        return viewer

    def say(self, viewer: RecordingViewer, type: str, **fields: Any) -> None:
        self.room.submit(viewer, decode(json.dumps({"type": type, **fields})))

    async def ask(self, viewer: RecordingViewer, type: str, **fields: Any) -> Any:
        self._count += 1
        self.say(viewer, type, id=self._count, **fields)
        return await viewer.hear(answers(self._count))

    async def settled(self, viewer: RecordingViewer) -> None:
        """Wait until the room has looked at its weights and says no more."""
        await viewer.hear(of_type("evaluation"))
        viewer.take()

    async def close(self) -> None:
        await self.room.close()
        self.compute.shutdown()


@pytest.fixture(autouse=True)
async def within_the_time() -> AsyncIterator[None]:
    async with asyncio.timeout(3 * UNIT):
        yield


@pytest.fixture
async def opened() -> AsyncIterator[Opened]:
    made = Opened(preset("xor"))
    yield made
    await made.close()


@pytest.fixture
async def heavy() -> AsyncIterator[Opened]:
    made = Opened(Config.parse(HEAVY))
    yield made
    await made.close()


async def test_who_enters_hears_welcome_snapshot_and_status_and_then_the_pictures(
    opened: Opened,
) -> None:
    viewer = await opened.enter()
    kinds = [heard["type"] for heard in viewer.heard]
    assert kinds.index("welcome") == 0
    assert set(kinds) == {
        "welcome", "snapshot", "status", "evaluation", "curve", "surface", "points"
    }  # fmt: skip
    welcome = viewer.heard[0]
    assert (welcome["rights"], welcome["watch_key"], welcome["limits"]) == (
        "drive", "shard.looking", {"message": 1000}
    )  # fmt: skip
    assert "driving" not in str(welcome.raw)


async def test_the_watch_key_shows_everything_and_drives_nothing(opened: Opened) -> None:
    watcher = await opened.enter(may_drive=False)
    assert watcher.heard[0]["rights"] == "watch"
    before = opened.room.session.document()
    for fields in (
        {"type": "step"}, {"type": "back"}, {"type": "seek", "position": 5}, {"type": "play"},
        {"type": "pause"}, {"type": "reset"}, {"type": "configure", "patch": {"seed": 1}},
        {"type": "edit", "tensor": "W1", "index": [0, 0], "value": 1}, {"type": "rejoin"},
        {"type": "focus", "example": 1},
    ):  # fmt: skip
        heard = await opened.ask(watcher, **fields)
        assert (heard["type"], heard["code"]) == ("error", "rights")
        assert heard["message"].endswith(".")
    for fields in ({"type": "sync"}, {"type": "watch", "tensors": []}, {"type": "ack", "seq": 0}):
        assert (await opened.ask(watcher, **fields))["type"] == "answer"
    assert opened.room.session.document() == before


async def test_every_viewer_hears_the_same_bytes(opened: Opened) -> None:
    viewers = [await opened.enter(may_drive=may) for may in (True, False, True)]
    for viewer in viewers:
        viewer.take()
        viewer.heard.clear()
    for size in ("op", "op", "minibatch", "epoch", "op"):
        await opened.ask(viewers[0], "step", size=size)
        for viewer in viewers:
            viewer.take()
    frames = [[h.raw for h in viewer.heard if h.is_frame] for viewer in viewers]
    assert len(frames[0]) == 5
    assert frames[0] == frames[1] == frames[2]


async def test_a_refusal_is_heard_by_who_asked_and_by_nobody_else(opened: Opened) -> None:
    one, other = await opened.enter(), await opened.enter()
    heard = await opened.ask(one, "back")
    assert (heard["type"], heard["code"]) == ("error", "at_start")
    heard = await opened.ask(one, "configure", patch={"minibatch_size": -1, "seed": -1})
    assert heard["code"] == "config"
    assert [fault["field"] for fault in heard["faults"]] == ["seed", "minibatch_size"]
    assert heard["field"] == "seed"
    other.take()
    assert not [h for h in other.heard if h["type"] == "error"]


async def test_a_command_without_id_is_not_answered(opened: Opened) -> None:
    viewer = await opened.enter()
    opened.say(viewer, "step")
    await opened.ask(viewer, "step")
    assert len([h for h in viewer.heard if h["type"] == "answer"]) == 1


async def test_frames_are_numbered_without_a_gap(opened: Opened) -> None:
    viewer = await opened.enter()
    for _ in range(30):
        await opened.ask(viewer, "step")
    seqs = [h.seq for h in viewer.heard if h.is_frame]
    assert seqs == list(range(seqs[0], seqs[0] + 31))


async def test_play_at_full_speed_shows_less_than_it_does_and_pause_ends_it(
    opened: Opened,
) -> None:
    viewer = await opened.enter()
    opened.say(viewer, "play", size="minibatch", rate="max")
    await viewer.hear(lambda h: h.is_frame and h.position > 2000 * LENGTH)
    await opened.ask(viewer, "pause")
    position = opened.room.session.position
    run = Run(preset("xor"))
    run.advance(position)
    assert opened.room.session.run.parameters.lasting.tobytes() == (
        run.parameters.lasting.tobytes()
    )
    shown = [h for h in viewer.heard if h.is_frame]
    assert len(shown) < position / LENGTH / 10
    await opened.ask(viewer, "sync")
    assert opened.room.session.position == position


async def test_play_stops_by_itself_where_its_condition_is_met(opened: Opened) -> None:
    viewer = await opened.enter()
    opened.say(viewer, "play", size="epoch", rate="max", until={"epochs": 300})
    heard = await viewer.hear(lambda h: h["type"] == "status" and h["state"] == "finished")
    assert (heard["position"], heard["reason"]) == (300 * LENGTH, "epochs")


async def test_other_commands_do_not_hurry_play(opened: Opened) -> None:
    viewer = await opened.enter()
    opened.say(viewer, "play", rate=0.001)
    await viewer.hear(lambda h: h.is_frame and h.position == 1)
    for _ in range(20):
        await opened.ask(viewer, "focus", example=1)
    assert opened.room.session.position == 1


async def test_a_seek_that_never_ends_can_be_paused_and_others_enter_meanwhile(
    opened: Opened,
) -> None:
    viewer = await opened.enter()
    await opened.ask(viewer, "seek", position=10**12)
    other = await opened.enter()
    assert other.heard[0]["type"] == "welcome"
    await opened.ask(viewer, "pause")
    assert opened.room.session.goal is None
    assert 0 < opened.room.session.position < 10**12


async def test_who_enters_in_the_middle_of_play_takes_nothing_from_the_others(
    opened: Opened,
) -> None:
    viewer = await opened.enter()
    opened.say(viewer, "play", size="op", rate="max")
    for _ in range(5):
        other = await opened.enter()
        await opened.ask(other, "sync")
    await opened.ask(viewer, "pause")
    await opened.ask(viewer, "step")
    viewer.take()
    shown: dict[str, Any] = {}
    for heard in viewer.heard:
        if heard.is_frame:
            shown = {**({} if heard["type"] == "snapshot" else shown), **heard.tensors}
    now = opened.room.session.snapshot().tensors
    assert all((shown[name] == array).all() for name, array in now.items())


async def test_a_long_operation_is_not_felt_in_the_loop(heavy: Opened) -> None:
    viewer = await heavy.enter()
    for fields in (
        {"type": "step", "size": "epoch", "count": 5},
        {"type": "edit", "tensor": "W1", "index": [0, 0], "value": 0.5},
        {"type": "back", "size": "minibatch"},
        {"type": "configure", "patch": {"seed": 3}},
    ):
        turns = 0
        asking = asyncio.create_task(heavy.ask(viewer, **fields))
        while not asking.done():
            await asyncio.sleep(0)
            turns += 1
        assert asking.result()["type"] == "answer"
        assert turns > 50


async def test_the_next_network_is_given_a_slice_of_its_own(opened: Opened) -> None:
    viewer = await opened.enter()
    opened.say(viewer, "play", size="minibatch", rate="max")
    await viewer.hear(lambda h: h.is_frame and h.position > 5000 * LENGTH)
    assert opened.room._quantum > 1
    await opened.ask(viewer, "pause")
    await opened.ask(viewer, "configure", config=HEAVY)
    assert opened.room._quantum == 1


async def test_a_burst_of_commands_is_carried_out_in_order(opened: Opened) -> None:
    viewer = await opened.enter()
    for number in range(INBOX):
        opened.say(viewer, "step", id=number)
    await viewer.hear(answers(INBOX - 1))
    assert [h["id"] for h in viewer.heard if h["type"] == "answer"] == list(range(INBOX))
    assert opened.room.session.position == INBOX
    assert not viewer.overrun


async def test_more_commands_than_may_wait_are_refused_with_the_number(opened: Opened) -> None:
    viewer = await opened.enter()
    for number in range(INBOX + 5):
        opened.say(viewer, "step", id=number)
    await viewer.hear(answers(INBOX - 1))
    refused = [h for h in viewer.heard if h["type"] == "error"]
    assert [(h["code"], h["id"]) for h in refused] == [("busy", INBOX + i) for i in range(5)]
    assert f"{INBOX} commands" in refused[0]["message"]
    assert opened.room.session.position == INBOX


async def test_a_viewer_that_never_acknowledges_hears_a_few_frames_and_then_the_present(
    opened: Opened,
) -> None:
    driver, slow = await opened.enter(), RecordingViewer()
    opened.room.enter(slow)
    acknowledge, slow.acknowledge = slow.acknowledge, lambda seq: None  # type: ignore[method-assign]
    for _ in range(3 * BACKLOG):
        await opened.ask(driver, "step")
        slow.take()
    frames = [h for h in slow.heard if h.is_frame]
    assert len(frames) == slow.in_flight == IN_FLIGHT
    slow.acknowledge = acknowledge  # type: ignore[method-assign]
    slow.acknowledge(frames[-1].seq)
    first, *rest = [h for h in slow.take() if h.is_frame]
    newest = opened.room.session.position
    assert first["type"] == "snapshot"
    assert newest - BACKLOG <= first.position
    assert [h.seq for h in rest] == list(range(first.seq + 1, first.seq + 1 + len(rest)))
    assert [first, *rest][-1].position == newest


async def test_watching_sends_what_is_watched_to_that_viewer_only(opened: Opened) -> None:
    one, other = await opened.enter(), await opened.enter()
    await opened.ask(one, "watch", tensors=["W1", "nonsense"])
    one.take()
    one.heard.clear()
    await opened.ask(one, "step", size="minibatch")
    other.take()
    (mine,) = [h for h in one.heard if h.is_frame]
    assert mine.tensors.keys() == {"W1"}
    assert {"W1", "W2", "a0", "dW1"} <= other.heard[-1].tensors.keys() or any(
        {"W1", "W2", "a0", "dW1"} <= h.tensors.keys() for h in other.heard
    )
    await opened.ask(one, "watch", tensors=None)
    one.take()
    assert "W2" in [h for h in one.heard if h.is_frame][-1].tensors


async def test_who_leaves_before_being_greeted_is_gone(opened: Opened) -> None:
    ghost = RecordingViewer()
    opened.room.enter(ghost)
    opened.room.leave(ghost)
    viewer = await opened.enter()
    assert opened.room.viewers == {viewer}
    assert ghost.take() == []


async def test_who_enters_counts_at_once(opened: Opened) -> None:
    left = opened.room.left_at
    opened.room.enter(RecordingViewer())
    assert len(opened.room.viewers) == 1
    opened.room.leave(next(iter(opened.room.viewers)))
    assert opened.room.left_at >= left


async def test_what_a_command_does_is_kept_before_it_is_answered(opened: Opened) -> None:
    viewer = await opened.enter()
    opened.store.is_slow = True
    for number, command in enumerate([{"type": "step"}, {"type": "focus", "example": 1}]):
        opened.say(viewer, **command, id=f"slow {number}")
    await viewer.hear(lambda h: h.is_frame and h.position == 1)  # frames do not wait
    await opened.room.read(lambda session: session.position)  # both are carried out
    viewer.take()
    assert not [h for h in viewer.heard if h["type"] == "answer"]
    assert opened.kept["position"] == 1
    opened.store.finish()
    await viewer.hear(answers("slow 1"))  # what changed nothing stands on what was before it
    assert [h["id"] for h in viewer.heard if h["type"] == "answer"] == ["slow 0", "slow 1"]


async def test_a_step_keeps_the_position_only_and_a_change_the_whole_document(
    opened: Opened,
) -> None:
    viewer = await opened.enter()
    whole = opened.store.fields["session"]
    await opened.ask(viewer, "step", count=5)
    assert opened.store.fields == {"session": whole, "session.position": b"5"}
    assert opened.store.writes == 1
    await opened.ask(viewer, "edit", tensor="W1", index=[0, 0], value=0.5)
    assert [edit["value"] for edit in opened.kept["edits"]] == [0.5]
    await opened.ask(viewer, "break", op=3)
    assert opened.kept["breakpoints"] == [3]


async def test_what_changes_nothing_is_not_kept_again(opened: Opened) -> None:
    viewer = await opened.enter()
    await opened.ask(viewer, "step")
    writes = opened.store.writes
    await opened.ask(viewer, "focus", example=2)
    await opened.ask(viewer, "sync")
    await opened.room.close()
    assert opened.store.writes == writes


async def test_closing_keeps_where_a_playing_session_has_come_to(opened: Opened) -> None:
    viewer = await opened.enter()
    await opened.ask(viewer, "play", size="minibatch", rate="max")
    await viewer.hear(lambda h: h.is_frame and h.position > 10 * LENGTH)
    await opened.room.close()
    assert opened.kept["position"] == opened.room.session.position


async def test_a_room_that_another_worker_has_taken_keeps_nothing(opened: Opened) -> None:
    viewer = await opened.enter()
    await opened.ask(viewer, "play", size="minibatch", rate="max")
    await viewer.hear(lambda h: h.is_frame and h.position > 0)
    writes = opened.store.writes
    await opened.room.close(keep=False)
    assert opened.store.writes <= writes + 1  # one may have been due on the way


async def test_closing_in_the_middle_of_work_saves_a_place_that_was_reached(
    heavy: Opened,
) -> None:
    viewer = await heavy.enter()
    heavy.say(viewer, "play", size="minibatch", rate="max")
    await viewer.hear(lambda h: h.is_frame and h.position > 0)
    await heavy.room.close()
    assert heavy.kept["position"] == heavy.room.session.position


async def test_an_error_of_ours_closes_the_room_and_leaks_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    opened = Opened(preset("xor"))
    opened.store.error = RuntimeError("the secret is 42")
    viewer = await opened.enter()
    opened.say(viewer, "step")
    with caplog.at_level(logging.ERROR):
        heard = await viewer.hear(of_type("error"))
    assert heard["code"] == "internal"
    assert "secret" not in json.dumps([h for h in viewer.heard if isinstance(h.raw, str)])
    assert "the secret is 42" in caplog.text
    assert opened.room.closed
    opened.room.left_at = 0
    opened.compute.shutdown()


async def test_whoever_waits_is_woken_when_the_room_closes(opened: Opened) -> None:
    viewer = await opened.enter()
    viewer.take()
    waiting = asyncio.create_task(viewer.wait())
    await opened.room.close()
    await asyncio.wait_for(waiting, UNIT)


async def test_a_diverged_run_is_told_with_op_and_layer() -> None:
    layers = [{"units": 2, "activation": "linear"}, {"units": 1, "activation": "linear"}]
    data = {"name": "inline", "X": [[1.0, 2.0], [2.0, 1.0]], "Y": [[3.0], [-5.0]]}
    rule = {"name": "sgd", "learning_rate": 1.0}
    opened = Opened(Config.parse({"data": data, "layers": layers, "optimizer": rule}))
    viewer = await opened.enter()
    opened.say(viewer, "play", size="minibatch", rate="max")
    heard = await viewer.hear(lambda h: h["type"] == "status" and h["state"] == "diverged")
    assert heard["diverged"].keys() == {"position", "op", "layer", "symbol", "reached"}
    heard = await opened.ask(viewer, "step")
    assert (heard["type"], heard["code"]) == ("error", "diverged")
    assert (await opened.ask(viewer, "back"))["type"] == "answer"
    await opened.close()


async def test_twins_on_their_way_are_no_light_work_and_rest_when_nobody_watches(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = await opened.enter()
    await opened.ask(viewer, "seek", position=12 * 50_000)
    await viewer.hear(lambda h: h["type"] == "status" and h["position"] == 12 * 50_000)
    config = opened.room.session.config.merged({"minibatch_size": 1}).as_json()
    await opened.ask(viewer, "twins", configs=[config])
    assert opened.room.session.is_following
    assert not opened.room._is_light()
    monkeypatch.setattr("app.live.room.ALONE", 0.0)
    opened.room.leave(viewer)
    async with asyncio.timeout(UNIT):
        while opened.room.session.goal is not None:  # noqa: ASYNC110  # a room tells viewers only
            await asyncio.sleep(0)
    (twin,) = opened.room.session.twins
    assert not twin.is_with(opened.room.session.timeline)


async def test_play_that_nobody_watches_rests_after_a_while(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.live.room.ALONE", 0.0)
    viewer = await opened.enter()
    await opened.ask(viewer, "play", rate="max", size="epoch")
    opened.room.leave(viewer)
    async with asyncio.timeout(UNIT):
        while opened.room.session.playing:  # noqa: ASYNC110  nothing else tells
            await asyncio.sleep(0)
    assert opened.room.session.goal is None


async def test_a_session_that_is_opened_while_nobody_watches_does_not_forget_where_it_stood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.live.room.ALONE", 0.0)
    stood = 5000 * LENGTH
    opened = Opened(preset("xor"))
    opened.room.session.restore({"edits": [], "position": stood})
    while not opened.room._inbox._getters:  # type: ignore[attr-defined]  # noqa: ASYNC110
        await asyncio.sleep(0)  # until it rests
    assert opened.room.session.position < stood
    assert await opened.room.read(lambda session: session.position) == stood
    assert opened.kept["position"] == stood
    await opened.close()


@pytest.mark.parametrize("may_drive", [True, False])
async def test_whoever_looks_may_ask_why_and_for_the_proof(opened: Opened, may_drive: bool) -> None:
    driver = await opened.enter()
    await opened.ask(driver, "seek", position=9)
    viewer = await opened.enter(may_drive=may_drive)
    before = opened.room.session.document()
    why = await opened.ask(viewer, "explain", tensor="delta1", index=[1], example=1)
    assert (why["type"], why["position"]) == ("explanation", 9)
    assert why["of"]["value"] == opened.room.session.run.tensor("delta1")[1, 1]
    proof = await opened.ask(viewer, "prove", tensor="delta1", index=[1], example=1)
    assert (proof["type"], proof["verdict"]) == ("proof", "proved")
    assert proof["analytic"] == why["of"]["value"]
    assert opened.room.session.document() == before


@pytest.mark.parametrize("may_drive", [True, False])
async def test_a_question_about_what_is_not_there_is_refused(
    opened: Opened, may_drive: bool
) -> None:
    viewer = await opened.enter(may_drive=may_drive)
    before = opened.room.session.document()
    for kind in ("explain", "prove"):
        heard = await opened.ask(viewer, kind, tensor="delta1", index=[0], example=0)
        assert (heard["type"], heard["code"], heard["field"]) == ("error", "explain", "tensor")
        assert heard["message"] == "delta1 is not there at this op."
    assert opened.room.session.document() == before
    assert not opened.room.closed


async def test_an_answer_is_for_who_asked_and_moves_no_frame(opened: Opened) -> None:
    one, other = await opened.enter(), await opened.enter()
    await opened.ask(one, "seek", position=9)
    for viewer in (one, other):
        viewer.take()
        viewer.heard.clear()
    await opened.ask(one, "explain", tensor="z1", index=[0], example=0)
    await opened.ask(one, "prove", tensor="dW2", index=[0, 0])
    other.take()
    assert other.heard == []
    assert [heard["type"] for heard in one.heard] == ["explanation", "proof"]


async def test_a_question_without_an_id_is_answered_without_one(opened: Opened) -> None:
    viewer = await opened.enter()
    await opened.ask(viewer, "seek", position=9)
    opened.say(viewer, "explain", tensor="W1", index=[0, 0])
    assert "id" not in await viewer.hear(of_type("explanation"))


async def test_questions_wait_their_turn_among_commands(opened: Opened) -> None:
    viewer = await opened.enter()
    opened.say(viewer, "seek", position=9)
    opened.say(viewer, "explain", tensor="delta1", index=[0], example=0, id="there")
    opened.say(viewer, "seek", position=2)
    opened.say(viewer, "explain", tensor="z1", index=[0], example=0, id="back")
    assert (await viewer.hear(answers("there")))["position"] == 9
    assert (await viewer.hear(answers("back")))["position"] == 2


async def test_who_reads_a_room_that_closes_is_told(opened: Opened) -> None:
    viewer = await opened.enter()
    opened.say(viewer, "seek", position=10**12)
    reading = asyncio.create_task(opened.room.read(lambda session: session.position))
    await asyncio.sleep(0)
    await opened.room.close()
    with pytest.raises(SessionError, match="has just closed"):
        await reading


async def test_a_reader_sees_the_place_that_was_asked_for(opened: Opened) -> None:
    viewer = await opened.enter()
    opened.say(viewer, "seek", position=30_000)
    assert await opened.room.read(lambda session: session.position) == 30_000
