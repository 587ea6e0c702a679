"""Several workers behind a real nginx that runs what is shipped, with a real Redis."""

import asyncio
import json
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.sync.client import connect as connect_blocking

from tests.live.clients import UNIT, Browser, Heard, RedisServer, Server
from tests.nginx import Nginx

__all__ = ["SOON", "Cluster", "Learner", "until"]

SOON = 5.0
"""Seconds within which everybody is back after a worker has died."""
CONFIG = Path(__file__).parents[2] / "deploy" / "nginx.conf"


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until something holds."""
    async with asyncio.timeout(2 * UNIT):
        while not condition():
            await pause()


async def pause() -> None:
    """Give the others a moment: who is refused does not ask again at once."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0.02):
            await asyncio.Event().wait()


class Cluster:
    """nginx, Redis and workers. Who drives what is known by the marks in the records."""

    def __init__(self, folder: Path, workers: int) -> None:
        places = [folder / name for name in ("redis", "nginx", *map(str, range(workers)))]
        for place in places:
            place.mkdir()
        self.redis = RedisServer(places[0], durable=True)
        url = self.redis.url
        self.workers = [Server(place, redis_url=url) for place in places[2:]]
        self._names: dict[str, Server] = {}
        self.nginx = Nginx(places[1], self._config())
        self.http = httpx.Client(base_url=self.nginx.url, timeout=UNIT)

    def _config(self) -> str:
        """Return the shipped configuration with the workers of this cluster."""
        line = re.compile(r"^( *server) worker-\d:8000( .*;\n)", re.M)
        shipped = CONFIG.read_text()
        rest = line.findall(shipped)
        assert len(set(rest)) == 1
        lines = "".join(rest[0][0] + f" {w.address}" + rest[0][1] for w in self.workers)
        return line.sub("", line.sub(lines, shipped, 1))

    def start(self) -> None:
        with ThreadPoolExecutor() as pool:
            list(pool.map(self.start_worker, self.workers))
        self.nginx.start()

    def start_worker(self, worker: Server) -> None:
        """Start a worker, and learn the name that it writes into records."""
        worker.start()
        own = worker.create()["key"].partition(".")[0]
        self._names[self.owner_mark(own).partition(":")[0]] = worker

    def end(self) -> None:
        self.http.close()
        self.nginx.stop()
        for worker in self.workers:
            worker.end()
        self.redis.end()

    def owner_mark(self, shard: str) -> str:
        """Return what the owner of a record has written into it."""
        with socket.create_connection(("127.0.0.1", self.redis.port), UNIT) as line:
            line.sendall(f"HGET backstep:{shard} :owner\r\n".encode())
            return line.recv(256).decode().split("\r\n")[1]

    def owner(self, key: str) -> Server:
        return self._names[self.owner_mark(key.partition(".")[0]).partition(":")[0]]

    def create(self, **body: Any) -> dict[str, str]:
        answer = self.http.post("/api/sessions", json=body or {"preset": "xor"})
        assert answer.status_code == 201, answer.text
        keys: dict[str, str] = answer.json()
        return {"drive": keys["key"], "watch": keys["watch_url"].removeprefix("/s/")}

    def document(self, key: str) -> dict[str, Any]:
        answer = self.http.get(f"/api/sessions/{key}")
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    @contextmanager
    def browser(self, key: str) -> Iterator[Browser]:
        address = f"ws://{self.nginx.address}/ws/{key}"
        with connect_blocking(address, max_size=None, compression=None) as connection:
            yield Browser(connection)


class Learner:
    """Steps and changes a weight as fast as it is answered, and comes back by itself.

    At each return it holds the server to every answer that it was given.
    """

    def __init__(self, cluster: Cluster, key: str) -> None:
        self._cluster, self._key = cluster, key
        self.position = self.returns = self.answers = 0
        self.values: list[float] = []
        self.longest = 0.0
        """Seconds between two answers, at the most."""
        self._answered_at: float | None = None
        self._pending: float | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.create_task(self._learn())

    async def end(self) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def has_answers(self, count: int) -> bool:
        return self._goes_on() and self.answers >= count

    def has_returned(self, times: int) -> bool:
        return self._goes_on() and self.returns >= times

    def _goes_on(self) -> bool:
        """Raise what the learner has to object to, if it has."""
        assert self._task is not None
        return not self._task.done() or self._task.result() is not None

    async def _learn(self) -> None:
        """Go on until cancelled."""
        while True:
            try:
                await self._attend()
            except (WebSocketException, InvalidHandshake, OSError, httpx.TransportError):
                await pause()

    async def _attend(self) -> None:
        address = f"ws://{self._cluster.nginx.address}/ws/{self._key}"
        async with connect(address, max_size=None, compression=None) as connection:
            await self._check()
            self.returns += 1
            while True:
                self.answers += 1
                if self.answers % 4:
                    await self._ask(connection, {"type": "step"})
                    self.position += 1
                else:
                    value, turn = self.answers / 1000, self.answers // 4 % 6
                    # another weight each time: of one weight the last in a minibatch counts
                    index = [turn // 3, turn % 3]
                    edit = {"type": "edit", "tensor": "W1", "index": index, "value": value}
                    self._pending = value
                    await self._ask(connection, edit)
                    self.values.append(value)
                    self._pending = None

    async def _check(self) -> None:
        """Compare what was answered with what there is: at most one command more."""
        get = asyncio.get_running_loop().run_in_executor
        found = await get(None, lambda: self._cluster.http.get(f"/api/sessions/{self._key}"))
        assert found.status_code != 404, "the session is gone"
        if found.status_code != 200:
            raise OSError(found.text)
        document = found.json()
        self.hold_to_answers(document)
        self.position = document["position"]
        self.values = [edit["value"] for edit in document["edits"]]
        self._pending = None

    def hold_to_answers(self, document: dict[str, Any]) -> None:
        """Raise where an answered command is not in a document, or one more than was asked for."""
        kept = [edit["value"] for edit in document["edits"]]
        more = [] if self._pending is None else [self._pending]
        assert kept in (self.values, self.values + more), (kept, self.values)
        ahead = document["position"] - self.position
        assert 0 <= ahead <= 1, f"{ahead} ops from where it was answered"

    async def _ask(self, connection: ClientConnection, command: dict[str, Any]) -> None:
        await connection.send(json.dumps({**command, "id": self.answers}))
        while True:
            heard = Heard(await connection.recv())
            if heard.is_frame:
                await connection.send(json.dumps({"type": "ack", "seq": heard.seq}))
            if heard.get("id") == self.answers:
                assert heard["type"] == "answer", heard
                break
        now = monotonic()
        if self._answered_at is not None:
            self.longest = max(self.longest, now - self._answered_at)
        self._answered_at = now
