"""The compiler: straight-line functions, and sweeps joined without changing a bit."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.engine.compiler import Kernel, Sweep, compile_kernels, compile_loop, fuse
from app.engine.functions import Call

from .networks import Array


def test_each_list_of_calls_becomes_a_function() -> None:
    seen: list[Any] = []
    one, nothing, two = compile_kernels(
        [[(seen.append, 1)], [], [(seen.append, 2), (seen.extend, (3, 4))]]
    )
    two(), nothing(), one()
    assert seen == [2, 3, 4, 1]
    assert one() is None


def test_equal_arrays_are_still_two_arrays() -> None:
    a, b = np.zeros(2), np.zeros(2)
    (run,) = compile_kernels([[(np.add, a, 1, a), (np.add, b, 2, b)]])
    run()
    assert (a.tolist(), b.tolist()) == ([1, 1], [2, 2])


def test_more_arrays_than_a_call_may_have_arguments() -> None:
    arrays = [np.zeros(1) for _ in range(1000)]
    (run,) = compile_kernels([[(np.add, a, 1, a) for a in arrays]])
    run()
    assert all(a[0] == 1 for a in arrays)


def test_extrema_take_their_output_without_a_warning() -> None:
    a, out = np.array([-1.0, 2.0]), np.empty(2)
    up, down = compile_kernels([[(np.maximum, a, 0, out)], [(np.minimum, a, 0, out)]])
    up()
    assert out.tolist() == [0, 2]
    down()
    assert out.tolist() == [-1, 0]


class Clock:
    iteration = -1


def test_a_loop_does_its_calls_with_every_iteration() -> None:
    clock, seen = Clock(), []
    loop = compile_loop([(lambda: seen.append(clock.iteration),)], clock, None)
    assert loop(3, 6)
    assert seen == [3, 4, 5]
    assert clock.iteration == 5
    assert loop(6, 6)
    assert seen == [3, 4, 5]


def test_a_loop_ends_after_an_iteration_that_is_denied() -> None:
    clock, seen = Clock(), []
    calls = [(lambda: seen.append(clock.iteration),)]
    loop = compile_loop(calls, clock, lambda: clock.iteration < 4)
    assert not loop(0, 10)
    assert seen == [0, 1, 2, 3, 4]
    assert loop(2, 4)


def test_a_loop_of_nothing_still_keeps_the_time() -> None:
    clock = Clock()
    assert compile_loop([], clock, None)(0, 3)
    assert clock.iteration == 2


class Vector:
    """A vector with elementwise rules, each of which notes the spans it is asked for."""

    def __init__(self, size: int) -> None:
        self.w = np.arange(1.0, size + 1)
        self.asked: list[tuple[str, slice]] = []

    def double(self, span: slice) -> list[Call]:
        self.asked.append(("double", span))
        return [(np.multiply, self.w[span], 2, self.w[span])]

    def add(self, span: slice) -> list[Call]:
        self.asked.append(("add", span))
        return [(np.add, self.w[span], 1, self.w[span])]


def kernel(*steps: Any, reads: str = "", writes: str = "") -> Kernel:
    return Kernel(steps, frozenset(reads.split()), frozenset(writes.split()))


def test_the_sweeps_of_neighbours_become_one() -> None:
    v = Vector(9)
    kernels = [
        kernel(Sweep(v.double, slice(6, 9)), writes="c"),
        kernel(Sweep(v.double, slice(3, 6)), writes="b"),
        kernel(Sweep(v.double, slice(0, 3)), writes="a"),
    ]
    assert len(fuse(kernels)) == 1
    assert v.asked == [("double", slice(0, 9))]


def test_sweeps_with_a_gap_between_them_stay_apart() -> None:
    v = Vector(9)
    kernels = [
        kernel(Sweep(v.double, slice(0, 3)), writes="a"),
        kernel(Sweep(v.double, slice(4, 9)), writes="b"),
    ]
    assert len(fuse(kernels)) == 2
    assert v.asked == [("double", slice(0, 3)), ("double", slice(4, 9))]


def test_rules_keep_their_order() -> None:
    v = Vector(4)
    kernels = [
        kernel(Sweep(v.double, slice(2, 4)), Sweep(v.add, slice(2, 4)), writes="b"),
        kernel(Sweep(v.double, slice(0, 2)), Sweep(v.add, slice(0, 2)), writes="a"),
    ]
    calls = fuse(kernels)
    assert [rule for rule, _ in v.asked] == ["double", "add"]
    compile_kernels([calls])[0]()
    assert v.w.tolist() == [3, 5, 7, 9]


def test_the_same_rule_of_two_vectors_is_two_rules() -> None:
    v, w = Vector(2), Vector(2)
    fuse([kernel(Sweep(v.double, slice(0, 1))), kernel(Sweep(w.double, slice(1, 2)))])
    assert v.asked == [("double", slice(0, 1))]
    assert w.asked == [("double", slice(1, 2))]


def test_a_sweep_is_done_before_its_result_is_read() -> None:
    v, seen = Vector(2), []
    look = (lambda: seen.append(v.w.tolist()),)
    kernels = [
        kernel(Sweep(v.double, slice(0, 2)), writes="a"),
        kernel(look, reads="b"),
        kernel(look, reads="a"),
        kernel(look, reads="a"),
    ]
    compile_kernels([fuse(kernels)])[0]()
    assert seen == [[1, 2], [2, 4], [2, 4]]


def test_a_kernel_alone_does_all_of_its_steps() -> None:
    v = Vector(2)
    alone = kernel((np.add, v.w, 5, v.w), Sweep(v.double, slice(0, 1)))
    compile_kernels([alone.calls])[0]()
    assert v.w.tolist() == [12, 7]


def test_nothing_fuses_to_nothing() -> None:
    assert fuse([]) == []
    assert fuse([kernel()]) == []


BLOCKS = 4


@st.composite
def programs(draw: st.DrawFn) -> list[tuple[str, int]]:
    """What a minibatch of any kind does: sweeps over blocks, and looks at them."""
    sweeps = st.tuples(st.sampled_from(["double", "add", "look"]), st.integers(0, BLOCKS - 1))
    return draw(st.lists(sweeps, max_size=20))


def executed(steps: list[tuple[str, int]], *, fused: bool) -> tuple[list[float], list[Array]]:
    """Run the steps one kernel each, where every kernel reads what it changes, as updates do."""
    v, looks = Vector(3 * BLOCKS), []

    def made(what: str, block: int) -> Kernel:
        span, name = slice(3 * block, 3 * block + 3), f"w{block}"
        if what == "look":
            return kernel((lambda: looks.append(v.w[span].copy()),), reads=name)
        return kernel(Sweep(getattr(v, what), span), reads=name, writes=name)

    kernels = [made(*step) for step in steps]
    calls = fuse(kernels) if fused else [call for k in kernels for call in k.calls]
    compile_kernels([calls])[0]()
    return v.w.tolist(), looks


@given(programs())
def test_fused_or_one_by_one_gives_the_same(steps: list[tuple[str, int]]) -> None:
    (w, looks), (expected, seen) = executed(steps, fused=True), executed(steps, fused=False)
    assert w == expected
    assert [a.tolist() for a in looks] == [b.tolist() for b in seen]
