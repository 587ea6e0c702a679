"""Minibatches: every example once in an epoch, in an order that the seed and the epoch decide."""

from itertools import chain
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.compiler import compile_kernels
from app.engine.examples import examples
from app.engine.minibatches import Minibatches, drawing
from app.engine.run import Run
from app.engine.state import Tape

from .networks import drawn, net


def minibatches(n: int = 7, size: int | None = 3, **settings: Any) -> Minibatches:
    config = net((2, "linear"), data=drawn(n, 3, 2), minibatch_size=size, **settings)
    return Minibatches(config, examples(config))


def epoch_of(m: Minibatches, epoch: int) -> list[list[int]]:
    first = epoch * m.per_epoch
    return [m.examples_of(i).tolist() for i in range(first, first + m.per_epoch)]


def flat(parts: list[list[int]]) -> list[int]:
    return list(chain.from_iterable(parts))


@given(st.integers(1, 20), st.integers(1, 25), st.booleans(), st.integers(0, 3))
def test_an_epoch_has_every_example_once(n: int, size: int, shuffle: bool, epoch: int) -> None:
    m = minibatches(n, size, shuffle=shuffle)
    parts = epoch_of(m, epoch)
    assert sorted(flat(parts)) == list(range(n))
    assert [len(part) for part in parts] == [
        m.count(epoch * m.per_epoch + i) for i in range(len(parts))
    ]
    assert {len(part) for part in parts[:-1]} <= {size}
    assert len(parts) == m.per_epoch == -(-n // min(n, size))


def test_the_last_minibatch_of_an_epoch_has_what_is_left() -> None:
    m = minibatches(7, 3)
    assert [m.count(i) for i in range(7)] == [3, 3, 1, 3, 3, 1, 3]


@pytest.mark.parametrize("size", [None, 7, 100])
def test_one_minibatch_of_all_examples_keeps_their_order(size: int | None) -> None:
    m = minibatches(7, size)
    assert (m.whole, m.shuffle, m.per_epoch) == (True, False, 1)
    for iteration in (0, 1, 5):
        assert m.examples_of(iteration).tolist() == list(range(7))


def test_without_shuffling_the_order_is_that_of_the_data() -> None:
    m = minibatches(7, 3, shuffle=False)
    for epoch in range(3):
        assert epoch_of(m, epoch) == [[0, 1, 2], [3, 4, 5], [6]]


def test_every_epoch_has_an_order_of_its_own() -> None:
    m = minibatches(50, 10)
    orders = [flat(epoch_of(m, epoch)) for epoch in range(5)]
    assert len({tuple(order) for order in orders}) == 5
    assert orders[0] != list(range(50)), "the first epoch is shuffled too"


def test_the_order_is_a_function_of_the_seed_and_the_epoch() -> None:
    first, second, other = minibatches(seed=3), minibatches(seed=3), minibatches(seed=4)
    backwards = [second.examples_of(i).tolist() for i in reversed(range(12))]
    assert [first.examples_of(i).tolist() for i in range(12)] == backwards[::-1]
    assert [first.examples_of(i).tolist() for i in range(12)] != [
        other.examples_of(i).tolist() for i in range(12)
    ]


def test_only_training_examples_are_drawn() -> None:
    data = {**drawn(20, 3, 2), "test_share": 0.4}
    config = net((2, "linear"), data=data, minibatch_size=5)
    m = Minibatches(config, examples(config))
    assert sorted(flat(epoch_of(m, 1))) == list(range(12))


@pytest.mark.parametrize("settings", [{}, {"shuffle": False}, {"minibatch_size": None}], ids=str)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_drawn_minibatch_stands_on_the_tape(settings: dict[str, Any], dtype: str) -> None:
    settings = {"minibatch_size": 4, "dtype": dtype, **settings}
    config = net((2, "linear"), data=drawn(8, 3, 2), **settings)
    data = examples(config)
    m = Minibatches(config, data)
    tape, clock = Tape(config, m.size), SimpleNamespace(iteration=0)
    draw, *_ = compile_kernels([drawing([m], tape, clock)])
    for clock.iteration in (0, 3, 1, 7):
        draw()
        rows = m.examples_of(clock.iteration)
        assert np.array_equal(tape.named["a0"], data.X[rows])
        assert np.array_equal(tape.named["y"], data.Y[rows])
        assert (tape.inputs[1][-1] == 1).all(), "the row of ones that meets the biases"


def test_each_run_of_many_draws_its_own_minibatch() -> None:
    config = net((2, "linear"), data=drawn(8, 3, 2), minibatch_size=3)
    configs = [config.merged({"seed": seed}) for seed in (0, 1, 2)]
    together, alone = Run(*configs), [Run(c) for c in configs]
    for _ in range(4):
        for run in (together, *alone):
            run.advance(run.boundary() + len(run.program) + 1)
        for name in ("a0", "y"):
            expected = np.stack([run.tensor(name) for run in alone])
            assert np.array_equal(together.tensor(name), expected)
    assert len({run.tensor("a0").tobytes() for run in alone}) == 3


def test_a_run_shows_which_examples_it_drew() -> None:
    config = net((2, "linear"), data=drawn(8, 3, 2), minibatch_size=3)
    run, data = Run(config), examples(config)
    for _ in range(6 * len(run.program)):
        run.step()
        assert np.array_equal(run.tensor("a0"), data.X[run.examples_shown()])
        assert np.array_equal(run.tensor("y"), data.Y[run.examples_shown()])
