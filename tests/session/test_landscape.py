"""The landscape of a session: its slice, the way it came, and what cannot be seen."""

import json
from typing import Any

import pytest

from app.errors import SessionError
from app.presets import preset
from app.session.commands import decode
from app.session.messages import Slice
from app.session.session import Session


def session(name: str = "xor", epochs: int = 40) -> Session:
    made = Session(preset(name))
    made.apply(decode(json.dumps({"type": "step", "size": "epoch", "count": epochs})))
    while made.goal is not None:
        made.work(1000)
    return made


def asked(s: Session, **fields: Any) -> Slice:
    found = s.answer(decode(json.dumps({"type": "landscape", **fields})))  # type: ignore[arg-type]
    assert isinstance(found, Slice)
    return found


@pytest.mark.parametrize("by", ["path", "random"])
def test_the_middle_of_the_path_is_where_the_run_stands(by: str) -> None:
    s = session()
    found = asked(s, by=by)
    assert found.path[-1] == (0, 0)
    assert len(found.path) == 41
    assert found.dimensions == 13
    assert len(found.costs) == len(found.costs[0]) == len(found.x) == len(found.y)
    assert (found.shares is None) == (by == "random")


def test_of_single_weights_it_is_told_what_they_are() -> None:
    s = session()
    found = asked(s, by="weights", weights=["W1[0, 1]", "b2[0]"])
    here = s.run.tensor("W1")[0, 1], s.run.tensor("b2")[0]
    assert found.names == ("W1[0, 1]", "b2[0]")
    assert found.path[-1] == pytest.approx(here)
    assert found.x[0] < here[0] < found.x[-1]
    assert found.y[0] < here[1] < found.y[-1]


def test_the_path_is_that_of_the_present_past() -> None:
    s = session()
    s.apply(decode('{"type": "back", "size": "epoch", "count": 20}'))
    assert len(asked(s, by="random").path) == 21
    at = s.position
    s.apply(decode('{"type": "edit", "tensor": "W1", "index": [0, 0], "value": 9}'))
    s.apply(decode('{"type": "step", "size": "epoch", "count": 3}'))
    other = asked(s, by="weights", weights=["W1[0, 0]", "W1[0, 1]"])
    assert max(x for x, _ in other.path) > 8
    s.apply(decode('{"type": "rejoin"}'))
    s.apply(decode(json.dumps({"type": "seek", "position": at + 100})))
    mine = asked(s, by="weights", weights=["W1[0, 0]", "W1[0, 1]"])
    assert max(x for x, _ in mine.path) < 8


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ([], "weights must be two different ones"),
        (["W1[0, 0]", "W1[0, 0]"], "weights must be two different ones"),
        (
            ["W1[0, 9]", "W1[0, 0]"],
            "weights must be parameters with an index within their shape, got W1[0, 9].",
        ),
        (["z1[0, 0]", "W1[0, 0]"], "weights must be parameters"),
        (["W1", "W2"], "weights must be parameters"),
    ],
)
def test_weights_that_are_none_are_refused(weights: list[Any], sentence: str) -> None:
    with pytest.raises(SessionError) as raised:
        asked(session(), by="weights", weights=weights)
    assert str(raised.value).startswith(sentence)


def test_at_the_start_there_is_no_path_yet() -> None:
    with pytest.raises(SessionError, match="Train for a while"):
        asked(Session(preset("xor")), by="path")
    assert len(asked(Session(preset("xor")), by="random").path) == 1


def test_a_large_network_and_one_that_has_diverged_have_no_slice() -> None:
    large = preset("digits").merged({"layers": [
        {"units": 100, "activation": "relu"}, {"units": 10, "activation": "softmax"},
    ]})  # fmt: skip
    with pytest.raises(SessionError, match="at most 50,000 parameters"):
        asked(Session(large))
    s = Session(preset("xor"))
    s.run.set_value("W1", (0, 0), float("inf"))
    with pytest.raises(SessionError, match="has diverged"):
        asked(s, by="random")
