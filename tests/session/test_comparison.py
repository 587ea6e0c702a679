"""Twin runs as they are told: every number is that of the twin where it stands."""

import json
from typing import Any

import numpy as np
import orjson
import pytest

from app.presets import preset
from app.session.commands import decode
from app.session.messages import Comparison
from app.session.session import Session
from app.session.twins import own_json

from .scenes import bits


def told(s: Session, type: str, **fields: Any) -> None:
    s.apply(decode(json.dumps({"type": type, **fields})))
    while s.goal is not None:
        s.work(100)


def compared(name: str, patch: dict[str, Any], *, at: int, focus: int | None = 1) -> Any:
    s = Session(preset(name))
    told(s, "focus", example=focus)
    told(s, "twins", configs=[s.config.merged(patch).as_json()])
    told(s, "seek", position=at)
    (twin,) = s.twins
    before = bits(twin.timeline.run), bits(s.run)
    found = s.answer(decode('{"type": "compare"}'))  # type: ignore[arg-type]
    assert isinstance(found, Comparison)
    assert (bits(twin.timeline.run), bits(s.run)) == before
    assert found.position == s.position
    (seen,) = json.loads(orjson.dumps(found.twins))
    return s, twin.timeline, seen


@pytest.mark.parametrize("focus", [2, None])
def test_the_numbers_are_those_of_the_example_in_focus_or_of_the_mean(focus: int | None) -> None:
    _, timeline, seen = compared("xor", {"init": {"scale": 2.0}}, at=1207, focus=focus)
    run = timeline.run
    for name in ("a1", "z2", "delta2", "y"):
        array = run.tensor(name)
        row = array.mean(0) if focus is None else array[focus]
        assert seen["tensors"][name] == {"shape": [1, len(row)], "data": row.tolist()}
    assert seen["tensors"]["W1"]["data"] == run.tensor("W1").ravel().tolist()
    assert seen["tensors"]["costs"]["shape"] == seen["tensors"]["examples"]["shape"] == [1]
    if focus is not None:
        assert seen["tensors"]["examples"]["data"] == [run.examples_shown()[focus]]
    assert (seen["op"], seen["layer"], seen["phase"]) == ("delta", 2, "backward")
    assert (seen["position"], seen["cost"]) == (1207, run.cost)


def test_what_it_comes_to_is_measured_on_all_examples() -> None:
    _, timeline, seen = compared("circle", {"optimizer": {"learning_rate": 0.3}}, at=2000)
    assert seen["training"]["cost"] == timeline.evaluator.training().cost
    assert seen["testing"]["accuracy"] == timeline.evaluator.testing().accuracy  # type: ignore[union-attr]
    assert seen["surface"]["outputs"]["shape"] == [30, 30, 1]
    assert seen["surface"].keys() == {"x1", "x2", "outputs"}
    outputs = timeline.evaluator.surface(30).outputs  # type: ignore[union-attr]
    assert np.allclose(seen["surface"]["outputs"]["data"], outputs.ravel(), atol=1e-4)


def test_the_curve_has_few_points_and_the_newest_of_them() -> None:
    _, timeline, seen = compared("xor", {"l2": 0.01}, at=500 * 12)
    curve, rows = seen["curve"], timeline.curve.rows
    assert len(rows) == 501
    assert len(curve["iteration"]) <= 202
    assert (curve["iteration"][-1], curve["train"][-1]) == rows[-1][:2]
    assert curve["test"][-1] is None


def test_a_difference_is_told_with_its_op_and_both_numbers() -> None:
    s, _, seen = compared("xor", {"optimizer": {"learning_rate": 1.0}}, at=36)
    assert seen["difference"] == {
        "position": 11, "kind": "update", "layer": 1, "symbol": "W1", "only": "", "tensor": "W1",
        "index": [0, 0], "here": pytest.approx(s.timeline.start_of(1).tensor("W1")[0, 0]),
        "there": seen["difference"]["there"],
    }  # fmt: skip


def test_of_a_large_network_no_numbers_are_told_and_no_surface_where_there_is_no_plane() -> None:
    _, _, seen = compared("digits", {"l2": 0.01}, at=4)
    assert seen["tensors"] == {}
    assert seen["surface"] is None
    assert seen["training"]["cost"] > 0


def test_the_welcome_describes_every_twin() -> None:
    s, timeline, _ = compared("xor", {"layers": [{"units": 2}, {"units": 1}]}, at=0)
    (described,) = s.welcome().twins
    assert described["sizes"] == [2, 2, 1]
    assert described["config"] == own_json(timeline.config)
    assert [op["symbol"] for op in described["program"]][:3] == ["X", "z1", "a1"]
