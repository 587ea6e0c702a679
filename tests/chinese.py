"""A few sentences in Chinese, so that no test depends on what the catalogue has of others."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from babel.messages.catalog import Catalog

from app import language
from app.export import replay
from app.web import languages

__all__ = ["learn", "reading"]

_page_words = language.page_words.__wrapped__  # which remembers nothing of other tests


def learn(
    monkeypatch: pytest.MonkeyPatch, sentences: Mapping[str, str], *, place: str = "app/any.py"
) -> None:
    """Let these be all the Chinese that Backstep knows; `place` is the file that says them."""
    known = Catalog(locale="zh")
    for english, chinese in sentences.items():
        known.add(english, chinese, [(place, 0)])
    monkeypatch.setattr(language, "catalogue", lambda name: known)
    for module in (language, languages, replay):
        monkeypatch.setattr(module, "page_words", _page_words)


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Be somebody who reads a language."""
    before = language.current.set(name)
    try:
        yield
    finally:
        language.current.reset(before)
