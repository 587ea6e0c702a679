"""Frames: what the ops since the last one wrote, bit by bit, with what belongs to it."""

import json
from typing import Any

import numpy as np
import pytest

from app.engine.program import Kind, Phase, writes
from app.presets import preset
from app.session.commands import decode
from app.session.frames import Pace
from app.session.messages import Frame, Message
from app.session.session import Session

from .scenes import LENGTH, PER_EPOCH, small

EXTRAS = {"examples", "costs"}
OLD = {"old_W1", "old_b1", "old_W2", "old_b2"}


def told(session: Session, type: str, **fields: Any) -> list[Message]:
    return session.apply(decode(json.dumps({"type": type, **fields})))


def frame(messages: list[Message]) -> Frame:
    (found,) = [message for message in messages if isinstance(message, Frame)]
    return found


@pytest.mark.parametrize("name", ["xor", "mazur", "spiral", "iris", "perceptron"])
def test_a_frame_carries_exactly_what_the_op_wrote(name: str) -> None:
    session = Session(preset(name))
    session.snapshot()
    told(session, "focus", example=0)
    for op in [*session.run.program, *session.run.program]:
        made = frame(told(session, "step"))
        extras = {Kind.DRAW: {"examples"}, Kind.COST: {"costs"}}.get(op.kind, set())
        if op.kind is Kind.UPDATE:
            extras = {f"old_{name}" for name in writes(op, session.config) if name[0] in "Wb"}
        assert made.tensors.keys() == {*writes(op, session.config), *extras}
        assert (made.op, made.layer, made.phase) == (op.kind, op.layer, op.phase)
        assert (made.whole, made.drawn) == (False, op.kind is Kind.DRAW)
        for tensor in made.tensors.keys() - EXTRAS - extras:
            assert np.array_equal(made.tensors[tensor], session.run.tensor(tensor))


def test_an_update_is_told_with_what_the_parameters_were() -> None:
    session = Session(preset("iris"))
    told(session, "step", size="minibatch", count=3)
    told(session, "edit", tensor="W1", index=[0, 0], value=2.0)
    before = {name: session.run.tensor(name).copy() for name in ("W1", "b1", "W2", "b2")}
    made = frame(told(session, "step", size="minibatch"))
    assert {name for name in made.tensors if name.startswith("old_")} == {
        f"old_{n}" for n in before
    }
    for name, tensor in before.items():
        assert np.array_equal(made.tensors[f"old_{name}"], tensor)
        assert not np.array_equal(made.tensors[name], tensor)
    session.apply(decode('{"type": "play", "size": "minibatch"}'))
    session.beat(1)
    flying = frame(session.work(1))
    assert not any(name.startswith("old_") for name in flying.tensors)


def test_a_frame_over_several_ops_carries_what_all_of_them_wrote() -> None:
    session = Session(small())
    told(session, "focus", example=0)
    told(session, "step", count=4)
    made = frame(told(session, "step", count=5))
    assert made.tensors.keys() == {"a2", "cost", "costs", "delta2", "dW2", "db2", "delta1"}


def test_a_frame_over_a_draw_leaves_out_what_became_undefined() -> None:
    session = Session(small())
    told(session, "seek", position=LENGTH - 2)
    made = frame(told(session, "step", count=4))
    assert made.drawn
    assert {"W1", "W2", "m_W1", "a0", "y", "z1", "examples"} <= made.tensors.keys()
    assert not {"delta1", "cost", "a1"} & made.tensors.keys()


def test_a_snapshot_carries_everything_that_is_defined() -> None:
    session = Session(small())
    assert session.snapshot().tensors.keys() == set(session.run.names())
    told(session, "seek", position=LENGTH)
    assert session.snapshot().tensors.keys() == {*session.run.names(), *EXTRAS, *OLD}


def test_examples_and_their_costs_are_those_of_the_minibatch() -> None:
    session = Session(small(cost={"name": "squared_error", "reduction": "sum"}))
    made = frame(told(session, "seek", position=LENGTH))
    rows = session.timeline.evaluator.data.X[made.tensors["examples"]]
    assert np.array_equal(made.tensors["a0"], rows)
    assert made.tensors["costs"].sum() == pytest.approx(float(made.tensors["cost"]), rel=1e-12)


def test_the_facts_of_a_frame_are_those_of_the_clock() -> None:
    session = Session(small())
    made = frame(told(session, "seek", position=PER_EPOCH * LENGTH + LENGTH + 7))
    assert (made.epoch, made.iteration, made.phase) == (1, PER_EPOCH + 1, Phase.BACKWARD)
    assert made.cost == session.run.cost
    made = frame(told(session, "seek", position=LENGTH + 2))
    assert made.cost is None
    made = frame(told(session, "seek", position=0))
    assert (made.op, made.layer, made.whole, made.end) == (None, 0, True, 55)


@pytest.mark.parametrize(
    ("playing", "size", "rate", "slow", "flight"),
    [
        (False, "epoch", "max", True, False),
        (True, "op", "max", True, False),
        (True, "minibatch", 2.0, False, False),
        (True, "minibatch", 8.0, False, True),
        (True, "epoch", "max", False, True),
    ],
)
def test_the_pace_says_what_can_be_read(
    playing: bool, size: Any, rate: Any, slow: bool, flight: bool
) -> None:
    pace = Pace(playing, size, rate)
    assert (pace.is_slow, pace.is_flight) == (slow, flight)
