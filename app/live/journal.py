"""Writes that come while one is under way are made together, so many small ones cost as few."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from app.live.metrics import FAILED_WRITES, WRITE

__all__ = ["Batch", "Fields", "Journal", "apply"]

Fields = Mapping[str, bytes | None]
"""The fields of a record by name; None takes one away."""
Batch = dict[str, dict[str, bytes | None]]
AGAIN = 1.0  # s until the next try after one that failed
log = logging.getLogger("backstep.store")


def apply(fields: Fields, record: dict[str, bytes]) -> None:
    """Make the changes to the fields of a record."""
    for name, value in fields.items():
        if value is None:
            record.pop(name, None)
        else:
            record[name] = value


class Journal:
    """What waits to be written, newest value of each field only.

    A write that fails is logged and tried again. Nobody waits for it meanwhile: a full disk or a
    store that restarts ends no session.
    """

    def __init__(self, write: Callable[[Batch], Awaitable[None]], *, again: float = AGAIN) -> None:
        self._write, self._again = write, again
        self._pending: Batch = {}
        self._kept: asyncio.Future[None] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._failing = self._closing = False

    def put(self, shard: str, fields: Fields) -> asyncio.Future[None]:
        """Add fields of a record; what is returned is done when they are written."""
        self._pending.setdefault(shard, {}).update(fields)
        loop = asyncio.get_running_loop()
        if self._writer is None or self._writer.done():
            self._writer = loop.create_task(self._write_on(), name="journal")
        if self._failing:
            given_up = loop.create_future()
            given_up.set_result(None)
            return given_up
        if self._kept is None:
            self._kept = loop.create_future()
        return self._kept

    def drop(self, shard: str) -> None:
        """Forget what waits of a record that is no longer ours."""
        self._pending.pop(shard, None)

    async def close(self) -> None:
        """Return when everything is written, or the last try has failed."""
        self._closing = True
        if self._writer is not None:
            await self._writer

    async def _write_on(self) -> None:
        while self._pending:
            batch, self._pending = self._pending, {}
            kept, self._kept = self._kept, None
            try:
                with WRITE.time():
                    await self._write(batch)
                self._failing = False
            except Exception as error:  # whatever the store raises, the sessions go on
                log.error("%d records cannot be written: %s", len(batch), error)
                FAILED_WRITES.inc()
                self._failing = True
                self._put_back(batch)
            if kept is not None:
                kept.set_result(None)
            if self._failing:
                if self._closing:
                    return
                await asyncio.sleep(self._again)

    def _put_back(self, batch: Batch) -> None:
        for shard, fields in batch.items():
            self._pending[shard] = {**fields, **self._pending.get(shard, {})}
