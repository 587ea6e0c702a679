"""The store of several servers: records as hashes in Redis or Valkey.

Redis holds state, not traffic. Who takes a record writes a mark into it that is used once; a write
under another mark changes nothing, because script and mark are checked in one go. Who loses a
record is told on a channel, and finds out with its next write, or by looking, if it heard nothing.
"""

import asyncio
import logging
import secrets
from collections.abc import Iterable, Mapping
from itertools import count
from time import monotonic

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.errors import SessionError
from app.language import say
from app.live.journal import Batch, Fields, Journal, Written
from app.live.store import Store

__all__ = ["RedisStore"]

PREFIX = "backstep:"
OWNER, SAVES = ":owner", ":saves"  # no field of ours begins with a colon
TAKEN = "backstep:taken"
AGAIN = 1.0  # s until the next try to listen
PATIENCE = 5.0  # s that answers wait for a server that restarts
LOOK = 5.0  # s between two looks whether what is ours is ours still
SILENT = 5.0  # s without an answer, after which a connection is given up
log = logging.getLogger("backstep.store")

# A request whose answer is lost is made once more: each must do no harm the second time.
CREATE = """
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('HGET', KEYS[1], ARGV[2]) == ARGV[3] and 1 or 0
end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
"""
TAKE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('HDEL', KEYS[1], ARGV[3])
  redis.call('PUBLISH', ARGV[4], ARGV[5])
end
return redis.call('HGETALL', KEYS[1])
"""
# Saves are numbered: one that was given up and arrives late does not undo a later one.
SAVE = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if tonumber(redis.call('HGET', KEYS[1], ARGV[3]) or 0) >= tonumber(ARGV[4]) then return 1 end
local gone = tonumber(ARGV[5])
if gone > 0 then redis.call('HDEL', KEYS[1], unpack(ARGV, 6, 5 + gone)) end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4], unpack(ARGV, 6 + gone))
return 1
"""
STUBBORN = 0.1  # s until a listener that goes on is cancelled again
AT_ONCE = 1000  # fields in one call: a script unpacks no more than a few thousand


class RedisStore(Store):
    """Records in a server that workers share."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._redis = Redis.from_url(
            url, retry=Retry(NoBackoff(), 1), legacy_responses=True, socket_keepalive=True,
            socket_connect_timeout=SILENT, socket_timeout=SILENT,
        )  # fmt: skip
        self._me = secrets.token_urlsafe(9)
        self._marks, self._numbers = count(1), count(1)
        self._ours: dict[str, str] = {}
        self._journal = Journal(self._write, patience=PATIENCE)
        self._listener: asyncio.Task[None] | None = None
        self._create = self._redis.register_script(CREATE)
        self._take = self._redis.register_script(TAKE)
        self._save = self._redis.register_script(SAVE)

    async def start(self) -> None:
        self._listener = asyncio.create_task(self._listen(), name="store listener")

    async def create(self, shard: str, fields: Fields, seconds: float) -> bool:
        mark = self._new_mark()
        pairs = [part for pair in _kept(fields) for part in pair]
        ask = [int(1000 * seconds), OWNER, mark, *pairs]
        try:
            made = bool(await self._create(keys=[PREFIX + shard], args=ask))
        except RedisError as error:
            raise _refused(error) from error
        if made:
            self._ours[shard] = mark
        return made

    async def take(self, shard: str) -> dict[str, bytes] | None:
        await self._settled(shard)
        mark = self._new_mark()
        ask = [OWNER, mark, SAVES, TAKEN, f"{mark} {shard}"]
        try:
            found = await self._take(keys=[PREFIX + shard], args=ask)
        except RedisError as error:
            raise _refused(error) from error
        if found is None:
            return None
        self._ours[shard] = mark
        values = iter(found)
        record = {name.decode(): value for name, value in zip(values, values, strict=True)}
        return {name: value for name, value in record.items() if name not in (OWNER, SAVES)}

    async def _settled(self, shard: str) -> None:
        """Return when nothing waits that was written under an earlier mark of ours.

        Raises:
            SessionError: it cannot be written now.
        """
        record = self._record(shard)
        if self._journal.holds(record):
            await asyncio.wait((self._journal.put(record, {}),))
            if self._journal.holds(record):
                raise _refused(RedisError("what is to be read is not written yet"))

    def save(self, shard: str, fields: Fields) -> asyncio.Future[bool]:
        if shard not in self._ours:
            refused: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            refused.set_result(False)
            return refused
        return self._journal.put(self._record(shard), fields)

    def release(self, shard: str) -> None:
        if not self._journal.holds(self._record(shard)):
            self._ours.pop(shard, None)

    async def extend(self, shard: str, seconds: float) -> None:
        try:
            await self._redis.pexpire(PREFIX + shard, int(1000 * seconds))
        except RedisError as error:
            log.error("a record cannot be changed: %s", error)

    async def delete(self, shard: str) -> None:
        self._journal.drop(self._record(shard))
        self._ours.pop(shard, None)
        try:
            await self._redis.delete(PREFIX + shard)
        except RedisError as error:
            log.error("a record cannot be erased: %s", error)

    async def forget(self) -> None:
        """Redis erases by itself what is over."""

    async def close(self) -> None:
        while self._listener is not None and not self._listener.done():
            self._listener.cancel()  # while it connects, the library may take this for its own
            await asyncio.wait((self._listener,), timeout=STUBBORN)
        await self._journal.close()
        await self._redis.aclose()

    def _new_mark(self) -> str:
        return f"{self._me}:{next(self._marks)}"

    def _record(self, shard: str) -> str:
        """Return the name of a record in the journal: of another mark it is another record."""
        return f"{shard} {self._ours.get(shard, '')}"

    async def _write(self, batch: Batch) -> Written:
        asked: list[str] = []
        async with self._redis.pipeline(transaction=False) as pipe:
            for record, fields in batch.items():
                shard, _, mark = record.partition(" ")
                for part in _parts(fields):
                    gone = [name for name, value in part.items() if value is None]
                    pairs = [item for pair in _kept(part) for item in pair]
                    ask = [OWNER, mark, SAVES, next(self._numbers), len(gone), *gone, *pairs]
                    await self._save(keys=[PREFIX + shard], args=ask, client=pipe)
                    asked.append(record)
            answers = await pipe.execute(raise_on_error=False)
        answered = list(zip(asked, answers, strict=True))
        lost = {record for record, kept in answered if kept == 0}
        failed = {record: kept for record, kept in answered if isinstance(kept, Exception)}
        for error in failed.values():
            log.error("a record cannot be written: %s", error)
        for record in lost:
            shard, _, mark = record.partition(" ")
            self._lose(shard, mark)
        return Written(lost, failed)

    def _lose(self, shard: str, mark: str) -> None:
        """Take note that a record of ours, under this mark, is another's."""
        if self._ours.get(shard) == mark:
            self._journal.drop(self._record(shard))
            del self._ours[shard]
            self.lost(shard)

    async def _listen(self) -> None:
        """Hear of records that are taken, and look now and then for what was not heard."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(TAKEN)
                    await self._hear(channel)
            except RedisError as error:
                log.warning("the store cannot be heard: %s", error)
                await asyncio.sleep(AGAIN)

    async def _hear(self, channel: PubSub) -> None:
        looked = 0.0
        while True:
            if monotonic() >= looked + LOOK:
                await self._look(self._ours)
                looked = monotonic()
            news = await channel.get_message(True, timeout=LOOK)
            if news is not None:
                taker, _, shard = news["data"].decode(errors="replace").partition(" ")
                if not taker.startswith(self._me):
                    await self._look([shard])

    async def _look(self, shards: Iterable[str]) -> None:
        """Lose what is another's. News may be old, so the record has the word: if its mark is not
        ours it never will be again."""
        ours = [(shard, self._ours[shard]) for shard in shards if shard in self._ours]
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard, _ in ours:
                pipe.hget(PREFIX + shard, OWNER)
            owners = await pipe.execute()
        for (shard, mark), owner in zip(ours, owners, strict=True):
            if owner != mark.encode():
                self._lose(shard, mark)


def _kept(fields: Fields) -> list[tuple[str, bytes]]:
    return [(name, value) for name, value in fields.items() if value is not None]


def _parts(fields: Fields) -> list[Mapping[str, bytes | None]]:
    every = list(fields.items())
    return [dict(every[i : i + AT_ONCE]) for i in range(0, len(every), AT_ONCE)] or [{}]


def _refused(error: Exception) -> SessionError:
    log.error("the store does not answer: %s", error)
    return SessionError("store", say("What is saved cannot be read now. Try again in a moment."))
