"""The truth that is computed ahead is what the class then sees, to the last bit."""

from typing import Any

import numpy as np
import pytest

from app.classroom.foresight import pose
from app.classroom.question import Question
from app.engine.config import Config
from app.errors import SessionError
from app.presets import preset
from app.session.commands import Edit, Seek
from app.session.session import Session

from .questions import question

LENGTH = 12  # ops in a minibatch of XOR 2-3-1


def at(position: int, **changes: Any) -> Session:
    session = Session(preset("xor").merged(changes))
    go(session, position)
    return session


def go(session: Session, position: int) -> None:
    session.apply(Seek(type="seek", position=position))
    while session.goal is not None:
        session.work(1000)


@pytest.mark.parametrize("start", [0, 3, LENGTH, 5 * LENGTH + 9, 40 * LENGTH])
@pytest.mark.parametrize("tensor", ["z1", "a1", "z2", "a2", "delta2", "delta1"])
@pytest.mark.parametrize("example", [None, 2])
def test_a_number_of_a_unit_is_what_will_be_seen(
    start: int, tensor: str, example: int | None
) -> None:
    session = at(start)
    before = session.run.parameters.lasting.tobytes()
    found = pose(session, question("value", tensor, example=example))
    assert (session.position, session.run.parameters.lasting.tobytes()) == (start, before)
    assert start < found.position <= start + LENGTH
    go(session, found.position)
    rows = session.run.tensor(tensor)[:, 0]
    assert found.truth == (rows.mean() if example is None else rows[example])


@pytest.mark.parametrize("start", [0, 7, 3 * LENGTH + 11])
def test_a_gradient_a_cost_and_an_update_are_what_will_be_seen(start: int) -> None:
    session = at(start)
    gradient = pose(session, question("sign", "dW1", index=(1, 2)))
    cost = pose(session, question("value", "cost"))
    update = pose(session, question("change", "W2", index=(1, 0)))
    go(session, gradient.position)
    assert gradient.truth == session.run.tensor("dW1")[1, 2]
    go(session, cost.position)
    assert cost.truth == session.run.cost
    go(session, update.position - 1)
    before = session.run.tensor("W2")[1, 0]
    go(session, update.position)
    assert update.truth == session.run.tensor("W2")[1, 0] - before


def test_the_change_of_the_cost_is_from_the_minibatch_before() -> None:
    session = at(4 * LENGTH + 2)
    change = pose(session, question("change", "cost"))
    go(session, change.position - LENGTH)
    before = session.run.cost
    go(session, change.position)
    assert change.truth == session.run.cost - before
    with pytest.raises(SessionError, match="no minibatch before the first"):
        pose(at(0), question("change", "cost"))


@pytest.mark.parametrize("tensor", ["dW1", "W1"])
def test_the_largest_of_a_matrix_is_found_whatever_its_sign(tensor: str) -> None:
    session = at(2 * LENGTH)
    found = pose(session, question("which", tensor))
    go(session, found.position - 1)
    before = session.run.tensor("W1").copy()
    go(session, found.position)
    values = session.run.tensor(tensor) - (before if tensor == "W1" else 0)
    assert found.truth == np.argmax(np.abs(values))
    assert int(found.truth) in found.alike


def test_weights_that_are_alike_are_all_the_largest() -> None:
    config = {"data": {"name": "or"}, "layers": [{"units": 3}, {"units": 1}]}
    alike = {"weights": "constant", "biases": "zeros", "scale": 0.5}
    session = Session(Config.parse({**config, "init": alike}))
    assert len(pose(session, question("which", "dW1")).alike) > 1


def test_what_was_changed_by_hand_is_foreseen() -> None:
    session = at(LENGTH + 3)
    session.apply(Edit(type="edit", tensor="W2", index=(0, 0), value=3.0))
    session.apply(Edit(type="edit", tensor="a0", index=(1, 0), value=-2.0))
    for tensor in ("z2", "delta1"):
        found = pose(session, question("value", tensor, example=1))
        there = session.copy()
        go(there, found.position)
        assert found.truth == there.run.tensor(tensor)[1, 0]


def test_a_change_in_the_middle_of_the_updates_is_foreseen() -> None:
    session = at(LENGTH - 1)
    session.apply(Edit(type="edit", tensor="W2", index=(0, 0), value=3.0))
    found = pose(session, question("value", "z2", example=0))
    go(session, found.position)
    assert found.truth == session.run.tensor("z2")[0, 0]


def test_known_mistakes_that_lead_elsewhere_are_traps() -> None:
    found = pose(at(4), question("value", "delta1", example=3))
    traps = dict(found.traps)
    assert {"missing_slope", "wrong_sign"} <= traps.keys()
    for name in ("missing_slope", "wrong_sign"):
        wrong = Session(preset("xor").merged({"mistake": name}))
        go(wrong, found.position)
        assert traps[name] == wrong.run.tensor("delta1")[3, 0]


def test_a_mistake_that_changes_nothing_here_is_no_trap() -> None:
    assert pose(at(0), question("value", "z1", example=0)).traps == ()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (question("value", "z3"), "No op of this network computes z3"),
        (question("value", "z1", index=(3,)), "index must lie within"),
        (question("value", "z1", index=()), "index must lie within"),
        (question("value", "z1", example=4), "example must be less than 4"),
        (question("which", "z1"), "tensor must be a weight matrix"),
        (question("which", "W1", index=(0,)), "index must be empty"),
        (question("change", "dW1", index=(0, 0)), "tensor must be cost, a weight or a bias"),
    ],
)
def test_what_is_no_number_of_the_network_is_refused(asked: Question, sentence: str) -> None:
    with pytest.raises(SessionError, match=sentence):
        pose(at(0), asked)


def test_a_matrix_with_too_many_entries_is_not_asked_about() -> None:
    large = Config.parse({"data": {"name": "xor"}, "layers": [{"units": 20}, {"units": 1}]})
    with pytest.raises(SessionError, match="at most 24 entries"):
        pose(Session(large), question("which", "W1"))


def test_a_number_that_will_not_be_finite_is_not_asked_about() -> None:
    session = at(0, optimizer={"learning_rate": 100}, layers=[
        {"units": 3, "activation": "relu"}, {"units": 1, "activation": "linear"}])  # fmt: skip
    for _ in range(400):
        if session.timeline.diverged:
            break
        session.apply(Seek(type="seek", position=session.position + LENGTH))
    assert session.timeline.diverged is not None
    go(session, session.timeline.diverged[0] - 1)
    tensor = session.timeline.diverged[1]
    name = {"preactivate": "z", "activate": "a", "delta": "delta"}.get(str(tensor.kind))
    asked = question("value", f"{name}{tensor.layer}") if name else question("value", "cost")
    with pytest.raises(SessionError, match="will not be finite"):
        pose(session, asked)
