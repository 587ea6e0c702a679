"""A server of its own for a benchmark: a process, a free port, an empty data folder."""

import os
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from app.settings import PREFIX

__all__ = ["Server", "served"]

PATIENCE = 60  # s for the server to start


class Server(NamedTuple):
    """Where it listens, and which process it is."""

    address: str
    pid: int


@contextmanager
def served(**settings: object) -> Iterator[Server]:
    """Run a server with such settings until the block ends."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # for it, and for who talks to it
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        # The limit on messages is for those who flood; here the server's own speed is asked.
        given = {"messages_per_second": 1e5, "sessions_per_minute": 1e6, **settings, "data": data}
        environment = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
        environment |= {PREFIX + name.upper(): str(value) for name, value in given.items()}
        command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz")
            yield Server(f"127.0.0.1:{port}", server.pid)
        finally:
            server.terminate()
            server.wait()


def _wait_for(url: str) -> None:
    late = monotonic() + PATIENCE
    while True:
        try:
            urlopen(url).close()
            return
        except URLError:
            if monotonic() > late:
                raise
            sleep(0.05)
