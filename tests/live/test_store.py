"""What is kept while nobody looks, and what a broken disk does."""

import asyncio
import logging
from pathlib import Path

import pytest

from app.errors import SessionError
from app.live.store import MemoryStore, SqliteStore, Store, opened

pytestmark = pytest.mark.anyio
DOCUMENT = {"config": {"seed": 1}, "edits": [], "position": 5, "watch": "looking"}


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    made = MemoryStore() if request.param == "memory" else opened(tmp_path / "data")
    yield made
    await made.close()


async def test_a_document_is_found_by_either_key(store: Store) -> None:
    await store.save("driving", DOCUMENT)
    assert await store.load("driving") == ("driving", DOCUMENT)
    assert await store.load("looking") == ("driving", DOCUMENT)
    assert await store.load("other") is None


async def test_a_document_takes_the_place_of_the_one_before(store: Store) -> None:
    await store.save("driving", DOCUMENT)
    await store.save("driving", DOCUMENT | {"position": 6})
    found = await store.load("driving")
    assert found is not None
    assert found[1]["position"] == 6


@pytest.mark.parametrize("key", ["", "' or 1=1 --", "\0", "ключ", "x" * 100_000])
async def test_a_strange_key_is_just_unknown(store: Store, key: str) -> None:
    await store.save("driving", DOCUMENT)
    assert await store.load(key) is None


async def test_what_is_older_is_forgotten_from_the_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "sessions.sqlite3")
    await store.save("driving", DOCUMENT)
    await store.forget(3600)
    assert await store.load("driving")
    await store.forget(-1)
    assert await store.load("driving") is None
    await store.close()


async def test_forgetting_leaves_memory_alone() -> None:
    store = MemoryStore()
    await store.save("driving", DOCUMENT)
    await store.forget(-1)
    assert await store.load("driving")


async def test_a_file_outlives_the_store(tmp_path: Path) -> None:
    for position in (1, 2):
        store = opened(tmp_path / "new" / "folder")
        found = await store.load("driving")
        assert (found is None) == (position == 1)
        await store.save("driving", DOCUMENT | {"position": position})
        await store.close()


async def test_where_nothing_can_be_written_sessions_live_in_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    store = opened(tmp_path / "file" / "data")
    assert isinstance(store, MemoryStore)
    assert "kept in memory only" in caplog.text


async def test_a_file_that_is_no_database_means_memory(tmp_path: Path) -> None:
    (tmp_path / "sessions.sqlite3").write_bytes(b"no database at all" * 100)
    assert isinstance(opened(tmp_path), MemoryStore)


async def test_closing_waits_for_what_is_being_written(tmp_path: Path) -> None:
    for turn in range(20):
        store = SqliteStore(tmp_path / "sessions.sqlite3")
        saving = [
            asyncio.create_task(store.save(f"{turn} {i}", DOCUMENT | {"watch": f"{turn} w{i}"}))
            for i in range(5)
        ]
        await asyncio.sleep(0)
        for task in saving:
            task.cancel()
        await store.close()
        await asyncio.gather(*saving, return_exceptions=True)
    store = SqliteStore(tmp_path / "sessions.sqlite3")
    assert await store.load("nobody") is None
    await store.close()


async def test_a_disk_that_fails_later_ends_nothing_and_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = SqliteStore(tmp_path / "sessions.sqlite3")
    store._connection.execute("drop table session")
    with caplog.at_level(logging.ERROR):
        await store.save("driving", DOCUMENT)
        await store.forget(1)
        with pytest.raises(SessionError, match="cannot be read now"):
            await store.load("driving")
    assert caplog.text.count("cannot be written") == 2
    await store.close()
