"""Codes that can be read off a wall and not be guessed."""

import pytest

from app.classroom.codes import ALPHABET, LENGTH, new_code, read_code


def test_a_code_has_no_letter_that_is_taken_for_a_digit() -> None:
    assert not set("O0I1") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET) == 32


def test_codes_are_drawn_from_all_of_them() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert {character for code in codes for character in code} == set(ALPHABET)


@pytest.mark.parametrize("text", ["K7M4QX", "k7m4qx", " K7M 4QX ", "k7m-4qx", "K 7 M\t4 Q X\n"])
def test_a_code_is_read_however_it_is_typed(text: str) -> None:
    assert read_code(text) == "K7M4QX"


@pytest.mark.parametrize("text", ["", "K7M4Q", "K7M4QXX", "K7M4Q0", "K7M4QI", "K7M4Qß", "К7М4QХ"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert read_code(text) is None
    assert len(text) != LENGTH or set(text) - set(ALPHABET)
