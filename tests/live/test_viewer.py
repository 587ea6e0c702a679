"""An outbox that never waits, never grows, and shows a slow viewer the present."""

import asyncio
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.live.viewer import BACKLOG, HEAVIEST, IN_FLIGHT, MOST_TEXTS, Viewer

from .clients import UNIT


def viewer() -> Viewer:
    return Viewer(may_drive=True)


def offered(to: Viewer, *seqs: int, whole: bool = False, size: int = 1) -> None:
    for seq in seqs:
        snapshot = (seq, b"s%d" % seq)
        to.offer(seq, (b"f%d" % seq).ljust(size), whole=whole, snapshot=partial(tuple, snapshot))


def sent(by: Viewer) -> list[str | bytes]:
    items = []
    while (item := by.next()) is not None:
        items.append(item)
    return items


def test_no_more_frames_fly_than_there_are_credits() -> None:
    slow = viewer()
    offered(slow, *range(1, 10))
    assert sent(slow) == [b"f1", b"f2", b"f3", b"f4"]
    assert slow.in_flight == IN_FLIGHT
    assert sent(slow) == []


def test_an_acknowledgement_gives_back_the_credit_of_everything_up_to_it() -> None:
    slow = viewer()
    offered(slow, *range(1, 10))
    sent(slow)
    slow.acknowledge(3)
    assert sent(slow) == [b"f5", b"f6", b"f7"]
    slow.acknowledge(10**18)
    assert sent(slow) == [b"f8", b"f9"]


def test_texts_need_no_credit_and_go_first() -> None:
    slow = viewer()
    offered(slow, *range(1, 10))
    sent(slow)
    slow.tell("status")
    assert sent(slow) == ["status"]


def test_a_backlog_becomes_one_snapshot_of_the_present() -> None:
    slow = viewer()
    offered(slow, *range(1, IN_FLIGHT + 1))
    sent(slow)
    first = IN_FLIGHT + 1
    offered(slow, *range(first, first + BACKLOG + 3))
    slow.acknowledge(IN_FLIGHT)
    at = first + BACKLOG
    assert sent(slow) == [b"s%d" % at, b"f%d" % (at + 1), b"f%d" % (at + 2)]


def test_a_backlog_is_bounded_in_bytes_too() -> None:
    slow = viewer()
    offered(slow, 1, 2, 3, size=HEAVIEST // 3 + 1)
    assert sent(slow) == [b"s3"]


def test_one_frame_that_is_heavy_by_itself_is_sent() -> None:
    slow = viewer()
    offered(slow, 1, size=HEAVIEST)
    assert len(sent(slow)) == 1


def test_a_whole_frame_makes_the_ones_before_superfluous() -> None:
    slow = viewer()
    offered(slow, 1, 2)
    offered(slow, 3, whole=True)
    offered(slow, 4)
    assert sent(slow) == [b"f3", b"f4"]


def test_in_a_slot_the_newest_wins_and_is_encoded_when_it_is_sent() -> None:
    one = viewer()
    made: list[int] = []

    def encoded(value: int) -> bytes:
        made.append(value)
        return b"%d" % value

    for value in (1, 2, 3):
        one.fill("curve", partial(encoded, value))
    assert made == []
    assert sent(one) == [b"3"]
    assert made == [3]


def test_slots_wait_for_frames_and_for_a_viewer_that_keeps_up() -> None:
    one = viewer()
    for slot in ("curve", "surface"):
        one.fill(slot, lambda: b"slot")
    offered(one, 1, 2)
    assert sent(one) == [b"f1", b"f2"]
    one.acknowledge(1)
    assert sent(one) == [b"slot", b"slot"]


def test_a_fresh_start_voids_what_waits() -> None:
    one = viewer()
    offered(one, 1)
    one.fill("curve", lambda: b"slot")
    one.tell("welcome", fresh_start=True)
    assert sent(one) == ["welcome"]


def test_a_viewer_that_reads_no_texts_is_given_up() -> None:
    dead = viewer()
    for _ in range(MOST_TEXTS):
        dead.tell("status")
    assert not dead.overrun
    dead.tell("status")
    assert dead.overrun
    assert len(sent(dead)) == MOST_TEXTS


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("offer"), st.booleans()),
            st.tuples(st.just("send"), st.none()),
            st.tuples(st.just("ack"), st.integers(0, 6)),
        ),
        max_size=200,
    )
)
def test_what_arrives_is_without_a_gap_except_before_something_whole(acts: list) -> None:
    one, seq, last = viewer(), 0, 0
    for act, value in acts:
        match act:
            case "offer":
                seq += 1
                offered(one, seq, whole=value)
                if value:
                    one._frames[-1] = (seq, b"s%d" % seq)
            case "ack":
                one.acknowledge(max(0, last - value))
            case "send":
                if (item := one.next()) is not None:
                    number = int(item[1:])
                    assert number == last + 1 or item[:1] == b"s"
                    assert number > last
                    last = number
        assert one.in_flight <= IN_FLIGHT
        assert len(one._frames) <= BACKLOG


@pytest.mark.anyio
async def test_waiting_ends_when_there_is_something_or_at_a_wake() -> None:
    one = viewer()
    for wake in (
        lambda: one.tell("text"),
        lambda: offered(one, 1),
        lambda: one.fill("curve", lambda: b""),
        lambda: one.acknowledge(1),
        one.wake,
    ):
        waiting = asyncio.create_task(one.wait())
        await asyncio.sleep(0)
        assert not waiting.done()
        wake()
        await asyncio.wait_for(waiting, UNIT)


@pytest.mark.anyio
async def test_an_acknowledgement_wakes_nobody_where_nothing_waits() -> None:
    one = viewer()
    offered(one, 1)
    await one.wait()
    sent(one)
    one.acknowledge(1)
    waiting = asyncio.create_task(one.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
