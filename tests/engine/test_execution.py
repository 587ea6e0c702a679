"""Minibatches in a row: the same bits as op by op, with no more computed than the next needs."""

from typing import Any

import numpy as np
import pytest

from app.engine.execution import Watch
from app.engine.program import Kind, Op
from app.engine.run import Run

from .networks import bits, drawn, net, trained

DATA = drawn(7, 2, 1)
PLAIN = net((3, "tanh"), (1, "sigmoid"), data=DATA, minibatch_size=3)
COSTS = {
    "squared error": {},
    "sum": {"cost": {"reduction": "sum"}},
    "penalties": {"l1": 0.01, "l2": 0.1},
}


def counted(run: Run) -> list[float]:
    """Note every cost that is computed from now on."""
    seen: list[float] = []
    execution = run._now
    price = execution._kernels[execution._cost]
    look = (lambda: seen.append(run.cost),)
    execution._kernels[execution._cost] = price._replace(steps=[*price.steps, look])
    return seen


@pytest.mark.parametrize("settings", COSTS.values(), ids=COSTS)
@pytest.mark.parametrize("guard", [False, True])
def test_after_many_minibatches_every_tensor_is_that_of_stepping(
    settings: dict[str, Any], guard: bool
) -> None:
    config = PLAIN.merged(settings)
    run, stepped = Run(config), Run(config)
    target = 8 * len(run.program)
    run.advance_while_finite(target) if guard else run.advance(target)
    assert list(stepped.steps(target)) == [*run.program] * 8
    assert bits(run) == bits(stepped)


def test_the_cost_of_a_minibatch_that_nobody_looks_at_is_not_computed() -> None:
    run = Run(PLAIN.merged({"minibatch_size": None}))
    seen = counted(run)
    run.advance(5 * len(run.program))
    run.advance_while_finite(9 * len(run.program))
    assert seen == []
    assert run.cost == trained(run.config, 9).cost


def test_a_cost_with_penalties_is_computed_while_the_weights_are_those_of_its_minibatch() -> None:
    run = Run(PLAIN.merged({"minibatch_size": None, "l2": 0.1}))
    seen = counted(run)
    run.advance(5 * len(run.program))
    assert len(seen) == 5
    assert seen[-1] == run.cost


@pytest.mark.parametrize(("dtype", "target"), [("float64", 1e160), ("float32", 1e22)])
def test_a_cost_that_overflows_alone_is_seen_in_its_minibatch(dtype: str, target: float) -> None:
    """(a - y)² is too large for a target set by hand, while a, y and the gradient are not."""
    config = net(
        (1, "linear"), data=DATA, dtype=dtype, minibatch_size=3, shuffle=False,
        optimizer={"name": "sgd", "learning_rate": 1e-30},
    )  # fmt: skip
    run = Run(config)
    run.set_example("Y", (4, 0), target)
    assert not run.advance_while_finite(10 * len(run.program))
    assert run.position == 2 * len(run.program)
    assert run.cost == np.inf


def test_steps_end_where_they_are_told_and_go_on_from_anywhere() -> None:
    run = Run(PLAIN)
    ops = run.program
    assert list(run.steps(3)) == [*ops[:3]]
    assert list(run.steps(3)) == []
    assert list(run.steps(len(ops) + 2)) == [*ops[3:], *ops[:2]]
    assert run.position == len(ops) + 2
    for op in run.steps(2 * len(ops)):
        assert op == run.last_op
    assert Op(Kind.DRAW, 0) == run.next_op


def test_an_overflow_is_noted_and_numpy_stays_as_it_was() -> None:
    watch, large, before = Watch(), np.array([1e200]), np.geterr()
    watch.call(np.multiply, large, 1.0, large)
    assert not watch.alarmed
    watch.call(np.multiply, large, large, large)
    assert watch.alarmed
    assert np.geterr() == before
