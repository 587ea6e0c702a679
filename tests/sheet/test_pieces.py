"""Sentences with formulas in them, taken apart."""

import pytest

from app.language import joined, say
from app.sheet.notation import Row, name
from app.sheet.pieces import formula, pieces
from tests.chinese import learn, reading

A, B = name("a"), Row((name("b"), name("c")))


def test_a_sentence_is_words_and_formulas_in_turn() -> None:
    sentence = say("{a} is {times:g} times {b}.", a=A, times=2.0, b=B)
    assert pieces(sentence) == (A, " is 2 times ", B, ".")
    assert pieces("only words") == ("only words",)
    assert pieces(say("Its biases are held still.")) == ("Its biases are held still.",)
    assert pieces("") == ()


def test_formulas_of_sentences_within_are_found() -> None:
    inner = say("the slope {b}", b=B)
    whole = joined(say(" "), [say("{a} has {inner}.", a=A, inner=inner), say("It is frozen.")])
    assert pieces(whole) == (A, " has the slope ", B, ". It is frozen.")
    assert pieces(joined(", ", [formula(A), formula(B)])) == (A, ", ", B)


def test_a_formula_may_stand_twice() -> None:
    assert pieces(say("{a} or {a}", a=A)) == (A, " or ", A)


def test_they_follow_each_other_as_in_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    learn(monkeypatch, {"{a} if {b}": "若 {b} 则 {a}", "one": "一"})
    with reading("zh"):
        assert pieces(say("{a} if {b}", a=A, b=B)) == ("若 ", B, " 则 ", A)
        assert pieces(say("{a} if {b}", a=say("one"), b=B)) == ("若 ", B, " 则 一")
