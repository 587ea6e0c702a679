"""Records that workers share: one owner at a time, and who loses a record is told."""

import asyncio
import logging
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from app.errors import SessionError
from app.live import redis_store
from app.live.journal import Batch, Written
from app.live.redis_store import RedisStore

from .clients import UNIT, RedisServer

pytestmark = pytest.mark.anyio
HOUR = 3600.0
FIELDS = {"session": b"{}", "session.position": b"5"}


class Worker(RedisStore):
    """A store that takes down what it has lost, and whose writes can be cut off."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.news: asyncio.Queue[str] = asyncio.Queue()
        self.lost = self.news.put_nowait
        self.tries = 0
        self.is_cut_off = False

    async def _write(self, batch: Batch) -> Written:
        self.tries += 1
        if self.is_cut_off:
            raise OSError("the cable is out")
        return await super()._write(batch)

    async def listening(self) -> None:
        """Begin to listen, and return when it does."""
        await self.start()
        async with asyncio.timeout(UNIT):
            while await self._redis.publish("backstep:taken", "nobody nothing") < 1:  # noqa: ASYNC110
                await asyncio.sleep(0)


@pytest.fixture
async def workers(redis: RedisServer) -> AsyncIterator[tuple[Worker, Worker]]:
    async with asyncio.timeout(2 * UNIT):
        one, other = Worker(redis.url), Worker(redis.url)
        yield one, other
        await one.close()
        await other.close()


async def test_what_one_worker_kept_another_goes_on_from(workers: tuple[Worker, Worker]) -> None:
    one, other = workers
    await one.create("moved", FIELDS, HOUR)
    await one.save("moved", {"session.position": b"6"})
    assert await other.take("moved") == FIELDS | {"session.position": b"6"}


async def test_who_has_lost_a_record_changes_nothing_and_finds_out(
    workers: tuple[Worker, Worker],
) -> None:
    one, other = workers
    await one.create("fenced", FIELDS, HOUR)
    await other.take("fenced")
    await other.save("fenced", {"session.position": b"8"})
    await one.save("fenced", {"session.position": b"6"})
    assert one.news.get_nowait() == "fenced"
    assert await other.take("fenced") == FIELDS | {"session.position": b"8"}


async def test_who_listens_is_told_at_once(workers: tuple[Worker, Worker]) -> None:
    one, other = workers
    await one.listening()
    await one.create("told", FIELDS, HOUR)
    await other.take("told")
    assert await one.news.get() == "told"


async def test_what_was_missed_is_found_when_listening_begins(
    workers: tuple[Worker, Worker],
) -> None:
    one, other = workers
    await one.create("missed", FIELDS, HOUR)
    await one.create("still", FIELDS, HOUR)
    await other.take("missed")
    await one.start()
    assert await one.news.get() == "missed"
    assert one.news.empty()


async def test_what_is_heard_late_takes_away_nothing_that_was_taken_again(
    workers: tuple[Worker, Worker],
) -> None:
    one, other = workers
    for shard in ("again", "really"):
        await one.create(shard, FIELDS, HOUR)
    await other.take("again")
    await one.take("again")
    await one.listening()
    await one._redis.publish("backstep:taken", f"{other._me}:1 again")
    await other.take("really")
    assert await one.news.get() == "really"
    assert await one.save("again", {"session.position": b"6"})


async def test_what_nobody_told_is_found_by_looking(
    workers: tuple[Worker, Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_store, "LOOK", 0.01)
    one, other = workers
    await one.create("quiet", FIELDS, HOUR)
    await one.listening()
    await other._redis.hset("backstep:quiet", ":owner", "somebody")
    assert await one.news.get() == "quiet"


async def test_what_was_released_is_lost_to_nobody(workers: tuple[Worker, Worker]) -> None:
    one, other = workers
    await one.create("released", FIELDS, HOUR)
    one.release("released")
    await other.take("released")
    assert await one.save("released", {"session.position": b"6"}) is False
    assert one.news.empty()
    assert await other.take("released") == FIELDS


async def test_a_write_that_failed_before_a_record_was_lost_is_not_made_when_it_is_ours_again(
    workers: tuple[Worker, Worker],
) -> None:
    one, other = workers
    await one.create("back", FIELDS, HOUR)
    one.is_cut_off = True
    old = one.save("back", {"session.position": b"6"})
    while not one.tries:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await other.take("back")
    await other.save("back", {"session.position": b"9"})
    await one._look(["back"])
    assert await old is False
    assert await one.take("back") == FIELDS | {"session.position": b"9"}
    one.is_cut_off = False
    assert await one.save("back", {"other": b"1"})
    assert await other.take("back") == FIELDS | {"session.position": b"9", "other": b"1"}


async def test_a_record_is_not_read_while_something_of_it_is_not_written(
    workers: tuple[Worker, Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = workers
    await one.create("waits", FIELDS, HOUR)
    one.save("waits", {"session.position": b"6"})
    assert await one.take("waits") == FIELDS | {"session.position": b"6"}
    one._journal._patience = 0.0
    one.is_cut_off = True
    await one.save("waits", {"session.position": b"7"})
    one.release("waits")
    with pytest.raises(SessionError, match="cannot be read now"):
        await one.take("waits")
    one.is_cut_off = False
    await one.save("waits", {})
    one._journal._patience = UNIT
    while one._journal.holds(one._record("waits")):  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert await one.take("waits") == FIELDS | {"session.position": b"7"}


async def test_a_request_whose_answer_was_lost_is_made_again_without_harm(
    workers: tuple[Worker, Worker],
) -> None:
    one, other = workers
    assert await one.create("repeated", FIELDS, HOUR)
    await one.save("repeated", {"session.position": b"6"})
    one._marks, one._numbers = count(1), count(1)
    assert await one.create("repeated", FIELDS, HOUR)
    assert not await other.create("repeated", FIELDS, HOUR)
    assert await one.save("repeated", {"session.position": b"5"})  # it was overtaken
    assert await other.take("repeated") == FIELDS | {"session.position": b"6"}


async def test_a_record_that_cannot_be_written_holds_up_no_other(
    workers: tuple[Worker, Worker], caplog: pytest.LogCaptureFixture
) -> None:
    one, _ = workers
    for shard in ("bad", "good"):
        await one.create(shard, FIELDS, HOUR)
    await one._redis.set("backstep:bad", "no hash")
    with caplog.at_level(logging.ERROR):
        bad = one.save("bad", {"session.position": b"6"})
        assert await one.save("good", {"session.position": b"6"})
    assert not bad.done()
    assert "cannot be written: WRONGTYPE" in caplog.text


async def test_a_server_that_restarts_is_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    redis = RedisServer(tmp_path, durable=True)
    one, other = Worker(redis.url), Worker(redis.url)
    try:
        await one.listening()
        await one.create("restarted", FIELDS, HOUR)
        redis.end(kill=True)
        kept = one.save("restarted", {"session.position": b"6"})
        while not one.tries:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert not kept.done()
        redis.start()
        async with asyncio.timeout(UNIT):
            assert await kept
            assert await other.take("restarted") == FIELDS | {"session.position": b"6"}
            assert await one.news.get() == "restarted"
        await one.close()
        await other.close()
    finally:
        redis.end()


async def test_a_server_that_does_not_answer_is_a_refusal_and_ends_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = RedisStore("redis://127.0.0.1:1/0")
    store._ours["any"] = "mark"
    store._journal._patience = 0.0
    with caplog.at_level(logging.ERROR):
        with pytest.raises(SessionError, match="cannot be read now"):
            await store.take("any")
        assert await store.save("any", {"session.position": b"6"})
        await store.delete("any")
    assert "cannot be written" in caplog.text
    await store.close()
