"""The worked sheet as a teacher prints it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.presets import preset
from app.sheet.origin import Origin
from app.sheet.plain import text
from app.sheet.sheet import make
from app.sheet.wanted import Wanted
from app.sheet.written import answer

from .conftest import Server
from .lab import Lab


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def overflow(page: Page) -> list[str]:
    """What stands out of the paper at its right, as text; a box that scrolls by itself may."""
    found: list[str] = page.evaluate(
        """() => {
          const edge = document.querySelector(".paper").getBoundingClientRect().right + 1;
          return [...document.querySelectorAll(".paper math, .paper .result, .paper td")]
            .filter((e) => !e.closest(".given") && e.getBoundingClientRect().right > edge)
            .map((e) => e.textContent);
        }"""
    )
    return found


def test_from_the_lab_to_a_sheet_with_other_decimals(lab: Lab) -> None:
    lab.step(9)
    lab.do("export")
    with lab.page.context.expect_page() as opened:
        lab.page.locator("[data-export=sheet]").click()
    sheet = opened.value
    expect(sheet.locator("h1")).to_have_text("XOR")
    expect(sheet.locator("#line-1 .result")).to_have_text("0.1000")
    sheet.get_by_label("Decimals").fill("7")
    sheet.get_by_role("button", name="Show").click()
    expect(sheet.locator("#line-1 .result")).to_have_text("0.1000000")
    expect(sheet.get_by_label("Decimals")).to_have_value("7")
    sheet.get_by_role("link", name="With blanks", exact=True).click()
    expect(sheet.locator("#line-1 .blank")).to_be_visible()
    expect(sheet.get_by_label("Decimals")).to_have_value("7")


@pytest.mark.parametrize(("address", "least", "most"), [
    ("/sheet/mazur", 3, 6), ("/sheet/mazur?student=1&key=1", 5, 9), ("/sheet/xor", 10, 20),
])  # fmt: skip
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_it_prints_on_so_many_pages(
    page: Page, server: Server, address: str, least: int, most: int, paper: str
) -> None:
    page.goto(server.url + address)
    assert least <= pages(page.pdf(format=paper)) <= most


WIDE = "/sheet/iris?examples=1,2&decimals=12"


@pytest.mark.parametrize("width", [1440, 820, 390])
@pytest.mark.parametrize("address", ["/sheet/mazur", "/sheet/mazur?student=1", WIDE])
def test_nothing_stands_out_of_the_page(
    page: Page, server: Server, address: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(server.url + address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert overflow(page) == []


@pytest.mark.parametrize("address", ["/sheet/mazur", WIDE, f"{WIDE}&student=1"])
def test_nor_out_of_the_paper_in_print(page: Page, server: Server, address: str) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 970})  # A4 between its margins
    page.goto(server.url + address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert overflow(page) == []
    expect(page.locator(".bar")).to_be_hidden()
    paper = page.locator("body")
    assert paper.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    assert paper.evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"


def test_a_students_sheet_has_no_answer_anywhere_in_it(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/sheet/mazur?student=1")
    sheet = make(Origin(preset("mazur")), Wanted())
    html = page.content()
    for line in sheet.lines():
        shown = text(answer(sheet, line))
        assert shown not in html, shown
    expect(page.locator(".blank")).to_have_count(len([*sheet.lines()]))


def test_it_prints_with_a_press_of_its_button(page: Page, server: Server) -> None:
    page.add_init_script("window.print = () => { window.printed = true; }")
    page.goto(f"{server.url}/sheet/mazur")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")


def test_without_scripts_it_is_all_there_but_that_button(
    lab: Lab, server: Server, tmp_path: Path
) -> None:
    browser = lab.page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{server.url}/sheet/mazur?decimals=5")
    expect(plain.locator("#line-11 .result")).to_have_text("0.29837")
    expect(plain.locator("[data-do=print]")).to_be_hidden()
    plain.get_by_role("link", name="Key", exact=True).click()
    expect(plain.locator(".key li")).to_have_count(50)
    context.close()
