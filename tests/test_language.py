"""A sentence is English to whoever takes it for a text, and is said to each in their own words."""

import pickle
from collections.abc import Iterator, Mapping
from copy import copy, deepcopy
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest

from app import language
from app.errors import ConfigError, Fault, SessionError
from app.language import (
    LANGUAGES,
    Text,
    catalogue,
    current,
    joined,
    language_of_environment,
    language_wanted,
    page_words,
    say,
    spoken,
)
from tests.chinese import learn, reading

WORDS = {
    "must be at most {most}": "最多为 {most}",
    "{who} follows {whom}": "{whom}有{who}跟随",
    "the teacher": "老师",
    "no number": "不是数",
    "{cost:.2f} is left": "剩下 {cost:.2f}",
    "braces {} stay": "括号 {} 不变",
    ", ": "、",
    "; ": "；",
    "{names} or {last}": "{names}或 {last}",
    "{name} {rule}, got {value}": "{name} {rule}，给的是 {value}",
    "{faults}.": "{faults}。",
    "must be one of {expected}": "必须是 {expected} 之一",
}


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    learn(monkeypatch, WORDS)
    with reading("en"):
        yield


# ---------------------------------------------------------------- sentences


def test_a_sentence_is_its_english_words() -> None:
    assert say("must be at most {most}", most=3) == "must be at most 3"
    assert {say("no number"): 1}["no number"] == 1
    assert isinstance(say("no number"), str)


def test_values_stand_in_the_order_and_the_form_of_the_language() -> None:
    assert spoken(say("{who} follows {whom}", who="Mia", whom="Ben"), "zh") == "Ben有Mia跟随"
    assert spoken(say("{cost:.2f} is left", cost=0.125), "zh") == "剩下 0.12"


def test_a_value_that_is_a_sentence_is_said_too() -> None:
    said = say("{who} follows {whom}", who="Mia", whom=say("the teacher"))
    assert said == "Mia follows the teacher"
    assert spoken(said, "zh") == "老师有Mia跟随"


def test_braces_mean_themselves_where_there_are_no_values() -> None:
    assert say("braces {} stay") == "braces {} stay"
    assert spoken(say("braces {} stay"), "zh") == "括号 {} 不变"


def test_what_the_catalogue_lacks_is_said_in_english() -> None:
    assert spoken(say("nobody knows {this}", this=say("the teacher")), "zh") == "nobody knows 老师"


def test_values_with_braces_are_not_filled_again() -> None:
    assert spoken(say("must be at most {most}", most="{0} {x}"), "zh") == "最多为 {0} {x}"
    assert joined(", ", ["{0}", "{x}"]) == "{0}, {x}"


def test_joined_parts_and_what_stands_between_them_are_said() -> None:
    some = joined(say(", "), [say("the teacher"), "Mia", say("no number")])
    assert some == "the teacher, Mia, no number"
    assert spoken(some, "zh") == "老师、Mia、不是数"
    assert spoken(joined(" + ", ["a", say("no number")]), "zh") == "a + 不是数"
    assert joined(say(", "), []) == "" == spoken(joined(say(", "), []), "zh")


def test_a_sentence_outlives_copies_and_pickling() -> None:
    said = say("{who} follows {whom}", who="Mia", whom=say("the teacher"))
    for again in (copy(said), deepcopy([said])[0], pickle.loads(pickle.dumps(said))):
        assert again == said
        assert spoken(again, "zh") == "老师有Mia跟随"


# ---------------------------------------------------------------- errors


def test_the_text_of_an_error_is_still_a_sentence() -> None:
    for error in (SessionError("code", say("no number")), ValueError(say("no number"))):
        assert str(error) == "no number"
        assert spoken(str(error), "zh") == "不是数"


def test_the_faults_of_a_config_are_said_with_rule_and_value() -> None:
    rule = say("must be at most {most}", most=3)
    error = ConfigError([Fault("a", rule, "4"), Fault("b", rule, "5")])
    assert str(error) == "a must be at most 3, got 4; b must be at most 3, got 5."
    assert spoken(str(error), "zh") == "a 最多为 3，给的是 4；b 最多为 3，给的是 5。"


# ---------------------------------------------------------------- values that hold sentences


class Pair(NamedTuple):
    first: str
    second: int


@dataclass(frozen=True)
class Told:
    sentence: str
    more: Mapping[str, Any]


def test_sentences_are_found_in_whatever_holds_them() -> None:
    said, chinese = say("no number"), "不是数"
    assert spoken([1, said, [said]], "zh") == [1, chinese, [chinese]]
    assert spoken((said, None), "zh") == (chinese, None)
    assert spoken(Pair(said, 1), "zh") == Pair(chinese, 1)
    assert spoken({"key": {"inner": said}}, "zh") == {"key": {"inner": chinese}}
    assert spoken(Told(said, {"x": said}), "zh") == Told(chinese, {"x": chinese})


def test_what_is_no_sentence_stays_what_it_is() -> None:
    something = object()
    for value in ("no number", b"x", 1.5, True, None, something, Told):
        assert spoken(value, "zh") is value


def test_rows_of_numbers_are_not_copied() -> None:
    row = [1.0, 2, None, "x"]
    assert spoken([row, say("no number")], "zh")[0] is row


def test_to_who_reads_english_nothing_is_said_anew() -> None:
    value = [say("no number")]
    assert spoken(value, "en") is value


def test_by_default_the_current_language_is_spoken() -> None:
    assert spoken(say("no number")) == "no number"
    current.set("zh")
    assert spoken(say("no number")) == "不是数"
    assert not isinstance(spoken(say("no number")), Text)


# ---------------------------------------------------------------- catalogues


def test_every_language_has_its_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for name in LANGUAGES:
        assert str(catalogue(name).locale) == name
    assert not list(page_words("en"))


def test_the_page_gets_the_sentences_of_its_own_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    assert language.page_words("zh") == {}
    learn(monkeypatch, {"Step {0}": "第 {0} 步", "Back": ""}, place="static/js/views/keys.js")
    assert language.page_words("zh") == {"Step {0}": "第 {0} 步"}


# ---------------------------------------------------------------- who reads


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh-Hans-CN,zh;q=0.9", "zh"),
        ("ZH-tw, en;q=0.5", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh;q=0.2, en;q=0.8", "en"),
        ("fr, de;q=0.9, zh;q=0.1", "zh"),
        ("zh;q=0, en", "en"),
        ("zh;q=0", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_a_browser_gets_the_best_of_the_languages_that_it_asks_for(header: str, best: str) -> None:
    assert language_wanted(None, header) == best


@pytest.mark.parametrize(
    "header",
    [";;;,,,q=", "zh_CN.UTF-8/../", "\x00zh", "q=1;zh", "z" * 100_000, "zh-", "é, 中文"],
)
def test_a_header_of_no_right_form_is_as_good_as_none(header: str) -> None:
    assert language_wanted(None, header) == "en"


def test_a_weight_of_no_right_form_counts_in_full() -> None:
    assert language_wanted(None, "en;q=0.9, zh;q=x") == "zh"


def test_a_choice_comes_before_the_header_if_it_is_a_language() -> None:
    assert language_wanted("en", "zh") == "en"
    assert language_wanted("zh", "en") == "zh"
    assert language_wanted("tlh", "zh") == "zh"


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "C.UTF-8", "LC_ALL": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "de_DE"}, "en"),
        ({"LANG": "en_US", "LANGUAGE": "zh:en"}, "zh"),
        ({"LANG": "zh_CN", "LC_ALL": ""}, "zh"),
        ({}, "en"),
    ],
)
def test_a_shell_is_spoken_to_as_its_variables_say(
    environment: dict[str, str], wanted: str
) -> None:
    assert language_of_environment(environment) == wanted
