"""The lab in a real browser, used as a person uses it."""

import re

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.engine.program import writes
from app.engine.run import Run
from app.presets import preset
from tests.browser.conftest import Server
from tests.browser.lab import Lab


def engine(position: int = 0, name: str = "xor") -> Run:
    run = Run(preset(name))
    run.advance(position)
    return run


def test_it_opens_on_a_working_network_paused_before_the_first_op(lab: Lab) -> None:
    page = lab.page
    assert lab.position() == 0
    expect(page.locator("#next-op")).to_have_text("next is X")
    expect(page.locator("#net .edge")).to_have_count(9)
    expect(page.locator("#net .disc")).to_have_count(6)
    expect(page.locator("#say")).to_contain_text("Ready")
    assert re.search(r"/s/[\w.-]{10,}$", page.url)


def test_every_op_of_a_minibatch_shows_the_numbers_of_the_engine(lab: Lab) -> None:
    run = engine()
    for _ in range(len(run.program)):
        op = run.step()
        lab.step()
        for name in writes(op, run.config):
            shown = np.array(lab.matrix(name))
            assert np.array_equal(shown, run.tensor(name).ravel()), name


def test_units_show_activations_on_the_way_up_and_deltas_on_the_way_back(lab: Lab) -> None:
    lab.step(3)
    a1 = engine(3).tensor("a1")[0]
    values = lab.page.locator("#net text.value").all_text_contents()
    assert f"{a1[0]:.4f}" in values
    lab.step(6)
    delta1 = engine(9).tensor("delta1")[0]
    values = lab.page.locator("#net text.value").all_text_contents()
    assert f"{delta1[0]:+.4f}" in [text.replace("−", "-") for text in values]
    assert "delta" in lab.unit_text(1, 0)


def test_the_sentence_says_what_the_op_did_with_its_numbers(lab: Lab) -> None:
    lab.step(9)
    assert lab.sentence().startswith("Backward, layer 1, unit 1:")
    assert "times the slope" in lab.sentence()


def test_back_shows_every_number_again(lab: Lab) -> None:
    lab.step(9)
    shown = lab.matrix("delta1")
    lab.step(5)
    for position in range(13, 8, -1):
        lab.press("ArrowLeft")
        lab.wait_for_position(position)
    assert lab.matrix("delta1") == shown


def test_back_at_the_start_does_nothing(lab: Lab) -> None:
    lab.press("ArrowLeft")
    assert lab.position() == 0
    expect(lab.page.locator(".notice")).to_have_count(0)


@pytest.mark.parametrize(("key", "position"), [("1", 1), ("2", 1), ("3", 1), ("4", 12), ("5", 12)])
def test_a_step_is_as_large_as_is_chosen(lab: Lab, key: str, position: int) -> None:
    lab.press(key)
    lab.press("s")
    lab.wait_for_position(position)


def test_a_tick_jumps_there_and_the_lit_line_of_the_program_follows(lab: Lab) -> None:
    lab.page.locator("#ops .op:not(.away)[data-op=C]").click()
    lab.wait_for_position(6)
    expect(lab.page.locator("#code [aria-current]")).to_contain_text("cost = np.mean")
    lab.page.locator("#code li").nth(2).click()
    lab.wait_for_position(3)
    expect(lab.page.locator("#code [aria-current]")).to_contain_text("a1 = sigmoid(z1)")


def test_the_phase_strip_lights_the_current_phase(lab: Lab) -> None:
    for position, phase in ((1, "draw"), (2, "forward"), (6, "cost"), (7, "backward")):
        lab.step(position - lab.position())
        expect(lab.page.locator("#phases [aria-current]")).to_have_attribute("data-phase", phase)


def test_dragging_over_the_ticks_scrubs(lab: Lab) -> None:
    lab.step(1)
    ticks = lab.page.locator("#ops .op:not(.away)")
    lab.page.mouse.move(*centre(ticks.nth(1)))
    lab.page.mouse.down()
    for i in range(2, 9):
        lab.page.mouse.move(*centre(ticks.nth(i)), steps=3)
    lab.page.mouse.up()
    lab.wait_for_position(9)
    assert lab.matrix("delta1") == engine(9).tensor("delta1").ravel().tolist()


def test_the_whole_run_can_be_scrubbed_both_ways(lab: Lab) -> None:
    lab.press("5")
    for epoch in range(1, 31):
        lab.press("s")
        lab.wait_for_position(12 * epoch)
    run = lab.page.locator("#run")
    box = run.bounding_box()
    assert box is not None
    lab.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    lab.wait_for_position(180)
    lab.page.mouse.click(box["x"] + box["width"] / 4, box["y"] + 10)
    lab.wait_for_position(90)
    expect(run).to_have_attribute("aria-valuemax", "360")


def test_play_goes_on_by_itself_and_pause_stops_it(lab: Lab) -> None:
    lab.rate(8)
    lab.press(" ")
    expect(lab.page.locator(".top [data-do=play]")).to_have_attribute("aria-label", "Pause")
    expect(lab.page.locator("#n-epoch")).not_to_have_text("000,000")
    lab.press("Escape")
    expect(lab.page.locator(".top [data-do=play]")).to_have_attribute("aria-label", "Play")
    expect(lab.page.locator("#cost")).to_have_text(re.compile(r"^0\.\d{4}$|^–$"))
    position = lab.session()["position"]
    lab.wait_for_position(position)
    costs = engine(position).defined_cost
    if costs is not None:
        expect(lab.page.locator("#cost")).to_have_text(f"{costs:.4f}")


def test_full_speed_draws_the_loss_curve_and_the_surface(lab: Lab) -> None:
    lab.press("5")
    lab.rate(10)
    lab.press(" ")
    expect(lab.page.locator("#n-epoch")).to_have_text(re.compile(r"^(?!000,000)\d{3},\d{3}$"))
    lab.press(" ")
    expect(lab.page.locator("#surface .heatmaplayer image")).to_have_count(1)
    path = lab.page.locator("#loss .scatterlayer .js-line").first
    expect(path).to_have_attribute("d", re.compile(r"^M.*L"))
    expect(lab.page.locator("#measures")).to_contain_text("accuracy")


def test_reset_gives_the_same_start_again(lab: Lab) -> None:
    lab.step(2)
    first = lab.matrix("z1")
    lab.step(14)
    lab.press("r")
    lab.wait_for_position(0)
    lab.step(2)
    assert lab.matrix("z1") == first


def test_a_weight_is_edited_and_everything_follows_from_it(lab: Lab) -> None:
    lab.step(9)
    lab.page.locator("[data-weight='1.0.0']").click()
    lab.page.locator(".edit .field").fill("0.25")
    lab.page.locator(".edit .field").press("Enter")
    expect(lab.page.locator(".edit .field")).to_have_value("0.25")
    run = Run(preset("xor"))
    run.set_value("W1", (0, 0), 0.25)
    run.advance(9)
    lab.page.locator("#inspect-clear").click()
    assert lab.matrix("delta1") == run.tensor("delta1").ravel().tolist()
    assert lab.session()["edits"] == [
        {"position": 0, "tensor": "W1", "index": [0, 0], "value": 0.25}
    ]


def test_an_edit_in_the_past_keeps_the_old_future(lab: Lab) -> None:
    lab.step(20)
    lab.page.locator("#ops .op:not(.away)[data-op=z1]").click()
    lab.wait_for_position(14)
    lab.page.locator("[data-weight='1.0.0']").click()
    lab.page.locator(".edit .field").fill("2")
    lab.page.locator(".edit .field").press("Enter")
    lab.page.get_by_role("button", name="Return to it").click()
    expect(lab.page.locator("#run")).to_have_attribute("aria-valuemax", "20")
    lab.page.locator("#inspect-clear").click()
    assert lab.matrix("z1") == engine(14).tensor("z1").ravel().tolist()


def test_an_edit_that_is_no_number_is_refused_with_a_sentence(lab: Lab) -> None:
    lab.step(2)
    lab.page.locator("[data-weight='1.0.0']").click()
    lab.page.locator(".edit .field").fill("much")
    lab.page.locator(".edit .field").press("Enter")
    expect(lab.page.locator(".edit .fault >> nth=0")).to_contain_text(
        "it must be a number, got “much”"
    )
    lab.page.locator(".edit .field").fill("")
    lab.page.locator(".edit .field").press("Enter")
    expect(lab.page.locator(".edit .fault >> nth=0")).to_contain_text("it must be a number")
    lab.page.locator(".edit .field").fill("1e308")
    lab.page.locator(".edit .field").press("Enter")
    expect(lab.page.locator(".edit .fault >> nth=0")).to_contain_text("at most 1000000")
    assert lab.session()["edits"] == []


def test_a_click_on_a_unit_shows_its_values(lab: Lab) -> None:
    lab.step(9)
    lab.page.locator(".unit[data-layer='1'][data-unit='1']").click()
    expect(lab.page.locator("#inspect-title")).to_have_text("Layer 1, unit 2")
    values = [
        float(dd.get_attribute("data-value") or 0)
        for dd in lab.page.locator("#inspect .kv dd").all()
    ]
    run = engine(9)
    assert values == [run.tensor(name)[0, 1] for name in ("z1", "a1", "delta1")]


def test_another_example_shows_its_own_values(lab: Lab) -> None:
    lab.step(9)
    lab.do("example-after")
    expect(lab.page.locator("#example")).to_have_text("Example 2 of 4")
    delta = engine(9).tensor("delta1")[1, 0]
    values = [t.replace("−", "-") for t in lab.page.locator("#net text.value").all_text_contents()]
    assert f"{delta:+.4f}" in values
    lab.do("mean")
    expect(lab.page.locator("#example")).to_have_text("Mean of 4")


def test_units_and_layers_are_added_and_removed_on_the_picture(lab: Lab) -> None:
    lab.page.locator(".over .head[data-layer='1'] .rb").nth(1).click()
    expect(lab.page.locator("#net .edge")).to_have_count(12)
    lab.page.locator(".over .rb.add").last.click()
    expect(lab.page.locator("#layers li")).to_have_count(4)
    expect(lab.page.locator("#net .edge")).to_have_count(2 * 4 + 4 * 3 + 3)
    lab.page.locator("#layers .rm").first.click()
    expect(lab.page.locator("#layers li")).to_have_count(3)


@pytest.mark.parametrize("data", ["and", "or", "circle", "spiral", "moons", "gaussian"])
def test_other_data_is_one_click_and_trains(lab: Lab, data: str) -> None:
    lab.page.locator(f"[data-data={data}]").click()
    expect(lab.page.locator(f"[data-data={data}]")).to_have_attribute("aria-pressed", "true")
    lab.press("5")
    lab.press("s")
    expect(lab.page.locator("#n-epoch")).to_have_text("000,001")
    expect(lab.page.locator("#surface")).to_be_visible()


def test_digits_are_shown_as_a_picture_with_an_output_for_each(lab: Lab) -> None:
    lab.page.locator("[data-data=digits28]").click()
    expect(lab.page.locator(".over canvas.input")).to_be_visible()
    lab.step(5)
    expect(lab.page.locator("#surface .barlayer .point")).to_have_count(10)


def test_what_does_not_fit_is_greyed_with_its_reason(lab: Lab) -> None:
    expect(lab.page.locator("#rows")).to_contain_text("XOR has only 4 examples")
    option = lab.page.locator("[data-setting=cost] option[value='cross_entropy.mean.false']")
    expect(option).to_be_disabled()
    assert "softmax" in (option.get_attribute("title") or "")


def test_the_learning_rate_changes_without_losing_the_run(lab: Lab) -> None:
    lab.step(14)
    lab.page.locator("[data-setting='learning rate']").select_option("0.3")
    expect(lab.page.locator("#code")).to_contain_text("W1 -= 0.3*dW1")
    assert lab.position() == 14


def test_the_form_of_all_settings_takes_a_config_and_names_a_fault(lab: Lab) -> None:
    lab.do("settings")
    seed = lab.page.locator("dialog [data-field=seed]")
    seed.fill("-3")
    seed.press("Tab")
    lab.page.get_by_role("button", name="Apply and start anew").click()
    expect(lab.page.locator("dialog .faults")).to_contain_text("seed must be at least 0, got -3")
    seed.fill("7")
    seed.press("Tab")
    lab.page.locator("dialog fieldset", has_text="Optimizer").locator("select").first.select_option(
        "adam"
    )
    lab.page.get_by_role("button", name="Apply and start anew").click()
    expect(lab.page.locator("dialog")).to_be_hidden()
    config = lab.session()["config"]
    assert (config["seed"], config["optimizer"]["name"]) == (7, "adam")


def test_an_example_of_the_list_opens(lab: Lab) -> None:
    lab.do("examples")
    lab.page.locator("[data-preset=mazur]").click()
    expect(lab.page.locator("#net .edge")).to_have_count(8)
    lab.step(6)
    assert lab.matrix("cost") == [pytest.approx(0.2983711087600027, rel=1e-15)]


def test_divergence_is_named_with_a_way_back(lab: Lab) -> None:
    lab.do("examples")
    lab.page.locator("[data-preset=linear_regression]").click()
    expect(lab.page.locator("#layers")).to_contain_text("linear")
    lab.page.locator("[data-setting='learning rate']").select_option("10")
    lab.press("5")
    lab.rate(10)
    lab.press(" ")
    notice = lab.page.locator(".notice.bad")
    expect(notice).to_contain_text("is not a number any more")
    notice.get_by_role("button", name="Go to the op before").click()
    expect(notice).to_have_count(0)


def test_a_reload_shows_the_same_place(lab: Lab) -> None:
    lab.step(9)
    shown = lab.matrix("delta1")
    lab.page.reload()
    lab.wait_for_position(9)
    lab.show("values")
    assert lab.matrix("delta1") == shown


def test_a_restart_of_the_server_loses_nothing(lab: Lab, server: Server) -> None:
    lab.step(9)
    shown = lab.matrix("delta1")
    server.stop()
    expect(lab.page.locator(".notice")).to_contain_text("The server restarts. You come back")
    server.start()
    expect(lab.page.locator(".notice")).to_have_count(0)
    lab.wait_for_position(9)
    assert lab.matrix("delta1") == shown
    lab.step(1)
    assert lab.matrix("dW1") == engine(10).tensor("dW1").ravel().tolist()


def test_a_link_restores_experiment_changes_and_place(lab: Lab, context: BrowserContext) -> None:
    lab.step(9)
    lab.page.locator("[data-weight='1.0.0']").click()
    lab.page.locator(".edit .field").fill("0.25")
    lab.page.locator(".edit .field").press("Enter")
    expect(lab.page.locator(".edit .field")).to_have_value("0.25")
    lab.page.locator("#inspect-clear").click()
    shown = lab.matrix("delta1")
    lab.do("share")
    expect(lab.page.locator(".notice")).to_contain_text("The link is copied")
    link = lab.page.evaluate("document.documentElement.dataset.link")
    other = Lab(context.new_page(), lab.url)
    other.open(link.removeprefix(lab.url))
    other.wait_for_position(9)
    assert other.matrix("delta1") == shown
    assert other.page.url != lab.page.url


def test_a_second_window_on_the_same_session_follows(lab: Lab, context: BrowserContext) -> None:
    other = Lab(context.new_page(), lab.url)
    other.open("/s/" + lab.page.url.split("/s/")[1])
    lab.step(4)
    other.wait_for_position(4)
    assert other.matrix("z2") == lab.matrix("z2")


def test_a_layer_gets_a_norm_dropout_and_a_link_and_every_number_is_the_engines(lab: Lab) -> None:
    lab.page.get_by_role("button", name="More of layer 1").click()
    dialog = lab.page.locator("#dialog")
    for name in ("batch norm", "residual"):
        dialog.locator("label", has_text=name).locator("input").check()
    dialog.locator("[data-field=dropout]").fill("0.3")
    dialog.get_by_role("button", name="Apply and start anew").click()
    expect(dialog).to_be_hidden()
    expect(lab.page.locator(".layers .with")).to_have_text("norm · dropout 0.3 · link")
    expect(lab.page.locator("#net .skip").first).to_be_attached()
    layers = [layer.model_dump(exclude_none=True) for layer in preset("xor").layers]
    layers[0] |= {"batch_norm": True, "residual": True, "dropout": 0.3}
    run = Run(preset("xor").merged({"layers": layers}))
    expect(lab.page.locator("#n-op")).to_have_text(f"0/{len(run.program)}")
    for _ in run.program:
        op = run.step()
        lab.step()
        for name in run.writes[op]:
            if name not in ("cost", "y"):
                assert lab.matrix(name) == run.tensor(name).ravel().tolist(), name
    lab.press("ArrowLeft")
    lab.wait_for_position(len(run.program) - 1)


def test_an_output_layer_has_no_norm_to_switch_on(lab: Lab) -> None:
    lab.page.get_by_role("button", name="More of layer 2").click()
    dialog = lab.page.locator("#dialog")
    expect(dialog).to_contain_text("frozen")
    expect(dialog).not_to_contain_text("batch norm")


def test_light_and_dark_are_remembered(lab: Lab) -> None:
    root = lab.page.locator("html")
    before = root.get_attribute("data-theme")
    lab.do("theme")
    after = root.get_attribute("data-theme")
    assert {before, after} == {"light", "dark"}
    lab.page.reload()
    expect(root).to_have_attribute("data-theme", str(after))


@pytest.mark.parametrize("path", ["/class", "/privacy"])
def test_every_page_is_dark_where_dark_was_chosen(lab: Lab, path: str) -> None:
    lab.page.evaluate("localStorage.setItem('theme', 'dark')")
    lab.page.goto(lab.url + path, wait_until="commit")
    expect(lab.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_keys_are_listed(lab: Lab) -> None:
    lab.press("?")
    expect(lab.page.locator("dialog")).to_contain_text("play, pause")
    lab.press("Escape")
    expect(lab.page.locator("dialog")).to_be_hidden()


def test_keys_are_left_alone_while_typing(lab: Lab) -> None:
    lab.step(2)
    lab.page.locator("[data-weight='1.0.0']").click()
    lab.page.locator(".edit .field").press("r")
    assert lab.position() == 2


def test_on_a_phone_everything_is_within_reach(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    lab = Lab(page, server.url)
    lab.open(panel="why")
    page.locator(".dock [data-do=step]").click()
    lab.wait_for_position(1)
    for tab in ("program", "results", "setup", "inspect"):
        page.locator(f"[data-show={tab}]").click()
        expect(page.locator(f"[data-tab={tab}]").first).to_be_visible()
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    for box in page.locator(".dock button").all():
        size = box.bounding_box()
        assert size is not None
        assert min(size["width"], size["height"]) >= 44


def test_plotly_makes_the_nodes_that_the_page_relies_on(lab: Lab) -> None:
    lab.step(12)
    page = lab.page
    scene = page.locator("#net .shapelayer path[data-index]")
    indexes = [int(node.get_attribute("data-index") or -1) for node in scene.all()]
    assert sorted(indexes) == list(range(len(indexes)))
    assert page.locator("#net .scatterlayer .textpoint text").count() > 10
    assert page.evaluate("document.querySelector('#loss')._fullLayout.xaxis.d2p(0)") == 0


def centre(locator) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_another_network_puts_the_run_aside_and_one_press_brings_it_back(lab: Lab) -> None:
    lab.step(9)
    before = lab.matrix("delta1")
    lab.page.get_by_label("One unit more in layer 1").first.click()
    lab.wait_for_position(0)
    lab.page.get_by_role("button", name="Return to it").click()
    lab.wait_for_position(9)
    assert lab.matrix("delta1") == before


def test_space_plays_after_a_press_on_another_button(lab: Lab) -> None:
    lab.page.locator("[data-size=epoch]").click()
    lab.press(" ")
    expect(lab.page.locator(".top [data-do=play]")).to_have_attribute("aria-label", "Pause")


def test_an_update_shows_what_it_changed(lab: Lab) -> None:
    lab.step(11)
    expect(lab.page.locator("#say")).to_contain_text("w 1 → 1 goes from +0.5000 to +0.4862")
    texts = lab.page.locator(".net text.weight.lit").all_text_contents()
    assert len(texts) == 6
    assert all(text.startswith("Δ") for text in texts)


def test_a_matrix_is_walked_and_pressed_with_the_keyboard(lab: Lab) -> None:
    lab.step(11)
    lab.page.locator("#inspect [data-tensor=W1] td").first.focus()
    lab.press("ArrowRight")
    lab.press("ArrowDown")
    lab.press("Enter")
    expect(lab.page.locator("#inspect-what")).to_contain_text("W1[1,1]")


def test_the_program_is_shown_in_pytorch_and_back(lab: Lab) -> None:
    lab.step(7)
    lab.page.locator("#program-other").click()
    lit = lab.page.locator("#code [aria-current=step]")
    expect(lit).to_contain_text("cost.backward()")
    lab.page.locator("#program-other").click()
    expect(lit).to_contain_text("delta2 = 2*(a2 - y)")


def test_on_the_way_back_each_weight_shows_the_signal_that_it_passes_on(lab: Lab) -> None:
    lab.open("/?preset=xor")
    lab.step(8)
    signals = lab.page.locator("#net text.signal")
    expect(lab.page.locator("#net path.signal.on")).to_have_count(0)
    expect(signals).to_have_count(0)
    lab.step()
    expect(lab.page.locator("#net path.signal.on")).to_have_count(3)
    for signal in (signals.nth(i) for i in range(3)):
        expect(signal).to_be_visible()
        expect(signal).to_contain_text("←")


def test_the_list_of_layers_stays_while_ops_go_by(lab: Lab) -> None:
    layers = lab.page.locator("#layers li")
    layers.nth(1).evaluate("(item) => { item.isTheSame = true; }")
    lab.step(5)  # the first op of the second layer
    expect(layers.nth(2)).to_have_class("cur")
    expect(layers.nth(1)).not_to_have_class("cur")
    assert layers.nth(1).evaluate("(item) => item.isTheSame") is True


def test_the_keyboard_stays_on_what_adds_units(lab: Lab) -> None:
    more = lab.page.locator("#layers").get_by_label("One unit more in layer 1")
    more.focus()
    lab.press("Enter")
    expect(lab.page.locator("#layers li b").first).to_have_text("4")
    expect(more).to_be_focused()
    lab.press("Enter")
    expect(lab.page.locator("#layers li b").first).to_have_text("5")
