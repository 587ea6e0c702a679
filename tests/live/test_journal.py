"""Writes are gathered while one is under way, and one that fails is made again."""

import asyncio

import pytest

from app.live.journal import Batch, Journal, Written

from .clients import UNIT

pytestmark = pytest.mark.anyio


class Disk:
    """What is written, when the test lets it."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.gate = asyncio.Event()
        self.broken = False
        self.refuses = Written()

    async def write(self, batch: Batch) -> Written:
        await self.gate.wait()
        self.batches.append(batch)
        if self.broken:
            raise OSError("the disk is full")
        return self.refuses


async def tried(disk: Disk, times: int) -> None:
    """Let the loop turn until so many writes were tried."""
    async with asyncio.timeout(UNIT):
        while len(disk.batches) < times:  # noqa: ASYNC110  # the disk tells nobody
            await asyncio.sleep(0)


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


async def test_a_store_that_restarts_is_waited_for() -> None:
    disk = Disk()
    disk.gate.set()
    disk.broken = True
    journal = Journal(disk.write, again=0, patience=UNIT)
    kept = journal.put("a", {"x": b"1"})
    await tried(disk, 2)
    later = journal.put("a", {"x": b"2"})
    assert not kept.done()
    disk.broken = False
    assert await asyncio.gather(kept, later) == [True, True]
    assert disk.batches[-1] == {"a": {"x": b"2"}}
    assert not journal.holds("a")


async def test_one_record_that_cannot_be_written_holds_up_no_other() -> None:
    disk = Disk()
    disk.gate.set()
    disk.refuses = Written(failed=("a",))
    journal = Journal(disk.write, again=0, patience=UNIT)
    bad, good = journal.put("a", {"x": b"1"}), journal.put("b", {"x": b"1"})
    assert await good
    assert not bad.done()
    assert journal.holds("a")
    disk.refuses = Written()
    assert await bad
    assert disk.batches == [{"a": {"x": b"1"}, "b": {"x": b"1"}}, {"a": {"x": b"1"}}]


async def test_who_waits_for_a_record_that_is_lost_hears_that_it_is_not_kept() -> None:
    disk = Disk()
    disk.gate.set()
    disk.refuses = Written(lost=("a",))
    journal = Journal(disk.write)
    lost, kept = journal.put("a", {"x": b"1"}), journal.put("b", {"x": b"1"})
    assert await asyncio.gather(lost, kept) == [False, True]
    await journal.close()
    assert len(disk.batches) == 1


@pytest.mark.parametrize("broken", [False, True])
async def test_what_is_dropped_while_it_is_written_is_not_promised_and_not_tried_again(
    broken: bool,
) -> None:
    disk = Disk()
    disk.broken = broken
    journal = Journal(disk.write, again=0, patience=UNIT)
    kept = journal.put("a", {"x": b"1"})
    await asyncio.sleep(0)  # the write begins
    waiting = journal.put("a", {"x": b"2"})
    journal.drop("a")
    disk.gate.set()
    assert await asyncio.gather(kept, waiting) == [False, False]
    disk.broken = False
    await journal.close()
    assert disk.batches == [{"a": {"x": b"1"}}]


async def test_who_no_longer_waits_ends_nothing_for_the_others() -> None:
    disk = Disk()
    journal = Journal(disk.write)
    impatient = journal.put("a", {"x": b"1"})
    await asyncio.sleep(0)  # the write begins
    impatient.cancel()
    disk.gate.set()
    assert await journal.put("a", {"x": b"2"})
    assert disk.batches[-1] == {"a": {"x": b"2"}}


async def test_what_is_dropped_is_not_written() -> None:
    disk = Disk()
    journal = Journal(disk.write)
    journal.put("a", {"x": b"1"})
    journal.put("b", {"x": b"1"})
    journal.drop("a")
    disk.gate.set()
    await journal.close()
    assert disk.batches == [{"b": {"x": b"1"}}]
