"""A classroom: sessions on a server, browsers on them, and a window in which both are watched."""

import asyncio
import http.client
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from time import monotonic, process_time
from typing import Any, NamedTuple, TypeVar

import orjson

from bench.load.browsers import Browser
from bench.load.figures import Log, memory_of, spent_by, spent_by_all

__all__ = ["Classroom", "Keys", "Window"]

WARM_UP = 2.0  # s before the window in which the class is already at work
DRAIN = 2.0  # s after it in which late frames may still come
AT_ONCE = 20  # browsers that connect at the same time, so that the server is not stormed
PATIENCE = 60.0  # s for all of them to be greeted
XOR = orjson.dumps({"preset": "xor"})
B = TypeVar("B", bound=Browser)


class Keys(NamedTuple):
    """The paths of the sockets of a session."""

    drive: str
    watch: str


class Window(NamedTuple):
    """When what happens counts; work begins at `starts`."""

    starts: float
    begins: float
    ends: float


@dataclass(frozen=True)
class Classroom:
    """A server with the length of a measurement and the seed of every phase in it."""

    address: str
    pid: int
    seconds: float
    seed: int = 0

    def sessions(self, count: int) -> list[Keys]:
        """Open so many XOR sessions. It blocks: nothing is measured yet."""
        connection = http.client.HTTPConnection(self.address)
        opened = []
        for _ in range(count):
            connection.request("POST", "/api/sessions", XOR)
            answer = orjson.loads(connection.getresponse().read())
            watch = answer["watch_url"].removeprefix("/s/")
            opened.append(Keys(answer["socket_url"], f"/ws/{watch}"))
        connection.close()
        return opened

    async def seat(
        self, paths: Sequence[str], browser: Callable[..., B], *more: Any, to: str = ""
    ) -> list[B]:
        """Connect a browser to each path, by way of `to` if given, and wait for its snapshot."""
        host, _, port = (to or self.address).partition(":")
        loop = asyncio.get_running_loop()
        gate = asyncio.Semaphore(AT_ONCE)

        async def connect(path: str) -> B:
            async with gate:
                made = browser(self.address, path, *more)
                await loop.create_connection(lambda: made, host, int(port))
                await made.greeted
                return made

        async with asyncio.timeout(PATIENCE):
            return list(await asyncio.gather(*map(connect, paths)))

    def window(self) -> Window:
        """Return the window that opens when the class has warmed up."""
        starts = monotonic()
        return Window(starts, starts + WARM_UP, starts + WARM_UP + self.seconds)

    def phases(self, count: int, every: float) -> list[float]:
        """Return so many random offsets within a period."""
        random = Random(self.seed)
        return [random.uniform(0, every) for _ in range(count)]

    def places(self, count: int) -> list[int]:
        """Return so many random positions within the third minibatch of XOR."""
        random = Random(self.seed)
        return [random.randrange(24, 36) for _ in range(count)]

    async def watch(self, window: Window, log: Log) -> dict[str, float]:
        """Watch the server while the window is open; return what it cost and what came."""
        await _until(window.begins)
        before = spent_by(self.pid), process_time(), spent_by_all()
        at = monotonic()
        await _until(window.ends)
        after = spent_by(self.pid), process_time(), spent_by_all()
        server, clients, everybody = (
            100 * (end - start) / (monotonic() - at)
            for start, end in zip(before, after, strict=True)
        )
        memory = memory_of(self.pid)["rss"]
        await asyncio.sleep(DRAIN)
        return {
            "messages/s": log.messages / self.seconds,
            "server %": server,
            "clients %": clients,
            "others %": max(0.0, everybody - server - clients),
            "RSS MB": memory,
        }


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - monotonic()))
