"""A run is lived through once more to the last bit, and the one that it is from stays as it is."""

from hypothesis import given
from hypothesis import strategies as st

from app.engine.config import Config
from app.session.past import Past
from app.session.timeline import Timeline

from .scenes import bits, configs, go, make, moves, places, small


@given(configs, st.lists(moves, max_size=8), places)
def test_it_makes_the_same_run_to_the_last_bit(config: Config, done: list, place: int) -> None:  # type: ignore[type-arg]
    timeline = Timeline(config)
    for move in done:
        make(timeline, move)
    again = Past.of(timeline).relived()
    assert again.position == 0
    go(again, place)
    go(timeline, place)
    assert bits(again.run) == bits(timeline.run)
    assert again.learning_rate() == timeline.learning_rate()


def test_the_first_run_notices_nothing() -> None:
    timeline = Timeline(small())
    go(timeline, 100)
    before, rows = bits(timeline.run), list(timeline.curve.rows)
    again = Past.of(timeline).relived()
    go(again, 31)
    again.change("W1", (0, 0), 3.0)
    go(again, 200)
    assert bits(timeline.run) == before
    assert timeline.curve.rows == rows
    assert timeline.log == []
    go(timeline, 40)
    go(timeline, 100)
    assert bits(timeline.run) == before


def test_the_end_of_a_long_run_is_near() -> None:
    timeline = Timeline(small())
    go(timeline, 60_000)
    again = Past.of(timeline).relived()
    again.jump(59_990)
    assert again.position > 59_900


def test_the_curve_goes_on_where_it_was() -> None:
    timeline = Timeline(small())
    go(timeline, 60_000)
    again = Past.of(timeline).relived()
    go(again, 60_000)
    assert again.curve.rows == timeline.curve.rows
    assert again.curve.stride == timeline.curve.stride
