"""Writes are gathered while one is under way, and one that fails is made again."""

import asyncio

import pytest

from app.live.journal import Batch, Journal

pytestmark = pytest.mark.anyio


class Disk:
    """What is written, when the test lets it."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.gate = asyncio.Event()
        self.broken = False

    async def write(self, batch: Batch) -> None:
        await self.gate.wait()
        self.batches.append(batch)
        if self.broken:
            raise OSError("the disk is full")


async def test_what_comes_while_a_write_is_under_way_is_written_together() -> None:
    disk = Disk()
    journal = Journal(disk.write)
    first = journal.put("a", {"x": b"1"})
    await asyncio.sleep(0)  # the first write begins
    later = [journal.put("a", {"x": b"2"}), journal.put("a", {"x": b"3"}), journal.put("b", {})]
    disk.gate.set()
    await asyncio.gather(first, *later)
    assert disk.batches == [{"a": {"x": b"1"}}, {"a": {"x": b"3"}, "b": {}}]
    await journal.close()


async def test_a_write_that_fails_holds_nobody_up_and_is_made_again_with_what_came_since() -> None:
    disk = Disk()
    disk.gate.set()
    disk.broken = True
    journal = Journal(disk.write, again=0)
    await journal.put("a", {"x": b"1", "y": b"1"})
    assert journal.put("a", {"x": b"2"}).done()
    disk.broken = False
    await journal.close()
    assert disk.batches[-1] == {"a": {"x": b"2", "y": b"1"}}


async def test_what_is_dropped_is_not_written() -> None:
    disk = Disk()
    journal = Journal(disk.write)
    journal.put("a", {"x": b"1"})
    journal.put("b", {"x": b"1"})
    journal.drop("a")
    disk.gate.set()
    await journal.close()
    assert disk.batches == [{"b": {"x": b"1"}}]
