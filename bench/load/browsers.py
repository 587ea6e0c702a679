"""Browsers as a class has them: one that only listens, one that steps, one that plays.

They handle what arrives as the page does: every second frame is acknowledged, which covers all
before it. They differ in that they draw nothing.
"""

import asyncio
from base64 import b64encode
from collections import deque
from time import monotonic
from typing import cast

import orjson

from bench.load.figures import Log
from bench.load.wire import BINARY, CLOSE, PING, PONG, TEXT, Frame, Unframer, frame_of, masked

__all__ = ["Browser", "Learner", "Player"]

STEP = masked(b'{"type":"step","size":"op"}')
TOGETHER = 2
"""Frames that the page acknowledges together."""
KEY = b64encode(bytes(16)).decode()


class Browser(asyncio.Protocol):
    """A socket on a session. `greeted` is done when it has a first snapshot."""

    def __init__(self, host: str, path: str, log: Log) -> None:
        self.log = log
        self.greeted: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self.newest = -1
        self._owed = 0
        self._goals: list[tuple[int, asyncio.Future[None]]] = []
        self._hello = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()
        self._head: bytes | None = b""
        self._unframer = Unframer()

    def say(self, **command: object) -> None:
        """Send a command."""
        self.transport.write(masked(orjson.dumps(command)))

    async def reach(self, position: int) -> None:
        """Return when a frame of this position or a later one is there."""
        reached = asyncio.get_running_loop().create_future()
        self._goals.append((position, reached))
        await reached

    def take(self, frame: Frame, now: float) -> None:
        """Handle a frame; what a kind of browser does with it."""

    # ------------------------------------------------------------------ for the loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._hello)

    def data_received(self, data: bytes) -> None:
        now = monotonic()
        if self._head is not None:
            data = self._after_the_head(data)
        messages = self._unframer.messages(data)
        self.log.count(now, len(messages))
        for head, payload in messages:
            if head == BINARY:
                self._binary(payload, now)
            elif head == PING:
                self.transport.write(masked(payload, PONG))
            elif head == CLOSE:
                raise ConnectionError(f"the server closed a socket: {payload!r}")
            elif head != TEXT or payload.startswith(b'{"type":"error"'):
                raise ConnectionError(f"the server refused something: {payload!r}")
        if self._owed >= TOGETHER:
            self._owed = 0
            self.transport.write(masked(b'{"type":"ack","seq":%d}' % self.newest))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.greeted.done():
            self.greeted.set_exception(ConnectionError("the server hung up"))

    def _after_the_head(self, data: bytes) -> bytes:
        """Read the answer to the handshake; return what came after it."""
        head, end, rest = ((self._head or b"") + data).partition(b"\r\n\r\n")
        if not end:
            self._head = head
            return b""
        if b" 101 " not in head.splitlines()[0]:
            raise ConnectionError(head.decode())
        self._head = None
        return rest

    def _binary(self, payload: bytes, now: float) -> None:
        frame = frame_of(payload)
        if frame is None:
            return
        if self.newest >= 0 and frame.seq != self.newest + 1 and not frame.whole:
            raise ConnectionError(f"frame {frame.seq} came after {self.newest}")
        self.newest = frame.seq
        self._owed += 1
        if not self.greeted.done():
            self.greeted.set_result(frame)
        for goal in self._goals:
            if goal[0] <= frame.position:
                goal[1].set_result(None)
                self._goals.remove(goal)
        self.take(frame, now)


class Learner(Browser):
    """Steps by an op at a steady pace, whether frames come or not, and times them."""

    def __init__(self, host: str, path: str, log: Log, late: Log | None = None) -> None:
        super().__init__(host, path, log)
        self.late = late or Log()
        self.began: dict[int, float] = {}
        """When the step to a position was sent."""
        self._waiting: deque[int] = deque()
        self._position = 0

    async def begin(self, position: int) -> None:
        """Go to where stepping begins: not all of a class do the same op at the same time."""
        self.say(type="seek", position=position)
        await self.reach(position)
        self._position = position

    def pace(self, due: float, every: float, ends: float) -> None:
        """Step at `due` and then at this interval."""
        loop = asyncio.get_running_loop()
        if due < ends:
            loop.call_later(max(0.0, due - monotonic()), self._step, due, every, ends)

    def _step(self, due: float, every: float, ends: float) -> None:
        now = monotonic()
        self.late.note(now, now - due)
        self._position += 1
        self.began[self._position] = now
        self._waiting.append(self._position)
        self.transport.write(STEP)
        self.pace(due + every, every, ends)

    def take(self, frame: Frame, now: float) -> None:
        while self._waiting and self._waiting[0] <= frame.position:
            began = self.began[self._waiting.popleft()]
            self.log.note(began, now - began)

    def give_up(self, now: float) -> int:
        """Let the steps that are still not answered count as long as they have waited."""
        for position in self._waiting:
            self.log.note(self.began[position], now - self.began[position])
        return len(self._waiting)


class Player(Browser):
    """Plays, and times how far the gaps between frames are from the period."""

    def __init__(self, host: str, path: str, log: Log, period: float = 0.0) -> None:
        super().__init__(host, path, log)
        self.period = period
        self.came: list[float] = []

    def play(self, rate: float | str) -> None:
        """Begin to play minibatches."""
        self.say(type="play", size="minibatch", rate=rate)

    def take(self, frame: Frame, now: float) -> None:
        if self.came and self.period:
            self.log.note(now, abs(now - self.came[-1] - self.period))
        self.came.append(now)

    def frames_between(self, begins: float, ends: float) -> int:
        """Return how many frames came in a window."""
        return sum(begins <= came < ends for came in self.came)
