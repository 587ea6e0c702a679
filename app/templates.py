"""The templates of all pages, which speak the language of who reads them."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from app.assets import assets
from app.language import LANGUAGES, Text, current, spoken

__all__ = ["templates"]

ROOT = Path(__file__).resolve().parents[1]


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        finalize=spoken,  # a sentence that stands in a page is said in the language of the page
    )
    made.filters["spoken"] = spoken  # for a sentence that stands in another
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(_looked_up, _never, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {"LANGUAGES": LANGUAGES, "language": current.get}
    made.globals |= {"static": _static, "modules": _modules}
    return made


def _static(name: str) -> str:
    return assets.current().address(name)


def _modules(entry: str) -> tuple[str, ...]:
    return assets.current().modules(entry)


def _looked_up(sentence: str) -> str:
    said: str = spoken(Text(sentence, {}))
    return said


def _never(*_: Any) -> str:
    raise NotImplementedError("sentences are written for each number by themselves")


templates = _environment()
