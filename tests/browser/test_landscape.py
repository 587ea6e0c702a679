"""The landscape as a person sees it: a slice with the path on it, and said to be one."""

import re

from playwright.sync_api import expect

from tests.browser.lab import Lab


def test_a_slice_is_drawn_in_any_of_three_directions_with_the_path_on_it(lab: Lab) -> None:
    page = lab.page
    page.click("[data-size=epoch]")
    for _ in range(4):
        lab.press("ArrowRight")
    expect(page.locator("#n-epoch")).to_have_text("000,004")
    lab.do("landscape")
    figure, said = page.locator(".landscape"), page.locator("#dialog .hint")
    for way, text in (
        ("path", "in which the path goes farthest"),
        ("random", "Two random directions"),
        ("weights", "Only W2[0, 0] and W2[1, 0] move"),
    ):
        page.click(f"#dialog [data-value={way}]")
        expect(said).to_contain_text("A slice: a plane through the present weights")
        expect(said).to_contain_text(text)
        expect(figure.locator(".heatmaplayer image")).to_have_count(1)
        expect(figure.locator(".scatterlayer .js-line")).to_have_count(2)
    page.get_by_label("First weight").select_option(label="W1[1, 2]")
    expect(figure).to_have_attribute("aria-label", re.compile(r"Only W1\[1, 2\] and"))
    page.locator(".in-numbers summary").click()
    expect(page.locator(".in-numbers thead th").first).to_have_text(re.compile(r"W1\[1, 2\] →$"))
    expect(page.locator(".in-numbers tbody tr").first).to_be_visible()
    page.keyboard.press("Escape")
    lab.press("ArrowRight")
    expect(page.locator("#n-epoch")).to_have_text("000,005")


def test_what_cannot_be_seen_is_told(lab: Lab) -> None:
    lab.do("landscape")
    lab.page.click("#dialog [data-value=path]")
    expect(lab.page.locator("#dialog .hint")).to_contain_text("Train for a while")
