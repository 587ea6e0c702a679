"""All rooms of a server: found by either key, opened again from the store, never too many."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from app.errors import ConfigError, SessionError
from app.live.lobby import Lobby
from app.live.store import MemoryStore, Store, opened
from app.settings import Settings

from .clients import UNIT, RecordingViewer, of_type

pytestmark = pytest.mark.anyio
XOR: dict[str, Any] = {"config": {"data": {"name": "xor"}}}


async def started(store: Store | None = None, **settings: Any) -> Lobby:
    lobby = Lobby(Settings(**settings), store or MemoryStore())
    await lobby.start()
    return lobby


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until something holds."""
    async with asyncio.timeout(UNIT):
        while not condition():  # noqa: ASYNC110  # the sweep tells nobody when it is done
            await asyncio.sleep(0)


@pytest.fixture
async def lobby() -> AsyncIterator[Lobby]:
    async with asyncio.timeout(3 * UNIT):
        made = await started()
        yield made
        await made.stop()


async def test_a_room_is_found_by_both_of_its_keys_and_only_one_drives(lobby: Lobby) -> None:
    room = await lobby.create(XOR)
    assert room.keys.drive != room.keys.watch
    assert await lobby.find(room.keys.drive) == (room, True)
    assert await lobby.find(room.keys.watch) == (room, False)
    assert await lobby.find("nobody") is None
    assert len(lobby) == 1


async def test_keys_cannot_be_guessed(lobby: Lobby) -> None:
    keys = [room.keys for room in [await lobby.create(XOR) for _ in range(10)]]
    every = {key for pair in keys for key in (pair.drive, pair.watch)}
    assert len(every) == 20
    assert min(map(len, every)) >= 16


@pytest.mark.parametrize("by", ["drive", "watch"])
async def test_a_room_is_opened_again_after_a_restart(tmp_path: Path, by: str) -> None:
    before = await started(opened(tmp_path))
    room = await before.create({**XOR, "position": 31, "edits": []})
    viewer = RecordingViewer()
    room.enter(viewer)
    await viewer.hear(lambda h: h.is_frame and h.position == 31)
    numbers = room.session.run.parameters.lasting.tobytes()
    await before.stop()
    after = await started(opened(tmp_path))
    found = await after.find(getattr(room.keys, by))
    assert found is not None
    again, may_drive = found
    assert may_drive is (by == "drive")
    viewer = RecordingViewer()
    again.enter(viewer)
    await viewer.hear(lambda h: h.is_frame and h.position == 31)
    assert again.session.run.parameters.lasting.tobytes() == numbers
    assert vars(again.keys) == vars(room.keys)
    await after.stop()


async def test_many_who_come_at_once_share_one_room(tmp_path: Path) -> None:
    before = await started(opened(tmp_path))
    keys = (await before.create(XOR)).keys
    await before.stop()
    after = await started(opened(tmp_path))
    found = await asyncio.gather(*(after.find(k) for k in [keys.drive, keys.watch] * 10))
    assert len({id(pair[0]) for pair in found if pair}) == 1
    assert len(after) == 1
    assert after._opening == {}
    await after.stop()


async def test_a_full_server_says_how_many_it_holds() -> None:
    lobby = await started(max_rooms=2)
    await lobby.create(XOR)
    await lobby.create(XOR)
    with pytest.raises(SessionError, match="it holds 2 sessions") as refusal:
        await lobby.create(XOR)
    assert refusal.value.code == "full"
    assert len(lobby) == 2
    await lobby.stop()


async def test_what_cannot_be_opened_leaves_nothing_behind(lobby: Lobby) -> None:
    for document in (
        {"config": {"seed": -1}},
        {"config": {}, "edits": [{}]},
        {"config": {"layers": [{"units": 1024}] * 16 + [{"units": 1}]}},
    ):
        with pytest.raises(ConfigError):
            await lobby.create(document)
    assert len(lobby) == 0
    tasks = [task.get_name() for task in asyncio.all_tasks()]
    assert not [name for name in tasks if name.startswith("room")]


async def test_a_room_nobody_looks_at_is_saved_and_closed_and_comes_back() -> None:
    store = MemoryStore()
    lobby = await started(store, idle_seconds=0.01)
    room = await lobby.create({**XOR, "position": 7})
    await until(lambda: not len(lobby))
    assert room.closed
    saved = await store.load(room.keys.watch)
    assert saved is not None
    assert saved[1]["position"] == 7
    assert lobby._watching == {}
    found = await lobby.find(room.keys.watch)
    assert found is not None
    assert found[0] is not room
    await lobby.stop()


async def test_a_room_with_a_viewer_stays() -> None:
    lobby = await started(idle_seconds=0.01)
    kept = await lobby.create(XOR)
    kept.enter(RecordingViewer())
    await lobby.create(XOR)
    await until(lambda: len(lobby) == 1)
    assert await lobby.find(kept.keys.drive) == (kept, True)
    assert not kept.closed
    await lobby.stop()


async def test_a_room_that_broke_is_replaced_and_its_end_does_not_close_the_new_one(
    lobby: Lobby,
) -> None:
    broken = await lobby.create(XOR)
    await broken.close()
    found = await lobby.find(broken.keys.drive)
    assert found is not None
    new = found[0]
    assert new is not broken
    await lobby._close(broken)
    assert await lobby.find(broken.keys.drive) == (new, True)
    assert await lobby.find(broken.keys.watch) == (new, False)
    assert len(lobby) == 1


async def test_stopping_closes_every_room_and_leaves_no_task(tmp_path: Path) -> None:
    lobby = await started(opened(tmp_path))
    rooms = [await lobby.create(XOR) for _ in range(3)]
    viewer = RecordingViewer()
    rooms[0].enter(viewer)
    await viewer.hear(of_type("snapshot"))
    await lobby.stop()
    assert all(room.closed for room in rooms)
    assert len(lobby) == 0
    assert {task.get_name() for task in asyncio.all_tasks()} & {"lobby sweep"} == set()
