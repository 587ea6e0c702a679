"""What a network with a mistake computes: the listing tells it, and time travel keeps it."""

import numpy as np
import pytest

from app.engine.mistaken import VARIANTS, ops_of
from app.engine.mistakes import MISTAKES
from app.engine.ops import Ops
from app.engine.program import Kind, Op, program
from app.engine.run import Run

from .networks import OPTIMIZERS, bits, drawn, net, trained
from .test_listing import Reader
from .test_mistakes import mistaken

CROSS = {"cost": {"name": "cross_entropy"}}


@pytest.mark.parametrize("settings", [{}, CROSS, {"l1": 0.01, "l2": 0.1}], ids=str)
@pytest.mark.parametrize("name", MISTAKES)
def test_the_lines_that_are_shown_are_what_is_run(name: str, settings: dict[str, object]) -> None:
    run = Run(mistaken(name, **settings))
    reader = Reader(run)
    for _ in range(4):
        reader.minibatch()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", [name for name in MISTAKES if name != "uncorrected_adam"])
def test_whole_minibatches_and_single_ops_give_the_same_bits(name: str, optimizer: str) -> None:
    config = mistaken(name, optimizer=OPTIMIZERS[optimizer])
    stepped = Run(config)
    for _ in range(4 * len(stepped.program)):
        stepped.step()
    assert bits(trained(config, 4)) == bits(stepped)


@pytest.mark.parametrize("name", [name for name in MISTAKES if name != "unshifted_softmax"])
def test_a_network_with_a_mistake_learns_something_else(name: str) -> None:
    wrong, right = (trained(mistaken(which), 4).tensor("W2") for which in (name, None))
    assert np.abs(wrong - right).max() > 1e-6


def test_what_a_minibatch_hands_on_is_enough_to_go_on_with_gradients_that_are_not_cleared() -> None:
    config = mistaken("stale_gradients")
    first = trained(config, 3)
    again = Run(config)
    again.go_to_start_of(3, first.kept())
    for run in (first, again):
        run.advance(5 * len(run.program))
    assert bits(first) == bits(again)


def test_an_early_update_stands_before_the_error_signal_of_the_layer_below() -> None:
    ops = program(mistaken("early_update"))
    assert ops.index(Op(Kind.UPDATE, 3)) < ops.index(Op(Kind.DELTA, 2))
    assert sorted(ops) == sorted(program(mistaken(None)))


def test_a_config_without_a_mistake_has_the_plain_ops() -> None:
    run = Run(mistaken(None))
    tape = run._now.tape
    found = {
        name: type(ops_of(mistaken(name), run.parameters, tape, run.updates, []))
        for name in (None, *VARIANTS)
    }
    assert found == {None: Ops, **VARIANTS}


def test_softmax_without_the_maximum_overflows_where_the_right_one_does_not() -> None:
    data = drawn(4, 2, 2, "cross_entropy")
    W = [[2000.0, -2000.0], [1500.0, -1500.0]]
    config = net((2, "softmax", {"W": W}), data=data, **CROSS)
    right, wrong = Run(config), Run(config.merged({"mistake": "unshifted_softmax"}))
    for run in (right, wrong):
        run.step_to(Kind.COST)
    assert right.is_finite()
    assert not wrong.is_finite()
