"""What the results are looked at through: gradient flow with its remedies, histograms, classes."""

import re

from playwright.sync_api import expect

from app.engine.evaluate import Evaluator
from app.engine.flow import gradient_flow
from app.engine.histograms import histograms
from app.engine.program import Phase, program
from app.engine.run import Run
from app.engine.work import workload
from app.presets import preset
from tests.browser.lab import Lab


def after_one_minibatch(name: str) -> Run:
    run = Run(preset(name))
    run.advance(len(run.program))
    return run


def test_the_gradient_of_every_layer_is_seen_and_remedies_are_switched_beside_it(lab: Lab) -> None:
    lab.open("/?preset=vanishing")
    page, run = lab.page, after_one_minibatch("vanishing")
    page.click("[data-lens=flow]")
    page.click("[data-size=minibatch]")
    lab.press("ArrowRight")
    L = run.config.depth
    last = gradient_flow(run, None)[2 * L - 1]
    label = re.compile(rf"layer 1: \d\.\de−\d,.* layer {L}: {last:.4f}")
    expect(page.locator("#flow-now")).to_have_attribute("aria-label", label)
    page.click("[data-size=epoch]")
    lab.press("ArrowRight")
    expect(page.locator("#flow-heat .heatmaplayer image")).to_have_count(1)

    page.click("[data-remedy=batch_norm]")
    expect(page.locator("[data-remedy=batch_norm]")).to_have_attribute("aria-checked", "true")
    page.locator("[data-remedy=activation]").select_option("relu")
    expect(page.locator("#layers select").first).to_have_value("relu")
    assert all(layer["batch_norm"] for layer in lab.session()["config"]["layers"][:-1])


def test_histograms_are_those_of_the_place_where_the_run_stands(lab: Lab) -> None:
    page, run = lab.page, Run(preset("xor"))
    page.click("[data-lens=spread]")
    note = page.locator("#spread-note")
    expect(note).to_have_text("a of this minibatch is computed in the forward phase. Step on.")
    lab.step(5)
    run.advance(5)
    expect(note).to_be_hidden()
    for found in histograms(run, "a"):
        said = f"{found.tensor}: from {found.low:.3g} to {found.high:.3g}, spread {found.std:.3f}"
        figure = page.locator("#spread-fig")
        expect(figure).to_have_attribute("aria-label", re.compile(re.escape(said)))
    expect(page.locator("#spread-fig .barlayer .trace")).to_have_count(2)
    page.click("#spread-of [data-value=W]")
    expect(page.locator("#spread-fig")).to_have_attribute("aria-label", re.compile("W1: from"))


def test_the_confusion_matrix_counts_training_and_test_examples(lab: Lab) -> None:
    lab.open("/?preset=iris")
    page, evaluator = lab.page, Evaluator(Run(preset("iris")))
    page.click("[data-lens=classes]")
    for of, measure in (("train", evaluator.training()), ("test", evaluator.testing())):
        page.click(f"#classes-of [data-value={of}]")
        assert measure is not None
        assert measure.confusion is not None
        cells = page.locator("#classes tbody td:not(.share)")
        expect(cells).to_have_text([str(n) for n in measure.confusion.ravel()])


def test_numbers_as_targets_have_no_classes(lab: Lab) -> None:
    lab.open("/?preset=sine")
    lab.page.click("[data-lens=classes]")
    expect(lab.page.locator("#classes")).to_have_text(
        "The targets of this data are numbers, not classes."
    )


def test_the_cost_meter_follows_the_size_of_the_minibatch(lab: Lab) -> None:
    page, config = lab.page, preset("circle")
    lab.open("/?preset=circle")
    page.click("[data-lens=work]")
    for size in (10, 20):
        page.get_by_label("minibatch size").select_option(str(size))
        found = workload(config, size)
        rows = page.locator("#work-sums td.num")
        backward = found.total(program(config), Phase.BACKWARD)
        expect(rows.nth(2)).to_have_text(f"{backward:,}")
        expect(page.locator("#work-most")).to_contain_text(f"for {size} examples")
    expect(page.locator("#work-fig .barlayer .point")).to_have_count(len(program(config)))
    expect(page.locator("#work-kept tr").first).to_contain_text("until dW1")


def test_digits_and_the_weights_of_the_first_layer_are_pictures(lab: Lab) -> None:
    page = lab.page
    page.click("[data-lens=spread]")
    expect(page.locator("#patterns-box")).to_be_hidden()
    lab.open("/?preset=digits")
    expect(page.locator("#over canvas.input")).to_have_attribute("width", "28")
    lab.do("own-data")
    page.locator("#dialog [data-data=digits8]").click()
    expect(page.locator("#over canvas.input")).to_have_attribute("width", "8")
    lab.step()
    dark = "c => [...c.getContext('2d').getImageData(0, 0, 8, 8).data].filter(v => v < 99).length"
    assert page.locator("#over canvas.input").evaluate(dark) > 8
    page.click("[data-lens=spread]")
    expect(page.locator("#patterns .heatmaplayer image")).to_have_count(1)


def test_a_large_layer_is_a_heat_map_and_a_lens_shows_its_numbers(lab: Lab) -> None:
    page = lab.page
    lab.open("/?preset=digits")
    heat = page.locator("[data-map='1']")
    expect(heat.locator("span")).to_have_text(re.compile(r"^W1, ±\d"))
    width, height = (heat.locator("canvas").get_attribute(name) for name in ("width", "height"))
    assert (width, height) == ("10", "32")
    heat.hover()
    lens = page.locator(".lens")
    expect(lens.locator("td.here")).to_have_count(1)
    expect(lens.locator("b")).to_have_text(re.compile(r"^W1\[\d+, \d+\] = [+−]\d"))
    page.mouse.move(5, 5)
    expect(lens).to_be_hidden()
    heat.focus()
    for key in ("ArrowDown", "ArrowRight"):
        lab.press(key)
    expect(lens.locator("b")).to_have_text(re.compile(r"^W1\[392, 6\] ="))
    lab.press("Enter")
    lab.show("why")
    expect(page.locator("#why-what")).to_contain_text("weight, layer 1")
