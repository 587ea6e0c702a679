"""The store of several servers: records as hashes in Redis or Valkey.

Redis holds state, not traffic. Who takes a record writes its own name into it; a write of somebody
who has lost it changes nothing, because script and owner are checked in one go. Who loses one is
told on a channel, and finds out with its next write if it was not listening.
"""

import asyncio
import logging
import secrets
from collections.abc import Mapping

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.errors import SessionError
from app.live.journal import Batch, Fields, Journal, Written
from app.live.store import Store

__all__ = ["RedisStore"]

PREFIX = "backstep:"
OWNER = ":owner"  # no field of ours begins with a colon
TAKEN = "backstep:taken"
AGAIN = 0.2  # s until the next try to write or to listen
PATIENCE = 5.0  # s that answers wait for a server that restarts
log = logging.getLogger("backstep.store")

CREATE = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
"""
TAKE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local before = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if before and before ~= ARGV[2] then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
return redis.call('HGETALL', KEYS[1])
"""
SAVE = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
local gone = tonumber(ARGV[3])
if gone > 0 then redis.call('HDEL', KEYS[1], unpack(ARGV, 4, 3 + gone)) end
if #ARGV > 3 + gone then redis.call('HSET', KEYS[1], unpack(ARGV, 4 + gone)) end
return 1
"""
AT_ONCE = 1000  # fields in one call: a script unpacks no more than a few thousand


class RedisStore(Store):
    """Records in a server that workers share."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._redis = Redis.from_url(url, retry=Retry(NoBackoff(), 1), legacy_responses=True)
        self._me = secrets.token_urlsafe(9)
        self._ours: set[str] = set()
        self._journal = Journal(self._write, again=AGAIN, patience=PATIENCE)
        self._listener: asyncio.Task[None] | None = None
        self._create = self._redis.register_script(CREATE)
        self._take = self._redis.register_script(TAKE)
        self._save = self._redis.register_script(SAVE)

    async def start(self) -> None:
        self._listener = asyncio.create_task(self._listen(), name="store listener")

    async def create(self, shard: str, fields: Fields, seconds: float) -> bool:
        pairs = [part for pair in _kept(fields) for part in pair]
        ask = [int(1000 * seconds), OWNER, self._me, *pairs]
        try:
            made = bool(await self._create(keys=[PREFIX + shard], args=ask))
        except RedisError as error:
            raise _refused(error) from error
        if made:
            self._ours.add(shard)
        return made

    async def take(self, shard: str) -> dict[str, bytes] | None:
        news = f"{self._me} {shard}"
        try:
            found = await self._take(keys=[PREFIX + shard], args=[OWNER, self._me, TAKEN, news])
        except RedisError as error:
            raise _refused(error) from error
        if found is None:
            return None
        self._ours.add(shard)
        values = iter(found)
        record = {name.decode(): value for name, value in zip(values, values, strict=True)}
        del record[OWNER]
        return record

    def save(self, shard: str, fields: Fields) -> asyncio.Future[bool]:
        return self._journal.put(shard, fields)

    def release(self, shard: str) -> None:
        self._ours.discard(shard)

    async def extend(self, shard: str, seconds: float) -> None:
        try:
            await self._redis.pexpire(PREFIX + shard, int(1000 * seconds))
        except RedisError as error:
            log.error("a record cannot be changed: %s", error)

    async def delete(self, shard: str) -> None:
        self._journal.drop(shard)
        self._ours.discard(shard)
        try:
            await self._redis.delete(PREFIX + shard)
        except RedisError as error:
            log.error("a record cannot be erased: %s", error)

    async def forget(self) -> None:
        """Redis erases by itself what is over."""

    async def close(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        await self._journal.close()
        await self._redis.aclose()

    async def _write(self, batch: Batch) -> Written:
        async with self._redis.pipeline(transaction=False) as pipe:
            asked: list[str] = []
            for shard, fields in batch.items():
                for part in _parts(fields):
                    gone = [name for name, value in part.items() if value is None]
                    pairs = [item for pair in _kept(part) for item in pair]
                    args = [OWNER, self._me, len(gone), *gone, *pairs]
                    await self._save(keys=[PREFIX + shard], args=args, client=pipe)
                    asked.append(shard)
            answers = await pipe.execute(raise_on_error=False)
        lost = {shard for shard, kept in zip(asked, answers, strict=True) if kept == 0}
        failed = {s: a for s, a in zip(asked, answers, strict=True) if isinstance(a, Exception)}
        for error in failed.values():
            log.error("a record cannot be written: %s", error)
        for shard in lost:
            self._lose(shard)
        return Written(lost, failed)

    def _lose(self, shard: str) -> None:
        if shard in self._ours:
            self._ours.discard(shard)
            self._journal.drop(shard)
            self.lost(shard)

    async def _listen(self) -> None:
        """Hear of records that others take; after a broken connection look what was missed."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(TAKEN)
                    await self._look_after_ours()
                    while True:
                        news = await channel.get_message(True, timeout=None)
                        if news is not None:
                            self._hear(news["data"].decode())
            except RedisError as error:
                log.warning("the store cannot be heard: %s", error)
                await asyncio.sleep(AGAIN)

    def _hear(self, news: str) -> None:
        taker, _, shard = news.partition(" ")
        if taker != self._me:
            self._lose(shard)

    async def _look_after_ours(self) -> None:
        for shard in list(self._ours):
            if await self._redis.hget(PREFIX + shard, OWNER) != self._me.encode():
                self._lose(shard)


def _kept(fields: Fields) -> list[tuple[str, bytes]]:
    return [(name, value) for name, value in fields.items() if value is not None]


def _parts(fields: Fields) -> list[Mapping[str, bytes | None]]:
    every = list(fields.items())
    return [dict(every[i : i + AT_ONCE]) for i in range(0, len(every), AT_ONCE)]


def _refused(error: Exception) -> SessionError:
    log.error("the store does not answer: %s", error)
    return SessionError("store", "What is saved cannot be read now. Try again in a moment.")
