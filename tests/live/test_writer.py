"""What is written to a socket, and when: on a line that remembers it, without a network."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest

from app.live.protocol import Protocol
from app.live.rooms import Rooms
from app.live.shelf import Shelf
from app.live.store import MemoryStore
from app.live.suite import CloseCode, Seat, Single
from app.live.viewer import MOST_TEXTS, Viewer
from app.live.writer import Writer
from app.settings import Settings

pytestmark = pytest.mark.anyio


class Line:
    """A socket that remembers what is written to it."""

    def __init__(self) -> None:
        self.is_writable = True
        self.drained: Callable[[], None] | None = None
        self.writes: list[list[str | bytes]] = []

    def write(self, following: Callable[[], str | bytes | None]) -> None:
        written = []
        while self.is_writable and (message := following()) is not None:
            written.append(message)
        if written:
            self.writes.append(written)


@pytest.fixture
async def seat() -> AsyncIterator[Seat]:
    """A seat whose viewer has been told all that a new one is told."""
    rooms = Rooms(Settings())
    suite = Single.new(rooms, Shelf(MemoryStore(), "shard"), {"config": {}})
    found = await suite.seat(suite.drive, Viewer())
    assert found is not None
    await settled()
    while found.viewer.next() is not None:
        pass
    yield found
    await suite.close()
    rooms.stop()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def opened(seat: Seat) -> tuple[Line, Writer]:
    line = Line()
    return line, Writer(cast(Protocol, line), seat)


async def test_what_waits_already_is_written(seat: Seat) -> None:
    seat.viewer.tell("earlier")
    line, _ = opened(seat)
    await settled()
    assert line.writes == [["earlier"]]


async def test_what_is_told_at_one_time_is_written_in_one_go(seat: Seat) -> None:
    line, _ = opened(seat)
    seat.viewer.tell("one")
    seat.viewer.tell("two")
    assert line.writes == []
    await settled()
    seat.viewer.tell("three")
    await settled()
    assert line.writes == [["one", "two"], ["three"]]


async def test_what_a_full_socket_does_not_take_is_written_later(seat: Seat) -> None:
    line, _ = opened(seat)
    line.is_writable = False
    seat.viewer.tell("late")
    await settled()
    assert line.writes == []
    line.is_writable = True
    assert line.drained is not None
    line.drained()
    await settled()
    assert line.writes == [["late"]]


async def test_it_is_over_when_the_seat_is_taken_away_but_what_was_told_is_written(
    seat: Seat,
) -> None:
    line, writer = opened(seat)
    seat.viewer.tell("the last word")
    seat.reason = CloseCode.ENDED
    seat.viewer.wake()
    await asyncio.wait_for(writer.over, 1)
    assert line.writes == [["the last word"]]


async def test_it_is_over_for_who_does_not_read(seat: Seat) -> None:
    line, writer = opened(seat)
    line.is_writable = False
    for number in range(MOST_TEXTS + 1):
        seat.viewer.tell(f"{number}")
    await asyncio.wait_for(writer.over, 1)
    assert seat.viewer.overrun


async def test_after_its_stop_nothing_is_written(seat: Seat) -> None:
    line, writer = opened(seat)
    seat.viewer.tell("too late")
    writer.stop()
    seat.viewer.tell("far too late")
    await settled()
    assert (line.writes, line.drained) == ([], None)


async def test_what_cannot_be_told_ends_it_for_this_browser_alone(
    seat: Seat, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Any:
        raise ZeroDivisionError

    _, writer = opened(seat)
    with caplog.at_level(logging.ERROR, "backstep.socket"):
        seat.viewer.fill("surface", broken)
        await asyncio.wait_for(writer.over, 1)
    assert "could not be told" in caplog.text
    assert not seat.room.closed
