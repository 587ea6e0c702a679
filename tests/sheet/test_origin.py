"""A sheet begins where a session stands, with its changes by hand, and leaves it as it was."""

import pytest

from app.engine.run import Run
from app.presets import preset
from app.session.timeline import Timeline
from app.sheet.origin import Origin
from tests.engine.networks import bits
from tests.explain.networks import CONFIGS


def at(config_name: str, position: int) -> Timeline:
    timeline = Timeline(CONFIGS[config_name])
    timeline.forward(position)
    return timeline


@pytest.mark.parametrize("ops", [0, 1, 9, 12, 13, 40 * 12 + 5])
def test_it_is_the_start_of_the_minibatch_that_is_shown(ops: int) -> None:
    timeline = Timeline(preset("xor"))
    timeline.forward(ops)
    origin, straight = Origin.of(timeline), Run(preset("xor"))
    straight.advance(max(0, ops - 1) // 12 * 12)
    run = origin.run()
    assert origin.iteration == straight.iteration == run.iteration
    assert run.kept().tobytes() == straight.kept().tobytes()


def test_moments_go_along() -> None:
    origin = Origin.of(at("adam", 100))
    assert origin.run().tensor("m_W1").any()


def test_the_timeline_stays_where_it_is() -> None:
    timeline = at("adam clipped", 100)
    timeline.change("W1", (0, 0), 0.5)
    before = bits(timeline.run)
    Origin.of(timeline).run().advance(200)
    assert bits(timeline.run) == before


def test_a_change_made_before_is_part_of_the_start_and_a_later_one_is_to_come() -> None:
    timeline = Timeline(preset("xor"))
    timeline.forward(12)
    timeline.change("W1", (0, 0), 9.0)
    timeline.forward(30)
    timeline.change("learning_rate", (), 0.5)
    origin = Origin.of(timeline)
    run = Run(preset("xor"))
    run.advance(12)
    run.set_value("W1", (0, 0), 9.0)
    run.advance(24)
    assert origin.run().kept().tobytes() == run.kept().tobytes()
    assert [change.value for change in origin.changes] == [0.5]
    assert origin.learning_rate == 3.0
    assert not origin.untouched


def test_the_rate_in_force_is_that_of_the_start() -> None:
    timeline = Timeline(preset("xor"))
    timeline.forward(5)
    timeline.change("learning_rate", (), 0.25)
    timeline.forward(30)
    assert Origin.of(timeline).learning_rate == 0.25
    first = Origin.of(timeline, first=True)
    assert (first.iteration, first.learning_rate, len(first.changes)) == (0, 3.0, 1)


def test_of_a_config_it_is_its_first_op() -> None:
    origin = Origin(preset("mazur"))
    assert origin.run().position == 0
    assert origin.untouched
