"""A frame of all that a session has, as bytes: ours beside the usual ways to say numbers."""

import json
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import orjson

from app.engine.config import Config
from app.live.codec import encode_frame
from app.session.frames import frame
from app.session.messages import Frame
from app.session.timeline import Timeline
from bench.rounds import Way, measured
from bench.tables import Report, machine, ratio
from bench.workloads import WORKLOADS

__all__ = ["reports"]

ROUNDS = 15
OURS = "Backstep"


def reports(chosen: list[str] | None = None) -> list[Report]:
    """Measure the workloads."""
    rows, figures = [], []
    for name in chosen or list(WORKLOADS):
        seen = seen_after_two_minibatches(WORKLOADS[name].config)
        ways = encoders(seen)
        times = measured(
            {way: Way(partial(_times, encode)) for way, encode in ways.items()}, ROUNDS
        )
        cells = []
        for way, encode in ways.items():
            share, size = ratio(times[way], times[OURS]), len(encode())
            mark = "" if way == OURS else f" ({share:.3g})"
            cells.append(f"{median(times[way]):.1f}{mark}, {size / 1000:.1f} kB")
            figure = {"workload": name, "way": way, "µs": median(times[way]), "bytes": size}
            figures.append({**figure, f"to {OURS}": share})
        rows.append([f"{name} {WORKLOADS[name].title}", *cells])
    about = (
        f"{machine('orjson')}. A frame of every tensor, also large ones: µs, in brackets how many "
        "times that of ours, and its size."
    )
    head = ["workload", OURS, "orjson", "json"]
    return [Report("encode", "Encode", about, head, rows, figures)]


def seen_after_two_minibatches(config: Config) -> Frame:
    """Return a frame of everything that is defined after two minibatches."""
    timeline = Timeline(config)
    timeline.forward(2 * timeline.length)
    return frame(timeline, timeline.run.names(), focus=None, whole=True, old=False)


def encoders(seen: Frame) -> dict[str, Callable[[], bytes]]:
    """Return the ways to make bytes of a frame."""
    everything = frozenset(seen.tensors)
    facts = {k: v for k, v in vars(seen).items() if k != "tensors"}
    arrays = {name: np.ascontiguousarray(array) for name, array in seen.tensors.items()}

    def by_orjson() -> bytes:
        return orjson.dumps({**facts, **arrays}, option=orjson.OPT_SERIALIZE_NUMPY)

    def by_json() -> bytes:
        lists: dict[str, Any] = {name: array.tolist() for name, array in arrays.items()}
        return json.dumps({**facts, **lists}).encode()

    return {OURS: partial(encode_frame, seen, 1, everything), "orjson": by_orjson, "json": by_json}


def _times(encode: Callable[[], bytes], n: int) -> None:
    for _ in range(n):
        encode()
