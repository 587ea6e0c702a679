"""The page: one file that needs nothing, or served; and a student's page has no answer in it."""

import re

import pytest

from app.assets import assets
from app.presets import preset
from app.sheet.origin import Origin
from app.sheet.page import page
from app.sheet.parts import Sheet
from app.sheet.plain import text
from app.sheet.rounding import Rounding
from app.sheet.sheet import make
from app.sheet.symbols import value
from app.sheet.wanted import Wanted
from app.sheet.written import answer
from tests.explain.networks import CONFIGS

BAR = {
    "action": "/s/k/sheet", "back": "/s/k", "kinds": [], "kept": ["student"], "decimals": 4,
    "minibatches": 1, "examples": "", "session": True, "first": False, "files": [],
}  # fmt: skip


def test_a_page_of_its_own_loads_nothing() -> None:
    html = page(make(Origin(preset("xor")), Wanted()))
    assert "<script" not in html
    assert "<link" not in html
    assert "http" not in html.replace("http-equiv", "")
    assert "@media print" in html
    assert "<form" not in html


def test_a_page_that_is_served_has_its_bar_and_loads_its_styles() -> None:
    html = page(make(Origin(preset("xor")), Wanted()), BAR)
    address = assets.current().address("css/sheet.css")
    assert f'<link rel="stylesheet" href="{address}">' in html
    assert '<form method="get" action="/s/k/sheet">' in html
    assert '<input type="hidden" name="student" value="1">' in html
    assert "<style" not in html


def test_every_line_stands_there_once() -> None:
    sheet = make(Origin(preset("xor")), Wanted(minibatches=2))
    ids = re.findall(r'<li class="line" id="line-(\d+)">', page(sheet))
    assert [*map(int, ids)] == [line.number for line in sheet.lines()]


def answers(sheet: Sheet) -> set[str]:
    """Every result that is worked out, but for those that are too short to be looked for, and
    new weights that are the old ones."""
    given = (q for table in sheet.given for _, row in table.rows for q in row)
    held = {text(value(q, Rounding(sheet.decimals))) for q in given}
    found = {text(answer(sheet, line)) for line in sheet.lines()}
    return {said for said in found - held if len(said.strip("−0.")) > 5}


@pytest.mark.parametrize("name", ["mazur", "xor", "iris"])
def test_a_students_page_has_no_answer_in_it(name: str) -> None:
    wanted = Wanted(student=True, decimals=9, examples=(1,), minibatches=2)
    sheet = make(Origin(preset(name)), wanted)
    html = page(sheet, BAR)
    assert len(answers(sheet)) > 20
    assert [said for said in answers(sheet) if said in html] == []
    assert html.count('class="result blank"') == len([*sheet.lines()])


@pytest.mark.parametrize("name", ["relu", "adam clipped", "cross_entropy", "penalties"])
def test_nor_has_it_for_other_networks(name: str) -> None:
    sheet = make(Origin(CONFIGS[name]), Wanted(student=True, decimals=9))
    html = page(sheet)
    assert [said for said in answers(sheet) if said in html] == []


def test_a_table_that_is_too_wide_for_paper_goes_on_below() -> None:
    sheet = make(Origin(preset("iris")), Wanted(decimals=12, examples=(1,)))
    tables = re.findall(r"<table>(.*?)</table>", page(sheet), re.S)
    assert [re.findall(r"to unit \d", table) for table in tables[:2]] == [
        ["to unit 1", "to unit 2", "to unit 3", "to unit 4"],
        ["to unit 5", "to unit 6", "to unit 7", "to unit 8"],
    ]
    assert ["<caption>" in table for table in tables[:3]] == [True, False, True]


def test_the_key_has_every_answer() -> None:
    sheet = make(Origin(preset("mazur")), Wanted(key=True))
    html = page(sheet)
    assert "<h2>Key</h2>" in html
    assert '<li class="line"' not in html
    for line in sheet.lines():
        assert text(answer(sheet, line)) in html


def test_a_refusal_is_said_on_the_page() -> None:
    html = page(None, BAR, "sheet must have at most <5,000> lines.")
    assert "sheet must have at most &lt;5,000&gt; lines." in html
    assert 'role="alert"' in html
