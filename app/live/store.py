"""Where sessions are kept while nobody looks: one SQLite file in the data folder."""

import asyncio
import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import time
from typing import Any, Protocol

import orjson

from app.errors import SessionError

__all__ = ["MemoryStore", "SqliteStore", "Store", "opened"]

log = logging.getLogger("backstep.store")
SCHEMA = """
create table if not exists session (
  drive text primary key, watch text unique not null, document blob not null, saved real not null
)
"""


class Store(Protocol):
    """Documents by the key that drives them; a document's ``watch`` finds it too."""

    async def save(self, key: str, document: dict[str, Any]) -> None:
        """Keep a document in place of the one before."""

    async def load(self, key: str) -> tuple[str, dict[str, Any]] | None:
        """Return the drive key and the document for either key, None if there is none.

        Raises:
            SessionError: it cannot be read now.
        """

    async def forget(self, older_than: float) -> None:
        """Drop what was saved longer ago than so many seconds."""

    async def close(self) -> None:
        """Write out what is pending."""


class MemoryStore:
    """Keeps documents as long as the process lives."""

    def __init__(self) -> None:
        self._documents: dict[str, dict[str, Any]] = {}

    async def save(self, key: str, document: dict[str, Any]) -> None:
        self._documents[key] = document

    async def load(self, key: str) -> tuple[str, dict[str, Any]] | None:
        for drive, document in self._documents.items():
            if key in (drive, document["watch"]):
                return drive, document
        return None

    async def forget(self, older_than: float) -> None:
        """Nothing outlives the process anyway."""

    async def close(self) -> None:
        """There is nothing to write."""


class SqliteStore:
    """Keeps documents in a file, written ahead (WAL) so that a crash loses nothing saved.

    A full disk or a locked file is logged and ends no session: what could not be written is still
    in the room, and is written with its next news.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        try:
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = normal")
            self._connection.execute(SCHEMA)
        except sqlite3.Error:
            self._connection.close()
            raise
        # One thread for all statements: a caller may be cancelled while its own is running, and
        # to close the connection under a running statement ends the process.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    async def save(self, key: str, document: dict[str, Any]) -> None:
        row = (key, document["watch"], orjson.dumps(document), time())
        await self._change("insert or replace into session values (?, ?, ?, ?)", row)

    async def load(self, key: str) -> tuple[str, dict[str, Any]] | None:
        try:
            found = await self._do(
                "select drive, document from session where drive = ? or watch = ?", (key, key)
            )
        except sqlite3.Error as error:
            log.error("a session cannot be read: %s", error)
            sentence = "The saved sessions cannot be read now. Try again in a moment."
            raise SessionError("store", sentence) from error
        return (found[0][0], orjson.loads(found[0][1])) if found else None

    async def forget(self, older_than: float) -> None:
        await self._change("delete from session where saved < ?", (time() - older_than,))

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown()

    async def _change(self, statement: str, values: tuple[Any, ...]) -> None:
        try:
            await self._do(statement, values)
        except sqlite3.Error as error:
            log.error("sessions cannot be written: %s", error)

    async def _do(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: self._connection.execute(statement, values).fetchall()
        )


def opened(folder: Path) -> Store:
    """Open the store in a folder, or one in memory where the folder cannot be written."""
    try:
        return SqliteStore(folder / "sessions.sqlite3")
    except (OSError, sqlite3.Error) as error:
        log.warning("sessions are kept in memory only, %s cannot be written: %s", folder, error)
        return MemoryStore()
