"""The file in the data folder: it outlives the process, and a broken disk ends nothing."""

import asyncio
import logging
from pathlib import Path

import pytest

from app.errors import SessionError
from app.live.sqlite_store import ROWS, SqliteStore

pytestmark = pytest.mark.anyio
HOUR = 3600.0
FIELDS = {"session": b"{}", "session.position": b"5"}


async def test_a_file_outlives_the_store(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file"
    before = SqliteStore(path)
    await before.create("kept", FIELDS, HOUR)
    await before.save("kept", {"session.position": b"6"})
    await before.close()
    after = SqliteStore(path)
    assert await after.take("kept") == FIELDS | {"session.position": b"6"}
    await after.close()


async def test_what_is_kept_is_in_the_file_before_the_store_is_closed(tmp_path: Path) -> None:
    one, other = (SqliteStore(tmp_path / "file") for _ in range(2))
    await one.create("kept", FIELDS, HOUR)
    await one.save("kept", {"session.position": b"7"})
    assert await other.take("kept") == FIELDS | {"session.position": b"7"}
    await one.close()
    await other.close()


async def test_closing_waits_for_what_is_being_written(tmp_path: Path) -> None:
    for turn in range(20):
        store = SqliteStore(tmp_path / "file")
        await store.create(f"turn{turn}", FIELDS, HOUR)
        for n in range(5):
            store.save(f"turn{turn}", {"session.position": b"%d" % n})
            await asyncio.sleep(0)
        await store.close()
    store = SqliteStore(tmp_path / "file")
    for turn in range(20):
        assert await store.take(f"turn{turn}") == FIELDS | {"session.position": b"4"}
    await store.close()


async def test_a_disk_that_fails_later_ends_nothing_and_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = SqliteStore(tmp_path / "file")
    await store.create("kept", FIELDS, HOUR)
    store._connection.execute("alter table field rename to lost")
    with caplog.at_level(logging.ERROR):
        await store.save("kept", {"session.position": b"6"})
        await store.create("more", FIELDS, HOUR)
        with pytest.raises(SessionError, match="cannot be read now"):
            await store.take("kept")
    assert "1 records cannot be written" in caplog.text
    store._connection.execute("alter table lost rename to field")
    await store.close()  # what could not be written is written now
    store = SqliteStore(tmp_path / "file")
    assert await store.take("kept") == FIELDS | {"session.position": b"6"}
    await store.close()


async def test_more_fields_than_one_statement_takes_are_all_kept(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db")
    many = {f"answer.{number}": b"%d" % number for number in range(2 * ROWS + 1)}
    await store.create("shard", {"first": b""}, 60)
    assert await store.save("shard", many)
    assert await store.save("nobody", many)
    assert await store.take("shard") == {"first": b"", **many}
    assert await store.take("nobody") is None
    await store.close()
