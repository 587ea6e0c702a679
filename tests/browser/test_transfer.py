"""What was learned goes on: on other data, in frozen layers, from a file."""

from pathlib import Path

from playwright.sync_api import expect

from app.engine.run import Run
from app.export.weights import safetensors
from app.presets import preset
from tests.browser.lab import Lab


def trained(minibatches: int) -> Run:
    run = Run(preset("circle"))
    run.advance(minibatches * len(run.program))
    return run


def test_other_data_begin_with_the_weights_that_were_learned_and_a_layer_is_frozen(
    lab: Lab,
) -> None:
    page = lab.page
    lab.open("/?preset=circle")
    page.click("[data-size=minibatch]")
    lab.press("ArrowRight")
    run = trained(1)
    lab.wait_for_position(run.position)
    lab.do("own-data")
    page.locator("#dialog [data-keep]").check()
    page.locator("#dialog [data-data=gaussian]").click()
    expect(page.locator("#next-op")).to_have_text("next is X")
    lab.wait_for_position(0)
    config = lab.session()["config"]
    assert config["data"]["name"] == "gaussian"
    assert config["layers"][0]["W"] == run.tensor("W1").tolist()

    page.get_by_label("More of layer 1").click()
    page.locator("#dialog label", has_text="frozen").locator("input").check()
    page.locator("#dialog [data-keep]").check()
    page.click("#dialog .btn.main")
    expect(page.locator("#layers")).to_contain_text("frozen")
    page.click("[data-size=epoch]")
    lab.press("ArrowRight")
    expect(page.locator("#n-epoch")).to_have_text("000,001")
    page.click("[data-size=op]")
    assert lab.session()["config"]["layers"][0]["W"] == run.tensor("W1").tolist()


def test_weights_are_opened_from_a_file_and_must_fit(lab: Lab, tmp_path: Path) -> None:
    page, run = lab.page, trained(30)
    file = tmp_path / "weights.safetensors"
    file.write_bytes(safetensors(run))
    lab.do("export")
    page.set_input_files("[data-weights]", file)
    expect(page.locator("#notices")).to_contain_text("layers.0.W must")
    lab.open("/?preset=circle")
    lab.step()
    lab.do("export")
    page.set_input_files("[data-weights]", file)
    expect(page.locator("#notices")).to_contain_text("Return to it")
    assert lab.session()["config"]["layers"][2]["W"] == run.tensor("W3").tolist()
