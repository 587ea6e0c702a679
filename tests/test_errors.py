"""What went wrong is told in our words, whole, and in a length that can be read."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import (
    MOST_FAULTS,
    SHOWN,
    BackstepError,
    ConfigError,
    Fault,
    SessionError,
    faults_of,
    shown,
)
from app.language import spoken
from tests.chinese import learn


class Example(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    count: int = Field(1, ge=1, lt=10)
    share: float = Field(0.5, gt=0, le=1)
    kind: Literal["a", "b"] = "a"
    rate: Annotated[float, Field(gt=0)] | Literal["max"] = 1.0
    rows: list[list[int]] = Field([[1]], min_length=1, max_length=3)
    text: str = Field("ab", min_length=2, max_length=3)
    on: bool = True
    inner: dict[str, Annotated[list[int], Field(min_length=2)]] = {}
    table: dict[str, int] = {}


def faults(**given: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(ValidationError) as found:
        Example.model_validate(given)
    return [(f.field, f.rule, f.value) for f in faults_of(found.value)]


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"count": 0}, ("count", "must be at least 1", "0")),
        ({"count": 10}, ("count", "must be less than 10", "10")),
        ({"count": 1.0}, ("count", "must be a whole number", "1.0")),
        ({"share": 0.0}, ("share", "must be greater than 0.0", "0.0")),
        ({"share": 2.0}, ("share", "must be at most 1.0", "2.0")),
        ({"share": float("nan")}, ("share", "must be a finite number", "nan")),
        ({"share": "x"}, ("share", "must be a number", "'x'")),
        ({"kind": "c"}, ("kind", "must be one of 'a' or 'b'", "'c'")),
        ({"rate": "min"}, ("rate", "must be a number, or must be one of 'max'", "'min'")),
        ({"rate": -1.0}, ("rate", "must be greater than 0.0, or must be one of 'max'", "-1.0")),
        ({"rows": []}, ("rows", "must have at least 1 entries", "[]")),
        ({"rows": 7}, ("rows", "must be a list", "7")),
        ({"rows": [[1, "x"]]}, ("rows.0.1", "must be a whole number", "'x'")),
        ({"text": "s"}, ("text", "must have at least 2 characters", "'s'")),
        ({"text": "long"}, ("text", "must have at most 3 characters", "'long'")),
        ({"on": 1}, ("on", "must be true or false", "1")),
        ({"table": []}, ("table", "must be an object", "[]")),
        ({"inner": {"a": []}}, ("inner.a", "must have at least 2 entries", "[]")),
        ({"inner": {"a": ["x", 1]}}, ("inner.a.0", "must be a whole number", "'x'")),
        ({"more": 1}, ("more", "is not a setting here", "")),
        ({"int": 1}, ("int", "is not a setting here", "")),
    ],
)
def test_a_fault_names_field_rule_and_value(
    given: dict[str, Any], fault: tuple[str, str, str]
) -> None:
    assert faults(**given) == [fault]


def test_all_faults_are_found_but_not_without_end() -> None:
    assert len(faults(count=0, share=0.0, kind="c")) == 3
    assert len(faults(rows=[["x"] * 1000])) == MOST_FAULTS


def test_a_wrong_value_is_shown_shortly_whatever_it_is() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    wide = [list(range(1000))] * 1000
    for value in ("x" * 10**6, deep, wide, 10**4000, {"x": wide}, {str(i): i for i in range(999)}):
        assert len(shown(value)) <= SHOWN + 1
    assert shown("short") == "'short'"
    while isinstance(deep, list):  # Python itself cannot free so deep a list at once
        deep = deep[0]


def test_errors_are_sentences() -> None:
    error = ConfigError([Fault("seed", "must be at least 0", "-1"), Fault("", "must be JSON")])
    assert str(error) == "seed must be at least 0, got -1; config must be JSON."
    assert error.code == "config"
    assert isinstance(error, BackstepError)
    assert isinstance(error, ValueError)
    refused = SessionError("at_start", "There is no earlier step.", "position")
    assert (refused.code, refused.field, str(refused)) == (
        "at_start", "position", "There is no earlier step."
    )  # fmt: skip
    assert Fault("a", "b", "c").as_dict() == {"field": "a", "rule": "b", "value": "c"}


def test_what_pydantic_lists_is_told_in_other_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {
        "must be one of {expected}": "必须是{expected}之一",
        "{names} or {last}": "{names}或{last}",
        ", ": "、",
        "must be at least {ge}": "至少为 {ge}",
    }
    learn(monkeypatch, words)

    class Choice(BaseModel):
        kind: Literal["a", "b", "c"] = "a"
        sole: Literal["a"] = "a"
        count: int = Field(1, ge=1)

    with pytest.raises(ValidationError) as found:
        Choice.model_validate({"kind": "d", "sole": "d", "count": 0})
    rules = [fault.rule for fault in faults_of(found.value)]
    assert rules == ["must be one of 'a', 'b' or 'c'", "must be one of 'a'", "must be at least 1"]
    assert spoken(rules, "zh") == ["必须是'a'、'b'或'c'之一", "必须是'a'之一", "至少为 1"]
