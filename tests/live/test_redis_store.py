"""Records that workers share: one owner at a time, and who loses a record is told."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from app.errors import SessionError
from app.live.redis_store import RedisStore

from .clients import UNIT, RedisServer

pytestmark = pytest.mark.anyio
HOUR = 3600.0
FIELDS = {"session": b"{}", "session.position": b"5"}


class Worker(RedisStore):
    """A store that takes down what it has lost."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.news: asyncio.Queue[str] = asyncio.Queue()
        self.lost = self.news.put_nowait


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
    await one.start()
    await one.create("told", FIELDS, HOUR)
    while await one._redis.publish("backstep:taken", "nobody nothing") < 1:  # noqa: ASYNC110
        await asyncio.sleep(0)  # until it listens
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


async def test_what_was_released_is_lost_to_nobody(workers: tuple[Worker, Worker]) -> None:
    one, other = workers
    await one.create("released", FIELDS, HOUR)
    one.release("released")
    await other.take("released")
    await one.save("released", {"session.position": b"6"})
    assert one.news.empty()
    assert await other.take("released") == FIELDS


async def test_a_server_that_does_not_answer_is_a_refusal_and_ends_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = RedisStore("redis://127.0.0.1:1/0")
    with caplog.at_level(logging.ERROR):
        with pytest.raises(SessionError, match="cannot be read now"):
            await store.take("any")
        await store.save("any", {"session.position": b"6"})
        await store.delete("any")
    assert "cannot be written" in caplog.text
    await store.close()
