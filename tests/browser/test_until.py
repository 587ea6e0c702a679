"""Breakpoints and run until, set with the mouse and with the keyboard."""

import re

from playwright.sync_api import expect

from .lab import Lab


def test_play_rests_at_a_breakpoint_set_on_a_tick(lab: Lab) -> None:
    lab.step(1)
    lab.page.locator("[data-offset='9'].op").click(button="right")
    expect(lab.page.locator("[data-offset='9'].op")).to_have_class(re.compile("break"))
    lab.wait_for_position(1)  # to set a breakpoint moves nothing
    expect(lab.page.locator("#code li").nth(8)).to_have_class(re.compile("break"))
    lab.rate(10)
    lab.press(" ")
    lab.wait_for_position(9)
    expect(lab.page.locator(".top [data-do=play]")).to_have_attribute("aria-label", "Play")
    lab.press(" ")
    lab.wait_for_position(21)
    lab.press("b")
    expect(lab.page.locator(".op.break")).to_have_count(0)


def test_a_breakpoint_is_set_in_the_gutter_and_outlives_a_reload(lab: Lab) -> None:
    lab.step(1)
    lab.page.locator("#code li").nth(5).locator(".g").click()
    expect(lab.page.locator("#code li").nth(5)).to_have_class(re.compile("break"))
    lab.step(1)
    lab.page.reload()
    expect(lab.page.locator("#code li").nth(5)).to_have_class(re.compile("break"))


def test_run_until_an_epoch_stops_there_and_says_so(lab: Lab) -> None:
    lab.press("u")
    lab.page.locator("[data-until=epochs]").fill("0")
    lab.page.locator("[data-until=epochs]").press("Enter")
    expect(lab.page.locator(".until-list .fault").first).to_contain_text("a whole number above 0")
    lab.page.locator("[data-until=epochs]").fill("40")
    lab.page.locator("[data-until=epochs]").press("Enter")
    lab.wait_for_position(40 * 12)
    expect(lab.page.locator("#n-epoch")).to_have_text("000,040")
    expect(lab.page.locator(".notice")).to_contain_text("epoch that was asked for")


def test_run_until_the_cost_is_below_a_number(lab: Lab) -> None:
    lab.press("u")
    lab.page.locator("[data-until=cost_below]").fill("0.24")
    lab.page.locator("[data-until=cost_below]").press("Enter")
    expect(lab.page.locator(".notice")).to_contain_text("cost is below")
    lab.page.wait_for_function("Number(document.getElementById('cost').textContent) < 0.24")
