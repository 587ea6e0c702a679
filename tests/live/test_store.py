"""What is kept while nobody looks, whatever it is kept in, and what a broken disk does."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.live.store import MemoryStore, Store
from app.live.stores import opened
from app.settings import Settings

from .clients import UNIT, RedisServer

pytestmark = pytest.mark.anyio
HOUR = 3600.0
FIELDS = {"session": b'{"config": {}}', "session.position": b"5"}


@pytest.fixture(params=["memory", "sqlite", "redis"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, redis: RedisServer
) -> AsyncIterator[Store]:
    made: Store
    if request.param == "memory":
        made = MemoryStore()
    else:
        url = redis.url if request.param == "redis" else ""
        made = opened(Settings(data=tmp_path / "data", redis_url=url))
    async with asyncio.timeout(UNIT):
        await made.start()
        yield made
        await made.close()


async def test_a_record_is_what_it_was_made_of(store: Store) -> None:
    assert await store.create("one", FIELDS, HOUR)
    assert await store.take("one") == FIELDS
    assert await store.take("another") is None


async def test_a_name_that_is_taken_is_not_given_again(store: Store) -> None:
    assert await store.create("twice", FIELDS, HOUR)
    assert not await store.create("twice", {"session": b"other"}, HOUR)
    assert await store.take("twice") == FIELDS


async def test_fields_take_the_place_of_those_before_and_none_takes_them_away(store: Store) -> None:
    await store.create("fields", FIELDS, HOUR)
    await store.save("fields", {"session.position": b"6", "new": b"\0\xff"})
    await store.save("fields", {"session": None})
    assert await store.take("fields") == {"session.position": b"6", "new": b"\0\xff"}


async def test_a_thousand_writes_at_once_are_all_kept(store: Store) -> None:
    for n in range(10):
        await store.create(f"many{n}", FIELDS, HOUR)
    kept = [store.save(f"many{n % 10}", {f"field{n}": b"%d" % n}) for n in range(1000)]
    await asyncio.gather(*kept)
    for n in range(10):
        record = await store.take(f"many{n}")
        assert record is not None
        assert {k: v for k, v in record.items() if k.startswith("field")} == {
            f"field{i}": b"%d" % i for i in range(n, 1000, 10)
        }


async def test_a_record_with_thousands_of_fields_is_written_whole(store: Store) -> None:
    await store.create("large", FIELDS, HOUR)
    many = {f"field{n}": b"x" for n in range(5000)}
    await store.save("large", many)
    assert await store.take("large") == FIELDS | many


@pytest.mark.parametrize("shard", ["", "' or 1=1 --", "ключ", "x" * 100_000])
async def test_a_strange_name_is_just_unknown(store: Store, shard: str) -> None:
    await store.create("here", FIELDS, HOUR)
    assert await store.take(shard) is None


async def test_what_is_erased_does_not_come_back_with_a_late_write(store: Store) -> None:
    await store.create("gone", FIELDS, HOUR)
    await store.delete("gone")
    await store.save("gone", {"session.position": b"9"})
    assert await store.take("gone") is None


async def test_a_record_whose_time_is_over_is_not_there(store: Store) -> None:
    await store.create("short", FIELDS, 0.001)
    await store.create("extended", FIELDS, HOUR)
    await store.extend("extended", 2 * HOUR)
    async with asyncio.timeout(UNIT):
        while await store.take("short") is not None:  # noqa: ASYNC110  # time has to pass
            await asyncio.sleep(0)
    await store.forget()
    assert await store.take("short") is None
    assert await store.take("extended") == FIELDS
    assert await store.create("short", FIELDS, HOUR)
