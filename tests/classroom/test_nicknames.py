"""Names that are made up, and names that are typed."""

import pytest

from app.classroom.nicknames import ANIMALS, LONGEST, WORDS, is_generated, own_name, suggestions
from app.errors import ConfigError


def test_there_are_thousands_of_names_and_each_fits() -> None:
    assert len(set(WORDS)) == len(WORDS)
    assert len(set(ANIMALS)) == len(ANIMALS)
    assert len(WORDS) * len(ANIMALS) > 5000
    assert max(map(len, WORDS)) + 1 + max(map(len, ANIMALS)) <= LONGEST


def test_suggestions_differ_from_each_other_and_from_what_is_taken() -> None:
    taken = suggestions([], 300)
    more = suggestions([name.upper() for name in taken], 300)
    assert len(set(taken)) == 300
    assert not set(taken) & set(more)
    assert all(is_generated(name) for name in taken + more)


def test_when_all_names_are_taken_a_number_is_added() -> None:
    every = [f"{word} {animal}" for word in WORDS for animal in ANIMALS]
    (name,) = suggestions(every, 1)
    assert name.split()[2].isdecimal()
    assert is_generated(name)


@pytest.mark.parametrize("name", ["Calm Otter x", "Bob", "Calm", "Otter Calm", ""])
def test_other_names_are_not_generated(name: str) -> None:
    assert not is_generated(name)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada", "Ada"), ("  Ada   L. ", "Ada L."), ("小明", "小明"), ("Zoë", "Zoë"),
        ("O'Neil-3", "O'Neil-3"), ("Joe\u0301", "Joé"), ("हिन्दी", "हिन्दी"),
    ],
)  # fmt: skip
def test_a_name_of_ones_own_is_kept_in_its_normal_form(typed: str, kept: str) -> None:
    assert own_name(typed, []) == kept


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("", "1 to 24"), ("   ", "1 to 24"), ("x" * 25, "1 to 24"), ("<b>Bo</b>", "letters"),
        ("=1+1", "letters"), ("a\u202eb", "letters"), ("a\0b", "letters"), ("@home", "letters"),
        ("--", "a letter or a digit"), ("CALM otter", "nobody here has"),
    ],
)  # fmt: skip
def test_other_names_are_refused_with_the_rule(typed: str, rule: str) -> None:
    with pytest.raises(ConfigError, match=rule):
        own_name(typed, ["Calm Otter"])
