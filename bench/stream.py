"""From a step command to its frame and back, over a real socket to a real server.

One browser, as the page behaves: it sends the next command when the frame is there, and
acknowledges the frame. The curve and the surface, which follow every update, travel on
the same socket and are part of what is measured.
"""

from time import perf_counter
from typing import Any
from urllib.request import Request, urlopen

import orjson
import uvloop
from websockets.asyncio.client import ClientConnection, connect

from bench.load.figures import quantile
from bench.server import served
from bench.tables import Report, machine
from bench.workloads import WORKLOADS

__all__ = ["opened", "reports"]

STEPS = 1000
WARM_UP = 100


def reports(chosen: list[str] | None = None) -> list[Report]:
    """Measure the workloads."""
    rows, figures = [], []
    with served() as (address, _):
        for name in chosen or list(WORKLOADS):
            for size in ("op", "minibatch"):
                path = opened(address, name)
                times = sorted(uvloop.run(round_trips(f"ws://{address}{path}", size)))
                found = [1000 * quantile(times, share) for share in (0.5, 0.99, 1)]
                title = f"{name} {WORKLOADS[name].title}"
                rows.append([title, size, *(f"{ms:.2f}" for ms in found)])
                named = dict(zip(("p50 ms", "p99 ms", "longest ms"), found, strict=True))
                figures.append({"workload": name, "step": size, **named})
    about = f"{machine('fastapi', 'uvicorn')}. Step command to frame, {STEPS} times, in ms."
    head = ["workload", "step", "p50", "p99", "longest"]
    return [Report("stream", "Stream", about, head, rows, figures)]


def opened(address: str, name: str) -> str:
    """Open a session for a workload and return the path of its socket."""
    body = orjson.dumps(WORKLOADS[name].config.as_json())
    request = Request(f"http://{address}/api/sessions", body, method="POST")
    with urlopen(request) as answer:
        path: str = orjson.loads(answer.read())["socket_url"]
    return path


async def round_trips(url: str, size: str) -> list[float]:
    """Return the seconds from each step command to its frame."""
    command = orjson.dumps({"type": "step", "size": size}).decode()
    async with connect(url, compression=None) as browser:
        await _frame(browser)  # the snapshot that greets
        times = [await _round_trip(browser, command) for _ in range(WARM_UP + STEPS)]
    return times[WARM_UP:]


async def _round_trip(browser: ClientConnection, command: str) -> float:
    started = perf_counter()
    await browser.send(command)
    await _frame(browser)
    return perf_counter() - started


async def _frame(browser: ClientConnection) -> None:
    """Wait for the next frame and acknowledge it; what else comes on the way is not counted."""
    while True:
        message = await browser.recv()
        if isinstance(message, bytes) and "seq" in (facts := _facts(message)):
            await browser.send(f'{{"type":"ack","seq":{facts["seq"]}}}')
            return


def _facts(message: bytes) -> dict[str, Any]:
    """Return the metadata of a safetensors message."""
    length = int.from_bytes(message[:8], "little")
    facts: dict[str, Any] = orjson.loads(message[8 : 8 + length])["__metadata__"]
    return facts
