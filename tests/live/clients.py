"""Who listens: a viewer that records, a browser over a real socket, and the server it talks to."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from app.live.journal import Fields
from app.live.store import MemoryStore
from app.live.viewer import Viewer

UNIT = float(os.environ.get("TEST_SECONDS", "20"))
"""Seconds that anything may take; longer on a slow machine."""


def refuse_constant(name: str) -> None:
    raise AssertionError(f"{name} in JSON")


class Heard(dict[str, Any]):
    """A message: the fields of a text, or of a binary one the facts, `tensors` and `raw`."""

    def __init__(self, item: str | bytes) -> None:
        if isinstance(item, str):
            super().__init__(json.loads(item, parse_constant=refuse_constant))
            self.tensors: dict[str, NDArray[Any]] = {}
        else:
            length = int.from_bytes(item[:8], "little")
            super().__init__(json.loads(item[8 : 8 + length])["__metadata__"])
            self.tensors = load(item)
        self.raw = item

    @property
    def seq(self) -> int:
        return int(self["seq"])

    @property
    def position(self) -> int:
        return int(self["position"])

    @property
    def is_frame(self) -> bool:
        return self["type"] in ("frame", "snapshot")


def answers(identifier: object) -> Callable[[Heard], bool]:
    """Return what recognizes the answer or the error for an id."""
    return lambda heard: heard.get("id") == identifier


def of_type(*types: str) -> Callable[[Heard], bool]:
    return lambda heard: heard["type"] in types


class RecordingViewer(Viewer):
    """A viewer that handles everything at once and remembers it."""

    def __init__(self, *, may_drive: bool = True) -> None:
        super().__init__(may_drive=may_drive)
        self.heard: list[Heard] = []

    def take(self) -> list[Heard]:
        """Empty the outbox and return what it held."""
        taken = []
        while (item := self.next()) is not None:
            taken.append(Heard(item))
            if taken[-1].is_frame:
                self.acknowledge(taken[-1].seq)
        self.heard += taken
        return taken

    async def hear(self, wanted: Callable[[Heard], bool]) -> Heard:
        """Listen until something wanted is heard, and return it."""
        while True:
            for heard in self.take():
                if wanted(heard):
                    return heard
            await self.wait()


class SlowStore(MemoryStore):
    """A store whose writes are done when the test says so."""

    def __init__(self, *, is_slow: bool = False) -> None:
        super().__init__()
        self.fields: dict[str, bytes] = {}
        self.waiting: list[asyncio.Future[bool]] = []
        self.is_slow = is_slow
        self.writes = 0
        self.error: Exception | None = None

    def save(self, shard: str, fields: Fields) -> asyncio.Future[bool]:
        if self.error:
            raise self.error
        self.writes += 1
        self.fields |= {name: value for name, value in fields.items() if value is not None}
        kept = asyncio.get_running_loop().create_future()
        self.waiting.append(kept)
        if not self.is_slow:
            self.finish()
        return kept

    def finish(self, *, kept: bool = True) -> None:
        while self.waiting:
            self.waiting.pop(0).set_result(kept)


class Browser:
    """A page's connection without the page; it acknowledges frames unless told not to."""

    def __init__(self, connection: ClientConnection, *, acknowledges: bool = True) -> None:
        self.connection, self.acknowledges = connection, acknowledges
        self.heard: list[Heard] = []
        self._count = 0

    def say(self, type: str, **fields: Any) -> None:
        self.connection.send(json.dumps({"type": type, **fields}))

    def next(self, timeout: float = UNIT) -> Heard:
        heard = Heard(self.connection.recv(timeout))
        self.heard.append(heard)
        if self.acknowledges and heard.is_frame:
            self.say("ack", seq=heard.seq)
        return heard

    def hear(self, wanted: Callable[[Heard], bool]) -> Heard:
        while not wanted(heard := self.next()):
            pass
        return heard

    def ask(self, type: str, **fields: Any) -> Heard:
        """Say something and return its answer or error."""
        self._count += 1
        self.say(type, id=f"q{self._count}", **fields)
        return self.hear(answers(f"q{self._count}"))

    def closed(self) -> int | None:
        """Listen until the server closes, and return its code."""
        with suppress(ConnectionClosed):
            while True:
                self.next()
        return self.connection.close_code

    def frame_at(self, position: int) -> Heard:
        """Return the first frame of a position, heard already or still to come."""
        wanted = [h for h in self.heard if h.is_frame and h.position == position]
        return wanted[-1] if wanted else self.hear(lambda h: h.is_frame and h.position == position)

    def snapshot(self) -> Heard:
        """Ask for everything and return it."""
        before = len(self.heard)
        self.ask("sync")
        new = [h for h in self.heard[before:] if h["type"] == "snapshot"]
        return new[-1] if new else self.hear(of_type("snapshot"))


def same_tensors(one: Heard, other: Heard) -> bool:
    assert one.tensors.keys() == other.tensors.keys()
    return all(np.array_equal(a, other.tensors[k]) for k, a in one.tensors.items())


class Server:
    """`backstep serve` in a process of its own, with a data folder and settings."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        more = {"sessions_per_minute": 1e6, **settings}
        self.settings = {f"BACKSTEP_{k.upper()}": str(v) for k, v in more.items()}
        self.command = ["-m", "app", "serve", "--port"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self.http = httpx.Client(base_url=self.url, timeout=UNIT, verify=False)
        self.log_file = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        usual = {name: v for name, v in os.environ.items() if not name.startswith("BACKSTEP_")}
        environment = {**usual, "BACKSTEP_DATA": str(self.folder / "data"), **self.settings}
        command = [sys.executable, *self.command, str(self.port)]
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, env=environment, cwd=Path(__file__).parents[2]
            )
        while not self._is_ready():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(UNIT / 400)
                raise AssertionError(self.log)

    def _is_ready(self) -> bool:
        try:
            return self.http.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        """End it as a container does."""
        self.ask_to_end()
        assert self._process is not None
        assert self._process.wait(UNIT) == 0, self.log

    def ask_to_end(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a warning, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(UNIT)

    def end(self) -> None:
        """Leave no process behind, whatever has happened."""
        self.http.close()
        self.kill()

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def create(self, **body: Any) -> dict[str, str]:
        answer = self.http.post("/api/sessions", json=body or {"preset": "xor"})
        assert answer.status_code == 201, answer.text
        keys: dict[str, str] = answer.json()
        return keys

    def document(self, key: str) -> dict[str, Any]:
        document: dict[str, Any] = self.http.get(f"/api/sessions/{key}").json()
        return document

    @contextmanager
    def browser(self, key: str, **more: Any) -> Iterator[Browser]:
        acknowledges = more.pop("acknowledges", True)
        options = {"max_size": None, "compression": None, "open_timeout": UNIT, **more}
        with connect(f"ws://{self.address}/ws/{key}", **options) as connection:
            yield Browser(connection, acknowledges=acknowledges)


class RedisServer:
    """A real redis-server on a free port. It keeps nothing on a disk unless it is durable."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        assert program, "these tests need redis-server (Debian: redis-server)"
        self._command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._command += ["--appendonly", "yes" if durable else "no", "--appendfsync", "always"]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        log_file = self._folder / "redis.log"
        with log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, cwd=self._folder
            )
        while not self._answers():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(UNIT / 400)
                raise AssertionError(log_file.read_text())

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), UNIT) as probe:
                probe.sendall(b"PING\r\n")
                return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def end(self, *, kill: bool = False) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        self._process.wait(UNIT)
