"""Time travel is exact: whatever was done, a position has the numbers of a fresh execution."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from app.engine.config import Config, Stop
from app.engine.program import Kind, Op
from app.engine.run import Run
from app.errors import ConfigError
from app.session.timeline import Timeline

from .scenes import (
    LENGTH,
    PER_EPOCH,
    bits,
    configs,
    executed,
    go,
    make,
    moves,
    places,
    small,
    unstable,
    weights,
)


def rows(timeline: Timeline) -> np.ndarray:
    return np.array(timeline.curve.rows)


@given(configs, st.lists(moves, max_size=8))
@hypothesis(max_examples=80)
def test_any_history_gives_the_numbers_of_a_fresh_execution(config: Config, made: list) -> None:
    timeline = Timeline(config)
    for move in made:
        make(timeline, move)
    assert bits(timeline.run) == bits(executed(config, timeline.log, timeline.position))
    assert timeline.end >= timeline.position


@given(configs, st.lists(moves, max_size=5), places, places)
@hypothesis(max_examples=80)
def test_going_back_and_forward_again_gives_the_same_bits(
    config: Config, made: list, first: int, second: int
) -> None:
    timeline = Timeline(config)
    for move in made:
        make(timeline, move)
    seen = {}
    for place in (first, second, first, second):
        go(timeline, place)
        assert seen.setdefault(place, bits(timeline.run)) == bits(timeline.run)


@given(configs, places)
@hypothesis(max_examples=40)
def test_stepping_back_op_by_op_retraces_every_step(config: Config, end: int) -> None:
    timeline = Timeline(config)
    there = []
    for position in range(min(end, 40) + 1):
        go(timeline, position)
        there.append(bits(timeline.run))
    for position in reversed(range(len(there))):
        go(timeline, position)
        assert bits(timeline.run) == there[position]


@given(configs, places, places, weights, st.integers(0, 80))
@hypothesis(max_examples=80)
def test_the_future_put_aside_by_an_edit_is_rejoined_to_the_bit_and_left_again(
    config: Config, end: int, back: int, weight: tuple, further: int
) -> None:
    timeline = Timeline(config)
    go(timeline, end)
    old = bits(timeline.run)
    old_rows = rows(timeline)
    go(timeline, min(back, end))
    timeline.change(*weight, 2.5)
    fork = timeline.log[-1].position
    had_future = back < end
    go(timeline, timeline.position + further)
    new, new_rows, new_end = bits(timeline.run), rows(timeline), timeline.end
    assert timeline.rejoin() is had_future
    if not had_future:
        return
    assert timeline.end == end
    go(timeline, end)
    assert bits(timeline.run) == old
    assert np.array_equal(rows(timeline), old_rows, equal_nan=True)
    assert timeline.branch is not None
    assert (timeline.branch.fork, timeline.branch.end) == (fork, new_end)
    assert timeline.rejoin()
    go(timeline, new_end)
    assert bits(timeline.run) == new
    assert np.array_equal(rows(timeline), new_rows, equal_nan=True)


@given(configs, st.lists(moves, max_size=8))
@hypothesis(max_examples=80)
def test_the_curve_is_the_one_of_a_run_without_detours(config: Config, made: list) -> None:
    timeline = Timeline(config)
    for move in made:
        make(timeline, move)
    straight = Timeline(config)
    straight.load([change.as_json() for change in timeline.log])
    straight.forward(timeline.end)
    assert timeline.curve.stride == straight.curve.stride
    assert np.array_equal(rows(timeline), rows(straight), equal_nan=True)


def test_the_curve_of_a_long_run_is_bounded_and_evenly_spaced() -> None:
    timeline = Timeline(small())
    timeline.forward(LENGTH * 5000)
    measured = rows(timeline)[:, 0]
    assert len(measured) <= timeline.curve.MOST + 1
    assert set(np.diff(measured)) == {timeline.curve.stride}
    assert measured[-1] + timeline.curve.stride > 5000
    go(timeline, LENGTH * 1234 + 5)
    timeline.change("W1", (0, 0), 0.1)
    go(timeline, LENGTH * 3000)
    assert set(np.diff(rows(timeline)[:, 0])) == {timeline.curve.stride}


def test_keyframes_stay_within_their_number_and_any_position_is_still_exact() -> None:
    timeline = Timeline(small(), budget=1)
    assert timeline.keyframes.most == 8
    for target in (3000, 500, 4000, 3999, 4001):
        go(timeline, target * LENGTH + 7)
        assert len(timeline.keyframes) <= 8
    go(timeline, 700 * LENGTH + 3)
    timeline.change("W1", (0, 0), 0.5)
    timeline.forward(2000 * LENGTH)
    timeline.rejoin()
    assert len(timeline.keyframes) <= 8
    go(timeline, 1500 * LENGTH + 5)
    run = Run(timeline.config)
    run.advance(1500 * LENGTH + 5)
    assert bits(timeline.run) == bits(run)


def test_an_edit_before_the_update_holds_for_the_whole_minibatch() -> None:
    timeline = Timeline(small())
    go(timeline, LENGTH + 5)
    timeline.change("W1", (0, 0), 3.0)
    assert timeline.position == LENGTH + 5
    assert timeline.log[-1].position == LENGTH
    z, a, W, b = (timeline.run.tensor(name) for name in ("z1", "a0", "W1", "b1"))
    assert W[0, 0] == 3.0
    assert np.allclose(z, a @ W + b, rtol=1e-12)


def test_an_edit_after_the_update_holds_from_there() -> None:
    timeline = Timeline(small())
    go(timeline, LENGTH - 1)
    before = timeline.run.tensor("z1").copy()
    timeline.change("W1", (0, 0), 3.0)
    assert timeline.log[-1].position == LENGTH - 1
    assert np.array_equal(timeline.run.tensor("z1"), before)


def test_the_last_value_at_a_place_replaces_the_ones_before() -> None:
    timeline = Timeline(small())
    for value in (1.0, 2.0, 3.0):
        timeline.change("W1", (0, 0), value)
        timeline.change("learning_rate", (), value)
    assert [change.value for change in timeline.log] == [3.0, 3.0]


def test_a_learning_rate_changed_within_the_minibatch_survives_an_edit_there() -> None:
    timeline = Timeline(small())
    go(timeline, LENGTH + 2)
    timeline.change("learning_rate", (), 0.3)
    go(timeline, LENGTH + 6)
    timeline.change("W1", (0, 0), 1.0)
    assert timeline.learning_rate() == 0.3
    assert timeline.branch is None
    go(timeline, 3 * LENGTH)
    assert bits(timeline.run) == bits(executed(timeline.config, timeline.log, 3 * LENGTH))


def test_the_learning_rate_is_the_one_in_force_at_the_position() -> None:
    timeline = Timeline(small())
    go(timeline, 20)
    timeline.change("learning_rate", (), 0.3)
    go(timeline, 40)
    assert timeline.learning_rate() == 0.3
    go(timeline, 19)
    assert timeline.learning_rate() == 0.05
    go(timeline, 20)
    assert timeline.learning_rate() == 0.3


def test_going_on_from_the_past_trains_with_the_rate_that_was_in_force() -> None:
    timeline = Timeline(small())
    go(timeline, 20)
    timeline.change("learning_rate", (), 0.3)
    go(timeline, 10 * LENGTH)
    go(timeline, 8 * LENGTH + 4)
    go(timeline, 9 * LENGTH)
    assert bits(timeline.run) == bits(executed(timeline.config, timeline.log, 9 * LENGTH))


def test_reset_keeps_the_changes_made_at_the_start_and_forgets_the_rest() -> None:
    timeline = Timeline(small())
    timeline.change("W1", (0, 0), 1.0)
    go(timeline, 30)
    timeline.change("W1", (0, 1), 2.0)
    timeline.reset()
    assert (timeline.position, timeline.end, timeline.branch) == (0, 0, None)
    assert [change.position for change in timeline.log] == [0]
    assert timeline.run.tensor("W1")[0, 0] == 1.0
    assert not timeline.rejoin()


@given(
    st.sampled_from([0.4, 1.0, 7.0]),
    st.sampled_from(["float64", "float32"]),
    st.sampled_from([None, 1]),
    st.integers(0, 5),
)
@hypothesis(max_examples=25)
def test_divergence_is_found_at_the_same_op_by_running_and_by_stepping(
    rate: float, dtype: str, size: int | None, seed: int
) -> None:
    config = unstable(
        optimizer={"name": "sgd", "learning_rate": rate},
        dtype=dtype, minibatch_size=size, seed=seed,
    )  # fmt: skip
    stepped, ran = Timeline(config), Timeline(config)
    position = 0
    while not stepped.forward(position + 1):
        position += 1
    assert ran.forward(10**9) == "diverged"
    assert ran.diverged == stepped.diverged
    assert bits(ran.run) == bits(stepped.run)
    by_hand = executed(config, [], stepped.position)
    assert bits(by_hand) == bits(ran.run)
    assert not by_hand.is_finite()
    assert executed(config, [], stepped.position - 1).is_finite()


def test_divergence_names_the_op_and_is_found_again_after_going_back() -> None:
    timeline = Timeline(unstable())
    assert timeline.forward(10**6) == "diverged"
    found = timeline.diverged
    assert found is not None
    position, op = found
    assert op == timeline.run.program[(position - 1) % LENGTH]
    assert isinstance(op, Op)
    assert timeline.position == timeline.end == position
    go(timeline, 3)
    assert timeline.run.is_finite()
    assert timeline.forward(position + 50) == "diverged"
    assert (timeline.position, timeline.diverged) == (position, found)
    assert timeline.forward(position + 50) == "diverged"
    assert timeline.position == position


def test_an_edit_in_the_past_lifts_the_divergence_and_rejoining_brings_it_back() -> None:
    timeline = Timeline(unstable())
    timeline.forward(10**6)
    found = timeline.diverged
    go(timeline, 2)
    timeline.change("learning_rate", (), 0.001)
    assert timeline.diverged is None
    assert timeline.forward(400 * LENGTH) == ""
    timeline.rejoin()
    assert timeline.diverged == found
    assert timeline.forward(10**6) == "diverged"


def test_forward_does_about_as_many_minibatches_as_it_may() -> None:
    timeline = Timeline(small())
    timeline.forward(1000 * LENGTH, most=7)
    assert timeline.position == 7 * LENGTH
    timeline.forward(1000 * LENGTH + 3, most=10**6)
    assert timeline.position == 1000 * LENGTH + 3


@pytest.mark.parametrize(
    ("stop", "reason"),
    [
        (Stop(epochs=2), "epochs"),
        (Stop(cost_below=1e9), "cost_below"),
        (Stop(gradient_norm_below=1e9), "gradient_norm_below"),
    ],
)
def test_a_stop_condition_that_is_met_ends_the_way_between_minibatches(
    stop: Stop, reason: str
) -> None:
    timeline = Timeline(small())
    timeline.forward(5)
    assert timeline.forward(1000 * LENGTH, stop=stop) == reason
    assert timeline.position == (2 * PER_EPOCH * LENGTH if reason == "epochs" else LENGTH)


def test_a_stop_condition_that_is_not_met_ends_nothing() -> None:
    timeline = Timeline(small())
    stop = Stop(epochs=100, cost_below=1e-9, gradient_norm_below=1e-12)
    assert timeline.forward(20 * LENGTH, stop=stop) == ""
    assert timeline.position == 20 * LENGTH


def test_the_log_of_a_document_gives_the_same_run() -> None:
    timeline = Timeline(small())
    for place, weight in ((5, ("W1", (0, 0))), (23, ("b2", (0,))), (24, ("W2", (1, 0)))):
        go(timeline, place)
        timeline.change(*weight, 0.75)
    timeline.change("learning_rate", (), 0.2)
    go(timeline, 100)
    again = Timeline(small())
    again.load([change.as_json() for change in reversed(timeline.log)])
    again.forward(100)
    assert bits(again.run) == bits(timeline.run)


def test_the_program_repeats_with_the_length_the_tests_assume() -> None:
    timeline = Timeline(small())
    assert (timeline.length, timeline.run.per_epoch) == (LENGTH, PER_EPOCH)
    assert timeline.run.program[-1].kind is Kind.UPDATE


# ---------------------------------------------------------------- examples changed by hand


@pytest.mark.parametrize("size", [None, 3])
@pytest.mark.parametrize("position", [1, 6, LENGTH - 1, LENGTH, 3 * LENGTH])
def test_after_an_input_is_changed_every_number_on_the_screen_follows_from_it(
    size: int | None, position: int
) -> None:
    timeline = Timeline(small(minibatch_size=size))
    go(timeline, position)
    timeline.change("a0", (0, 1), 2.5)
    run = timeline.run
    assert run.tensor("a0")[0, 1] == 2.5
    start = timeline.start_of_minibatch()
    start.advance(position)
    assert bits(start) == bits(run)
    if position > 1:
        z = run.tensor("a0") @ start.tensor("W1") + start.tensor("b1") if position < 11 else None
        assert z is None or np.allclose(z, run.tensor("z1"), atol=1e-12)


@pytest.mark.parametrize("edited", [None, 0, 1, 2 * LENGTH, 2 * LENGTH + 3])
def test_what_weights_were_before_a_minibatch_is_what_a_run_finds_there(edited: int | None) -> None:
    timeline = Timeline(small())
    if edited is not None:
        go(timeline, edited)
        timeline.change("W1", (0, 1), 2.5)
    for position in (1, LENGTH, LENGTH + 1, 3 * LENGTH - 1, 3 * LENGTH):
        go(timeline, position)
        before, start = timeline.values_before(), timeline.start_of_minibatch()
        assert before["W1"][0, 1] == start.tensor("W1")[0, 1]
        assert all(np.array_equal(before[name], start.tensor(name)) for name in ("b1", "W2", "b2"))


def test_a_changed_example_keeps_its_value_in_every_later_epoch_and_not_before() -> None:
    timeline = Timeline(small())
    go(timeline, LENGTH + 3)
    timeline.change("y", (1, 0), 7.0)
    row = int(timeline.run.examples_shown()[1])
    go(timeline, 12 * LENGTH)
    assert timeline.evaluator.data.Y[row, 0] == 7.0
    go(timeline, LENGTH - 1)
    assert timeline.evaluator.data.Y[row, 0] != 7.0
    go(timeline, LENGTH + 1)
    assert timeline.run.tensor("y")[1, 0] == 7.0


def test_the_examples_of_others_stay_as_they_are() -> None:
    timeline, other = Timeline(small()), Timeline(small())
    go(timeline, 4)
    timeline.change("a0", (0, 0), 9.0)
    go(other, 4)
    assert other.run.tensor("a0")[0, 0] != 9.0


def test_the_point_of_a_changed_input_moves_with_it() -> None:
    timeline = Timeline(Config.parse({}))
    go(timeline, 3)
    timeline.change("a0", (2, 0), 0.5)
    points = timeline.evaluator.data.points
    assert points is not None
    assert points[2].tolist() == [0.5, 0.0]


def test_a_target_of_cross_entropy_becomes_the_wanted_class() -> None:
    data = {"name": "inline", "X": [[1.0], [2.0]], "labels": [0, 2]}
    layers = [{"units": 3, "activation": "softmax"}]
    config = Config.parse({"data": data, "layers": layers, "cost": {"name": "cross_entropy"}})
    timeline = Timeline(config)
    go(timeline, 3)
    timeline.change("y", (0, 1), 1.0)
    assert timeline.run.tensor("y").tolist() == [[0, 1, 0], [0, 0, 1]]


def test_a_number_that_is_dragged_is_one_change_and_its_old_future_stays() -> None:
    timeline = Timeline(small())
    go(timeline, 5 * LENGTH)
    before = bits(timeline.run)
    go(timeline, LENGTH + 3)
    for value in (0.1, 0.2, 0.3):
        timeline.change("W1", (0, 0), value)
    assert len(timeline.log) == 1
    assert timeline.branch is not None
    timeline.rejoin()
    go(timeline, 5 * LENGTH)
    assert bits(timeline.run) == before


def test_a_saved_change_of_an_example_is_made_again() -> None:
    timeline = Timeline(small())
    go(timeline, 2 * LENGTH + 4)
    timeline.change("a0", (0, 0), -1.5)
    again = Timeline(small())
    again.load([change.as_json() for change in timeline.log])
    for each in (timeline, again):
        go(each, 5 * LENGTH + 2)
    assert bits(again.run) == bits(timeline.run)
    for tensor, index in (("X", [7, 0]), ("Y", [0]), ("a0", []), ("y", [0, 0]), ("X", [0, 0])):
        with pytest.raises(ConfigError, match="edits"):
            Timeline(small()).load(
                [{"position": 1, "tensor": tensor, "index": index, "value": 1.0}]
            )


def test_an_earlier_change_of_an_example_that_is_made_later_does_not_win_after_going_back() -> None:
    timeline = Timeline(small(minibatch_size=None))
    go(timeline, LENGTH + 3)
    timeline.change("a0", (0, 0), 3.0)
    go(timeline, LENGTH)
    timeline.change("a0", (0, 0), 7.0)
    go(timeline, LENGTH + 3)
    timeline.change("a0", (0, 0), 3.0)
    go(timeline, LENGTH)
    timeline.change("y", (0, 0), 7.0)
    go(timeline, 4 * LENGTH)
    there = bits(timeline.run)
    go(timeline, 3 * LENGTH + 2)
    go(timeline, 4 * LENGTH)
    assert bits(timeline.run) == there
    assert bits(executed(timeline.config, timeline.log, 4 * LENGTH)) == there


@given(configs, st.lists(moves, max_size=5), places)
@hypothesis(max_examples=40)
def test_a_copy_stands_at_the_same_bits_with_the_same_past(
    config: Config, made: list, place: int
) -> None:
    timeline = Timeline(config)
    for move in made:
        make(timeline, move)
    copy = timeline.copy()
    assert bits(copy.run) == bits(timeline.run)
    assert (copy.position, copy.end, copy.log) == (timeline.position, timeline.end, timeline.log)
    for each in (timeline, copy):
        go(each, place)
    assert bits(copy.run) == bits(timeline.run)


def test_what_is_done_to_a_copy_does_not_touch_the_original() -> None:
    timeline = Timeline(small())
    go(timeline, 50)
    before = bits(timeline.run)
    copy = timeline.copy()
    copy.change("W1", (0, 0), 5.0)
    go(copy, 300)
    copy.reset()
    assert bits(timeline.run) == before
    assert (timeline.log, timeline.end) == ([], 50)
    go(timeline, 300)
    assert bits(timeline.run) == bits(executed(timeline.config, [], 300))
