"""The store of one server: a SQLite file in the data folder, written ahead (WAL)."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import time
from typing import TypeVar

from app.errors import SessionError
from app.language import say
from app.live.journal import Batch, Fields, Journal, Written
from app.live.store import Store

__all__ = ["SqliteStore"]

T = TypeVar("T")
log = logging.getLogger("backstep.store")
SCHEMA = """
create table if not exists record (shard text primary key, until real not null) without rowid;
create table if not exists field (
  shard text not null references record on delete cascade,
  name text not null, value blob not null, primary key (shard, name)
) without rowid;
"""
PUT = """
insert into field select * from (values {rows}) where exists (
  select 1 from record where shard = column1
) on conflict do update set value = excluded.value
"""
ROWS = 1000
"""Fields that one statement takes: SQLite knows 32,766 values in one."""


class SqliteStore(Store):
    """Records in a file. A process that is killed loses nothing of what was kept.

    A full disk or a locked file is logged and ends no session.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        try:
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = normal")
            self._connection.execute("pragma foreign_keys = on")
            self._connection.executescript(SCHEMA)
        except sqlite3.Error:
            self._connection.close()
            raise
        # One thread for all statements: a caller may be cancelled while its own is running, and
        # to close the connection under a running statement ends the process.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._journal = Journal(self._write)

    async def create(self, shard: str, fields: Fields, seconds: float) -> bool:
        until = time() + seconds
        try:
            new = await self._do(lambda: self._create(shard, fields, until))
        except sqlite3.Error as error:
            log.error("a record cannot be made: %s", error)
            return True  # it lives in memory, as everything does whose store fails
        return new

    def _create(self, shard: str, fields: Fields, until: float) -> bool:
        statement = "insert or ignore into record values (?, ?)"
        with self._transaction():
            new = self._connection.execute(statement, (shard, until)).rowcount == 1
            if new:
                self._put({shard: dict(fields)})
        return new

    async def take(self, shard: str) -> dict[str, bytes] | None:
        if self._journal.holds(shard):  # of a room that has just closed
            await asyncio.wait((self._journal.put(shard, {}),))
        try:
            return await self._do(lambda: self._take(shard))
        except sqlite3.Error as error:
            log.error("a record cannot be read: %s", error)
            sentence = say("What is saved cannot be read now. Try again in a moment.")
            raise SessionError("store", sentence) from error

    def _take(self, shard: str) -> dict[str, bytes] | None:
        alive = "select 1 from record where shard = ? and until >= ?"
        if not self._connection.execute(alive, (shard, time())).fetchone():
            return None
        found = self._connection.execute("select name, value from field where shard = ?", (shard,))
        return dict(found.fetchall())

    def save(self, shard: str, fields: Fields) -> asyncio.Future[bool]:
        return self._journal.put(shard, fields)

    async def extend(self, shard: str, seconds: float) -> None:
        await self._change("update record set until = ? where shard = ?", time() + seconds, shard)

    async def delete(self, shard: str) -> None:
        self._journal.drop(shard)
        await self._change("delete from record where shard = ?", shard)

    async def forget(self) -> None:
        await self._change("delete from record where until < ?", time())

    async def close(self) -> None:
        await self._journal.close()
        await self._do(self._connection.close)
        self._thread.shutdown()

    async def _write(self, batch: Batch) -> Written:
        def write() -> None:
            with self._transaction():
                self._put(batch)

        await self._do(write)
        return Written()

    def _put(self, batch: Batch) -> None:
        every = [(s, name, value) for s, fields in batch.items() for name, value in fields.items()]
        gone = [(s, name) for s, name, value in every if value is None]
        kept = [row for row in every if row[2] is not None]
        for start in range(0, len(kept), ROWS):
            # In one statement, because Python's threads change over at the end of each.
            some = kept[start : start + ROWS]
            rows = ", ".join(["(?, ?, ?)"] * len(some))
            self._connection.execute(PUT.format(rows=rows), [cell for row in some for cell in row])
        self._connection.executemany("delete from field where shard = ? and name = ?", gone)

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._connection)

    async def _change(self, statement: str, *values: float | str) -> None:
        try:
            await self._do(lambda: self._connection.execute(statement, values))
        except sqlite3.Error as error:
            log.error("a record cannot be changed: %s", error)

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class _Transaction:
    """All of its statements, or none."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("begin immediate")

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            if kind is None:
                self._connection.execute("commit")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
