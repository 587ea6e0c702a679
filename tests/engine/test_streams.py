"""Streams: random numbers that depend on what they are for and on nothing else."""

import numpy as np
import pytest

from app.engine.streams import stream


def test_the_same_words_give_the_same_numbers() -> None:
    first = stream(7, "weights", 1).standard_normal(5)
    stream(7, "weights", 1).standard_normal(100)
    assert np.array_equal(first, stream(7, "weights", 1).standard_normal(5))


@pytest.mark.parametrize(
    "words",
    [(8, "weights", 1), (7, "biases", 1), (7, "weights", 2), (7, "weights"), (7, "weights", 1, 2)],
)
def test_another_seed_purpose_or_place_gives_other_numbers(words: tuple[int, str]) -> None:
    first = stream(7, "weights", 1).standard_normal(5)
    assert not np.isin(first, stream(*words).standard_normal(5)).any()


def test_the_numbers_are_the_same_on_every_machine_and_day() -> None:
    numbers = stream(0, "weights", 1).integers(0, 1000, 5).tolist()
    assert numbers == [826, 625, 33, 213, 874]


def test_the_global_generator_is_left_alone() -> None:
    before = np.random.get_state()[1].tolist()  # type: ignore[union-attr]
    stream(0, "weights", 1).standard_normal(5)
    assert np.random.get_state()[1].tolist() == before  # type: ignore[union-attr]
