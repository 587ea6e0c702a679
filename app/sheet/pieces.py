"""Sentences with formulas in them, taken apart at their places in the order of a language.

Which of the formulas of a sentence comes first differs from language to language. So a sentence
holds them as values, and is taken apart only once it is said.
"""

import re
from typing import Any

from app.language import Text, spoken

__all__ = ["formula", "pieces"]

FIRST = 0xE000
PLACE = re.compile("([\ue000-\uf8ff])")
"""Characters that no text has, as unicode leaves them to whoever needs some."""


def pieces(sentence: str) -> tuple[Any, ...]:
    """Return the words and the formulas of a sentence as they follow each other when it is said.

    It is said in the current language. What is neither a text nor a number is a formula.
    """
    formulas: list[Any] = []
    said = PLACE.split(spoken(_marked(sentence, formulas)))
    parts = (formulas[ord(p) - FIRST] if PLACE.fullmatch(p) else p for p in said if p)
    return tuple(parts)


def formula(layout: Any) -> Text:
    """Return a formula as a sentence of its own, to be joined with others."""
    return Text("{formula}", {"formula": layout})


def _marked(value: Any, formulas: list[Any]) -> Any:
    """Return a sentence with a mark in place of each formula, which is put aside."""
    match value:
        case Text():
            marked = {name: _marked(each, formulas) for name, each in value.values.items()}
            return Text(value.template, marked)
        case str() | int() | float():
            return value
    formulas.append(value)
    return chr(FIRST + len(formulas) - 1)
