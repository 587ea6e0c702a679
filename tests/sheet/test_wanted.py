"""What can be asked of a sheet, as a form or a command line says it."""

from typing import Any

import pytest

from app.errors import ConfigError
from app.sheet.wanted import Wanted


def test_nothing_asked_is_one_minibatch_with_all_of_its_examples() -> None:
    assert Wanted.parse({}) == Wanted.parse({"decimals": "", "examples": "", "minibatches": ""})
    assert Wanted().minibatches == 1
    assert Wanted().examples is None


def test_a_form_speaks_in_texts() -> None:
    asked = {"minibatches": "2", "decimals": "6", "examples": "1, 3", "student": "1", "key": "0"}
    assert Wanted.parse(asked) == Wanted(
        minibatches=2, decimals=6, examples=(1, 3), student=True, key=False
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"decimals": "20"}, "decimals must be at most 12, got '20'."),
        ({"decimals": 1}, "decimals must be at least 2, got 1."),
        ({"decimals": "many"}, "decimals must be a whole number, got 'many'."),
        ({"minibatches": 0}, "minibatches must be at least 1, got 0."),
        ({"minibatches": "1000"}, "minibatches must be at most 100, got '1000'."),
        ({"examples": "1,x"}, "examples.1 must be a whole number, got 'x'."),
        ({"examples": "0"}, "examples.0 must be at least 1, got '0'."),
        ({"start": "there"}, "start must be one of 'here' or 'first', got 'there'."),
        ({"student": "perhaps"}, "student must be true or false, got 'perhaps'."),
    ],
)
def test_what_cannot_be_is_answered_with_field_rule_and_value(
    asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        Wanted.parse(asked)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("student", "key", "works"),
    [(False, False, True), (True, False, True), (True, True, True), (False, True, False)],
)
def test_a_key_alone_has_no_working(student: bool, key: bool, works: bool) -> None:
    assert Wanted(student=student, key=key).works is works
