"""Where sessions and classes are kept: records of fields, each under its shard.

A record belongs to the one worker that took it last. What a worker writes that has lost a record
does not arrive, and it is told.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from time import time

from app.live.journal import Fields, apply

__all__ = ["MemoryStore", "Store"]


class Store(ABC):
    """Records that outlive the process. `lost` is called with the shard of a record that another
    worker has taken."""

    def __init__(self) -> None:
        self.lost: Callable[[str], None] = lambda shard: None

    async def start(self) -> None:  # noqa: B027  # most have nothing to do
        """Begin to listen for records that are taken."""

    @abstractmethod
    async def create(self, shard: str, fields: Fields, seconds: float) -> bool:
        """Make a record that lasts for so long; False if there is one of that name."""

    @abstractmethod
    async def take(self, shard: str) -> dict[str, bytes] | None:
        """Own a record from now on and return its fields, None if there is none.

        Raises:
            SessionError: it cannot be read now.
        """

    @abstractmethod
    def save(self, shard: str, fields: Fields) -> asyncio.Future[bool]:
        """Write fields of a record of ours; what is returned is done when they are kept, with
        False if they are not because the record is another's now."""

    def release(self, shard: str) -> None:  # noqa: B027  # only who shares records need care
        """Own a record no longer; nothing of it waits to be written."""

    @abstractmethod
    async def extend(self, shard: str, seconds: float) -> None:
        """Let a record last for so long from now."""

    @abstractmethod
    async def delete(self, shard: str) -> None:
        """Erase a record."""

    @abstractmethod
    async def forget(self) -> None:
        """Erase every record whose time is over."""

    @abstractmethod
    async def close(self) -> None:
        """Write out what is pending."""


class MemoryStore(Store):
    """Keeps records as long as the process lives."""

    def __init__(self) -> None:
        super().__init__()
        self._records: dict[str, dict[str, bytes]] = {}
        self._until: dict[str, float] = {}

    async def create(self, shard: str, fields: Fields, seconds: float) -> bool:
        if shard in self._records:
            return False
        self._records[shard] = {}
        self._until[shard] = time() + seconds
        self.save(shard, fields)
        return True

    async def take(self, shard: str) -> dict[str, bytes] | None:
        if self._until.get(shard, 0.0) < time():
            return None
        return dict(self._records[shard])

    def save(self, shard: str, fields: Fields) -> asyncio.Future[bool]:
        if shard in self._records:
            apply(fields, self._records[shard])
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        kept.set_result(True)
        return kept

    async def extend(self, shard: str, seconds: float) -> None:
        if shard in self._records:
            self._until[shard] = time() + seconds

    async def delete(self, shard: str) -> None:
        self._records.pop(shard, None)
        self._until.pop(shard, None)

    async def forget(self) -> None:
        for shard in [shard for shard, until in self._until.items() if until < time()]:
            await self.delete(shard)

    async def close(self) -> None:
        """There is nothing to write."""
