"""What is counted, for Prometheus. Each thing is declared here once.

Counting is on the way of every step, so the children of labels are resolved before. Labels are
names that the code knows, never a key and nothing that a browser sends.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import cache
from time import perf_counter
from typing import get_args

from prometheus_client import Counter, Gauge, Histogram, Summary, disable_created_metrics

from app.classroom.commands import ClassCommand, Said
from app.session.commands import Command

__all__ = [
    "COMMAND", "FAILED_WRITES", "REQUESTS", "ROOMS", "SLICE", "TOO_SLOW", "VIEWERS", "WRITE",
    "refused", "sent", "timed",
]  # fmt: skip

disable_created_metrics()  # type: ignore[no-untyped-call]
WAITS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
"""Seconds up to which a wait is noticed, is felt, is too long."""

ROOMS = Gauge("backstep_rooms", "sessions that are open")
VIEWERS = Gauge("backstep_viewers", "browsers that are connected")
COMMAND = Histogram(
    "backstep_command_seconds",
    "from the arrival of a command to its answer, acks aside",
    ["type", "outcome"],
    buckets=WAITS,
)
REFUSED = Counter("backstep_refusals", "errors that browsers were told, by code", ["code"])
SENT = Summary("backstep_sent_bytes", "messages to browsers and their size", ["form"])
TOO_SLOW = Counter("backstep_too_slow", "browsers that were given up because they did not read")
SLICE = Histogram(
    "backstep_slice_seconds", "slices of work on the thread that sessions share", buckets=WAITS
)
WRITE = Histogram("backstep_store_write_seconds", "savings of sessions", buckets=WAITS)
FAILED_WRITES = Counter("backstep_store_failures", "savings that failed")
REQUESTS = Counter("backstep_requests", "answers over HTTP", ["route", "status"])

_KINDS = (*get_args(Command), *get_args(ClassCommand))
_done = {kind: COMMAND.labels(kind.__name__.lower(), "done") for kind in _KINDS}
_refused = {kind: COMMAND.labels(kind.__name__.lower(), "refused") for kind in _KINDS}
_texts, _arrays = SENT.labels("text"), SENT.labels("binary")
_code = cache(REFUSED.labels)


class _Asked:
    """A command that is being answered."""

    __slots__ = ("is_refused",)

    def __init__(self) -> None:
        self.is_refused = False


_asked: ContextVar[_Asked | None] = ContextVar("asked", default=None)


def timed(command: Said, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Return work that answers a command and counts how it ended, and how long it took from now."""
    since = perf_counter()

    async def answer() -> None:
        asked = _Asked()
        before = _asked.set(asked)
        try:
            await work()
        finally:
            _asked.reset(before)
        children = _refused if asked.is_refused else _done
        children[type(command)].observe(perf_counter() - since)

    return answer


def refused(code: str, command: Said | None = None) -> None:
    """Count that somebody was told an error; a command that was not yet timed counts as well."""
    _code(code).inc()
    asked = _asked.get()
    if asked is not None:
        asked.is_refused = True
    elif command is not None:
        _refused[type(command)].observe(0)


def sent(item: str | bytes) -> None:
    """Count a message to a browser."""
    (_texts if isinstance(item, str) else _arrays).observe(len(item))
