"""What a browser says: what is no command is refused with a sentence, and too much of it too."""

from collections.abc import AsyncIterator

import pytest

from app.live.hearing import Ear
from app.live.rooms import Rooms
from app.live.shelf import Shelf
from app.live.store import MemoryStore
from app.live.suite import Seat, Single
from app.settings import Settings

from .clients import RecordingViewer, answers, of_type

pytestmark = pytest.mark.anyio


@pytest.fixture
async def seat() -> AsyncIterator[Seat]:
    rooms = Rooms(Settings())
    suite = Single.new(rooms, Shelf(MemoryStore(), "shard"), {"config": {}})
    found = await suite.seat(suite.drive, RecordingViewer())
    assert found is not None
    yield found
    await suite.close()
    rooms.stop()


def viewer(seat: Seat) -> RecordingViewer:
    assert isinstance(seat.viewer, RecordingViewer)
    return seat.viewer


async def test_a_command_is_handed_on_and_answered(seat: Seat) -> None:
    await Ear(seat, Settings()).hear('{"type": "step", "id": 1}')
    heard = await viewer(seat).hear(answers(1))
    assert heard["type"] == "answer"


async def test_what_is_no_command_is_refused_with_its_faults_and_its_id(seat: Seat) -> None:
    ear = Ear(seat, Settings())
    await ear.hear('{"type": "step", "count": 0, "id": "mine"}')
    heard = await viewer(seat).hear(answers("mine"))
    assert (heard["type"], heard["code"], heard["field"]) == ("error", "message", "count")
    assert [fault["field"] for fault in heard["faults"]] == ["count"]
    await ear.hear("{")
    assert "id" not in await viewer(seat).hear(of_type("error"))


async def test_what_is_no_text_is_refused(seat: Seat) -> None:
    await Ear(seat, Settings()).hear(None)
    heard = await viewer(seat).hear(of_type("error"))
    assert heard["code"] == "message"
    assert "binary" in heard["message"]


async def test_who_says_too_much_is_told_the_limit(seat: Seat) -> None:
    ear = Ear(seat, Settings(messages_per_second=1))
    for number in range(3):
        await ear.hear(f'{{"type": "sync", "id": {number}}}')
    heard = await viewer(seat).hear(of_type("error"))
    assert heard["code"] == "rate"
    assert "1 messages a second" in heard["message"]
    await viewer(seat).hear(answers(1))
    assert not [h for h in viewer(seat).heard if h.get("id") == 2]


@pytest.mark.parametrize(
    "text", ['{"type":"ack","seq":3}', '{"seq": 3, "type": "ack"}', '{"type":"ack","seq":3,"id":7}']
)
async def test_an_ack_gives_credit_back_however_it_is_written(seat: Seat, text: str) -> None:
    listening = viewer(seat)
    listening._flying.extend([1, 2, 3, 4])
    await Ear(seat, Settings()).hear(text)
    assert list(listening._flying) == [4]


@pytest.mark.parametrize("text", ['{"type":"ack","seq":-3}', '{"type":"ack","seq":1e3}'])
async def test_an_ack_of_no_frame_is_refused(seat: Seat, text: str) -> None:
    await Ear(seat, Settings()).hear(text)
    assert (await viewer(seat).hear(of_type("error")))["code"] == "message"
