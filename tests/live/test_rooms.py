"""Rooms are opened from documents or as copies, and there are never too many."""

from collections.abc import AsyncIterator

import pytest

from app.errors import ConfigError, SessionError
from app.live.rooms import Rooms
from app.live.shelf import Shelf
from app.live.store import MemoryStore
from app.settings import Settings

pytestmark = pytest.mark.anyio
XOR = {"config": {"data": {"name": "xor"}}, "position": 31}


@pytest.fixture
async def rooms() -> AsyncIterator[Rooms]:
    made = Rooms(Settings(max_rooms=2, max_parameters=100))
    yield made
    for room in list(made._open):
        await made.close(room)
    made.stop()


def shelf(name: str = "one") -> Shelf:
    return Shelf(MemoryStore(), "shard", name)


async def test_a_room_is_on_its_way_to_where_its_document_says(rooms: Rooms) -> None:
    room = rooms.open(shelf(), XOR)
    assert room.session.destination == 31
    assert len(rooms) == 1


async def test_a_copy_stands_where_its_original_stands(rooms: Rooms) -> None:
    original = rooms.open(shelf(), XOR).session
    original.work(100)
    copy = rooms.open_on(shelf("two"), await rooms.copied(original))
    assert copy.session.position == original.position == 31
    assert copy.session.document() == original.document()


async def test_one_room_too_many_is_refused_until_another_is_closed(rooms: Rooms) -> None:
    first = rooms.open(shelf(), XOR)
    rooms.open(shelf("two"), XOR)
    with pytest.raises(SessionError, match="it holds 2 sessions"):
        rooms.open(shelf("three"), XOR)
    with pytest.raises(SessionError, match="it holds 2 sessions"):
        rooms.open_on(shelf("three"), first.session)
    await rooms.close(first)
    rooms.open(shelf("three"), XOR)


async def test_what_the_settings_do_not_allow_is_not_opened(rooms: Rooms) -> None:
    with pytest.raises(ConfigError, match="at most 100 weights"):
        rooms.open(shelf(), {"config": {"layers": [{"units": 50}, {"units": 1}]}})
    assert len(rooms) == 0


async def test_examples_are_read_beside_the_loop_and_are_those_of_the_room(rooms: Rooms) -> None:
    held = await rooms.read(XOR)
    assert rooms.open(shelf(), XOR).session.timeline.evaluator.data is held
    with pytest.raises(ConfigError):
        await rooms.read({"config": {"seed": -1}})
