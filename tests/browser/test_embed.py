"""The lab as a frame in a course page: what steps and shows is there, the rest is not."""

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Server


def test_a_course_page_frames_the_lab_and_it_steps(page: Page, server: Server) -> None:
    """The page around is of the same server: `embed` of its settings allows no others here."""
    course = '<iframe src="/?embed&amp;preset=mazur" width="1000" height="640"></iframe>'

    def answer(route: Route) -> None:
        route.fulfill(body=course, content_type="text/html")

    page.route("**/course", answer)
    page.goto(f"{server.url}/course")
    lab = page.frame_locator("iframe")
    expect(lab.locator("#net .disc").first).to_be_visible()
    for name in ("#panel-setup", "[data-do=share]", "[data-do=class]"):
        expect(lab.locator(name)).to_be_hidden()
    lab.locator(".transport [data-do=step]").click()
    expect(lab.locator("#ops [aria-current]")).to_have_attribute("data-position", "1")
    with page.context.expect_page() as opened:
        lab.get_by_role("link", name="Open in a tab of its own").click()
    whole = opened.value
    expect(whole.locator("#ops [aria-current]")).to_have_attribute("data-position", "1")
    expect(whole.locator("#panel-setup")).to_be_visible()


def test_a_frame_that_is_loaded_again_is_still_one(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?embed")
    expect(page.locator("#net .disc").first).to_be_visible()
    page.reload()
    expect(page.locator("#net .disc").first).to_be_visible()
    expect(page.locator("#panel-setup")).to_be_hidden()
