"""Templates speak the language of who reads them, also in what is put into them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.language import current, say
from app.templates import ROOT, templates
from tests.chinese import learn, reading

WORDS = {
    "Reset": "重置",
    "Class %(code)s": "班级 %(code)s",
    "100%% sure": "100%% 确定",
    "A long sentence over %(n)s lines.": "一个占 %(n)s 行的长句。",
    "the mean": "平均值",
}


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    learn(monkeypatch, WORDS)
    with reading("zh"):
        yield


def rendered(source: str, language: str = "zh", **values: object) -> str:
    current.set(language)
    return templates.from_string(source).render(**values)


def test_a_sentence_of_a_template_is_said_in_the_language_of_the_reader() -> None:
    assert rendered('{{ _("Reset") }}') == "重置"
    assert rendered('{{ _("Reset") }}', "en") == "Reset"
    assert rendered('{{ _("Unheard of") }}') == "Unheard of"


def test_values_are_put_into_it_with_their_markup_escaped() -> None:
    assert rendered('{{ _("Class %(code)s", code=code) }}', code="<b>") == "班级 &lt;b&gt;"
    assert rendered('{{ _("100%% sure") }}') == "100% 确定"


def test_longer_pieces_are_looked_up_without_their_line_breaks() -> None:
    source = "{% trans n=2 %}\n  A long sentence\n  over {{ n }} lines.\n{% endtrans %}"
    assert rendered(source) == "一个占 2 行的长句。"
    assert rendered(source, "en") == "A long sentence over 2 lines."


def test_a_sentence_that_is_put_into_a_page_is_said_there() -> None:
    assert rendered("<p>{{ it }}</p>", it=say("the mean")) == "<p>平均值</p>"
    assert rendered("<p>{{ it }}</p>", "en", it=say("the mean")) == "<p>the mean</p>"


def test_a_page_knows_its_language_and_the_others() -> None:
    source = "{{ language() }}{% for name, words in LANGUAGES.items() %} {{ words }}{% endfor %}"
    assert rendered(source) == "zh English 中文"


def test_sentences_are_not_chosen_by_number() -> None:
    source = "{% trans n=2 %}one{% pluralize %}many{% endtrans %}"
    with pytest.raises(NotImplementedError):
        rendered(source)


@pytest.mark.parametrize(
    "template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name
)
def test_what_a_page_loads_stands_under_its_hash(template: Path) -> None:
    assert '"/static/' not in template.read_text()
