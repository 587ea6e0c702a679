"""Keyframes and the curve: bounded, and nothing lost that is needed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.history import Change, CurveLog, Keyframes, Trail


def kept(iteration: int) -> np.ndarray:
    return np.array([float(iteration)])


def filled(most: int, iterations: list[int]) -> Keyframes:
    keyframes = Keyframes(256, most * 256)
    for iteration in [0, *iterations]:
        if keyframes.wants(iteration):
            keyframes.put(iteration, kept(iteration))
    return keyframes


@given(st.lists(st.integers(1, 10_000), max_size=200))
def test_keyframes_are_bounded_and_the_start_is_never_lost(iterations: list[int]) -> None:
    keyframes = filled(16, iterations)
    assert len(keyframes) <= 16
    assert keyframes.before(0)[0] == 0
    for iteration in iterations:
        at, state = keyframes.before(iteration)
        assert at <= iteration
        assert state == kept(at)


@given(st.lists(st.integers(1, 1000), max_size=50), st.integers(0, 1000))
def test_what_is_cut_off_comes_back_by_adding_it(iterations: list[int], fork: int) -> None:
    keyframes, untouched = filled(64, iterations), filled(64, iterations)
    cut = keyframes.cut(fork)
    assert all(at > fork for at in cut)
    assert keyframes.before(10**9)[0] <= fork
    keyframes.add(cut)
    for iteration in (*iterations, fork, 10**9):
        assert keyframes.before(iteration)[0] == untouched.before(iteration)[0]


def test_adding_keeps_to_the_bound() -> None:
    keyframes = filled(8, list(range(1, 8)))
    cut = keyframes.cut(0)
    for iteration in range(1, 8):
        keyframes.put(iteration * 10, kept(iteration * 10))
    keyframes.add(cut)
    assert len(keyframes) <= 8


def test_keyframes_of_a_large_network_are_rarer_and_fewer() -> None:
    keyframes = Keyframes(2**20, 32 * 2**20)
    assert keyframes.most == 32
    assert keyframes.every == 4
    assert keyframes.wants(8)
    assert not keyframes.wants(9)
    assert keyframes.next_wanted(8) == 12
    assert keyframes.next_wanted(9) == 12


def test_a_keyframe_is_wanted_once() -> None:
    keyframes = filled(8, [3])
    assert not keyframes.wants(3)


def recorded(iterations: int, stride: int = 1) -> CurveLog:
    curve = CurveLog(["iteration", "train"], stride)
    for iteration in range(iterations + 1):
        if curve.wants(iteration):
            curve.put((iteration, -iteration))
    return curve


@given(st.integers(0, 9000), st.integers(1, 7))
def test_the_curve_has_every_place_of_its_stride_and_no_more_than_it_may(
    iterations: int, stride: int
) -> None:
    curve = recorded(iterations, stride)
    assert [row[0] for row in curve.rows] == list(range(0, iterations + 1, curve.stride))
    assert len(curve.rows) <= curve.MOST
    assert curve.stride % stride == 0


@given(st.integers(0, 3000), st.integers(0, 5000))
def test_the_next_place_is_the_first_that_is_wanted(iterations: int, beyond: int) -> None:
    curve = recorded(iterations)
    here = iterations + beyond % 7
    following = curve.next_wanted(here)
    assert following > here
    assert curve.wants(following)
    assert not any(curve.wants(i) for i in range(here + 1, following))


@given(st.integers(0, 2500), st.integers(0, 2500), st.integers(0, 6000))
def test_a_curve_that_was_cut_is_whole_again_after_adding(
    iterations: int, fork: int, other: int
) -> None:
    curve = recorded(iterations)
    aside = curve.cut(min(fork, iterations))
    for iteration in range(fork, other):
        if curve.wants(iteration):
            curve.put((iteration, 7))
    curve.cut(min(fork, iterations))
    curve.add(*aside)
    expected = [i for i in range(0, iterations + 1, curve.stride)]
    assert [row for row in curve.rows] == [(i, -i) for i in expected]


def test_what_changed_is_named_by_its_first_entry_and_only_once() -> None:
    curve = recorded(9)
    assert curve.take_changed() == 0
    assert curve.take_changed() is None
    curve.put((10, 0))
    curve.put((11, 0))
    assert curve.take_changed() == 10
    curve.cut(4)
    assert curve.take_changed() == 5


def test_thinning_changes_the_curve_from_its_start() -> None:
    curve = recorded(curve_most := CurveLog.MOST - 1)
    curve.take_changed()
    curve.put((curve_most + 1, 0))
    assert curve.stride == 2
    assert curve.take_changed() == 0


def test_columns_are_arrays_by_name_from_an_entry_on() -> None:
    columns = recorded(5).columns(2)
    assert columns["iteration"].tolist() == [2, 3, 4, 5]
    assert columns["train"].tolist() == [-2, -3, -4, -5]
    assert columns["train"].flags.c_contiguous
    assert [c.tolist() for c in recorded(5).columns(99).values()] == [[], []]


def test_a_change_knows_what_replaces_it_and_how_it_is_saved() -> None:
    change = Change(3, "W1", (0, 1), 0.5)
    assert change.is_replaced_by(Change(3, "W1", (0, 1), 9.0))
    assert not change.is_replaced_by(Change(4, "W1", (0, 1), 0.5))
    assert not change.is_replaced_by(Change(3, "W1", (1, 1), 0.5))
    saved = {"position": 3, "tensor": "W1", "index": [0, 1], "value": 0.5}
    assert change.as_json() == saved
    assert not change.is_rate
    assert Change(3, "learning_rate", (), 0.5).is_rate
    with pytest.raises(AttributeError):
        change.value = 1.0  # type: ignore[misc]


def test_a_trail_is_bounded_ends_where_it_is_asked_to_and_is_cut_and_put_back() -> None:
    trail = Trail()
    for iteration in range(3 * CurveLog.MOST):
        trail.put(iteration, np.array([float(iteration)]))
    assert len(trail.until(10**9)) <= CurveLog.MOST
    before = [w.item() for w in trail.until(100)]
    assert before == sorted(before)
    assert before[-1] < 100
    cut = trail.cut(99)
    assert len(trail.until(10**9)) == len(before)
    trail.add(cut)
    assert len(trail.until(10**9)) > len(before)


def test_of_large_networks_there_is_no_trail() -> None:
    trail = Trail()
    trail.put(0, np.zeros(Trail.LARGEST + 1))
    assert trail.until(1) == []
