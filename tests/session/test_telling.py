"""What a session says of its timeline: described, drawn, measured, and never touched."""

import json
from typing import Any

import pytest

from app.presets import PRESETS, preset
from app.session.commands import Histogram, Patterns, Work, decode
from app.session.messages import (
    Arrays,
    Evaluation,
    Explanation,
    Frame,
    Histograms,
    Message,
    Pictures,
    Proof,
    Workload,
)
from app.session.session import Session

from .scenes import small


def told(session: Session, type: str, **fields: Any) -> list[Message]:
    return session.apply(decode(json.dumps({"type": type, **fields})))


def frame(messages: list[Message]) -> Frame:
    (found,) = [message for message in messages if isinstance(message, Frame)]
    return found


def test_points_surface_and_curve_are_what_the_page_draws() -> None:
    session = Session(preset("circle"))
    told(session, "step", size="epoch")
    points, surface, curve = session.points(), session.surface(20), session.curve()
    assert points is not None
    assert surface is not None
    assert {k: a.shape for k, a in points.tensors.items()} == {
        "points": (250, 2), "targets": (250, 1), "test_points": (250, 2), "test_targets": (250, 1)
    }  # fmt: skip
    assert {k: a.shape for k, a in surface.tensors.items()} == {
        "x1": (20,), "x2": (20,), "outputs": (20, 20, 1)
    }  # fmt: skip
    flow = [f"{name}{l}" for name in ("norm", "delta", "change") for l in (1, 2, 3)]
    assert list(curve.tensors) == ["iteration", "train", "test", *flow]
    assert isinstance(curve, Arrays)
    assert (curve.start, session.curve(1).start) == (0, 1)


def test_a_line_has_a_surface_of_one_axis_and_images_have_none() -> None:
    line = Session(preset("sine")).surface(10)
    assert line is not None
    assert line.tensors.keys() == {"x1", "outputs"}
    iris = Session(preset("iris"))
    assert (iris.surface(), iris.points()) == (None, None)


def test_an_evaluation_measures_all_examples() -> None:
    session = Session(preset("iris"))
    evaluation = session.evaluation()
    assert isinstance(evaluation, Evaluation)
    assert 0 <= (evaluation.accuracy or 0) <= 1
    assert evaluation.test_cost is not None
    assert evaluation.test_accuracy is not None
    assert evaluation.confusion is not None
    assert evaluation.test_confusion is not None
    assert [sum(map(sum, c)) for c in (evaluation.confusion, evaluation.test_confusion)] == [
        105,
        45,
    ]
    assert Session(small()).evaluation().test_cost is None


def test_how_values_are_spread_is_told_of_the_layers_that_have_them() -> None:
    session = Session(small())
    told(session, "step", count=2)
    found = session.answer(Histogram(type="histogram", of="z"))
    assert isinstance(found, Histograms)
    assert (found.of, found.position) == ("z", 2)
    assert [layer["tensor"] for layer in found.layers] == ["z1"]


@pytest.mark.parametrize("name", PRESETS)
def test_the_welcome_describes_the_program_op_by_op(name: str) -> None:
    session = Session(preset(name))
    welcome = session.welcome()
    assert [(op["kind"], op["layer"]) for op in welcome.program] == list(session.run.program)
    assert welcome.sizes == session.config.sizes
    assert welcome.config == preset(name).as_json()
    told(session, "step", size="minibatch")
    for op in welcome.program:
        assert op["symbol"]
        assert op["code"]
        if len(op["shapes"]) and op["kind"] != "clip":
            defined = [session.run.tensor(tensor) for tensor in op["writes"]]
            assert [list(a.shape) for a in defined[: len(op["shapes"])]] == op["shapes"]


def asked(session: Session, kind: str, tensor: str, *index: int, example: int = 1) -> Any:
    fields = {"type": kind, "tensor": tensor, "index": index, "example": example}
    return session.answer(decode(json.dumps(fields)))  # type: ignore[arg-type]


def test_an_explanation_is_told_with_its_lines_and_its_chain() -> None:
    session = Session(preset("xor"))
    told(session, "seek", position=9)
    said = asked(session, "explain", "delta1", 1)
    assert isinstance(said, Explanation)
    delta = session.run.tensor("delta1")[1, 1]
    assert (said.position, said.example, said.of["value"]) == (9, 1, delta)
    (line,) = said.lines
    assert line["left"] == said.of
    assert line["right"]["kind"] == "product"
    assert line["right"]["value"] == pytest.approx(delta, rel=1e-12)
    assert said.chain is not None
    assert said.chain["links"][-1]["product"] == pytest.approx(delta, rel=1e-12)
    assert (said.chain["paths"], said.chain["share"]) == (1, pytest.approx(1))


def test_what_is_given_is_told_without_a_line() -> None:
    session = Session(preset("xor"))
    told(session, "seek", position=1)
    said = asked(session, "explain", "y", 0)
    assert (said.lines, said.chain) == ((), None)
    assert said.remark == "It is given: example 2 of the training set."


def test_a_proof_is_told_with_both_sides_and_its_working() -> None:
    session = Session(preset("xor"))
    told(session, "seek", position=10)
    said = asked(session, "prove", "dW1", 0, 2)
    assert isinstance(said, Proof)
    assert (said.tensor, said.index, said.verdict) == ("dW1", (0, 2), "proved")
    assert (said.position, said.entries, said.parameters) == (10, 6, 13)
    assert said.analytic == session.run.tensor("dW1")[0, 2]
    assert said.numerical == (said.plus - said.minus) / (2 * said.h)
    assert said.error <= said.worst < 1e-5


def test_a_proof_of_a_parameter_belongs_to_no_example_and_of_a_unit_to_one() -> None:
    session = Session(preset("xor"))
    told(session, "seek", position=10)
    assert asked(session, "prove", "dW1", 0, 2).example is None
    assert asked(session, "prove", "delta1", 2).example == 1


def test_what_the_first_layer_looks_for_is_told_where_inputs_are_pictures() -> None:
    found = Session(preset("digits")).answer(Patterns(type="patterns", most=3))
    assert isinstance(found, Pictures)
    assert (found.side, len(found.units), len(found.units[0]["weights"])) == (28, 3, 784)
    found = Session(small()).answer(Patterns(type="patterns"))
    assert isinstance(found, Pictures)
    assert (found.side, found.units) == (0, ())


def test_the_work_of_a_minibatch_is_told_with_that_of_finite_differences() -> None:
    session = Session(preset("xor"))
    found = session.answer(Work(type="work"))
    assert isinstance(found, Workload)
    assert (found.examples, found.parameters) == (4, 13)
    forward = sum(found.operations[1:6])
    assert found.differences == 2 * 13 * forward
