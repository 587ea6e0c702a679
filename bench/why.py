"""How long a question takes: an explanation, and the proof of a shown layer, over a real socket."""

from itertools import product
from time import perf_counter
from typing import Any

import orjson
import uvloop
from websockets.asyncio.client import ClientConnection, connect

from bench.server import served
from bench.stream import opened
from bench.tables import machine, table
from bench.workloads import WORKLOADS

__all__ = ["main"]

TIMES = 40
CHOSEN = ("W1", "W3", "W4", "W6")


def main() -> None:
    """Measure and print the table."""
    print("## Why and proof\n")
    print(f"{machine()}. Question to answer, {TIMES} times each, in ms.\n")
    rows = []
    with served() as (address, _):
        for name in CHOSEN:
            for kind, tensor in product(("explain", "prove"), ("delta1", "dW1")):
                times = sorted(
                    uvloop.run(questions(f"ws://{address}{opened(address, name)}", kind, tensor))
                )
                title = f"{name} {WORKLOADS[name].title}"
                cells = (times[len(times) // 2], times[-1])
                rows.append([title, kind, tensor, *(f"{1000 * seconds:.1f}" for seconds in cells)])
    print(table(["workload", "question", "of", "p50", "longest"], rows))


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


if __name__ == "__main__":
    main()
