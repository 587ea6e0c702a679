"""Messages on the wire: any safetensors reader opens them; in JSON there is nothing but numbers."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from safetensors import deserialize
from safetensors.numpy import load

from app.engine.config import Config
from app.live.codec import (
    FLYING,
    WHOLE,
    chosen,
    encode_arrays,
    encode_frame,
    encode_text,
    pack,
)
from app.session.commands import decode
from app.session.messages import Arrays, Evaluation, Failure, Frame, Status
from app.session.session import Session

from .clients import Heard

XOR = {"data": {"name": "xor"}}
BIG = {
    "data": {"name": "inline", "X": np.ones((500, 10)).tolist(), "Y": [[0.0]] * 500},
    "layers": [{"units": 500}, {"units": 1}],
}
"""W1 has 5,000 values, a0 5,000, a1 250,000."""


def frame(config: dict[str, Any] = XOR, position: int = 12, focus: int | None = 0) -> Frame:
    session = Session(Config.parse(config))
    session.focus = focus
    session.apply(decode(json.dumps({"type": "seek", "position": position})))
    return session.snapshot()


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=10).filter(lambda n: n != "__metadata__"),
        st.tuples(
            st.sampled_from(["float64", "float32", "int32", "int64"]),
            st.lists(st.integers(0, 4), max_size=3),
        ),
        max_size=6,
    )
)
def test_any_tensors_are_read_back_by_the_safetensors_package(shapes: dict[str, Any]) -> None:
    tensors = {
        name: np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
        for name, (dtype, shape) in shapes.items()
    }
    read = load(pack({"fact": "1"}, list(tensors.items())))
    assert read.keys() == tensors.keys()
    for name, array in tensors.items():
        assert read[name].dtype == array.dtype
        assert read[name].shape == array.shape
        assert np.array_equal(read[name], array)


@given(st.lists(st.tuples(st.sampled_from(["float64", "float32", "int32"]), st.integers(0, 9))))
def test_every_tensor_starts_at_a_multiple_of_its_item_size(parts: list[tuple[str, int]]) -> None:
    tensors = [(f"t{i}", np.zeros(n, dtype)) for i, (dtype, n) in enumerate(parts)]
    data = pack({"type": "frame"}, tensors)
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    assert length % 8 == 0
    for name, array in tensors:
        begin, end = header[name]["data_offsets"]
        assert (8 + length + begin) % array.itemsize == 0
        assert end - begin == array.nbytes


def test_a_frame_carries_its_facts_as_texts() -> None:
    facts = Heard(encode_frame(frame(), 7))
    assert facts == {
        "type": "snapshot", "seq": "7", "position": "12", "op": "update", "layer": "2",
        "phase": "update", "epoch": "1", "iteration": "1", "cost": facts["cost"], "end": "12",
        "drawn": "",
    }  # fmt: skip
    assert float(facts["cost"]) == frame().cost
    assert all(isinstance(value, str) for value in facts.values())


def test_a_frame_without_cost_or_op_says_so_by_an_empty_text() -> None:
    facts = Heard(encode_frame(frame(position=0), 0))
    assert (facts["op"], facts["cost"], facts["layer"]) == ("", "", "0")


def test_a_frame_holds_its_tensors_to_the_last_bit() -> None:
    made = frame()
    sent = load(encode_frame(made, 1))
    assert sent.keys() == made.tensors.keys()
    for name, array in made.tensors.items():
        assert sent[name].tobytes() == array.tobytes()
        assert sent[name].dtype == array.dtype


def test_a_whole_frame_is_a_snapshot_and_a_delta_is_not() -> None:
    session = Session(Config.parse(XOR))
    session.apply(decode('{"type": "focus", "example": 0}'))
    (delta, _) = session.apply(decode('{"type": "step"}'))
    assert isinstance(delta, Frame)
    facts = Heard(encode_frame(delta, 1))
    assert (facts["type"], facts["drawn"]) == ("frame", "1")


def test_of_large_tensors_only_the_example_in_focus_is_sent() -> None:
    made = frame(BIG, focus=3)
    sent = dict(chosen(made, None))
    assert made.tensors["a1"].size > WHOLE
    assert "a1" not in sent
    assert sent["a1[3]"].shape == (500,)
    assert np.array_equal(sent["a1[3]"], made.tensors["a1"][3])
    assert {"a0[3]", "z1[3]", "delta1[3]", "y", "a2", "b1", "costs", "cost"} <= sent.keys()
    assert not {"W1", "dW1"} & sent.keys()


def test_while_minibatches_fly_past_rows_and_no_moments_are_sent_of_what_is_not_small() -> None:
    layers = [{"units": 60, "activation": "tanh"}, {"units": 20}, {"units": 1}]
    config = {"data": {"name": "circle"}, "layers": layers, "optimizer": {"name": "adam"}}
    made = frame({**config, "minibatch_size": 20})
    flying = dict(chosen(replace(made, flying=True), None))
    assert FLYING < made.tensors["a1"].size == made.tensors["m_W2"].size == 1200 < WHOLE
    assert {"a1", "m_W2", "W2"} <= dict(chosen(made, None)).keys()
    assert {"a1[0]", "W2", "a2", "a0", "m_W1"} <= flying.keys()
    assert not {"a1", "m_W2"} & flying.keys()
    wide = {"data": {"name": "digits8"}, "layers": [{"units": 10}], "minibatch_size": 20}
    flying = dict(chosen(replace(frame(wide), flying=True), None))
    assert {"a0[0]", "a1[0]", "y[0]", "W1", "costs"} <= flying.keys()
    assert not {"a0", "a1", "y"} & flying.keys()


def test_a_focus_that_is_not_there_falls_back_to_the_last_row() -> None:
    assert "a1[499]" in dict(chosen(frame(BIG, focus=10**6), None))


def test_without_a_focus_the_mean_of_all_rows_is_sent_under_its_name() -> None:
    made = frame(BIG, focus=None)
    sent = dict(chosen(made, None))
    assert np.array_equal(sent["a1[mean]"], made.tensors["a1"].mean(0))
    assert not [name for name in sent if name.startswith("a1[") and name != "a1[mean]"]


def test_what_is_watched_is_sent_whole_and_nothing_else() -> None:
    made = frame(BIG)
    sent = dict(chosen(made, frozenset({"W1", "a1", "no_such"})))
    assert sent.keys() == {"W1", "a1"}
    assert sent["a1"].shape == (500, 500)
    assert load(encode_frame(made, 1, frozenset())) == {}


def test_arrays_carry_their_kind_and_where_they_start() -> None:
    curve = Arrays("curve", 9, {"train": np.array([1.0, np.nan])}, 4)
    heard = Heard(encode_arrays(curve))
    assert heard == {"type": "curve", "position": "9", "start": "4"}
    assert heard.tensors["train"].dtype == np.float64
    assert np.array_equal(heard.tensors["train"], [1.0, np.nan], equal_nan=True)


def test_pictures_are_sent_in_single_precision_even_of_what_has_diverged() -> None:
    surface = Arrays("surface", 9, {"outputs": np.array([1e300, np.nan, 0.5])})
    outputs = Heard(encode_arrays(surface)).tensors["outputs"]
    assert outputs.dtype == np.float32
    assert np.array_equal(outputs, np.float32([np.inf, np.nan, 0.5]), equal_nan=True)


def test_texts_have_a_type_and_leave_out_what_is_not_known() -> None:
    evaluation = json.loads(encode_text(Evaluation(3, None, 0.5, None, None)))
    assert evaluation == {"type": "evaluation", "position": 3, "accuracy": 0.5, "health": []}
    failure = json.loads(encode_text(Failure("code", "Sentence.", "field"), id=7))
    assert failure["type"] == "error"
    assert failure["id"] == 7


def answered(kind: str, tensor: str, *index: int, position: int = 9) -> Any:
    """What a session of XOR says to a question about a number of example 2."""
    session = Session(Config.parse(XOR))
    session.apply(decode(json.dumps({"type": "seek", "position": position})))
    fields = {"type": kind, "tensor": tensor, "index": index, "example": 1}
    return session.answer(decode(json.dumps(fields)))  # type: ignore[arg-type]


def test_an_explanation_is_a_text_with_the_tree_of_every_line() -> None:
    said = answered("explain", "delta1", 0)
    heard = Heard(encode_text(said, id="why"))
    assert (heard["type"], heard["id"], heard["example"]) == ("explanation", "why", 1)
    assert heard["of"]["value"] == said.of["value"]
    assert heard["of"]["index"] == [1, 0]
    assert heard["lines"][0]["right"]["factors"][0]["symbol"] == "delta"
    assert heard["chain"]["links"][0]["top"] == "Cx"


def test_an_explanation_without_a_chain_leaves_it_out() -> None:
    heard = Heard(encode_text(answered("explain", "cost")))
    assert "chain" not in heard
    assert "example" not in heard
    assert heard["of"]["index"] == []


def test_a_proof_is_a_text_with_every_digit() -> None:
    said = answered("prove", "delta1", 0)
    heard = Heard(encode_text(said, id=9))
    assert (heard["type"], heard["id"], heard["verdict"]) == ("proof", 9, "proved")
    for name in ("analytic", "numerical", "plus", "minus", "error", "worst", "h"):
        assert heard[name] == getattr(said, name)
    assert "kink" not in heard
    assert "example" not in Heard(encode_text(answered("prove", "dW2", 0, 0)))


def test_what_is_no_number_in_an_explanation_is_null() -> None:
    said = answered("explain", "z1", 0, position=2)
    made = type(said)(**{**vars(said), "of": {**said.of, "value": float("inf")}})
    assert Heard(encode_text(made))["of"]["value"] is None


def test_what_is_no_number_is_never_json() -> None:
    status = Status("paused", 0, 0, "op", float("nan"), None, float("inf"))
    Heard(encode_text(status))
    assert "NaN" not in encode_text(status)
    assert "Infinity" not in encode_text(status)


def test_a_diverged_frame_is_encoded_with_what_is_no_number_in_its_tensors_only() -> None:
    made = frame()
    made.tensors["W1"][...] = np.nan
    heard = Heard(encode_frame(made, 1))
    assert np.isnan(heard.tensors["W1"]).all()


def test_the_low_level_reader_finds_no_fault() -> None:
    assert deserialize(encode_frame(frame(BIG), 1))
