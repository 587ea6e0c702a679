"""The catalogues have every sentence, and none that nobody says."""

import ast
import importlib.util
import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("catalogue", ROOT / "languages" / "catalogue.py")
assert spec is not None
assert spec.loader is not None
catalogue = importlib.util.module_from_spec(spec)
spec.loader.exec_module(catalogue)

PLACE = re.compile(r"\{[^}]*\}|%\(\w+\)s")
SAID = {str(message.id) for message in catalogue.collected() if message.id}
FILES = sorted((ROOT / "languages").glob("*.po"))


def known(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        found = read_po(file, locale=path.stem, charset="utf-8")
    assert not [message.id for message in found if message.fuzzy and message.id]
    return {str(message.id): str(message.string) for message in found if message.id}


def test_there_is_a_catalogue_for_chinese() -> None:
    assert [path.stem for path in FILES] == ["zh"]
    assert len(SAID) > 1000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sentence_is_translated_and_no_other_is_kept(path: Path) -> None:
    """`python languages/catalogue.py` brings the files up to date."""
    kept = known(path)
    assert sorted(SAID - kept.keys()) == []
    assert sorted(kept.keys() - SAID) == []
    assert [key for key, translation in kept.items() if not translation] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_translation_has_the_places_of_its_sentence(path: Path) -> None:
    wrong = [
        key for key, translation in known(path).items()
        if Counter(PLACE.findall(key)) != Counter(PLACE.findall(translation))
    ]  # fmt: skip
    assert wrong == []


@pytest.mark.parametrize("module", sorted((ROOT / "app").rglob("*.py")), ids=lambda m: m.stem)
def test_what_is_said_is_a_literal_that_can_be_collected(module: Path) -> None:
    tree = ast.parse(module.read_text())
    inside = {
        id(each) for text in ast.walk(tree) if isinstance(text, ast.JoinedStr)
        for each in ast.walk(text)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
            first = node.args[0]
            assert isinstance(first, ast.Constant), ast.unparse(node)
            assert first.value in SAID, "it is not collected"
            assert id(node) not in inside, f"{ast.unparse(node)} stands in another string"


@pytest.mark.parametrize(
    "template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.stem
)
def test_a_template_has_no_words_of_its_own(template: Path) -> None:
    text = re.sub(
        r"\{#.*?#\}|<svg.*?</svg>|<style.*?</style>", "", template.read_text(), flags=re.S
    )
    text = re.sub(r"\{%-?\s*trans.*?endtrans\s*-?%\}", "", text, flags=re.S)
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)
    shown = re.findall(r'(?:aria-label|title|placeholder|alt|content)="([^"]*)"', text)
    shown += re.sub(r"<[^>]*>", "\n", text).split("\n")
    names = {"Backstep", "NumPy", "width=device-width, initial-scale=1, viewport-fit=cover"}
    words = [part.strip() for part in shown if re.search(r"[A-Za-z]{3}", part)]
    assert [part for part in words if part not in names and "K7M" not in part] == []


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("t`One` + t`Two ${a} of ${b}`", ["One", "Two {0} of {1}"]),
        ("t`Outer ${x ? t`inner ${y}` : ''} end`", ["Outer {0} end", "inner {0}"]),
        ("parts`${h({a: `x`})} stands`", ["{0} stands"]),
        ("what`nothing` + a.t`nothing`", []),
        (r"t`a \` tick`", ["a ` tick"]),
    ],
)
def test_sentences_of_the_page_are_found_with_their_places(
    tmp_path: Path, source: str, keys: list[str]
) -> None:
    file = tmp_path / "module.js"
    file.write_text(source)
    with file.open("rb") as opened:
        found = [key for _, _, key, _ in catalogue.page_sentences(opened, (), (), {})]
    assert found == keys


def test_what_is_known_is_kept_and_what_is_gone_is_taken_out() -> None:
    from babel.messages.catalog import Catalog

    before, now = Catalog(locale="zh"), Catalog()
    before.add("kept", "留")
    before.add("gone", "去")
    now.add("kept", None, [("b.py", 1)])
    now.add("new", None, [("a.py", 1)])
    made = catalogue.brought_up_to_date(before, now)
    assert [(m.id, m.string or "") for m in made if m.id] == [("new", ""), ("kept", "留")]
