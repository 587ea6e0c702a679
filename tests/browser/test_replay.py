"""A recording in a real browser: opened as a file, with the network off, used as a person does."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from app.engine.run import Run
from app.export.replay import replay, replay_of
from app.language import current
from app.presets import preset
from app.session.past import Past
from app.session.timeline import Timeline
from tests.session.scenes import go

from .lab import Lab


@pytest.fixture
def alone(browser: Browser) -> Iterator[Page]:
    """A page without a network; whatever it complains of, or asks of anybody, fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_offline(True)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("request", lambda request: complaints.append(request.url))
    page.on("websocket", lambda socket: complaints.append(socket.url))
    yield page
    own = re.compile(r"file:///\S+\.html$|data:|blob:")
    assert [c for c in complaints if not own.match(c)] == []
    context.close()


def opened(page: Page, folder: Path, content: bytes, *, panel: str = "values") -> Lab:
    file = folder / "recording.html"
    file.write_bytes(content)
    lab = Lab(page, f"file://{folder}")
    lab.open("/recording.html", panel=panel)
    return lab


@pytest.fixture
def lab(alone: Page, tmp_path: Path) -> Lab:
    return opened(alone, tmp_path, replay_of(preset("xor"), 4))


def engine(position: int) -> Run:
    run = Run(preset("xor"))
    run.advance(position)
    return run


def test_every_op_forward_and_back_shows_the_numbers_of_the_engine(lab: Lab) -> None:
    names = {3: "a1", 9: "delta1", 11: "W1", 20: "dW2", 40: "z2"}
    for position in (*names, *reversed(names)):
        lab.page.locator("#run").focus()
        while lab.position() != position:
            before = lab.position()
            lab.press("ArrowRight" if before < position else "ArrowLeft")
            lab.wait_for_position(before + (1 if before < position else -1))
        shown = lab.matrix(names[position])
        assert np.array_equal(shown, engine(position).tensor(names[position]).ravel())


def test_it_plays_to_its_end_and_then_once_more(lab: Lab) -> None:
    lab.rate(10)
    lab.press(" ")
    lab.wait_for_position(48)
    expect(lab.page.locator(".top [data-do=play]")).to_have_attribute("aria-label", "Play")
    lab.rate(0)
    lab.press(" ")
    expect(lab.page.locator(".top [data-do=play]")).to_have_attribute("aria-label", "Pause")
    lab.wait_for_position(1)
    lab.press("Escape")
    expect(lab.page.locator(".top [data-do=play]")).to_have_attribute("aria-label", "Play")


def test_ticks_lines_and_the_whole_run_lead_anywhere(lab: Lab) -> None:
    page = lab.page
    lab.step(1)
    page.locator("#ops .op:not(.away)[data-op=C]").click()
    lab.wait_for_position(6)
    page.locator("#code li").nth(2).click()
    lab.wait_for_position(3)
    page.locator("#run").focus()
    lab.press("End")
    lab.wait_for_position(48)
    assert page.locator("#ops .op[aria-disabled]").count() == 5  # there is no next minibatch
    lab.press("r")
    lab.wait_for_position(0)
    lab.press("4")
    lab.press("s")
    lab.wait_for_position(12)


def test_why_is_told_for_what_each_op_wrote(alone: Page, tmp_path: Path) -> None:
    lab = opened(alone, tmp_path, replay_of(preset("xor"), 3), panel="why")
    for _ in range(12):
        lab.step()
        expect(alone.locator(".why-b math").first).to_be_visible()
    alone.locator("#ops .op:not(.away)[data-position='9']").click()
    expect(alone.locator("#why-what")).to_have_text("δ, layer 1, unit 1, example 1")
    alone.locator(".unit[data-layer='1'][data-unit='2']").click()
    expect(alone.locator("#why-what")).to_have_text("δ, layer 1, unit 3, example 1")
    number = alone.locator(".why-b .eq mtr").nth(1).locator("mn[title]").first
    expect(number).to_be_visible()
    shown = (number.get_attribute("title") or "").replace("−", "-")
    assert float(shown) == engine(9).tensor("delta1")[0, 2]
    alone.locator('.why-b [data-factor="delta2[0,0]"]').first.click()
    expect(alone.locator("#why-what")).to_have_text("δ, layer 2, unit 1, example 1")
    expect(alone.locator(".why-b math").first).to_be_visible()


def test_examples_panels_and_the_theme_need_no_server(lab: Lab) -> None:
    page = lab.page
    lab.step(5)
    lab.do("example-after")
    expect(page.locator("#example")).to_have_text("Example 2 of 4")
    lab.do("mean")
    expect(page.locator("#example")).to_have_text("Mean of 4")
    page.locator("#program-other").click()
    expect(page.locator("#program-what")).to_have_text("PyTorch")
    before = page.evaluate("document.documentElement.dataset.theme")
    lab.do("theme")
    assert page.evaluate("document.documentElement.dataset.theme") != before
    page.locator("[data-do=log]").click()
    expect(page.locator("[data-do=log]")).to_have_text("log")
    lab.press("b")
    expect(page.locator(".op.break")).to_have_count(1)
    lab.press("?")
    expect(page.locator("#dialog")).to_contain_text("breakpoint on this op")
    expect(page.locator("#dialog")).not_to_contain_text("run until")


def test_it_asks_before_an_op_and_tells_who_was_right(lab: Lab) -> None:
    page = lab.page
    lab.step(2)
    lab.do("predict")
    expect(page.locator("#card")).to_be_visible()
    lab.wait_for_position(2)
    page.locator("#card [data-answer], #card .field").first.click()
    if page.locator("#card .field").count():
        page.locator("#card .field").fill("0.5")
        page.locator("#card .field").press("Enter")
    lab.wait_for_position(3)
    expect(page.locator("#card .q b")).to_contain_text(re.compile("Right|Not quite"))


def test_in_another_language_it_brings_its_words_along(
    alone: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "A minibatch has {0} ops. Here you see each one as it is made."
    words = {"Ready. ": "准备好了。", sentence: "小批量共 {0} 步，一步一步看。"}
    monkeypatch.setattr("app.export.replay.page_words", {"zh": words}.get)
    before = current.set("zh")
    try:
        content = replay_of(preset("xor"), 1)
    finally:
        current.reset(before)
    opened(alone, tmp_path, content)
    expect(alone.locator("#say")).to_have_text("准备好了。小批量共 12 步，一步一步看。")
    expect(alone.locator("#say .num")).to_have_text("12")


def test_a_weight_cannot_be_dragged(lab: Lab) -> None:
    lab.step(9)
    before = lab.page.locator("#net text.weight").all_text_contents()
    box = lab.page.locator("[data-weight='2.1.0']").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + 60, y, steps=5)
    lab.page.mouse.up()
    expect(lab.page.locator(".notice")).to_have_count(0)
    assert lab.page.locator("#net text.weight").all_text_contents() == before


def test_what_needs_a_server_is_not_there_and_its_keys_do_nothing(lab: Lab) -> None:
    page = lab.page
    lab.step(9)
    page.locator("[data-weight='2.1.0']").click()
    expect(page.locator("#inspect-what")).to_contain_text("W2[1,0]")
    for absent in (
        "#tiles",
        "[data-do=until]",
        "[data-do=share]",
        "[data-do=settings]",
        "#rows",
        "[data-do=mistakes]",
    ):
        expect(page.locator(absent)).to_have_count(0)
    for hidden in (".rb", ".edit", "#panel-proof"):
        assert page.locator(f"{hidden}:visible").count() == 0
    lab.press("u")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator(".notice")).to_have_count(0)


def test_every_visible_button_does_something(alone: Page, tmp_path: Path) -> None:
    lab = opened(alone, tmp_path, replay_of(preset("xor"), 3))
    lab.step(9)
    names = {str(b.get_attribute("data-do")) for b in alone.locator("[data-do]:visible").all()}
    for name in sorted(names):  # back comes before reset, after which there is no way back
        lab.do(name)
        lab.press("Escape")
        alone.evaluate("document.getElementById('dialog').close()")
        expect(alone.locator(".notice")).to_have_count(0)


def test_it_says_what_it_is_and_opens_where_the_session_stood(alone: Page, tmp_path: Path) -> None:
    timeline = Timeline(preset("xor"))
    go(timeline, 700)
    lab = opened(alone, tmp_path, replay(Past.of(timeline), 700, 1))
    lab.wait_for_position(700)
    expect(alone).to_have_title("XOR, 2-3-1: a recording of Backstep")
    expect(alone.locator(".brand")).to_contain_text("Recording")
    expect(alone.locator(".about")).to_contain_text("last 600 of 708")
    expect(alone.locator("#example")).to_have_text("Example 2 of 4")
    alone.locator("#run").focus()
    lab.press("Home")
    lab.wait_for_position(108)  # what came before is not on record


@pytest.mark.parametrize("name", ["digits", "sine", "iris"])
def test_other_networks_play_as_well(name: str, alone: Page, tmp_path: Path) -> None:
    lab = opened(alone, tmp_path, replay_of(preset(name), 2), panel="why")
    for _ in range(12):
        lab.step()
        expect(alone.locator(".why-b math").first).to_be_visible()
    expect(alone.locator("#surface .main-svg").first).to_be_attached()
    if name == "digits":  # only one example is on record, so none other is offered
        expect(alone.locator("[data-do=example-after]")).to_be_hidden()


def test_a_figure_is_saved_without_a_server(lab: Lab) -> None:
    lab.step(9)
    lab.page.get_by_role("button", name="Save a figure").click()
    expect(lab.page.locator("[data-export]")).to_have_count(0)
    with lab.page.expect_download() as waiting:
        lab.page.locator("[data-figure='network.svg']").click()
    assert f"{engine(9).tensor('delta1')[0, 0]:+.4f}" in waiting.value.path().read_text()


def test_on_a_phone_everything_is_within_reach(alone: Page, tmp_path: Path) -> None:
    alone.set_viewport_size({"width": 360, "height": 740})
    lab = opened(alone, tmp_path, replay_of(preset("xor"), 3), panel="why")
    alone.locator(".dock [data-do=step]").click()
    lab.wait_for_position(1)
    for tab in ("program", "results", "setup", "inspect"):
        alone.locator(f"[data-show={tab}]").click()
        expect(alone.locator(f"[data-tab={tab}]").first).to_be_visible()
        assert alone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_title_runs_nothing(alone: Page, tmp_path: Path) -> None:
    evil = '</title></script><script>window.broken = 1</script><img src=x onerror="broken=1"><!--'
    opened(alone, tmp_path, replay_of(preset("xor"), 1, title=evil))
    assert alone.evaluate("window.broken") is None
    expect(alone.locator(".about h2")).to_have_text(evil)
