"""Every trouble is named where a network has it, and no network that learns well has any."""

from typing import Any

import pytest

from app.engine.config import Config
from app.presets import preset
from app.session.health import HealthLog, troubles
from app.session.timeline import Timeline

from .scenes import small

LINE = {"name": "line", "samples": 20}
OUT = {"units": 1, "activation": "linear"}


def trained(epochs: int, **described: Any) -> Timeline:
    timeline = Timeline(Config.parse(described))
    timeline.forward(epochs * timeline.run.per_epoch * timeline.length)
    return timeline


def kinds(timeline: Timeline) -> set[tuple[str, int]]:
    return {(spell.kind, spell.layer) for spell in timeline.troubles()}


def deep(depth: int, activation: str, **init: Any) -> dict[str, Any]:
    layers = [{"units": 4, "activation": activation}] * depth
    return {"layers": [*layers, {"units": 1, "activation": "sigmoid"}], "init": init}


@pytest.mark.parametrize("name", ["xor", "xor_sum", "linear_regression", "iris", "mazur"])
def test_a_network_that_learns_well_is_left_in_peace(name: str) -> None:
    timeline = Timeline(preset(name))
    for _ in range(40):
        timeline.forward(timeline.position + 5 * timeline.run.per_epoch * timeline.length)
        assert kinds(timeline) == set()


def test_dead_units_are_named_with_the_op_that_first_shows_them() -> None:
    dying = {"units": 4, "activation": "relu"}
    rule = {"name": "sgd", "learning_rate": 0.5}
    timeline = trained(200, data=LINE, layers=[dying, OUT], optimizer=rule, seed=3)
    (spell,) = [s for s in timeline.troubles() if s.kind == "dead"]
    units = [j + 1 for _, j in timeline.evaluator.dead_units()]
    assert (spell.layer, list(spell.units), spell.size) == (1, units, len(units))
    position = spell.position(timeline.run.program)
    timeline.jump(position)
    timeline.forward(position)
    assert timeline.run.last_op is not None
    assert str(timeline.run.last_op.kind) == "activate"
    assert (timeline.run.tensor("a1") == 0).all(0).any()


def test_a_saturated_hidden_layer_is_named() -> None:
    assert ("saturated", 1) in kinds(trained(1, **deep(2, "tanh", weights="normal", scale=60.0)))


def test_an_output_that_is_flat_and_wrong_is_named_for_squared_error_only() -> None:
    far = [{"units": 1, "activation": "sigmoid", "W": [[0.0], [0.0]], "b": [9.0]}]
    assert ("stuck", 1) in kinds(trained(1, layers=far))
    cross = {"name": "binary_cross_entropy"}
    assert kinds(trained(1, layers=far, cost=cross)) == set()


def test_units_with_the_same_weights_are_named() -> None:
    timeline = trained(3, init={"weights": "zeros"})
    (spell,) = timeline.troubles()
    assert (spell.kind, spell.layer, spell.units, spell.start) == ("identical", 1, (1, 2, 3), 0)


def test_a_gradient_that_vanishes_is_named_at_the_lowest_layer() -> None:
    timeline = trained(5, **deep(8, "sigmoid"))
    (spell,) = [s for s in timeline.troubles() if s.kind == "vanishing"]
    norms = timeline.run.gradient_norms()
    assert norms[0] < 1e-3 * norms[-1]
    assert spell.layer == 1
    assert spell.size > 1000
    there = spell.position(timeline.run.program)
    timeline.jump(there)
    timeline.forward(there)
    assert ("vanishing", 1) in kinds(timeline)


def test_a_gradient_that_explodes_is_named() -> None:
    layers = [{"units": 8, "activation": "linear"}] * 4 + [OUT]
    init = {"weights": "normal", "scale": 5.0}
    rule = {"name": "sgd", "learning_rate": 1e-6}
    assert {
        kind for kind, _ in kinds(trained(3, data=LINE, layers=layers, init=init, optimizer=rule))
    } == {"exploding"}


def test_a_frozen_layer_has_no_gradient_to_vanish_or_explode() -> None:
    layers = deep(8, "sigmoid")["layers"]
    frozen = [{**layer, "frozen": i < 2} for i, layer in enumerate(layers)]
    found = kinds(trained(5, **{**deep(8, "sigmoid"), "layers": frozen}))
    assert {layer for kind, layer in found if kind == "vanishing"} == {3}
    assert not {kind for kind, _ in found} & {"exploding"}


def test_going_back_before_a_trouble_is_to_be_without_it_and_an_edit_forgets_what_came_after() -> (
    None
):
    timeline = Timeline(small())
    log = HealthLog()
    log.put(2, {("dead", 1): (1.0, (2,))})
    log.put(6, {})
    log.put(8, {("dead", 1): (2.0, (1, 2))})
    assert [len(log.at(i)) for i in (0, 2, 5, 6, 8, 99)] == [0, 1, 1, 0, 1, 1]
    known = log.cut(4)
    assert [(s.start, s.end) for s in log.spells] == [(2, None)]
    log.spells = known
    assert [(s.start, s.end) for s in log.spells] == [(2, 6), (8, None)]
    assert timeline.troubles() == []


def test_the_log_stays_short() -> None:
    log = HealthLog()
    for i in range(5 * log.MOST):
        log.put(i, {("dead", 1): (1.0, ())} if i % 2 else {})
    assert len(log.spells) <= log.MOST + 1


def test_rejoining_brings_the_troubles_of_that_future_back() -> None:
    timeline = trained(3, init={"weights": "zeros"})
    before = timeline.health.spells
    timeline.jump(2)
    timeline.forward(2)
    timeline.change("W1", (0, 0), 0.5)
    timeline.forward(3 * timeline.length)
    assert [spell.units for spell in timeline.troubles()] == [(2, 3)]
    timeline.rejoin()
    assert timeline.health.spells == before


def test_looking_for_troubles_touches_nothing() -> None:
    timeline = trained(5, **deep(3, "relu"))
    before = {n: a.tobytes() for n, a in timeline.run.tensors().items()}
    troubles(timeline.evaluator, 1000)
    assert {n: a.tobytes() for n, a in timeline.run.tensors().items()} == before


def test_dead_units_do_not_change_which_examples_the_other_troubles_are_about() -> None:
    """The first half of 1,000 examples, which is looked at, saturates layer 2. A ReLU that is dead
    on it has the second half looked at as well, on which nothing is saturated."""
    first = {"units": 1, "activation": "relu", "W": [[-1.0]], "b": [0.0]}
    second = {"units": 1, "activation": "tanh", "W": [[-2.0]], "b": [10.0]}
    rows = [[5.0]] * 500 + [[-5.0]] * 500
    data = {"name": "inline", "X": rows, "Y": [[0.0]] * 1000}
    timeline = Timeline(Config.parse({"data": data, "layers": [first, second, OUT]}))
    assert troubles(timeline.evaluator, 1000)["saturated", 2][0] == 1
