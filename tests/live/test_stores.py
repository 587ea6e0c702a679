"""Which store a server uses."""

from pathlib import Path

import pytest

from app.live.redis_store import RedisStore
from app.live.sqlite_store import SqliteStore
from app.live.store import MemoryStore
from app.live.stores import opened
from app.settings import Settings

pytestmark = pytest.mark.anyio


async def test_the_settings_choose_between_a_file_and_redis(tmp_path: Path) -> None:
    file = opened(Settings(data=tmp_path / "new"))
    assert isinstance(file, SqliteStore)
    await file.close()
    shared = opened(Settings(data=tmp_path, redis_url="redis://127.0.0.1:1/0"))
    assert isinstance(shared, RedisStore)
    await shared.close()


async def test_where_nothing_can_be_written_sessions_live_in_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    assert isinstance(opened(Settings(data=tmp_path / "file" / "data")), MemoryStore)
    assert "kept in memory only" in caplog.text


async def test_a_file_that_is_no_database_means_memory(tmp_path: Path) -> None:
    (tmp_path / "backstep.sqlite3").write_bytes(b"no database at all" * 100)
    assert isinstance(opened(Settings(data=tmp_path)), MemoryStore)
