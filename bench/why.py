"""How long a question takes: an explanation, and the proof of a shown layer, over a real socket."""

from itertools import product
from time import perf_counter
from typing import Any

import orjson
import uvloop
from websockets.asyncio.client import ClientConnection, connect

from bench.load.figures import quantile
from bench.server import served
from bench.stream import opened
from bench.tables import Report, machine
from bench.workloads import WORKLOADS

__all__ = ["reports"]

TIMES = 40


def reports(chosen: list[str] | None = None) -> list[Report]:
    """Measure the workloads."""
    rows, figures = [], []
    with served() as (address, _):
        for name in chosen or list(WORKLOADS):
            for kind, tensor in product(("explain", "prove"), ("delta1", "dW1")):
                times = sorted(
                    uvloop.run(questions(f"ws://{address}{opened(address, name)}", kind, tensor))
                )
                title = f"{name} {WORKLOADS[name].title}"
                middle, most = (1000 * quantile(times, share) for share in (0.5, 1))
                rows.append([title, kind, tensor, f"{middle:.1f}", f"{most:.1f}"])
                figure = {"workload": name, "question": kind, "of": tensor}
                figures.append({**figure, "p50 ms": middle, "longest ms": most})
    about = f"{machine()}. Question to answer, {TIMES} times each, in ms."
    head = ["workload", "question", "of", "p50", "longest"]
    return [Report("why", "Why and proof", about, head, rows, figures)]


async def questions(url: str, kind: str, tensor: str) -> list[float]:
    """Return the seconds that each of some questions at the last op before the update takes."""
    async with connect(url, max_size=None) as socket:
        depth = await _at_the_update(socket)
        assert depth > 0
        times = []
        for number in range(TIMES):
            index = [0, 0] if tensor.startswith("dW") else [0]
            started = perf_counter()
            await _send(socket, type=kind, tensor=tensor, index=index, example=0, id=number)
            await _answer(socket, number)
            times.append(perf_counter() - started)
        return times


async def _at_the_update(socket: ClientConnection) -> int:
    """Stand before the first update of the second minibatch; return the network's depth."""
    welcome = orjson.loads(await socket.recv())
    length = len(welcome["program"])
    depth = len(welcome["sizes"]) - 1
    await _send(socket, type="seek", position=2 * length - depth, id="there")
    await _answer(socket, "there")
    return depth


async def _send(socket: ClientConnection, **command: Any) -> None:
    await socket.send(orjson.dumps(command).decode())


async def _answer(socket: ClientConnection, number: int | str) -> None:
    """Wait for the answer with this id; acknowledge every frame on the way."""
    while True:
        message = await socket.recv()
        if isinstance(message, str):
            heard = orjson.loads(message)
            assert heard["type"] != "error", heard
            if heard.get("id") == number:
                return
