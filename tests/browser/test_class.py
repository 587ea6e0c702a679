"""A whole lesson: a teacher and three learners, in browsers of their own."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Server, listened

Open = Callable[..., Page]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def opening(browser: Browser, server: Server) -> Iterator[Open]:
    """Open pages that share nothing; whatever one says on its console fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(path: str, **how: object) -> Page:
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **how}))
        page = listened(contexts[-1].new_page(), complaints)
        page.goto(f"{server.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    known = ("WebSocket connection to", "Failed to load resource")  # while the server restarts
    assert [c for c in complaints if not any(text in c for text in known)] == []


@dataclass
class Lesson:
    """A class with its people."""

    teacher: Page
    code: str
    learners: list[Page]


def join(opening: Open, code: str, **how: object) -> Page:
    """Join as a learner does: type the code, take the first name."""
    page = opening("/class", **how)
    page.fill("#code", f"{code[:3].lower()} {code[3:]}")
    page.click("#code-form button")
    page.click("#join-go")
    expect(page.locator(".class-bar")).to_be_visible()
    expect(page.locator(".net .textpoint").first).to_be_attached()
    return page


@pytest.fixture
def lesson(opening: Open) -> Lesson:
    teacher = opening("/class")
    teacher.click("#open-form button")
    expect(teacher.locator("#n-op")).to_have_text("0/12")
    code = teacher.url.split("/")[4]
    expect(teacher.locator(".b-code")).to_be_visible()  # a class begins with its board
    teacher.locator(".b-do [data-do=network]").click()
    learners = [join(opening, code, viewport=PHONE) for _ in range(2)] + [join(opening, code)]
    expect(teacher.locator(".bar-here b")).to_have_text("3")
    return Lesson(teacher, code, learners)


def sees(page: Page, op: int) -> None:
    expect(page.locator("#n-op")).to_have_text(f"{op}/12")


def mode(lesson: Lesson, name: str) -> None:
    lesson.teacher.locator(f".class-bar [data-mode={name}]").click()
    expect(lesson.teacher.locator(f".class-bar [data-mode={name}]")).to_have_attribute(
        "aria-pressed", "true"
    )


def ask(lesson: Lesson, text: str) -> None:
    """Ask the class from the board."""
    lesson.teacher.locator(".class-bar [data-do=board].main").click()
    lesson.teacher.locator(".b-question", has_text=text).first.click()
    for learner in lesson.learners:
        expect(learner.locator("#card .q").first).to_contain_text(text)


def answer(page: Page, value: str) -> None:
    page.fill("#card input", value)
    page.locator("#card .main").click()
    expect(page.locator("#card .told")).to_contain_text("You can change it")


def test_everybody_follows_then_explores_a_copy_and_comes_back(lesson: Lesson) -> None:
    for _ in range(5):
        lesson.teacher.keyboard.press("ArrowRight")
    for learner in lesson.learners:
        sees(learner, 5)
        expect(learner.locator(".dock")).to_be_hidden()
        expect(learner.locator(".transport")).to_be_hidden()
    mode(lesson, "explore")
    one, other, _ = lesson.learners
    expect(one.locator("[data-tell=mode]")).to_contain_text("this copy is yours")
    for at in (6, 7):
        one.locator(".dock .step button").first.click()
        sees(one, at)
    sees(other, 5)
    sees(lesson.teacher, 5)
    lesson.teacher.keyboard.press("ArrowRight")
    sees(lesson.teacher, 6)
    one.get_by_role("button", name="Go to your teacher’s stop").click()
    sees(one, 7)
    one.get_by_role("button", name="Go there").click()
    sees(one, 6)
    mode(lesson, "follow")
    for learner in lesson.learners:
        sees(learner, 6)


def test_a_class_predicts_and_the_truth_comes_last(lesson: Lesson) -> None:
    for _ in range(3):
        lesson.teacher.keyboard.press("ArrowRight")
    sees(lesson.learners[0], 3)
    ask(lesson, "What will z of unit 1 in layer 2 be")
    for learner, value in zip(lesson.learners, ("0.2474", "−0.25", "3,5"), strict=True):
        answer(learner, value)
    board = lesson.teacher.locator("#board")
    expect(board.locator(".b-wait b")).to_have_text("3")
    lesson.teacher.keyboard.press("ArrowRight")  # as a presenter's clicker does
    expect(lesson.teacher.locator(".notice")).to_contain_text("A question is put")
    board.locator("[data-stage=count]").focus()
    lesson.teacher.keyboard.press("Enter")
    expect(board.locator("[data-stage=reveal]")).to_be_focused()
    expect(board.locator(".b-hist .bars .point")).to_have_count(3)
    expect(lesson.learners[0].locator("#card")).to_contain_text("You said 0.2474")
    assert "0.2474" not in (board.locator(".b-foot").text_content() or "")
    sees(lesson.learners[0], 3)
    names = board.locator(".b-row .b-said")
    expect(names).to_have_count(0)
    board.get_by_role("button", name="show who said what").click()
    expect(names).to_have_count(3)
    assert sorted(names.all_inner_texts()) == ["0.2474", "3.5", "−0.25"]
    board.get_by_role("button", name="hide the names").click()
    expect(names).to_have_count(0)
    board.locator("[data-stage=reveal]").click()
    expect(board.locator(".b-truth math").first).to_be_visible()
    expect(board.locator(".b-hist")).to_have_attribute("aria-label", re.compile("1 right"))
    for learner, verdict in zip(
        lesson.learners, ("✓ Right.", "✕ Not quite.", "✕ Not quite."), strict=True
    ):
        sees(learner, 4)
        expect(learner.locator("#card")).to_contain_text(verdict)
        expect(learner.locator("#card")).to_contain_text("+0.2474")
    board.get_by_role("button", name="Next question").click()
    expect(board.locator(".b-question").first).to_be_visible()
    expect(lesson.learners[0].locator("#card")).to_be_hidden()
    table = results(lesson)
    assert [(row["answer"], row["right"]) for row in table] == [
        ("0.2474", "1"), ("-0.25", "0"), ("3.5", "0"),
    ]  # fmt: skip
    assert all(abs(float(row["truth"]) - 0.2474) < 1e-4 for row in table)


def results(lesson: Lesson) -> list[dict[str, str]]:
    """Save the results as the teacher does, and read them."""
    lesson.teacher.locator("#board [data-do=more]").click()
    with lesson.teacher.expect_download() as saving:
        lesson.teacher.get_by_role("button", name="Results as a table").click()
    text = saving.value.path().read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_reload_and_a_restart_of_the_server_change_nothing(
    lesson: Lesson, server: Server
) -> None:
    one = lesson.learners[0]
    name = one.locator("[data-tell=name]").text_content()
    mode(lesson, "explore")
    for at in (1, 2, 3):
        one.locator(".dock .step button").first.click()
        sees(one, at)
    value = one.locator("#say").text_content()
    one.reload()
    expect(one.locator("[data-tell=name]")).to_have_text(name or "")
    sees(one, 3)
    expect(one.locator("#say")).to_have_text(value or "")
    server.stop()
    server.start()
    for page in (lesson.teacher, *lesson.learners):
        expect(page.locator(".notice[data-key=offline]")).to_have_count(0)
    sees(one, 3)
    expect(one.locator("#say")).to_have_text(value or "")
    expect(one.locator("[data-tell=name]")).to_have_text(name or "")
    one.locator(".dock .step button").first.click()
    sees(one, 4)
    expect(lesson.teacher.locator(".bar-here b")).to_have_text("3")
    lesson.teacher.locator(".class-bar [data-do=board].main").click()
    row = lesson.teacher.locator(".b-row", has_text=name or "")
    expect(row.locator(".b-at")).to_have_text("z2")


def test_who_explores_follows_again_to_be_asked(lesson: Lesson) -> None:
    mode(lesson, "explore")
    one = lesson.learners[0]
    one.locator(".dock .step button").first.click()
    sees(one, 1)
    lesson.teacher.locator(".class-bar [data-mode=explore]").click()  # it is pressed already
    lesson.teacher.locator(".class-bar [data-do=board].main").click()
    lesson.teacher.locator(".b-question", has_text="z of unit").first.click()
    dialog = lesson.teacher.locator("#dialog")
    expect(dialog).to_contain_text("Everybody comes back to you")
    sees(one, 1)
    dialog.get_by_role("button", name="Follow, and ask").click()
    sees(one, 0)
    expect(one.locator("#card .q").first).to_contain_text("z of unit")
    one.get_by_role("button", name="Put aside").click()
    expect(one.locator("#card input, #card .choices").first).to_be_hidden()
    one.get_by_role("button", name="Show the question").click()
    expect(one.locator("#card input, #card .choices").first).to_be_visible()


def test_the_board_shows_who_needs_help_and_one_screen_of_a_learner(lesson: Lesson) -> None:
    one = lesson.learners[0]
    expect(one.locator("[data-tell=name]")).not_to_be_empty()
    name = one.locator("[data-tell=name]").text_content() or ""
    mode(lesson, "explore")
    one.locator(".dock .step button").first.click()
    sees(one, 1)
    one.get_by_role("button", name="Ask for help").click()
    need = lesson.teacher.locator(".class-bar [data-tell=need]")
    expect(need).to_have_text("1 needs you")
    need.click()
    first = lesson.teacher.locator(".b-row").first
    expect(first).to_contain_text(name)
    expect(first).to_contain_text("asked for help")
    first.click()
    lesson.teacher.get_by_role("button", name="Show this screen").click()
    sees(lesson.teacher, 1)
    expect(lesson.teacher.locator("[data-tell=bar]")).to_have_text(f"{name}’s screen")
    expect(lesson.teacher.locator(".transport")).to_be_hidden()
    one.locator(".dock .step button").first.click()
    sees(lesson.teacher, 2)
    lesson.teacher.get_by_role("button", name="Back to your screen").click()
    sees(lesson.teacher, 0)


def test_no_key_stands_in_an_address_and_none_of_the_teacher_reaches_a_learner(
    lesson: Lesson, server: Server
) -> None:
    assert lesson.teacher.url == f"{server.url}/class/{lesson.code}/teach"
    key = lesson.teacher.evaluate(f"localStorage.getItem('class.teacher.{lesson.code}')")
    assert key.startswith(f"{lesson.code}.")
    for learner in lesson.learners:
        assert learner.url == f"{server.url}/class/{lesson.code}"
        kept = learner.evaluate("JSON.stringify({...localStorage})")
        assert key not in kept
        assert key not in learner.content()
    stranger = httpx.get(f"{server.url}/api/classes/{lesson.code}/results.csv")
    assert stranger.status_code == 403


def test_who_is_removed_is_out_a_locked_class_takes_nobody_and_the_end_is_told(
    lesson: Lesson, opening: Open
) -> None:
    gone = lesson.learners[2]
    expect(gone.locator("[data-tell=name]")).not_to_be_empty()
    name = gone.locator("[data-tell=name]").text_content() or ""
    lesson.teacher.locator(".class-bar [data-do=board].main").click()
    lesson.teacher.locator(".b-row", has_text=name).click()
    lesson.teacher.get_by_role("button", name="Take out of the class").click()
    expect(gone.locator("#join")).to_contain_text("has taken you out")
    expect(lesson.teacher.locator("#b-here")).to_have_text("2")
    lesson.teacher.locator("#board [data-do=lock]").click()
    expect(lesson.teacher.locator("#board [data-do=lock]")).to_have_text("Locked")
    late = opening(f"/class/{lesson.code}")
    expect(late.locator("#join-names")).to_contain_text("locked")
    lesson.teacher.locator("#board [data-do=more]").click()
    lesson.teacher.get_by_role("button", name="End the class").click()
    lesson.teacher.get_by_role("button", name="End and erase").click()
    for learner in lesson.learners[:2]:
        expect(learner.locator("#join")).to_contain_text("The class has ended")
    expect(
        lesson.teacher.get_by_role("heading", name=re.compile("The class has ended"))
    ).to_be_visible()
    late.reload()
    expect(late.locator("#join-names")).to_contain_text("no class with this code")


def test_a_wrong_code_is_said_to_be_wrong(opening: Open) -> None:
    page = opening("/class")
    for typed, words in (
        ("K7M 4QO", "has no O"),
        ("K7M", "six characters"),
        ("222222", "no class"),
    ):
        page.fill("#code", typed)
        page.click("#code-form button")
        expect(page.locator("#code-fault")).to_contain_text(words)


@pytest.mark.parametrize("width", [360, 390, 1024, 1440])
def test_the_pages_of_a_class_fit_into_the_window(opening: Open, width: int) -> None:
    teacher = opening("/class", viewport={"width": width, "height": 800})
    assert teacher.evaluate("document.documentElement.scrollWidth") <= width
    teacher.click("#open-form button")
    expect(teacher.locator("#n-op")).to_have_text("0/12")
    expect(teacher.locator(".b-question").first).to_be_visible()
    assert teacher.evaluate("document.documentElement.scrollWidth") <= width
    teacher.locator(".b-do [data-do=network]").click()
    expect(teacher.locator(".class-bar")).to_be_visible()
    assert teacher.evaluate("document.documentElement.scrollWidth") <= width
    learner = join(opening, teacher.url.split("/")[4], viewport={"width": width, "height": 800})
    assert learner.evaluate("document.documentElement.scrollWidth") <= width
