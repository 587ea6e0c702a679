"""What is on record are the messages of the socket, with the numbers of the run to the last bit."""

import gzip
import json
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load

from app.engine.program import writes
from app.export import recording
from app.export.recording import MOST_OPS, Recording, record
from app.live.codec import encode_text
from app.presets import PRESETS, preset
from app.session.commands import Explain
from app.session.exercise import Exercise
from app.session.past import Past
from app.session.telling import explanation
from app.session.timeline import Timeline
from tests.explain.networks import CONFIGS
from tests.session.scenes import bits, go, unstable

LENGTH = 12


def told(made: Recording, kind: str) -> list[tuple[int, dict[str, Any]]]:
    """The texts of a kind, by position."""
    texts = [(p, json.loads(data)) for p, data in made.messages if data[:1] == b"{"]
    return [(position, text) for position, text in texts if text["type"] == kind]


def frames(made: Recording, kind: str) -> dict[int, tuple[dict[str, str], dict[str, Any]]]:
    """The binary messages of a kind by position: facts and tensors."""
    found = {}
    for position, data in made.messages:
        if data[:1] != b"{":
            header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
            facts = header["__metadata__"]
            if facts["type"] == kind:
                found[position] = (facts, load(data))
    return found


def edited() -> Timeline:
    """A run with a weight and the learning rate changed on the way."""
    timeline = Timeline(preset("xor"))
    go(timeline, 30)
    timeline.change("W1", (0, 0), 0.25)
    go(timeline, 60)
    timeline.change("learning_rate", (), 1.5)
    go(timeline, 100)
    return timeline


@pytest.mark.parametrize("name", PRESETS)
def test_every_op_has_a_frame_with_what_it_wrote_to_the_last_bit(name: str) -> None:
    made = record(Past(preset(name)))
    timeline = Timeline(preset(name))
    length = timeline.length
    recorded = frames(made, "frame")
    assert list(recorded) == list(range(1, 3 * length + 1))
    for position, (facts, tensors) in recorded.items():
        timeline.forward(position)
        op = timeline.run.last_op
        assert op is not None
        assert (facts["position"], facts["op"]) == (str(position), str(op.kind))
        for tensor in writes(op, timeline.config):
            if tensor in tensors:
                assert np.array_equal(tensors[tensor], timeline.run.tensor(tensor)), tensor


def test_a_session_with_changes_by_hand_is_recorded_as_it_went() -> None:
    timeline = edited()
    recorded = frames(record(Past.of(timeline), timeline.position), "frame")
    for position in (25, 31, 72, 96):
        go(timeline, position)
        tensors = recorded[position][1]
        assert tensors
        assert all(
            np.array_equal(tensors[name], timeline.run.tensor(name))
            for name in tensors.keys() & set(timeline.run.names())
        )


def test_recording_touches_nothing() -> None:
    timeline = edited()
    before = bits(timeline.run), list(timeline.log), list(timeline.curve.rows), timeline.end
    record(Past.of(timeline), timeline.position)
    assert (bits(timeline.run), timeline.log, timeline.curve.rows, timeline.end) == before


def test_each_minibatch_begins_with_all_that_is_defined_there() -> None:
    timeline = edited()
    snapshots = frames(record(Past.of(timeline), timeline.position), "snapshot")
    assert list(snapshots) == list(range(0, 108, LENGTH))
    for position, (_, tensors) in snapshots.items():
        go(timeline, position)
        assert set(timeline.run.names()) <= set(tensors)


def test_of_a_session_at_its_start_the_first_minibatches_are_recorded() -> None:
    facts = record(Past(preset("xor"))).facts
    assert (facts["first"], facts["last"], facts["at"]) == (0, 3 * LENGTH, 0)


def test_it_goes_to_the_end_of_the_minibatch_and_opens_where_the_session_stood() -> None:
    facts = record(Past(preset("xor")), 14).facts
    assert (facts["first"], facts["last"], facts["at"]) == (0, 2 * LENGTH, 14)


def test_of_a_long_run_the_last_ops_are_kept() -> None:
    timeline = Timeline(preset("xor"))
    go(timeline, 50_000)
    made = record(Past.of(timeline), 50_000)
    facts = made.facts
    assert facts["last"] == 50_004
    assert facts["last"] - facts["first"] == MOST_OPS
    assert list(frames(made, "frame")) == list(range(facts["first"] + 1, facts["last"] + 1))
    iterations = next(iter(frames(made, "curve").values()))[1]["iteration"]
    assert iterations[0] == 0  # the curve tells of the whole run
    assert iterations[-1] <= 50_004 / LENGTH


def test_what_is_too_large_loses_its_oldest_minibatches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_BYTES", 200_000)
    made = record(Past(preset("xor")), 120)
    assert 0 < made.facts["first"] < 120 == made.facts["last"]
    assert min(frames(made, "snapshot")) == made.facts["first"]
    assert sum(len(data) for _, data in made.messages) < 300_000


def test_one_minibatch_is_kept_however_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_BYTES", 1)
    assert record(Past(preset("xor")), 120).facts["first"] == 120 - LENGTH


def test_of_a_run_that_never_comes_so_far_the_end_is_recorded() -> None:
    recording = record(Past(preset("exploding")), 10_000)
    timeline = Timeline(preset("exploding"))
    assert timeline.forward(10_000) == "diverged"
    assert recording.facts["last"] == timeline.position
    assert recording.facts["first"] < timeline.position


def test_a_run_that_diverges_is_recorded_up_to_where_it_did() -> None:
    timeline = Timeline(unstable())
    while not timeline.forward(timeline.position + LENGTH):
        pass
    made = record(Past.of(timeline), timeline.position)
    assert made.facts["last"] == timeline.position
    ((_, status),) = told(made, "status")
    assert status["state"] == "diverged"
    assert status["diverged"]["position"] == timeline.position


def test_the_steps_of_each_size_end_where_the_session_ends_them() -> None:
    stops = record(Past(preset("iris"))).facts["stops"]
    assert stops["minibatch"] == [12, 24, 36]
    assert stops["phase"][:5] == [1, 5, 6, 10, 12]
    assert stops["epoch"] == []  # seven minibatches; the page goes to the end then


def test_what_an_op_wrote_is_explained_with_the_answers_of_a_session() -> None:
    found = dict(told(record(Past(preset("xor"))), "explanations"))
    timeline = Timeline(preset("xor"))
    timeline.forward(9)
    for unit in range(3):
        for example in (0, 3, None):
            question = Explain(type="explain", tensor="delta1", index=(unit,), example=example)
            key = f"delta1|{unit}|{'' if example is None else example}"
            said = json.loads(encode_text(explanation(timeline, question)))
            assert found[9]["found"][key] == said
    assert set(found[6]["found"]) == {"cost||", *(f"costs|{n}|{n}" for n in range(4))}
    assert {"W2|0,0|", "b2|0|"} <= set(found[12]["found"])


@pytest.mark.parametrize("name", ["adam clipped", "clip by value", "penalties", "schedule"])
def test_explanations_on_record_are_those_that_are_asked_for_one_by_one(name: str) -> None:
    timeline, asked = Timeline(CONFIGS[name]), 0
    for position, said in told(record(Past(CONFIGS[name])), "explanations"):
        timeline.forward(position)
        for key, found in said["found"].items():
            tensor, place, example = key.split("|")
            question = Explain(
                type="explain", tensor=tensor, example=int(example) if example else None,
                index=tuple(int(i) for i in place.split(",") if i),
            )  # fmt: skip
            assert found == json.loads(encode_text(explanation(timeline, question))), key
            asked += 1
    assert asked > 100


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("focus", [0, None])
def test_the_number_that_is_shown_first_is_always_explained(name: str, focus: int | None) -> None:
    shown = "" if focus is None else str(focus)
    first = {
        "draw": f"a0|0|{shown}", "preactivate": f"z1|0|{shown}", "activate": f"a1|0|{shown}",
        "cost": "cost||", "delta": f"delta1|0|{shown}", "gradient": f"dW1|0,0|{shown}",
        "update": "W1|0,0|",
    }  # fmt: skip
    made = record(Past(preset(name)), focus=focus)
    program = told(made, "welcome")[0][1]["program"]
    for position, said in told(made, "explanations"):
        op = program[(position - 1) % len(program)]
        key = first[op["kind"]].replace("1", str(op["layer"]), op["kind"] not in ("draw", "cost"))
        assert key in said["found"], position


def test_a_mistake_that_is_hidden_is_not_named() -> None:
    config = preset("xor").merged({"mistake": "wrong_sign"})
    timeline = Timeline(config)
    timeline.exercise = Exercise.of(config)
    hiding = record(Past.of(timeline))
    assert hiding.facts["hiding"]
    assert told(hiding, "welcome")[0][1]["config"].get("mistake") is None
    assert told(hiding, "status")[0][1]["exercise"]["found"] is None
    plain = record(Past(config))
    assert told(plain, "welcome")[0][1]["config"]["mistake"] == "wrong_sign"
    assert frames(hiding, "frame").keys() == frames(plain, "frame").keys()


def test_large_minibatches_are_said_to_be_there_in_one_example_only() -> None:
    assert record(Past(preset("xor"))).facts["whole"]
    assert not record(Past(preset("digits"))).facts["whole"]


def test_it_is_packed_as_a_header_with_sizes_and_what_they_are_of() -> None:
    made = record(Past(preset("xor")))
    data = gzip.decompress(made.packed())
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    for (position, text, size), (at, said) in zip(header["messages"], made.messages, strict=True):
        assert (position, text) == (at, said[:1] == b"{")
        assert data[start : start + size] == said
        start += size
    assert start == len(data)
    assert made.packed() == record(Past(preset("xor"))).packed()


def test_moments_and_clipping_are_on_record_too() -> None:
    config = unstable(optimizer={"name": "adam", "learning_rate": 0.01}, clip={"by": "norm"})
    recorded = frames(record(Past(config)), "frame")
    assert len(recorded) == 3 * 13
    assert {"W1", "m_W1", "v_W1", "old_W1"} <= set(recorded[12][1])
    assert [facts["op"] for facts, _ in recorded.values()].count("clip") == 3
