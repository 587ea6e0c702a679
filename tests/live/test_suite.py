"""A private session: one room, two keys, and the seats of those who have one."""

from collections.abc import AsyncIterator

import pytest

from app.errors import ConfigError
from app.live.rooms import Rooms
from app.live.shelf import Shelf
from app.live.store import MemoryStore
from app.live.suite import CloseCode, Single
from app.settings import Settings

from .clients import RecordingViewer, answers

pytestmark = pytest.mark.anyio
XOR = {"config": {"data": {"name": "xor"}}}


@pytest.fixture
async def rooms() -> AsyncIterator[Rooms]:
    made = Rooms(Settings())
    yield made
    made.stop()


async def test_what_is_kept_of_a_session_opens_it_again_with_its_keys(rooms: Rooms) -> None:
    store = MemoryStore()
    suite = Single.new(rooms, Shelf(store, "shard"), XOR)
    await store.create("shard", suite.fields(), 60)
    again = Single.restored(rooms, Shelf(store, "shard"), await store.take("shard") or {})
    assert (again.drive, again.watch) == (suite.drive, suite.watch)
    for each in (suite, again):
        await each.close()


async def test_a_seat_takes_what_a_browser_says_and_refuses_what_is_no_command(
    rooms: Rooms,
) -> None:
    suite = Single.new(rooms, Shelf(MemoryStore(), "shard"), XOR)
    viewer = RecordingViewer()
    seat = await suite.seat(suite.drive, viewer)
    assert seat is not None
    assert suite.deserted_since() is None
    seat.take('{"type": "step", "id": 1}')
    await viewer.hear(answers(1))
    with pytest.raises(ConfigError):
        seat.take('{"type": "dance"}')
    assert not seat.over
    seat.leave()
    assert suite.deserted_since() is not None
    await suite.close()
    assert suite.closed
    assert seat.over
    assert seat.close_code is CloseCode.GOING_AWAY


async def test_a_seat_that_hears_nothing_is_given_up(rooms: Rooms) -> None:
    suite = Single.new(rooms, Shelf(MemoryStore(), "shard"), XOR)
    viewer = RecordingViewer()
    seat = await suite.seat(suite.drive, viewer)
    assert seat is not None
    viewer.overrun = True
    assert seat.over
    assert seat.close_code is CloseCode.TOO_SLOW
    await suite.close()
