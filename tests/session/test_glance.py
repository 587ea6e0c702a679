"""A look at another time shows what was there, and leaves the run where it is."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from app.engine.config import Config
from app.session.glance import Glance
from app.session.timeline import Timeline

from .scenes import LENGTH, bits, configs, executed, go, make, moves, small


def lasting(run: object) -> bytes:
    return run.parameters.lasting.tobytes()  # type: ignore[attr-defined,no-any-return]


@given(configs, st.lists(moves, max_size=8))
@hypothesis(max_examples=60)
def test_the_start_of_the_minibatch_is_that_of_a_fresh_execution(
    config: Config, made: list
) -> None:
    timeline = Timeline(config)
    for move in made:
        make(timeline, move)
    here = bits(timeline.run)
    start = timeline.run.shown_iteration * LENGTH
    seen = timeline.start_of_minibatch()
    assert seen.position == start
    assert lasting(seen) == lasting(executed(config, timeline.log, start))
    assert bits(timeline.run) == here


@pytest.mark.parametrize("iteration", [0, 1, 7, 29])
def test_any_iteration_can_be_looked_at_in_any_order(iteration: int) -> None:
    timeline = Timeline(small())
    go(timeline, 30 * LENGTH)
    glance = Glance(timeline.run, timeline.keyframes)
    for place in (12, iteration, 3, iteration):
        seen = glance.at_start_of(place, timeline.log)
        assert lasting(seen) == lasting(executed(small(), [], place * LENGTH))
