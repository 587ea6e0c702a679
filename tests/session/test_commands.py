"""Every command is decoded, and whatever else is sent is told what is wrong with it."""

import json
from contextlib import suppress
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.engine.config import Stop
from app.errors import ConfigError
from app.session.commands import (
    FARTHEST,
    Ack,
    Back,
    Command,
    Configure,
    Edit,
    Explain,
    Focus,
    Pause,
    Play,
    Prove,
    Rejoin,
    Reset,
    Seek,
    Step,
    Sync,
    Watch,
    decode,
    identifier,
)


@pytest.mark.parametrize(
    ("sent", "command"),
    [
        ({"type": "step"}, Step(type="step", size="op", count=1)),
        ({"type": "step", "size": "epoch", "count": 9}, Step(type="step", size="epoch", count=9)),
        ({"type": "back", "size": "layer"}, Back(type="back", size="layer")),
        ({"type": "seek", "position": 7}, Seek(type="seek", position=7)),
        ({"type": "play", "rate": "max"}, Play(type="play", rate="max")),
        ({"type": "play", "rate": 3}, Play(type="play", rate=3.0)),
        ({"type": "play", "until": {"epochs": 2}}, Play(type="play", until=Stop(epochs=2))),
        ({"type": "pause"}, Pause(type="pause")),
        ({"type": "reset"}, Reset(type="reset")),
        ({"type": "configure", "patch": {"l2": 1}}, Configure(type="configure", patch={"l2": 1})),
        (
            {"type": "edit", "tensor": "W1", "index": [0, 1], "value": 2},
            Edit(type="edit", tensor="W1", index=(0, 1), value=2.0),
        ),
        ({"type": "rejoin"}, Rejoin(type="rejoin")),
        ({"type": "focus", "example": 2}, Focus(type="focus", example=2)),
        ({"type": "focus", "example": None}, Focus(type="focus", example=None)),
        (
            {"type": "explain", "tensor": "z1", "index": [2], "example": 0},
            Explain(type="explain", tensor="z1", index=(2,), example=0),
        ),
        (
            {"type": "explain", "tensor": "cost", "index": []},
            Explain(type="explain", tensor="cost", index=(), example=None),
        ),
        (
            {"type": "prove", "tensor": "delta12", "index": [2], "example": 3},
            Prove(type="prove", tensor="delta12", index=(2,), example=3),
        ),
        (
            {"type": "prove", "tensor": "dW1", "index": [0, 1], "id": 7},
            Prove(type="prove", tensor="dW1", index=(0, 1), id=7),
        ),
        ({"type": "watch", "tensors": ["a0"]}, Watch(type="watch", tensors=("a0",))),
        ({"type": "watch", "tensors": None}, Watch(type="watch", tensors=None)),
        ({"type": "ack", "seq": 5}, Ack(type="ack", seq=5)),
        ({"type": "sync", "id": "x"}, Sync(type="sync", id="x")),
        ({"type": "sync", "id": -1}, Sync(type="sync", id=-1)),
    ],
)
def test_a_command_is_decoded(sent: dict[str, Any], command: Command) -> None:
    assert decode(json.dumps(sent)) == command
    assert decode(json.dumps(sent).encode()) == command


@pytest.mark.parametrize(
    ("text", "field", "rule"),
    [
        ("", "", "must be JSON"),
        ("{", "", "must be JSON"),
        ("[" * 10_000, "", "must be JSON"),
        ('{"type": "step", "id": "\\ud800"}', "", "must be JSON"),
        ("[]", "", "must be an object"),
        ('"step"', "", "must be an object"),
        ("null", "", "must be an object"),
        ("{}", "", "must be an object with a 'type'"),
        ('{"type": "nope"}', "", "must have a 'type' that is one of 'step', 'back'"),
        ('{"type": 7}', "", "must have a 'type' that is one of"),
        ('{"type": "step", "count": 0}', "count", "must be at least 1"),
        ('{"type": "step", "count": 1000001}', "count", "must be at most 1000000"),
        ('{"type": "step", "count": 1.5}', "count", "must be a whole number"),
        ('{"type": "step", "count": "1"}', "count", "must be a whole number"),
        ('{"type": "step", "count": true}', "count", "must be a whole number"),
        ('{"type": "step", "count": NaN}', "count", "must be a whole number"),
        ('{"type": "step", "size": "week"}', "size", "must be one of 'op', 'layer', 'phase'"),
        ('{"type": "step", "more": 1}', "more", "is not a setting here"),
        ('{"type": "seek"}', "position", "is required"),
        ('{"type": "seek", "position": -1}', "position", "must be at least 0"),
        (f'{{"type": "seek", "position": {2**53}}}', "position", f"must be at most {FARTHEST}"),
        ('{"type": "play", "rate": 0}', "rate", "must be greater than 0.0, or must be one of"),
        ('{"type": "play", "rate": Infinity}', "rate", "must be a finite number, or must be"),
        ('{"type": "play", "until": {"epochs": 0}}', "until.epochs", "must be at least 1"),
        ('{"type": "edit", "tensor": "W1", "index": [0, -1], "value": 1}', "index.1", "must be at"),
        ('{"type": "edit", "tensor": "W1", "index": [0], "value": NaN}', "value", "must be a fin"),
        ('{"type": "edit", "tensor": "W1", "index": [0], "value": 1e9}', "value", "must be at mos"),
        ('{"type": "focus"}', "example", "is required"),
        ('{"type": "explain", "index": []}', "tensor", "is required"),
        ('{"type": "explain", "tensor": "z1"}', "index", "is required"),
        ('{"type": "explain", "tensor": "z1", "index": [-1]}', "index.0", "must be at least 0"),
        ('{"type": "explain", "tensor": "W1", "index": [0, 1, 2]}', "index", "must have at most 2"),
        (
            '{"type": "explain", "tensor": "z1", "index": [0], "example": -1}',
            "example",
            "must be at",
        ),
        (f'{{"type": "explain", "tensor": "{"z" * 17}", "index": []}}', "tensor", "must have at"),
        ('{"type": "watch", "tensors": "a0"}', "tensors", "must be a list"),
        ('{"type": "ack", "seq": -1}', "seq", "must be at least 0"),
        ('{"type": "step", "id": [1]}', "id", "must be a text, or must be a whole number"),
        (f'{{"type": "step", "id": {10**30}}}', "id", "must be a text, or must be at most"),
        (f'{{"type": "step", "id": "{"x" * 65}"}}', "id", "must have at most 64 characters, or"),
    ],
)
def test_what_is_not_a_command_is_refused_with_field_and_rule(
    text: str, field: str, rule: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        decode(text)
    (fault,) = refusal.value.faults
    assert fault.field == field
    assert fault.rule.startswith(rule)
    assert len(fault.value) < 100


@pytest.mark.parametrize("tensor", ["W1", "z1", "delta", "dW1 ", "dW12345", "cost", ""])
def test_only_a_gradient_can_be_proved(tensor: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        decode(json.dumps({"type": "prove", "tensor": tensor, "index": [0]}))
    assert [fault.field for fault in refusal.value.faults] == ["tensor"]


def test_that_only_a_gradient_can_be_proved_is_told_in_our_words() -> None:
    with pytest.raises(ConfigError, match="tensor must "):
        decode('{"type": "prove", "tensor": "W1", "index": [0, 0]}')


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as refusal:
        decode('{"type": "edit", "tensor": 1, "index": [-1, "a"], "value": "b"}')
    assert [f.field for f in refusal.value.faults] == ["tensor", "index.0", "index.1", "value"]


@given(st.text() | st.binary() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20,
).map(json.dumps))  # fmt: skip
def test_nothing_that_can_be_sent_raises_anything_else(text: str | bytes) -> None:
    with suppress(ConfigError):
        assert isinstance(decode(text), Command)
    assert isinstance(identifier(text), str | int | None)


def test_the_id_of_a_refused_message_is_found_where_it_has_one() -> None:
    assert identifier('{"type": "nope", "id": 7}') == 7
    assert identifier('{"id": "seven", "count": []}') == "seven"
    assert identifier('{"id": [7]}') is None
    assert identifier(f'{{"id": {10**30}}}') is None
    assert identifier("[7]") is None
    assert identifier("{") is None


def test_a_command_cannot_be_changed() -> None:
    command = decode('{"type": "step"}')
    with pytest.raises(ValidationError):
        command.count = 5  # type: ignore[union-attr, misc]


def test_every_command_says_its_own_type() -> None:
    for kind in get_args(Command):
        assert get_args(kind.model_fields["type"].annotation) == (kind.__name__.lower(),)
        assert kind.__doc__
