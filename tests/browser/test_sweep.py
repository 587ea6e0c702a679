"""A sweep as a person uses it: run it, read the table, open one network, cancel."""

import re

from playwright.sync_api import expect

from app.engine.evaluate import Evaluator
from app.engine.run import Run
from app.engine.sweep import Axis, grid
from app.presets import preset
from tests.browser.lab import Lab


def test_a_sweep_is_run_and_one_of_its_networks_opened_where_it_ended(lab: Lab) -> None:
    page = lab.page
    lab.do("sweep")
    page.get_by_label("Rows: values").fill("0.5, 3")
    page.get_by_label("Columns: values").fill("0 … 3")
    page.get_by_label("Epochs", exact=True).fill("600")
    page.get_by_text("Run the sweep").click()
    cells = page.locator(".heat tbody button")
    expect(cells).to_have_count(8)
    expect(page.locator(".sweep progress")).to_be_hidden()  # it has come to its end
    expect(page.locator(".sweep .sum")).to_contain_text(re.compile(r"\d of 8 converged"))

    seed, rate = Axis("seed", (2,)), Axis("optimizer.learning_rate", (3.0,))
    alone = Run(*grid(preset("xor"), rate, seed))
    alone.advance(600 * len(alone.program))
    cost = Evaluator(alone).training().cost
    network = page.get_by_label(re.compile(rf"^3, 2: cost {cost:.4f}, accuracy"))
    expect(network).to_have_class("good")
    network.click()
    expect(page.locator("#dialog")).to_be_hidden()
    lab.wait_for_position(alone.position)
    assert lab.matrix("W2") == alone.tensor("W2").ravel().tolist()
    assert lab.session()["config"]["seed"] == 2


def test_a_sweep_is_cancelled_and_its_server_goes_on(lab: Lab) -> None:
    page = lab.page
    lab.do("sweep")
    page.get_by_label("Epochs", exact=True).fill("100000")
    page.get_by_text("Run the sweep").click()
    expect(page.locator(".heat")).to_be_visible()
    page.get_by_text("Cancel the sweep").click()
    expect(page.locator(".sweep progress")).to_be_hidden()
    page.keyboard.press("Escape")
    lab.step(3)


def test_what_cannot_be_swept_is_told_and_nothing_is_lost(lab: Lab) -> None:
    page = lab.page
    lab.do("sweep")
    page.get_by_label("Rows: values").fill("much")
    page.get_by_text("Run the sweep").click()
    fault = page.locator(".sweep .fault")
    expect(fault).to_contain_text("Learning rate must be values with commas between")
    page.get_by_label("Rows: values").fill("-1")
    page.get_by_text("Run the sweep").click()
    expect(fault).to_contain_text("optimizer.learning_rate -1 cannot be")
    expect(page.get_by_label("Columns: values")).to_have_value("0 … 15")
