"""A nudge tells the cost that an edit really has, and touches nothing."""

import numpy as np
import pytest

from app.engine.program import Kind
from app.errors import SessionError
from app.explain.nudge import nudge
from app.session.timeline import Timeline

from .networks import CONFIGS, scene


def at(name: str, ops: int) -> Timeline:
    timeline = Timeline(CONFIGS[name])
    timeline.forward(ops)
    return timeline


@pytest.mark.parametrize("name", ["tanh", "cross_entropy", "adam clipped", "penalties"])
@pytest.mark.parametrize("done", ["before the cost", "after the cost", "all"])
def test_the_cost_after_is_that_of_an_edit(name: str, done: str) -> None:
    timeline = Timeline(CONFIGS[name])
    kinds = [op.kind for op in timeline.run.program]
    places = {"before the cost": 3, "after the cost": kinds.index(Kind.COST) + 2, "all": len(kinds)}
    timeline.forward(timeline.length + places[done])
    found = nudge(scene(timeline), "W2", (1, 2), 0.3)
    again = Timeline(CONFIGS[name])
    again.forward(timeline.length + 1)
    again.change("W2", (1, 2), float(again.run.tensor("W2")[1, 2]) + 0.3)
    again.forward(timeline.length + kinds.index(Kind.COST) + 1)
    assert found.after == again.run.cost


@pytest.mark.parametrize("tensor", ["W1", "b2", "W3"])
def test_for_a_small_move_the_gradient_tells_the_change(tensor: str) -> None:
    s = scene(at("tanh", 20))
    index = (0, 0) if tensor[0] == "W" else (0,)
    found = nudge(s, tensor, index, 1e-6)
    assert found.after - found.before == pytest.approx(1e-6 * found.gradient, rel=1e-3)


def test_it_leaves_the_run_alone() -> None:
    timeline = at("adam", 25)
    before = {name: array.tobytes() for name, array in timeline.run.tensors().items()}
    nudge(scene(timeline), "b1", (1,), 5.0)
    assert {name: array.tobytes() for name, array in timeline.run.tensors().items()} == before


def test_no_move_is_no_change() -> None:
    found = nudge(scene(at("relu", 30)), "W1", (0, 0), 0.0)
    assert found.before == found.after


def test_what_is_no_parameter_is_refused() -> None:
    with pytest.raises(SessionError, match="W9 is not there"):
        nudge(scene(at("tanh", 5)), "W9", (0, 0), 0.1)
    with pytest.raises(SessionError, match="index must lie within"):
        nudge(scene(at("tanh", 5)), "W1", (0, 9), 0.1)


def test_before_the_first_op_the_first_minibatch_is_asked() -> None:
    found = nudge(scene(at("tanh", 0)), "W1", (0, 0), 0.1)
    assert np.isfinite([found.before, found.after, found.gradient]).all()
