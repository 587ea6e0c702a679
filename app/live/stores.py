"""Which store a server uses: Redis where one is named, else a file, else memory."""

import logging
import sqlite3

from app.live.redis_store import RedisStore
from app.live.sqlite_store import SqliteStore
from app.live.store import MemoryStore, Store
from app.settings import Settings

__all__ = ["opened"]

log = logging.getLogger("backstep.store")


def opened(settings: Settings) -> Store:
    """Open the store that the settings name; one in memory where the folder cannot be written."""
    if settings.redis_url:
        return RedisStore(settings.redis_url)
    try:
        return SqliteStore(settings.data / "backstep.sqlite3")
    except (OSError, sqlite3.Error) as error:
        reason = "sessions are kept in memory only, %s cannot be written: %s"
        log.warning(reason, settings.data, error)
        return MemoryStore()
