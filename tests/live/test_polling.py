"""Browsers that poll: every message comes once and in order, whatever is lost on the way."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest

from app.errors import ConfigError
from app.live import polling
from app.live.keys import Key
from app.live.lobby import Lobby
from app.live.polling import Poller, Pollers, packed
from app.live.store import MemoryStore
from app.live.suite import CloseCode, SeatError, Single
from app.live.viewer import IN_FLIGHT, Viewer
from app.settings import Settings

from .clients import UNIT, Heard, answers, of_type

pytestmark = pytest.mark.anyio


@pytest.fixture
async def lobby() -> AsyncIterator[Lobby]:
    made = Lobby(Settings(max_viewers=3), MemoryStore())
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def suite(lobby: Lobby) -> Single:
    return await lobby.create({"config": {}})


@pytest.fixture
async def pollers(lobby: Lobby) -> AsyncIterator[Pollers]:
    made = Pollers(lobby)
    yield made
    made.stop()


@pytest.fixture
async def poller(pollers: Pollers, suite: Single) -> Poller:
    key = str(Key(suite.shard, suite.drive))
    return pollers.find(key, await pollers.open(key))


def unpacked(batch: bytes) -> list[Heard]:
    """Take a batch apart, as a browser does."""
    heard = []
    while batch:
        length = int.from_bytes(batch[1:5], "little")
        data = batch[5 : 5 + length]
        assert len(data) == length
        heard.append(Heard(data if batch[0] else data.decode()))
        batch = batch[5 + length :]
    return heard


class Browser:
    """Asks for one batch after the other and says commands; it acknowledges unless told not to."""

    def __init__(self, poller: Poller, *, acknowledges: bool = True) -> None:
        self.poller, self.acknowledges = poller, acknowledges
        self.batches = self.said = 0
        self.heard: list[Heard] = []

    async def next(self) -> list[Heard]:
        async with asyncio.timeout(UNIT):
            heard = unpacked(await self.poller.batch(self.batches + 1))
        self.batches += bool(heard)
        self.heard += heard
        frames = [h.seq for h in heard if h.is_frame]
        if frames and self.acknowledges:
            await self.say({"type": "ack", "seq": frames[-1]})
        return heard

    async def say(self, *commands: dict[str, object]) -> None:
        self.said += 1
        await self.poller.hear(self.said, map(json.dumps, commands))

    async def hear(self, wanted: Callable[[Heard], bool]) -> Heard:
        while not (found := [heard for heard in self.heard if wanted(heard)]):
            assert await self.next(), "nothing more is said"
        return found[-1]

    async def ask(self, **command: object) -> Heard:
        marker = f"q{self.said}"
        await self.say({**command, "id": marker})
        return await self.hear(answers(marker))

    async def frame_at(self, position: int) -> Heard:
        return await self.hear(lambda heard: heard.is_frame and heard.position == position)

    async def hear_all(self) -> None:
        """Listen until there is nothing more to be heard."""
        await self.hear(of_type("evaluation"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(polling, "LONGEST_WAIT", 0.1)
            while await self.next():
                pass

    async def end(self) -> SeatError:
        """Listen until it is over and return why."""
        try:
            while True:
                await self.next()
        except SeatError as error:
            return error


def test_a_batch_is_kind_length_and_message_of_each() -> None:
    assert packed(["é", b"\x01\x02\x03"]) == b"\0\2\0\0\0\xc3\xa9\1\3\0\0\0\1\2\3"
    assert packed([]) == b""


async def test_it_hears_what_a_socket_hears(poller: Poller) -> None:
    browser = Browser(poller)
    assert (await browser.ask(type="step"))["type"] == "answer"
    await browser.frame_at(1)
    types = [heard["type"] for heard in browser.heard]
    assert types[0] == "welcome"
    assert {"status", "snapshot", "frame"} <= set(types)


async def test_a_batch_that_was_lost_is_given_again(poller: Poller) -> None:
    first = await poller.batch(1)
    assert first
    assert await poller.batch(1) == first
    await poller.hear(1, ['{"type": "step", "id": 1}'])
    assert await poller.batch(1) == first
    assert unpacked(await poller.batch(2)) != unpacked(first)


@pytest.mark.parametrize("number", [0, 3, 99])
async def test_a_batch_that_is_not_next_is_refused(poller: Poller, number: int) -> None:
    await poller.batch(1)
    with pytest.raises(ConfigError, match="batch must be 2, the next one"):
        await poller.batch(number)
    assert await poller.batch(1)


async def test_one_that_is_confirmed_is_not_kept(poller: Poller) -> None:
    browser = Browser(poller)
    await browser.ask(type="step")
    await browser.hear_all()
    with pytest.raises(ConfigError):
        await poller.batch(browser.batches)


async def test_a_question_is_answered_with_nothing_where_nothing_is_said(poller: Poller) -> None:
    browser = Browser(poller)
    await browser.hear_all()
    before = browser.batches
    await browser.hear_all()
    assert browser.batches == before
    assert (await browser.ask(type="step"))["type"] == "answer"


async def test_a_newer_question_takes_the_place_of_an_older_one(poller: Poller) -> None:
    browser = Browser(poller)
    await browser.hear_all()
    older = asyncio.create_task(poller.batch(browser.batches + 1))
    await asyncio.sleep(0)
    newer = asyncio.create_task(poller.batch(browser.batches + 1))
    assert await older == b""
    await browser.say({"type": "step"})
    assert unpacked(await newer)


async def test_a_question_that_is_given_up_takes_nothing_with_it(poller: Poller) -> None:
    browser = Browser(poller)
    await browser.hear_all()
    asking = asyncio.create_task(poller.batch(browser.batches + 1))
    await asyncio.sleep(0)
    asking.cancel()
    await browser.ask(type="step")
    await browser.frame_at(1)


async def test_frames_wait_for_credit(poller: Poller) -> None:
    browser = Browser(poller, acknowledges=False)
    for _ in range(2 * IN_FLIGHT):
        await browser.ask(type="step")
    frames = [heard for heard in browser.heard if heard.is_frame]
    assert len(frames) == IN_FLIGHT
    browser.acknowledges = True
    await browser.say({"type": "ack", "seq": frames[-1].seq})
    await browser.frame_at(2 * IN_FLIGHT)


async def test_a_batch_has_an_end(poller: Poller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "LARGEST", 10)
    browser = Browser(poller)
    for _ in range(3):
        assert len(await browser.next()) == 1


async def test_commands_that_are_said_again_are_not_heard_again(poller: Poller) -> None:
    for _ in range(3):
        await poller.hear(1, ['{"type": "step"}', '{"type": "step"}'])
    browser = Browser(poller)
    browser.said = 1
    await browser.ask(type="pause")
    assert poller.seat.room.session.position == 2


async def test_commands_with_some_missing_before_them_are_refused(poller: Poller) -> None:
    with pytest.raises(ConfigError, match="batch must be 1, the next one"):
        await poller.hear(2, ['{"type": "step"}'])
    await poller.hear(1, [])


async def test_commands_that_come_while_others_are_heard_wait_for_them(poller: Poller) -> None:
    steps = ['{"type": "step"}'] * 100
    first = asyncio.create_task(poller.hear(1, steps))
    await asyncio.sleep(0)
    await poller.hear(2, ['{"type": "reset"}'])
    assert first.done()
    browser = Browser(poller)
    browser.said = 2
    await browser.ask(type="pause")
    assert poller.seat.room.session.position == 0


async def test_when_the_room_closes_the_question_ends_with_why(
    poller: Poller, suite: Single
) -> None:
    browser = Browser(poller)
    await browser.ask(type="step")
    closing = asyncio.create_task(suite.close())
    assert (await browser.end()).close is CloseCode.GOING_AWAY
    await closing
    with pytest.raises(SeatError):
        await browser.say({"type": "step"})


async def test_before_a_restart_it_is_told_so_when_all_is_saved(
    poller: Poller, pollers: Pollers, lobby: Lobby
) -> None:
    browser = Browser(poller)
    await browser.hear_all()
    draining = asyncio.create_task(lobby.drain())
    assert (await browser.end()).close is CloseCode.RESTART
    assert lobby.drained.is_set()
    await draining
    with pytest.raises(SeatError, match="The server restarts") as over:
        await pollers.open("a.b")
    assert over.value.close is CloseCode.RESTART


async def test_who_is_sent_away_is_told_why_as_often_as_it_asks(
    poller: Poller, suite: Single
) -> None:
    poller.seat.reason = CloseCode.REMOVED
    browser = Browser(poller)
    for _ in range(2):
        assert (await browser.end()).close is CloseCode.REMOVED
    assert suite.deserted_since() is not None


async def test_who_does_not_ask_for_a_while_is_given_up(
    lobby: Lobby, suite: Single, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "GIVEN_UP", 0.01)
    gone = asyncio.Event()
    seat = await suite.seat(suite.watch, Viewer())
    assert seat is not None
    Poller("key", seat, lobby, gone.set)
    assert suite.deserted_since() is None
    async with asyncio.timeout(UNIT):
        await gone.wait()
    assert suite.deserted_since() is not None


async def test_who_asks_is_not_given_up(
    poller: Poller, pollers: Pollers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "GIVEN_UP", 0.05)
    await Browser(poller).hear_all()  # the last question takes longer than that
    assert len(pollers) == 1


async def test_who_leaves_frees_the_seat_and_ends_its_question(
    pollers: Pollers, poller: Poller, suite: Single
) -> None:
    browser = Browser(poller)
    await browser.hear_all()
    asking = asyncio.create_task(browser.next())
    await asyncio.sleep(0)
    poller.leave()
    assert await asking == []
    assert suite.deserted_since() is not None
    assert len(pollers) == 0


async def test_they_count_as_viewers(pollers: Pollers, suite: Single) -> None:
    key = str(Key(suite.shard, suite.drive))
    for _ in range(3):
        await pollers.open(key)
    with pytest.raises(SeatError, match="3 viewers") as over:
        await pollers.open(key)
    assert (over.value.close, over.value.code) == (CloseCode.FULL, "full")


@pytest.mark.parametrize("key", ["nobody", "a.b", "x" * 2000])
async def test_a_key_that_opens_nothing_has_no_seat(pollers: Pollers, key: str) -> None:
    with pytest.raises(SeatError) as over:
        await pollers.open(key)
    assert (over.value.close, over.value.code) == (CloseCode.NO_SESSION, "no_session")


async def test_a_connection_belongs_to_its_key(pollers: Pollers, suite: Single) -> None:
    name = await pollers.open(str(Key(suite.shard, suite.drive)))
    with pytest.raises(SeatError, match="was given up") as over:
        pollers.find(str(Key(suite.shard, suite.watch)), name)
    assert over.value.close is CloseCode.TOO_SLOW
