"""Change, nudge, predict, unfold, find the bug: what a learner does, in a real browser."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from app.engine.mistakes import MISTAKES
from app.engine.run import Run
from app.live.seal import Seal
from app.presets import preset
from app.session.exercise import possible
from app.session.timeline import Timeline
from tests.browser.conftest import SECRET, Server
from tests.browser.lab import Lab

LENGTH = 12


@pytest.fixture
def lab(page: Page, server: Server) -> Lab:
    """The lab, opened on XOR 2-3-1, with the values panel."""
    opened = Lab(page, server.url)
    opened.open()
    return opened


def drag(lab: Lab, what: Locator, by: int) -> None:
    box = what.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + by / 2, y, steps=3)
    lab.page.mouse.move(x + by, y, steps=3)
    lab.page.mouse.up()


def expect_weight(lab: Lab, at: str, value: str) -> None:
    """A weight in the picture says its value to whoever comes to it by keyboard."""
    arrived = (
        "([at, value]) => { const w = document.querySelector(`[data-weight='${at}']`);"
        " w.blur(); w.focus(); return w.title.includes(value); }"
    )
    lab.page.wait_for_function(arrived, arg=[at, value])


def edits(lab: Lab) -> list[dict[str, object]]:
    found: list[dict[str, object]] = lab.session()["edits"]
    return found


# ---------------------------------------------------------------- change


def test_an_input_is_changed_and_every_number_follows(lab: Lab) -> None:
    lab.step(5)
    lab.page.locator(".unit[data-layer='0'][data-unit='1']").click()
    field = lab.page.locator("#edit-a0")
    field.fill("0.5")
    field.press("Enter")
    expect(lab.page.locator(".unit[data-layer='0'][data-unit='1']")).to_be_visible()
    expect(lab.page.locator("#examples tbody tr").first).to_contain_text("0.5")
    timeline = Timeline(preset("xor"))
    timeline.forward(5)
    timeline.change("a0", (0, 1), 0.5)
    a = timeline.run.tensor("a1")[0, 0]
    assert f"a {a:.6f}" in lab.unit_text(1, 0)


def test_a_target_is_changed_at_the_output_unit(lab: Lab) -> None:
    lab.step(6)
    before = lab.page.locator("#cost").inner_text()
    lab.page.locator(".unit[data-layer='2']").click()
    field = lab.page.locator("#edit-y")
    field.fill("1")
    field.press("Enter")
    expect(lab.page.locator("#cost")).not_to_have_text(before)
    assert [(e["tensor"], e["index"], e["value"]) for e in edits(lab)] == [("Y", [0, 0], 1.0)]


def test_a_weight_is_dragged_in_the_picture_and_stays_unselected(lab: Lab) -> None:
    lab.step(4)
    drag(lab, lab.page.locator("[data-weight='1.0.0']"), 50)
    expect_weight(lab, "1.0.0", "+1.000000")
    assert [(e["tensor"], e["value"]) for e in edits(lab)] == [("W1", 1.0)]
    expect(lab.page.locator("#inspect-title")).to_have_text("Values")


def test_a_field_is_dragged_by_its_label_and_moved_with_arrows(lab: Lab) -> None:
    lab.step(4)
    lab.page.locator("[data-weight='2.0.0']").click()
    drag(lab, lab.page.locator("[data-edits=W2] label"), -30)
    expect(lab.page.locator("#edit-W2")).to_have_value("0.4")
    lab.page.locator("#edit-W2").focus()
    lab.press("ArrowUp")
    expect(lab.page.locator("#edit-W2")).to_have_value("0.5")
    expect_weight(lab, "2.0.0", "+0.500000")


def test_a_nudge_tells_the_real_change_beside_that_of_the_gradient(lab: Lab) -> None:
    lab.step(10)
    lab.page.locator("[data-weight='1.0.0']").click()
    real = lab.page.locator("[data-nudge=change]")
    expect(real).to_have_text(re.compile(r"^[+−]0\.\d+"))
    said = lab.page.locator("[data-nudge=predicted]")
    run = Run(preset("xor"))
    run.advance(10)
    slope = float((said.get_attribute("title") or "").replace("−", "-")) / 0.0968
    assert slope == pytest.approx(run.tensor("dW1")[0, 0], rel=1e-6)
    before = lab.page.locator("#cost").inner_text()
    lab.page.get_by_role("button", name="Apply").click()
    expect(lab.page.locator("#cost")).not_to_have_text(before)
    assert edits(lab)[0]["value"] == pytest.approx(0.5968)


# ---------------------------------------------------------------- unfold


def test_a_gradient_is_unfolded_in_place_down_to_the_output(lab: Lab) -> None:
    lab.step(10)
    lab.show("why")
    rows = lab.page.locator("#why .unfold")
    expect(rows.first).to_be_visible()
    rows.first.click()
    nested = lab.page.locator("#why .nested:not(:empty)")
    expect(nested).to_have_count(1)
    nested.locator(".unfold").first.click()
    expect(lab.page.locator("#why .nested .nested:not(:empty)")).to_have_count(1)
    expect(nested.first).to_contain_text("y")
    rows.first.click()
    expect(nested).to_have_count(0)


# ---------------------------------------------------------------- find the bug


def test_a_hidden_mistake_is_found_by_guessing_and_named(lab: Lab) -> None:
    lab.do("mistakes")
    lab.page.locator("[data-exercise]").click()
    banner = lab.page.locator("#banner")
    expect(banner).to_contain_text("One mistake is hidden")
    truth = Seal(SECRET.encode(), MISTAKES).open(lab.session()["sealed"])
    assert truth is not None
    wrong = next(name for name in possible(preset("xor")) if name != truth)
    lab.do("guess")
    lab.page.locator(f"[data-guess={wrong}]").click()
    expect(lab.page.locator("#dialog [role=alert]")).to_contain_text("is not it")
    lab.page.locator(f"[data-guess={truth}]").click()
    expect(banner).to_contain_text("Found: ")
    expect(banner).to_contain_text(MISTAKES[truth].about)


def test_the_link_of_an_exercise_hides_its_mistake_too(
    lab: Lab, page: Page, context: BrowserContext
) -> None:
    lab.do("mistakes")
    page.locator("[data-exercise]").click()
    expect(page.locator("#banner")).to_contain_text("One mistake is hidden")
    lab.do("share")
    expect(page.locator(".notice")).to_contain_text("The link is copied")
    link = page.evaluate("document.documentElement.dataset.link")
    copy = Lab(context.new_page(), lab.url)
    copy.open(link.removeprefix(lab.url))
    expect(copy.page.locator("#banner")).to_contain_text("One mistake is hidden")
    assert copy.session()["config"]["mistake"] is None


def test_the_proof_differs_where_a_gradient_is_wrong(lab: Lab) -> None:
    lab.do("mistakes")
    lab.page.locator("[data-mistake=wrong_sign]").click()
    expect(lab.page.locator("#banner")).to_contain_text("Mistake: wrong sign")
    lab.step(7)
    lab.show("why")
    expect(lab.page.locator("#proof .badge")).to_have_text("✕ Differs")
    expect(lab.page.locator("#why .differs")).to_contain_text("something here is not computed")
    expect(lab.page.locator("#code [aria-current]")).to_contain_text("-(")
    lab.page.locator("#banner").get_by_text("Switch it off").click()
    expect(lab.page.locator("#banner")).to_be_hidden()


def test_a_mistake_that_no_gradient_shows_is_caught_by_the_formula(lab: Lab) -> None:
    lab.do("mistakes")
    lab.page.locator("[data-mistake=bias_per_input]").click()
    expect(lab.page.locator("#banner")).to_contain_text("the proof cannot see it")
    lab.step(10)
    lab.show("why")
    expect(lab.page.locator("#proof .badge")).to_have_text("✓ Proved")
    lab.step(1)
    expect(lab.page.locator("#code [aria-current]")).to_contain_text("for i in range(2)")


def test_what_the_network_cannot_have_says_why(lab: Lab) -> None:
    lab.do("mistakes")
    off = lab.page.locator("[data-mistake=uncorrected_adam]")
    expect(off).to_have_attribute("aria-disabled", "true")
    expect(lab.page.locator(".mistakes .off", has=off)).to_contain_text("needs Adam or AdamW")


# ---------------------------------------------------------------- predict, then reveal


def test_each_op_is_asked_about_before_it_is_shown(lab: Lab) -> None:
    lab.step(6)
    lab.press("p")
    card = lab.page.locator("#card")
    card.get_by_label("What is asked").select_option("sign")
    question = "Will δ of unit 1 in layer 2 be positive or negative, for example 1?"
    expect(card).to_contain_text(question)
    assert lab.position() == 6
    lab.press("ArrowRight")
    assert lab.position() == 6
    card.locator("[data-answer='1']").click()
    lab.wait_for_position(7)
    expect(card).to_contain_text("✓ Right.")
    expect(card).to_contain_text("1 of 1 right")
    card.get_by_role("button", name="Next question").click()
    expect(card).to_contain_text("its gradient be positive or negative")
    assert lab.position() == 7


def test_a_wrong_number_is_told_the_truth_and_the_score_is_reset(lab: Lab) -> None:
    lab.step(4)
    lab.press("p")
    card = lab.page.locator("#card")
    card.get_by_label("What is asked").select_option("value")
    card.get_by_label("Your answer").fill("many")
    card.get_by_role("button", name="Answer").click()
    expect(card.get_by_role("alert")).to_contain_text("must be a number, got “many”")
    card.get_by_label("Your answer").fill("-3,5")
    card.get_by_role("button", name="Answer").click()
    expect(card).to_contain_text("✕ Not quite. It is 0.5")
    expect(card).to_contain_text("0 of 1 right")
    card.get_by_text("Reset the score").click()
    expect(card).to_contain_text("no answers yet")


def test_going_back_or_stopping_puts_the_question_away(lab: Lab) -> None:
    lab.step(6)
    lab.press("p")
    card = lab.page.locator("#card")
    expect(card).to_be_visible()
    lab.press("ArrowLeft")
    expect(card).to_be_hidden()
    lab.press("ArrowRight")
    expect(card).to_be_visible()
    card.get_by_text("Stop asking").click()
    expect(card).to_be_hidden()
    before = lab.position()
    lab.step()
    assert lab.position() == before + 1


# ---------------------------------------------------------------- health


def test_what_ails_the_network_is_said_with_a_jump_to_where_it_began(
    page: Page, server: Server
) -> None:
    config = {"init": {"weights": "zeros"}}
    made = page.request.post(f"{server.url}/api/sessions", data=config).json()
    lab = Lab(page, server.url)
    lab.open(made["drive_url"])
    lab.step(3)
    trouble = page.locator("[data-trouble=identical]")
    expect(trouble).to_contain_text("units 1, 2 and 3 have the same weights, in and out")
    trouble.get_by_role("button", name="Go to where it began").click()
    lab.wait_for_position(3)
    lab.page.locator("[data-weight='1.0.0']").click()
    field = page.locator("#edit-W1")
    field.fill("0.5")
    field.press("Enter")
    expect(trouble).to_contain_text("units 2 and 3")


def test_a_run_that_diverges_tells_op_layer_size_and_rate(page: Page, server: Server) -> None:
    rule = {"name": "sgd", "learning_rate": 10}
    layers = [{"units": 2, "activation": "linear"}, {"units": 1, "activation": "linear"}]
    made = page.request.post(
        f"{server.url}/api/sessions",
        data={"layers": layers, "optimizer": rule, "data": {"name": "line"}},
    ).json()
    lab = Lab(page, server.url)
    lab.open(made["drive_url"])
    lab.rate(10)
    lab.press(" ")
    notice = page.locator(".notice.bad")
    expect(notice).to_contain_text(
        re.compile(r"diverged at op [\d,]+\. The largest number left is")
    )
    expect(notice).to_contain_text("Learning rate 10")


def test_the_first_question_comes_at_once_and_a_skipped_one_is_followed_by_the_next(
    lab: Lab,
) -> None:
    lab.press("p")
    card = lab.page.locator("#card")
    expect(card).to_be_visible()
    lab.wait_for_position(1)
    card.get_by_text("Skip").click()
    lab.wait_for_position(2)
    expect(card.locator(".q")).to_contain_text("What will a of unit")
    card.get_by_label("What is asked").select_option("which")
    expect(card).to_contain_text("There is no such question at this op.")
    lab.press("Escape")
    expect(card).to_be_hidden()


def test_the_time_line_stands_right_after_the_window_has_changed(lab: Lab) -> None:
    lab.step(5)
    lab.page.set_viewport_size({"width": 1200, "height": 800})
    expect(lab.page.locator("#ops .op:not(.todo):not([hidden])")).to_have_count(5)
    lab.wait_for_position(5)
