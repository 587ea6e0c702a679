"""Where steps end, against the definition: count the ends one by one."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.program import Op, program
from app.session.commands import Size
from app.session.stops import Stops

from .scenes import LENGTH, PER_EPOCH, small

OPS = program(small())
CLIPPED = program(small(clip={"by": "norm", "threshold": 1.0}))
sizes = st.sampled_from(get_args(Size))
programs = st.sampled_from([OPS, CLIPPED])
positions = st.integers(0, 5 * PER_EPOCH * LENGTH)
counts = st.integers(1, 40)


def is_end(ops: tuple[Op, ...], position: int, size: Size) -> bool:
    """Whether a step of a size ends at a position, by definition."""
    turn, place = divmod(position, len(ops))
    if place == 0:
        return size != "epoch" or turn % PER_EPOCH == 0
    before, after = ops[place - 1], ops[place]
    match size:
        case "op":
            return True
        case "layer":
            return (before.phase, before.layer) != (after.phase, after.layer)
        case "phase":
            return before.phase != after.phase
        case _:
            return False


def walked(ops: tuple[Op, ...], position: int, size: Size, count: int) -> int:
    """Go op by op, in the direction of the sign of `count`."""
    way = 1 if count > 0 else -1
    while count and (way > 0 or position):
        position += way
        count -= way * is_end(ops, position, size)
    return position


@given(programs, positions, sizes, counts)
def test_steps_forward_end_where_the_definition_says(
    ops: tuple[Op, ...], position: int, size: Size, count: int
) -> None:
    stops = Stops(ops, PER_EPOCH)
    assert stops.after(position, size, count) == walked(ops, position, size, count)


@given(programs, positions, sizes, counts)
def test_steps_back_end_where_the_definition_says(
    ops: tuple[Op, ...], position: int, size: Size, count: int
) -> None:
    stops = Stops(ops, PER_EPOCH)
    assert stops.before(position, size, count) == walked(ops, position, size, -count)


@given(programs, positions, sizes, counts)
def test_forward_and_back_undo_each_other_from_an_end(
    ops: tuple[Op, ...], position: int, size: Size, count: int
) -> None:
    stops = Stops(ops, PER_EPOCH)
    end = stops.after(position, size, 1)
    assert stops.before(stops.after(end, size, count), size, count) == end


@given(sizes, st.integers(1, 1_000_000))
def test_a_million_steps_are_counted_at_once(size: Size, count: int) -> None:
    stops = Stops(OPS, PER_EPOCH)
    assert stops.before(stops.after(0, size, count), size, count) == 0


@pytest.mark.parametrize(
    ("size", "ends"),
    [
        ("op", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]),
        ("layer", [1, 3, 5, 6, 8, 10, 11, 12, 13]),
        ("phase", [1, 5, 6, 10, 12, 13]),
        ("minibatch", [12, 24]),
        ("epoch", [36, 72]),
    ],
)
def test_a_plain_network_is_stepped_through_as_printed_here(size: Size, ends: list[int]) -> None:
    stops, position = Stops(OPS, PER_EPOCH), 0
    for end in ends:
        position = stops.after(position, size, 1)
        assert position == end


def test_the_next_breakpoint_is_in_this_minibatch_or_the_next() -> None:
    stops = Stops(program(small()), 3)
    assert stops.break_after(5) is None
    stops.set_break(3, True)
    stops.set_break(9, True)
    assert [stops.break_after(p) for p in (0, 3, 4, 9, 10, 12, 15, 16)] == [
        4, 4, 10, 10, 16, 16, 16, 22,
    ]  # fmt: skip
    stops.set_break(3, False)
    assert stops.breaks == (9,)
