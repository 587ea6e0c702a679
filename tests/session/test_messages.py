"""What a session says is frozen and carries nothing but values."""

from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import get_args

import orjson
import pytest

from app.session.commands import decode
from app.session.messages import Arrays, Evaluation, Failure, Frame, Message, Status
from app.session.session import Session

from .scenes import small


@pytest.mark.parametrize("kind", get_args(Message))
def test_a_message_is_a_documented_frozen_value(kind: type) -> None:
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert kind.__doc__


def test_a_message_cannot_be_changed() -> None:
    failure = Failure("code", "Sentence.")
    with pytest.raises(FrozenInstanceError):
        failure.code = "other"  # type: ignore[misc]


def test_what_becomes_text_is_json_already() -> None:
    session = Session(small())
    session.apply(decode('{"type": "seek", "position": 9}'))
    explanation, proof = (
        session.answer(decode(f'{{"type": "{kind}", "tensor": "delta1", "index": [0]}}'))  # type: ignore[arg-type]
        for kind in ("explain", "prove")
    )
    welcome, status, evaluation = session.welcome(), session.status(), session.evaluation()
    for message in (welcome, status, evaluation, explanation, proof):
        assert orjson.loads(orjson.dumps(vars(message)))


def test_the_union_names_every_kind_once() -> None:
    assert {kind.__name__ for kind in get_args(Message)} == {
        "Frame", "Arrays", "Cells", "Comparison", "Evaluation", "Explanation", "Histograms",
        "Nudged", "Pictures", "Proof", "Slice", "Status", "Welcome", "Workload", "Failure",
    }  # fmt: skip
    assert {field.name for field in fields(Arrays)} == {"type", "position", "tensors", "start"}
    assert "drawn" in {field.name for field in fields(Frame)}
    assert Evaluation(0, None, None, None, None).cost is None
    assert Status("paused", 0, 0, "op", 4.0, 0, 0.1).reason == ""
