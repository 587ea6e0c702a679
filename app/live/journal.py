"""Writes that come while one is under way are made together, so many small ones cost as few."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from time import monotonic
from typing import NamedTuple

from app.live.metrics import FAILED_WRITES, WRITE

__all__ = ["Batch", "Fields", "Journal", "Written", "apply"]

Fields = Mapping[str, bytes | None]
"""The fields of a record by name; None takes one away."""
Batch = dict[str, dict[str, bytes | None]]
PAUSE = 0.02  # s between two writes: each costs the loop a change of threads, twice
AGAIN = 0.1  # s until the next try after one that failed; twice as long each time
LONGEST = 1.0  # s
log = logging.getLogger("backstep.store")


def apply(fields: Fields, record: dict[str, bytes]) -> None:
    """Make the changes to the fields of a record."""
    for name, value in fields.items():
        if value is None:
            record.pop(name, None)
        else:
            record[name] = value


class Written(NamedTuple):
    """What of a batch was not written: records that are another's now, and those that failed."""

    lost: Collection[str] = ()
    failed: Collection[str] = ()


class Journal:
    """What waits to be written, newest value of each field only.

    A write that fails is logged and tried again. Who waits for it waits on for `patience` seconds,
    long enough for a store that restarts; then nobody does, so that a full disk ends no session.
    """

    def __init__(
        self,
        write: Callable[[Batch], Awaitable[Written]],
        *,
        again: float = AGAIN,
        patience: float = 0.0,
    ) -> None:
        self._write, self._again, self._patience = write, again, patience
        self._pending: Batch = {}
        self._flying: Batch = {}
        self._promised: dict[str, list[asyncio.Future[bool]]] = {}
        self._failing: dict[str, float] = {}
        self._writer: asyncio.Task[None] | None = None
        self._closing = False

    def put(self, shard: str, fields: Fields) -> asyncio.Future[bool]:
        """Add fields of a record; what is returned is done when they are written, or nobody can
        wait for that any longer, and False when the record is another's."""
        self._pending.setdefault(shard, {}).update(fields)
        loop = asyncio.get_running_loop()
        if self._writer is None or self._writer.done():
            self._writer = loop.create_task(self._write_on(), name="journal")
        if self._has_failed_for_long(shard):
            given_up = loop.create_future()
            given_up.set_result(True)
            return given_up
        promised = self._promised.setdefault(shard, [])
        if not promised or promised[-1].done():
            promised.append(loop.create_future())
        return promised[-1]

    def holds(self, shard: str) -> bool:
        """Whether something of a record is not written yet."""
        return shard in self._pending or shard in self._flying

    def drop(self, shard: str) -> None:
        """Forget what waits of a record that is no longer ours, also if its write fails."""
        self._pending.pop(shard, None)
        self._flying = {name: part for name, part in self._flying.items() if name != shard}
        self._failing.pop(shard, None)
        _keep_promises(self._promised.pop(shard, []), False)

    async def close(self) -> None:
        """Return when everything is written, or the last try has failed."""
        self._closing = True
        if self._writer is not None:
            await self._writer

    async def _write_on(self) -> None:
        pause = PAUSE
        while self._pending:
            batch, self._pending = self._pending, {}
            promised, self._promised = self._promised, {}
            self._flying = batch
            try:
                with WRITE.time():
                    written = await self._write(batch)
            except Exception as error:  # whatever the store raises, the sessions go on
                log.error("%d records cannot be written: %s", len(batch), error)
                written = Written(failed=batch)
            self._settle(batch, written, promised)
            FAILED_WRITES.inc(len(written.failed))
            if self._closing and written.failed:
                return
            pause = min(max(self._again, 2 * pause), LONGEST) if written.failed else PAUSE
            if not self._closing:
                await asyncio.sleep(pause)

    def _settle(
        self, batch: Batch, written: Written, promised: dict[str, list[asyncio.Future[bool]]]
    ) -> None:
        """Put back what failed, and tell everybody who need not wait any longer."""
        flown, self._flying = self._flying, {}
        for shard in batch:
            if shard not in flown:  # it was dropped meanwhile
                _keep_promises(promised.get(shard, []), False)
                continue
            if shard in written.failed:
                self._failing.setdefault(shard, monotonic())
                self._pending[shard] = {**batch[shard], **self._pending.get(shard, {})}
                if not self._has_failed_for_long(shard):
                    waiting = promised.get(shard, []) + self._promised.get(shard, [])
                    self._promised[shard] = waiting
                    continue
            else:
                self._failing.pop(shard, None)
            _keep_promises(promised.get(shard, []), shard not in written.lost)

    def _has_failed_for_long(self, shard: str) -> bool:
        since = self._failing.get(shard)
        return since is not None and monotonic() - since >= self._patience


def _keep_promises(promised: list[asyncio.Future[bool]], kept: bool) -> None:
    for promise in promised:
        if not promise.done():  # who waits may have been cancelled, and it with them
            promise.set_result(kept)
