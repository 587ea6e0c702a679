"""Lessons as a learner takes them, and as a teacher makes them."""

import re
from pathlib import Path

from playwright.sync_api import Page, WebSocketRoute, expect

from app.lessons.reading import read_lesson
from app.presets import preset
from tests.browser.conftest import Server
from tests.browser.lab import Lab

ONE = "/lessons/one-neuron"


def opened(page: Page, server: Server, path: str = ONE) -> Lab:
    lab = Lab(page, server.url)
    page.goto(server.url + path)
    expect(page.locator("#net .disc").first).to_be_visible()
    return lab


def test_a_step_of_the_text_moves_the_lab_to_its_stop_and_lights_what_it_talks_of(
    page: Page, server: Server
) -> None:
    lab = opened(page, server)
    lab.wait_for_position(1)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#lesson-title")).to_have_text("How wrong it is")
    expect(page.locator("#lesson-place")).to_have_text("Step 3 of 6")
    lab.wait_for_position(4)
    expect(page.locator("#why-what")).to_contain_text("cost")
    page.get_by_role("button", name="Previous").click()
    lab.wait_for_position(1)


def test_a_number_in_the_text_shows_where_it_lives(page: Page, server: Server) -> None:
    opened(page, server)
    page.locator(".prose .ref", has_text="0.5").click()
    expect(page.locator("#why-what")).to_contain_text("bias, layer 1")


def test_a_number_is_predicted_and_only_then_shown(page: Page, server: Server) -> None:
    lab = opened(page, server, f"{ONE}#2")
    lab.wait_for_position(1)
    page.get_by_label("Your answer").fill("three")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Type a number")).to_be_visible()
    page.get_by_label("Your answer").fill("3")
    page.get_by_label("Your answer").press("Enter")
    expect(page.locator(".ask")).to_contain_text("✕ Not quite. That is the input times the weight.")
    expect(page.locator(".ask")).to_contain_text("You said 3. It is 3.5.")
    lab.wait_for_position(2)
    page.reload()
    expect(page.locator(".ask")).to_contain_text("You said 3. It is 3.5.")
    lab.wait_for_position(1)


def test_a_choice_is_answered_by_keyboard(page: Page, server: Server) -> None:
    lab = opened(page, server, f"{ONE}#4")
    lab.wait_for_position(4)
    page.get_by_role("button", name=re.compile("^plus")).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ask")).to_contain_text("✓ Right.")
    lab.wait_for_position(5)


def test_a_task_knows_when_it_is_done_and_the_list_remembers(page: Page, server: Server) -> None:
    lab = opened(page, server, f"{ONE}#6")
    lab.wait_for_position(7)
    expect(page.locator(".task")).to_contain_text("Your turn")
    expect(page.locator(".sizes [data-size=minibatch]")).to_have_attribute("aria-pressed", "true")
    lab.do("play")
    expect(page.locator(".task")).to_contain_text("✓ Done.")
    for step in (2, 4, 5):
        page.locator(f"#lesson-way a[href='#{step}']").click()
        expect(page.locator("#lesson-place")).to_have_text(f"Step {step} of 6")
        give_up = page.get_by_role("button", name="Show me")
        (give_up if give_up.count() else page.locator(".options button").first).click()
    page.get_by_role("link", name="All lessons").first.click()
    expect(page.locator("[data-slug=one-neuron]")).to_contain_text("done")


def test_whoever_wanders_off_comes_back_to_the_stop(page: Page, server: Server) -> None:
    lab = opened(page, server, f"{ONE}#3")
    lab.wait_for_position(4)
    lab.press("ArrowRight")
    lab.wait_for_position(5)
    page.get_by_role("button", name="Back to this stop").click()
    lab.wait_for_position(4)
    page.locator("[data-side=setup]").click()
    page.locator("#rows select").nth(1).select_option("adam")
    expect(page.locator("#rows select").nth(1)).to_have_value("adam")
    page.locator("[data-side=lesson]").click()
    page.get_by_role("button", name="Back to this stop").click()
    lab.wait_for_position(4)
    expect(page.locator("#code")).not_to_contain_text("m_W1")


def test_a_number_changed_by_hand_is_seen_and_taken_back_at_the_stop(
    page: Page, server: Server
) -> None:
    lab = opened(page, server, "/lessons/perceptron#8")
    lab.wait_for_position(1)
    lab.show("values")
    page.get_by_label("New value").fill("-6")
    page.get_by_label("New value").press("Enter")
    expect(page.locator(".task")).to_contain_text("✓ Done.")
    page.get_by_role("button", name="Back to this stop").click()
    expect(page.locator("[data-panel=why]")).to_have_attribute("aria-pressed", "true")
    lab.show("values")
    expect(page.get_by_label("New value")).to_have_value("0")


def test_a_step_that_has_another_learning_rate_runs_with_it_from_the_start(
    page: Page, server: Server
) -> None:
    lab = opened(page, server, "/lessons/line#5")
    lab.wait_for_position(11)
    for position in (1, 39):
        page.get_by_role("button", name="Next").click()
        lab.wait_for_position(position)
    shown = page.locator(".why-b, #why").first
    expect(shown).to_contain_text("55.")


def test_a_cost_that_a_change_by_hand_leaves_as_it_is_is_measured_at_its_op(
    page: Page, server: Server
) -> None:
    lab = opened(page, server, "/lessons/softmax#8")
    for unit in range(3):
        page.locator(f".unit[data-layer='1'][data-unit='{unit}']").click()
        page.get_by_label(f"Bias of unit {unit + 1}").fill("3")
        page.get_by_label(f"Bias of unit {unit + 1}").press("Enter")
        expect(page.get_by_label(f"Bias of unit {unit + 1}")).not_to_be_focused()
    lab.step(3)
    expect(page.locator(".task")).not_to_contain_text("Done")
    lab.step()
    expect(page.locator(".task")).to_contain_text("✓ Done.")


def test_what_a_step_lights_is_named_whatever_it_is(page: Page, server: Server) -> None:
    opened(page, server, "/lessons/optimizers#7")
    expect(page.locator("#inspect-title")).to_have_text("Weight of layer 1")
    expect(page.locator("#inspect")).to_contain_text("second moment v")
    opened(page, server, "/lessons/batch-norm#7")
    expect(page.locator("#inspect-title")).to_have_text("rmu in layer 1")
    opened(page, server, "/lessons/residual#2")
    expect(page.locator("#why-what")).to_have_text("da, layer 2, unit 1, example 1")


def test_the_top_bar_of_a_lesson_keeps_within_the_page(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    opened(page, server)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    tops = page.locator(".utils > *:visible").evaluate_all("all => all.map((e) => e.offsetTop)")
    assert len(set(tops)) == 1


def test_a_phone_shows_the_lesson_under_the_network(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    opened(page, server)
    expect(page.get_by_role("tab", name="Lesson")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".prose")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("tab", name="Why").click()
    expect(page.locator("#why")).to_be_visible()
    expect(page.locator(".prose")).to_be_hidden()


def test_a_teacher_makes_a_lesson_out_of_two_stops(
    page: Page, server: Server, tmp_path: Path
) -> None:
    lab = Lab(page, server.url)
    lab.open()
    for title, steps in (("The sum", 2), ("The way back", 5)):
        lab.step(steps)
        lab.do("make-lesson")
        page.get_by_label("Heading of the step").fill(title)
        page.get_by_label("Text of the step").fill("Look **here**.")
        page.get_by_role("button", name="Add this stop").click()
        page.keyboard.press("Escape")
    lab.do("make-lesson")
    page.get_by_role("button", name="Save the lesson").click()
    expect(page.locator("dialog .fault")).to_have_text("Give the lesson a title.")
    page.get_by_label("Title").fill("Two stops")
    page.get_by_label("What it is about").fill("XOR, there and back.")
    page.get_by_label("Settings").uncheck()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the lesson").click()
    assert saved.value.suggested_filename == "two-stops.md"
    saved.value.save_as(tmp_path / "two-stops.md")
    made = read_lesson(tmp_path / "two-stops.md", "two-stops", "en")
    assert made.config == preset("xor")
    assert [step.position for step in made.steps] == [2, 7]
    assert [step.title for step in made.steps] == ["The sum", "The way back"]
    assert made.controls is not None
    assert "settings" not in made.controls


def test_a_link_may_leave_controls_out(page: Page, server: Server) -> None:
    lab = Lab(page, server.url)
    lab.open("/?hide=data,until")
    expect(page.locator("#tiles")).to_be_hidden()
    expect(page.locator("#layers")).to_be_visible()
    lab.press("u")
    expect(page.locator("dialog")).to_be_hidden()
    page.reload()
    expect(page.locator("#net .disc").first).to_be_visible()
    expect(page.locator("#tiles")).to_be_hidden()


STATE = """async () => {
  const { store } = await import(document.querySelector('link[href$="js/lab.js"]').href);
  const { position, welcome, online } = store.state;
  return [online, position, JSON.stringify(welcome?.config.layers[0].W)];
}"""


def test_who_turns_back_at_once_stands_where_the_text_says(page: Page, server: Server) -> None:
    opened(page, server, "/lessons/batch-norm#3")
    page.wait_for_timeout(500)
    before = page.evaluate(STATE)
    page.evaluate(
        "['next', 'before', 'next', 'before'].map((to) =>"
        " document.getElementById(`lesson-${to}`).click())"
    )
    page.wait_for_timeout(1000)
    assert page.evaluate(STATE) == before


def test_a_session_that_is_gone_is_replaced_by_one_at_the_same_stop(
    page: Page, server: Server
) -> None:
    sockets: list[WebSocketRoute] = []

    def through(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    page.route_web_socket(re.compile("/ws/"), through)
    lab = opened(page, server, f"{ONE}#3")
    lab.wait_for_position(4)
    page.wait_for_timeout(500)
    sockets[0].close(code=4404)
    page.wait_for_timeout(1500)
    assert len(sockets) == 2
    assert page.evaluate(STATE)[:2] == [True, 4]
