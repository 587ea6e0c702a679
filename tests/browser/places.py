"""Places of the application that every page-wide test visits: each leads a page there."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Page, expect

from tests.browser.lab import Lab

__all__ = ["PLACES", "at", "ready"]


def ready(page: Page, path: str = "/") -> Lab:
    page.goto(path)
    expect(page.locator("#net .disc").first).to_be_visible()
    expect(page.locator("#tiles button").first).to_be_attached()
    return Lab(page, "")


def in_the_middle(page: Page) -> Iterator[str]:
    """The lab on its way back with a proof, its values, and everything that results show."""
    lab = ready(page)
    lab.step(8)
    page.locator("#proof .badge").wait_for()
    yield "lab"
    lab.show("values")
    yield "values"
    for name in ("flow", "spread", "classes", "work"):
        page.locator(f"[data-lens={name}]").click()
        expect(page.locator(f"[data-seen={name}]")).to_be_visible()
        yield name


def in_dialogs(page: Page) -> Iterator[str]:
    lab = ready(page)
    lab.step(2)
    for name in DIALOGS:
        lab.do(name)
        expect(page.locator("dialog")).to_be_visible()
        yield name
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_be_hidden()


def at_lesson(page: Page) -> Iterator[str]:
    ready(page, "/lessons/one-neuron#2")
    page.locator(".ask .field").fill("3")
    page.locator(".ask .field").press("Enter")
    expect(page.locator(".ask .wrong")).to_be_visible()
    yield "lesson"


def at(*paths: str) -> Callable[[Page], Iterator[str]]:
    def show(page: Page) -> Iterator[str]:
        for path in paths:
            page.goto(path)
            yield path

    return show


def in_class(page: Page) -> Iterator[str]:
    """Where one joins, and the board of a class."""
    code = page.request.post("/api/classes", data={"preset": "xor"}).json()["code"]
    page.goto(f"/class/{code}")
    expect(page.locator("#join .names label").first).to_be_visible()
    yield "join"
    page.goto("/class")
    page.locator("#open-form button").click()
    expect(page.locator(".b-code").first).to_be_visible()
    yield "board"


DIALOGS = (
    "settings", "examples", "own-data", "mistakes", "sweep", "twins", "make-lesson", "export",
    "until", "landscape", "class", "keys",
)  # fmt: skip
PLACES: dict[str, Callable[[Page], Iterator[str]]] = {
    "lab": in_the_middle,
    "dialogs": in_dialogs,
    "lesson": at_lesson,
    "class": in_class,
    "pages": at("/lessons", "/class", "/sheet/mazur", "/privacy"),
}
"""Each leads a page from place to place, and says where it is."""
