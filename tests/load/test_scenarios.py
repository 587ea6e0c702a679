"""What is measured has a name, a goal and, with a seed, the same phases each time."""

from bench.load.classroom import Classroom
from bench.load.scenarios import SCENARIOS


def test_every_scenario_has_a_title_and_a_goal() -> None:
    for scenario in SCENARIOS.values():
        assert scenario.title
        assert str(scenario.goal)


def test_phases_follow_from_the_seed() -> None:
    one, same, other = (Classroom("", 0, 1, seed) for seed in (1, 1, 2))
    assert one.phases(5, 0.2) == same.phases(5, 0.2) != other.phases(5, 0.2)
    assert all(0 <= phase < 0.2 for phase in one.phases(100, 0.2))
    assert set(one.places(200)) == set(range(24, 36))
