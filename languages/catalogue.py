"""Collect every sentence of Backstep, and bring the catalogues up to date.

    python languages/catalogue.py

Sentences stand in Python as ``say("…")``, in templates as ``_("…")`` or ``{% trans %}``, and in the
page's modules as templates with the tag ``t`` or ``parts``, whose places become ``{0}``, ``{1}``.
What is new is added to each ``.po`` without a translation, what is said no more is taken out. A
test fails while a catalogue lacks anything or holds what nobody says.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = sorted((ROOT / "languages").glob("*.po"))
HEADER = "# What Backstep says, in another language. Written by languages/catalogue.py.\n#"
TAGGED = re.compile(r"(?<![\w$.])(?:t|parts)`")


def page_sentences(
    file: Any, keywords: Iterable[str], tags: Iterable[str], options: Any
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield the tagged templates of a module of the page, as Babel asks it of a method."""
    source = file.read().decode()
    for found in TAGGED.finditer(source):
        line = source.count("\n", 0, found.start()) + 1
        yield line, "say", _key(source, found.end()), []


def _key(source: str, at: int) -> str:
    """Return the template that begins at a place, with numbers for what is put into it."""
    key, places = "", 0
    while source[at] != "`":
        if source.startswith("${", at):
            key += f"{{{places}}}"
            places += 1
            at = _end_of_place(source, at + 2)
        else:
            at += source[at] == "\\"  # the escaped character is what is meant
            key += source[at]
            at += 1
    return key


def _end_of_place(source: str, at: int) -> int:
    """Return where the text after a place goes on; templates may stand within."""
    depth = 1
    while depth:
        if source[at] == "`":
            at += 1
            while source[at] != "`":
                at = _end_of_place(source, at + 2) if source.startswith("${", at) else at + 1
        depth += {"{": 1, "}": -1}.get(source[at], 0)
        at += 1
    return at


METHODS = [
    ("app/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("static/js/**.js", page_sentences),
]
OPTIONS = {"templates/**.html": {"newstyle_gettext": "true", "silent": "false", "trimmed": "true"}}
SOURCES = ("app", "templates", "static")


def collected() -> Catalog:
    """Return every sentence, with the files that say it."""
    catalog = Catalog(project="Backstep", charset="utf-8", fuzzy=False)
    for folder in SOURCES:
        for name, _, key, _, context in extract_from_dir(
            str(ROOT / folder),
            [(pattern.removeprefix(f"{folder}/"), how) for pattern, how in METHODS],  # type: ignore[misc]
            {pattern.removeprefix(f"{folder}/"): o for pattern, o in OPTIONS.items()},
            keywords={"say": None, "_": None, "gettext": None},
        ):
            catalog.add(key, None, [(f"{folder}/{name}", 0)], context=context)
    return catalog


def brought_up_to_date(known: Catalog, now: Catalog) -> Catalog:
    """Return what is said now, with the translations that are known."""
    made = Catalog(
        locale=known.locale, project="Backstep", charset="utf-8", fuzzy=False, header_comment=HEADER
    )
    for message in sorted(now, key=lambda message: (message.locations[:1], str(message.id))):
        if message.id:
            before = known.get(message.id)
            string = before.string if before else None
            made.add(message.id, string, sorted({(f, None) for f, _ in message.locations}))  # type: ignore[arg-type]
    return made


def main() -> None:
    """Write the catalogues."""
    now = collected()
    for path in CATALOGUES:
        with path.open("rb") as file:
            known = read_po(file, locale=path.stem, charset="utf-8")
        made = brought_up_to_date(known, now)
        with path.open("wb") as file:
            write_po(file, made, width=100, omit_header=True, include_lineno=False)
        missing = sum(1 for message in made if message.id and not message.string)
        print(f"{path.name}: {len(made)} sentences, {missing} without a translation")


if __name__ == "__main__":
    main()
