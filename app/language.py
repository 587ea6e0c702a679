"""The languages that Backstep speaks, and sentences that can be said in each of them.

A sentence is written once, in English, where it is thought: ``say("must be at most {most}",
most=3)``. What comes back is a `str` with those words, which anybody may use as one, and which
remembers what it was made of. At the edge, where it is known who reads, `spoken` says everything in
a value again in the reader's language. So neither engine nor session know any language, and what is
told to a class is told to each in their own.

The English sentences are the keys of the catalogues in ``languages/``, as usual with gettext; they
are read with Babel. `languages/catalogue.py` collects the keys.
"""

import os
import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

__all__ = [
    "DEFAULT", "LANGUAGES", "Text", "catalogue", "current", "joined", "language_of_environment",
    "language_wanted", "page_words", "say", "spoken",
]  # fmt: skip

CATALOGUES = Path(__file__).resolve().parents[1] / "languages"
PAGE = "static/js/"
DEFAULT = "en"
LANGUAGES = {"en": "English", "zh": "中文"}
"""What each language is called by who speaks it."""

PLAIN = {str, bytes, int, float, bool, type(None)}
"""What holds no sentence, by its very type; tables of numbers are long, so they are not copied."""

current: ContextVar[str] = ContextVar("language", default=DEFAULT)
"""The language of whoever is answered now: of an HTTP request, or of the command line."""


class Text(str):
    """An English sentence that can be said in other languages; `values` stand in its `template`."""

    template: str
    values: Mapping[str, Any]
    __slots__ = ("template", "values")

    def __new__(cls, template: str, values: Mapping[str, Any]) -> "Text":
        text = super().__new__(cls, template.format(**values) if values else template)
        text.template, text.values = template, values
        return text

    def __str__(self) -> "Text":  # str() of an error that holds one is still one
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Text, (self.template, dict(self.values))

    def __deepcopy__(self, memo: Any) -> "Text":
        return self  # it never changes

    def __copy__(self) -> "Text":
        return self


def say(template: str, **values: Any) -> Text:
    """Return a sentence; `values` fill the places in braces, and may be sentences themselves.

    The template is looked up in the catalogues, so it must be a literal. Without values, braces
    mean themselves.
    """
    return Text(template, values)


def joined(separator: str, parts: Iterable[str]) -> Text:
    """Return sentences one after the other; a separator that is a `Text` is spoken too."""
    named = {f"_{i}": part for i, part in enumerate(parts)}
    return Text("{_}".join(f"{{{name}}}" for name in named), {"_": separator, **named})


def spoken(value: Any, language: str | None = None) -> Any:
    """Return a value with every sentence in it said in a language, by default the current one.

    Sentences may stand in lists, tuples, the values of mappings, and in dataclasses.
    """
    language = language or current.get()
    return value if language == DEFAULT else _spoken(value, language)


def _spoken(value: Any, language: str) -> Any:
    match value:
        case Text():
            return _said(value, language)
        case str() | bytes() | None | int() | float():
            return value
        case list() | tuple() if PLAIN.issuperset(map(type, value)):
            return value
        case Mapping():
            return {key: _spoken(each, language) for key, each in value.items()}
        case list():
            return [_spoken(each, language) for each in value]
        case tuple():
            spoken_parts = [_spoken(each, language) for each in value]
            named = type(value) is not tuple and hasattr(value, "_make")
            return type(value)._make(spoken_parts) if named else tuple(spoken_parts)  # type: ignore[attr-defined]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{f.name: _spoken(getattr(value, f.name), language) for f in fields(value)}
            )
    return value


def _said(text: Text, language: str) -> str:
    message = catalogue(language).get(text.template)
    template = str(message.string) if message and message.string else text.template
    if not text.values:
        return template
    return template.format(**{k: _spoken(v, language) for k, v in text.values.items()})


@cache
def catalogue(language: str) -> Catalog:
    """Return the sentences of a language by their English ones; English itself has none."""
    if language == DEFAULT:
        return Catalog(locale=language)
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


@cache
def page_words(language: str) -> dict[str, str]:
    """Return the sentences of the page's modules in a language, by their English ones."""
    return {
        str(message.id): str(message.string)
        for message in catalogue(language)
        if message.string and any(name.startswith(PAGE) for name, _ in message.locations)
    }


def language_wanted(choice: str | None, header: str = "") -> str:
    """Return the language that was chosen, else the best for an ``Accept-Language`` header."""
    if choice in LANGUAGES:
        return str(choice)
    ranked = sorted(_ranges(header), key=lambda entry: -entry[1])
    wanted = [name.replace("-", "_") for name, weight in ranked if weight > 0]
    # Babel takes zh for zh_CN, but knows nothing of the script in zh_Hans_CN.
    short = [name.partition("_")[0] for name in wanted]
    return negotiate_locale(short, LANGUAGES) or DEFAULT


def _ranges(header: str) -> Iterable[tuple[str, float]]:
    """Yield the languages of a header with their weights, leaving out what is of no right form."""
    for part in header[:1000].split(","):
        name, _, weight = part.strip().partition(";")
        if re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", name.strip()):
            number = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", weight)
            yield name.strip().lower(), float(number[1]) if number else 1.0


def language_of_environment(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language that a shell is set to, by the variables that gettext goes by."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return language_wanted(re.split("[_.:]", value)[0])
    return DEFAULT
