"""A run on record: what a server would say at each op, so that a page can play it without one.

The messages are those of the socket, encoded by the same codec. The minibatches are executed once
more on a timeline of their own; the session that is recorded is not touched.
"""

import gzip
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice, product
from typing import Any, get_args

import orjson

from app.engine.names import is_of_examples, is_parameter
from app.engine.program import Kind, Op, writes
from app.errors import SessionError
from app.language import current
from app.live.audience import PROTOCOL
from app.live.codec import WHOLE, Spoken, encode_arrays, encode_frame, encode_text
from app.session import frames, telling
from app.session.commands import Explain, Size
from app.session.messages import Arrays
from app.session.past import Past
from app.session.stops import Stops
from app.session.timeline import Timeline

__all__ = ["MOST_BYTES", "MOST_OPS", "Recording", "record"]

MOST_OPS = 600
"""Ops on record at the most: whole minibatches, the last ones of a longer run."""
MOST_BYTES = 12 * 2**20
"""Bytes of messages at the most, before they are compressed, unless one minibatch has more."""
AT_THE_START = 3
"""Minibatches that are recorded of a session that stands at its start."""
MOST_WORK = 2**35
"""Multiplications at the most, so that a large network is recorded in seconds as well."""
EXPLANATIONS = 4000
"""Numbers that are explained, spread evenly over the ops, and of one op at the most these:"""
OF_AN_OP = 48
EASY = 150
"""Units up to which an explanation is quick; of a larger network fewer numbers are explained."""
RESOLUTION = 30
"""Places along each side of a recorded surface."""

Message = tuple[int, bytes]
"""What is said on arriving at a position; text is told from binary by its brace."""


@dataclass
class Recording:
    """Messages by position, and the facts about all of them."""

    facts: dict[str, Any]
    messages: list[Message] = field(default_factory=list)

    def packed(self) -> bytes:
        """Return one compressed file: like a frame, a header with sizes, then what they are of."""
        # A binary message begins with a length that is a multiple of 8, and a brace is none.
        sizes = [(position, data[:1] == b"{", len(data)) for position, data in self.messages]
        header = orjson.dumps({**self.facts, "messages": sizes})
        bodies = (data for _, data in self.messages)
        whole = b"".join([len(header).to_bytes(8, "little"), header, *bodies])
        return gzip.compress(whole, 9, mtime=0)


def record(past: Past, position: int = 0, focus: int | None = 0) -> Recording:
    """Record the minibatches up to the one that a position stands in, or the first ones."""
    timeline = past.relived()
    length = timeline.length
    last = -(-position // length) * length or AT_THE_START * length
    first = max(0, last - _most_minibatches(timeline) * length)
    easy = EXPLANATIONS * EASY // max(EASY, sum(past.config.sizes))
    share = max(1, min(OF_AN_OP, easy // (last - first)))
    timeline.jump(first)
    if timeline.forward(first) == "diverged":  # it never comes so far
        return record(past, timeline.position, focus)
    timeline.keyframes.every = 1  # the start of a minibatch is asked for again and again
    minibatches: list[list[Message]] = []
    while timeline.position < last and timeline.diverged is None:
        minibatches.append(list(_minibatch(timeline, focus, share)))
        while len(minibatches) > 1 and sum(map(_size, minibatches)) > MOST_BYTES:
            del minibatches[0]
    first = minibatches[0][0][0]
    opening = [(first, data) for data in _opening(timeline, focus)]
    messages = [*opening, *chain(*minibatches), *_looks(timeline)]
    return Recording(_facts(timeline, first, position, focus), messages)


def _most_minibatches(timeline: Timeline) -> int:
    """Return how many can be recorded: after each update all examples are looked at once more."""
    run = timeline.run
    updates = sum(op.kind is Kind.UPDATE for op in run.program)
    looked_at = len(timeline.evaluator.data.Y) * updates
    work = run.parameters.flat[""].size * (looked_at + 4 * run.minibatches[0].size)
    return max(1, min(MOST_OPS // timeline.length, MOST_WORK // work))


def _size(messages: list[Message]) -> int:
    return sum(len(data) for _, data in messages)


def _facts(timeline: Timeline, first: int, position: int, focus: int | None) -> dict[str, Any]:
    last, run = timeline.position, timeline.run
    stops = Stops(run.program, run.per_epoch)
    sizes = (size for size in get_args(Size) if size != "op")
    return {
        "first": first,
        "last": last,
        "at": min(position, last),
        "focus": focus,
        "learning_rate": timeline.learning_rate(),
        "hiding": telling.Teller(timeline).is_hiding,
        "whole": _is_whole(timeline),
        "stops": {size: list(_ends(stops, size, first, last)) for size in sizes},
    }


def _text(message: Spoken, **more: Any) -> bytes:
    """Encode a message in the language of who asks for the recording."""
    return encode_text(message, current.get(), **more).encode()


def _ends(stops: Stops, size: Size, first: int, last: int) -> Iterator[int]:
    """Yield where the steps of a size end."""
    at = first
    while (at := stops.after(at, size, 1)) <= last:
        yield at


def _is_whole(timeline: Timeline) -> bool:
    """Whether every example is on record, not only the one in focus."""
    return timeline.run.minibatches[0].size * max(timeline.config.sizes) <= WHOLE


def _opening(timeline: Timeline, focus: int | None) -> Iterator[bytes]:
    """Yield what is true of the whole recording."""
    teller = telling.Teller(timeline)
    yield _text(teller.welcome(), protocol=PROTOCOL, rights="watch")
    state = "paused" if timeline.diverged is None else "diverged"
    facts: dict[str, Any] = {"state": state, "size": "op", "rate": 4.0, "focus": focus}
    yield _text(telling.status(timeline, **facts))
    if (points := teller.points()) is not None:
        yield encode_arrays(points)
    there = [row for row in timeline.curve.rows if row[0] * timeline.length <= timeline.position]
    seen = {name: column[: len(there)] for name, column in teller.curve().tensors.items()}
    yield encode_arrays(Arrays("curve", timeline.position, seen))


def _minibatch(timeline: Timeline, focus: int | None, share: int) -> Iterator[Message]:
    """Execute one minibatch and yield what is to be said at each of its ops."""
    start, run = timeline.position, timeline.run
    whole = frames.frame(timeline, run.names(), focus=focus, whole=True)
    yield start, encode_frame(whole, 0)
    yield from _looks(timeline)
    for op in run.program:
        diverged = bool(timeline.forward(timeline.position + 1))
        names = writes(op, run.config)
        drawn = op.kind is Kind.DRAW
        frame = frames.frame(timeline, names, focus=focus, whole=False, drawn=drawn)
        yield timeline.position, encode_frame(frame, 0)
        yield timeline.position, _explanations(timeline, op, focus, share)
        if diverged:
            return
        if op.kind is Kind.UPDATE and timeline.position % timeline.length:
            yield from _looks(timeline)


def _looks(timeline: Timeline) -> Iterator[Message]:
    """Yield what the network does with its data, as the weights are here."""
    teller = telling.Teller(timeline)
    yield timeline.position, _text(teller.evaluation())
    if (surface := teller.surface(RESOLUTION)) is not None:
        yield timeline.position, encode_arrays(surface)


# ---------------------------------------------------------------- why


def _explanations(timeline: Timeline, op: Op, focus: int | None, share: int) -> bytes:
    """Explain what an op wrote, the number that the page shows first before all others."""
    found: dict[str, orjson.Fragment] = {}
    here = telling.scene(timeline)
    for tensor, index, example in islice(_targets(timeline, op, focus), share):
        command = Explain(type="explain", tensor=tensor, index=index, example=example)
        with suppress(ArithmeticError, SessionError):  # too large a number cannot be told
            text = _text(telling.explanation(timeline, command, here))
            place = ",".join(map(str, index))
            found[f"{tensor}|{place}|{'' if example is None else example}"] = orjson.Fragment(text)
    return orjson.dumps({"type": "explanations", "found": found})


Target = tuple[str, tuple[int, ...], int | None]


def _targets(timeline: Timeline, op: Op, focus: int | None) -> Iterator[Target]:
    """Yield each number that an op wrote, in the order in which it will be asked for.

    First come those of the example in focus, then the first of each tensor in all the others.
    """
    run = timeline.run
    names = writes(op, run.config)
    examples = [*range(len(run.tensor("y"))), None]
    if op.kind is Kind.COST:
        yield "cost", (), None
        yield from (("costs", (n,), n) for n in examples if n is not None)
        return
    shapes = {name: _places(run.tensor(name).shape, name) for name in names}
    shown = {name: focus if _varies(name) else None for name in names}
    told = (target for name in names for target in _of(name, shapes[name], [shown[name]]))
    others = [n for n in examples if n != focus]
    firsts = ((name, (0,) * len(shapes[name]), n) for n in others for name in names)
    yield from islice(told, OF_AN_OP // 2)
    yield from (target for target in firsts if _varies(target[0]))
    yield from told
    yield from (t for name in names if _varies(name) for t in _of(name, shapes[name], others))


def _places(shape: tuple[int, ...], name: str) -> tuple[int, ...]:
    """Return the shape without the examples: units are counted, not rows."""
    return shape[1:] if is_of_examples(name) else shape


def _of(name: str, shape: tuple[int, ...], examples: list[int | None]) -> Iterator[Target]:
    return ((name, index, n) for n in examples for index in product(*map(range, shape)))


def _varies(name: str) -> bool:
    """Whether an explanation is of one example: a weight has one and the same for all."""
    return is_of_examples(name) or (name.startswith("d") and is_parameter(name[1:]))
