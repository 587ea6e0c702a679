"""Twin runs as a person sees them: side by side, in step, and told where they part."""

import re

from playwright.sync_api import expect

from tests.browser.lab import Lab


def add(lab: Lab, setting: str, value: str) -> None:
    """Add a twin in the dialog, which is open."""
    page = lab.page
    page.locator("#dialog").get_by_label("Setting").select_option(label=setting)
    page.get_by_role("textbox", name="Value").fill(value)
    page.get_by_role("button", name="Add the twin").click()


def test_twins_run_beside_the_network_and_go_where_it_goes(lab: Lab) -> None:
    page = lab.page
    lab.do("twins")
    add(lab, "Learning rate", "0.3")
    expect(page.locator(".twin-list b")).to_have_text(["learning rate 0.3"])
    add(lab, "Activation, hidden layers", "relu")
    expect(page.locator(".twin-list b")).to_have_text(["learning rate 0.3", "layer 1 relu"])
    page.keyboard.press("Escape")
    cells = page.locator(".run-cell")
    expect(cells).to_have_count(3)
    lab.step(3)
    arcs = [cells.nth(k).locator(".gauge").first for k in (1, 2)]
    for k in (1, 2):
        expect(cells.nth(k)).to_have_attribute("data-position", "3")
    expect(arcs[1]).not_to_have_attribute("d", arcs[0].get_attribute("d") or "")
    lab.press("ArrowLeft")
    for k in (1, 2):
        expect(cells.nth(k)).to_have_attribute("data-position", "2")
    expect(arcs[1]).to_have_attribute("d", arcs[0].get_attribute("d") or "")
    page.click("#twins-lens")
    expect(page.locator("#twins-parts li")).to_have_text(
        [re.compile(r"^W1 in layer 1 is the first to differ"), re.compile("^a1 in layer 1")]
    )
    expect(page.locator("#twins-outputs .heatmaplayer image")).to_have_count(3)
    expect(page.locator("#twins-settings tbody th")).to_have_text(
        ["learning rate", "layer 1 activation"]
    )
    page.locator("#twins-parts .lnk").first.click()
    lab.wait_for_position(11)


def test_curves_lie_over_each_other_and_a_twin_takes_the_place_of_the_run(lab: Lab) -> None:
    page = lab.page
    lab.do("twins")
    add(lab, "Learning rate", "0.3")
    page.keyboard.press("Escape")
    expect(page.locator(".run-cell")).to_have_count(2)
    run, twin = (cell.locator(".net text.value") for cell in page.locator(".run-cell").all())
    lab.step(7)
    expect(run).to_have_count(6)
    expect(twin).to_have_text(run.all_text_contents())  # up to the first update all is the same
    lab.press("r")
    page.click("[data-size=epoch]")
    for _ in range(5):
        lab.press("ArrowRight")
    expect(page.locator("#n-epoch")).to_have_text("000,005")
    expect(page.locator("#loss .js-line")).to_have_count(2)
    page.get_by_role("button", name="Take up learning rate 0.3").click()
    expect(page.locator(".run-h b").last).to_have_text("learning rate 3")
    expect(page.locator("#n-epoch")).to_have_text("000,005")
    page.get_by_role("button", name="Remove learning rate 3").click()
    expect(page.locator(".run-cell")).to_have_count(1)
    expect(page.locator("#twins-lens")).to_be_hidden()
    expect(page.locator("#loss .js-line")).to_have_count(1)


def test_the_run_before_a_change_can_be_a_twin_and_a_reload_keeps_it(lab: Lab) -> None:
    page = lab.page
    page.get_by_label("Activation of layer 1").select_option("tanh")
    expect(page.locator("#code")).to_contain_text("tanh")
    lab.do("twins")
    page.get_by_role("button", name="The run before the last change").click()
    expect(page.locator(".twin-list b")).to_have_text(["layer 1 sigmoid"])
    page.reload()
    expect(page.locator(".run-h b").last).to_have_text("layer 1 sigmoid")


def test_what_cannot_be_a_twin_is_told_in_the_dialog(lab: Lab) -> None:
    page = lab.page
    lab.do("twins")
    add(lab, "Learning rate", "1000")
    fault = page.locator("#dialog .fault")
    expect(fault).to_contain_text("optimizer.learning_rate 1000 cannot be")
    add(lab, "Learning rate", "0.1, 0.3")
    expect(fault).to_contain_text("Learning rate must be one value")
    page.get_by_role("button", name="Any other setting…").click()
    expect(page.locator("#dialog h2")).to_have_text("Settings of a new twin")
    page.locator("#dialog [data-field=seed]").fill("7")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#dialog .faults")).to_contain_text("seed must be that of the run")


def test_on_a_phone_twins_stand_under_each_other(lab: Lab) -> None:
    page = lab.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("tab", name="Setup").click()
    lab.do("twins")
    add(lab, "Learning rate", "0.3")
    expect(page.locator(".twin-list b")).to_have_text(["learning rate 0.3"])
    page.keyboard.press("Escape")
    boxes = [cell.bounding_box() for cell in page.locator(".run-cell").all()]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"] + 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


COUNTED = """
() => {
  const react = Plotly.react;
  window.drawn = 0;
  Plotly.react = (box, ...rest) => {
    if (box.closest("#twins-outputs") && box.querySelector(".heatmaplayer")) window.drawn += 1;
    return react(box, ...rest);
  };
}
"""


def test_while_playing_fast_the_outputs_of_twins_are_coloured_and_not_drawn_anew(lab: Lab) -> None:
    page = lab.page
    lab.do("twins")
    add(lab, "Learning rate", "0.3")
    page.keyboard.press("Escape")
    page.click("#twins-lens")
    lab.press("4")
    lab.rate(7)
    lab.do("play")
    images = page.locator("#twins-outputs .heatmaplayer image")
    expect(images).to_have_count(2)
    expect(page.locator("#n-epoch")).to_have_text(re.compile(r"000,[1-9]\d\d"))
    page.evaluate(COUNTED)
    for image in images.all():
        for _ in range(3):
            expect(image).not_to_have_attribute("href", image.get_attribute("href") or "")
    assert page.evaluate("window.drawn") == 0
