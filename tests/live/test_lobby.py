"""All rooms of a server: found by either key, opened again from the store, never too many."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from app.errors import ConfigError, SessionError
from app.live.lobby import Lobby
from app.live.redis_store import RedisStore
from app.live.room import Room
from app.live.shelf import Shelf
from app.live.store import MemoryStore, Store
from app.live.stores import opened
from app.live.suite import Single
from app.settings import Settings

from .clients import UNIT, RecordingViewer, RedisServer, answers, of_type

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


class FailsOnce(RedisStore):
    """A store that cannot be read the first time."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.failed = False

    async def take(self, shard: str) -> dict[str, bytes] | None:
        if not self.failed:
            self.failed = True
            await asyncio.sleep(0)
            raise SessionError("store", "What is saved cannot be read now. Try again in a moment.")
        return await super().take(shard)


@pytest.fixture
async def lobby() -> AsyncIterator[Lobby]:
    async with asyncio.timeout(3 * UNIT):
        made = await started()
        yield made
        await made.stop()


def keys(suite: Single) -> tuple[str, str]:
    """Return the key that drives and the one that watches."""
    return f"{suite.shard}.{suite.drive}", f"{suite.shard}.{suite.watch}"


async def room_of(lobby: Lobby, suite: Single) -> Room:
    found = await lobby.room(keys(suite)[0])
    assert found is not None
    return found[0]


async def test_a_room_is_found_by_both_of_its_keys_and_only_one_drives(lobby: Lobby) -> None:
    suite = await lobby.create(XOR)
    drive, watch = keys(suite)
    room = await room_of(lobby, suite)
    assert await lobby.room(drive) == (room, True)
    assert await lobby.room(watch) == (room, False)
    assert len(lobby) == len(lobby.rooms) == 1


@pytest.mark.parametrize("key", ["nobody", "nobody.secret", "", "."])
async def test_what_is_no_key_opens_nothing(lobby: Lobby, key: str) -> None:
    suite = await lobby.create(XOR)
    for wrong in (key, suite.shard, f"{suite.shard}.", f"{suite.shard}.{suite.drive}x"):
        assert await lobby.room(wrong) is None
        assert await lobby.seat(wrong, RecordingViewer()) is None


async def test_keys_cannot_be_guessed(lobby: Lobby) -> None:
    every = [key for _ in range(10) for key in keys(await lobby.create(XOR))]
    assert len(set(every)) == 20
    assert min(len(key.partition(".")[2]) for key in every) >= 16


async def test_who_has_a_key_gets_a_seat_with_its_rights(lobby: Lobby) -> None:
    suite = await lobby.create(XOR)
    for key, may_drive in zip(keys(suite), (True, False), strict=True):
        viewer = RecordingViewer()
        seat = await lobby.seat(key, viewer)
        assert seat is not None
        assert viewer.may_drive is may_drive
        assert viewer in seat.room.viewers


async def test_a_room_holds_no_more_viewers_than_the_settings_say() -> None:
    lobby = await started(max_viewers=1)
    suite = await lobby.create(XOR)
    await lobby.seat(keys(suite)[0], RecordingViewer())
    with pytest.raises(SessionError, match="has its 1 viewers already"):
        await lobby.seat(keys(suite)[1], RecordingViewer())
    await lobby.stop()


@pytest.mark.parametrize("by", [0, 1])
async def test_a_room_is_opened_again_after_a_restart(tmp_path: Path, by: int) -> None:
    before = await started(opened(Settings(data=tmp_path)))
    suite = await before.create({**XOR, "position": 31, "edits": []})
    room, viewer = await room_of(before, suite), RecordingViewer()
    room.enter(viewer)
    await viewer.hear(lambda h: h.is_frame and h.position == 31)
    numbers = room.session.run.parameters.lasting.tobytes()
    await before.stop()
    after = await started(opened(Settings(data=tmp_path)))
    found = await after.room(keys(suite)[by])
    assert found is not None
    again, may_drive = found
    assert may_drive is (by == 0)
    viewer = RecordingViewer()
    again.enter(viewer)
    await viewer.hear(lambda h: h.is_frame and h.position == 31)
    assert again.session.run.parameters.lasting.tobytes() == numbers
    await after.stop()


async def test_many_who_come_at_once_share_one_room(tmp_path: Path) -> None:
    before = await started(opened(Settings(data=tmp_path)))
    both = keys(await before.create(XOR))
    await before.stop()
    after = await started(opened(Settings(data=tmp_path)))
    found = await asyncio.gather(*(after.room(k) for k in both * 10))
    assert len({id(pair[0]) for pair in found if pair}) == 1
    assert len(after) == 1
    assert after._opening == {}
    await after.stop()


async def test_what_another_worker_has_taken_is_left_to_it(redis: RedisServer) -> None:
    one, other = [await started(opened(Settings(redis_url=redis.url))) for _ in range(2)]
    suite = await one.create(XOR)
    viewer = RecordingViewer()
    seat = await one.seat(keys(suite)[0], viewer)
    assert seat is not None
    seat.take('{"type": "step", "count": 5, "id": 1}')
    await viewer.hear(answers(1))
    moved = await other.room(keys(suite)[0])
    assert moved is not None
    assert moved[0].session.destination == 5
    await until(lambda: len(one) == 0)
    assert seat.over  # its browser comes back, to the other worker
    assert await other.room(keys(suite)[0]) == moved
    await one.stop()
    await other.stop()


async def test_many_who_come_after_the_store_failed_share_one_room(redis: RedisServer) -> None:
    store = FailsOnce(redis.url)
    one, other = await started(opened(Settings(redis_url=redis.url))), await started(store)
    key = keys(await one.create(XOR))[0]
    early = [asyncio.create_task(other.room(key)) for _ in range(2)]
    late: list[asyncio.Task[tuple[Room, bool] | None]] = []
    early[0].add_done_callback(lambda _: late.append(asyncio.create_task(other.room(key))))
    outcomes = await asyncio.gather(*early, return_exceptions=True)
    outcomes += await asyncio.gather(*late, return_exceptions=True)
    assert len({id(found[0]) for found in outcomes if isinstance(found, tuple)}) == 1
    assert len(other.rooms) == 1
    await one.stop()
    await other.stop()


async def test_what_cannot_be_opened_is_not_kept_from_others(redis: RedisServer) -> None:
    one, full = [
        await started(opened(Settings(redis_url=redis.url)), max_rooms=most) for most in (9, 1)
    ]
    await full.create(XOR)
    suite = await one.create(XOR)
    viewer = RecordingViewer()
    seat = await one.seat(keys(suite)[0], viewer)
    assert seat is not None
    with pytest.raises(SessionError, match="holds 1 sessions"):
        await full.room(keys(suite)[0])
    seat.take('{"type": "step", "id": 1}')
    await viewer.hear(answers(1))  # it is still one's
    await one.stop()
    await full.stop()


async def test_nothing_is_owned_whose_record_cannot_be_read(redis: RedisServer) -> None:
    store = RedisStore(redis.url)
    lobby = await started(store)
    broken = {"session": b'{"config": {"seed": -1}}', "drive": b"d", "watch": b"w"}
    await store.create("broken", broken, 60)
    store.release("broken")
    with pytest.raises(ConfigError):
        await lobby.room("broken.d")
    assert store._ours == {}
    await lobby.stop()


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
    suite = await lobby.create({**XOR, "position": 7})
    room = await room_of(lobby, suite)
    await until(lambda: not len(lobby))
    assert room.closed
    assert len(lobby.rooms) == 0
    saved = Shelf(store, suite.shard).document(await store.take(suite.shard) or {})
    assert saved is not None
    assert saved["position"] == 7
    assert await room_of(lobby, suite) is not room
    await lobby.stop()


async def test_a_room_with_a_viewer_stays() -> None:
    lobby = await started(idle_seconds=0.01)
    suite = await lobby.create(XOR)
    kept = await room_of(lobby, suite)
    kept.enter(RecordingViewer())
    await lobby.create(XOR)
    await until(lambda: len(lobby) == 1)
    assert await room_of(lobby, suite) is kept
    assert not kept.closed
    await lobby.stop()


async def test_a_room_that_broke_is_replaced_and_its_end_does_not_close_the_new_one(
    lobby: Lobby,
) -> None:
    suite = await lobby.create(XOR)
    broken = await room_of(lobby, suite)
    await broken.close()
    new = await room_of(lobby, suite)
    assert new is not broken
    await lobby._close(suite)
    assert await room_of(lobby, suite) is new
    assert len(lobby) == len(lobby.rooms) == 1


async def test_stopping_closes_every_room_and_leaves_no_task(tmp_path: Path) -> None:
    lobby = await started(opened(Settings(data=tmp_path)))
    rooms = [await room_of(lobby, await lobby.create(XOR)) for _ in range(3)]
    viewer = RecordingViewer()
    rooms[0].enter(viewer)
    await viewer.hear(of_type("snapshot"))
    await lobby.stop()
    assert all(room.closed for room in rooms)
    assert len(lobby) == 0
    assert {task.get_name() for task in asyncio.all_tasks()} & {"lobby sweep"} == set()
