"""The pages of lessons, and a folder of one's own."""

import json
import re
from pathlib import Path

from app.web.lessons import in_script
from tests.lessons.files import written

from .conftest import Client, serving


def content(page: str) -> dict[str, object]:
    """The lesson as the page holds it."""
    found = re.search(r'id="lesson">(.*?)</script>', page, re.S)
    assert found is not None
    made: dict[str, object] = json.loads(found[1])
    return made


def test_every_lesson_is_listed_and_opens(client: Client) -> None:
    page = client.get("/lessons").text
    slugs = re.findall(r'href="/lessons/([\w-]+)"', page)
    assert slugs[0] == "one-neuron"
    for slug in slugs:
        answer = client.get(f"/lessons/{slug}")
        assert answer.status_code == 200, slug
        assert content(answer.text)["slug"] == slug


def test_the_first_step_can_be_read_before_any_script_runs(client: Client) -> None:
    page = client.get("/lessons/one-neuron").text
    assert (
        "This is the smallest network there is" in page.split('<script type="application/json"')[0]
    )


def test_a_lesson_leads_to_the_next_and_the_last_to_the_list(client: Client) -> None:
    page = client.get("/lessons").text
    slugs = re.findall(r'href="/lessons/([\w-]+)"', page)
    following = r'id="lesson-following" hidden href="([^"]+)"'
    for slug, after in zip(slugs, [*slugs[1:], None], strict=True):
        found = re.search(following, client.get(f"/lessons/{slug}").text)
        assert found is not None
        assert found[1] == (f"/lessons/{after}" if after else "/lessons")


def test_a_lesson_that_is_not_there_is_not_found(client: Client) -> None:
    answer = client.get("/lessons/nobody")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no lesson 'nobody'."


def test_a_folder_of_ones_own_is_served_and_its_faults_are_told(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    written(pack, "## A\n\nText.\n", "mine.md")
    with serving(tmp_path, lessons=pack) as client:
        assert "/lessons/mine" in client.get("/lessons").text
        written(pack, "## A\n\n```stop\nop: fly\n```\n", "mine.md")
        answer = client.get("/lessons/mine")
        assert answer.status_code == 422
        assert "mine.md:10" in answer.text
        assert "op must be start or one of" in answer.text


def test_an_answer_that_cannot_be_computed_is_told_in_the_page(tmp_path: Path) -> None:
    written(tmp_path / "pack", "## A\n\n```ask\nquestion: Q\nanswer: 1/0\n```\n", "mine.md")
    with serving(tmp_path, lessons=tmp_path / "pack") as client:
        answer = client.get("/lessons/mine")
    assert answer.status_code == 422
    assert "mine.md:10" in answer.text


def test_a_lesson_may_have_any_name(tmp_path: Path) -> None:
    written(tmp_path / "pack", "## A\n\nText.\n", "what is 50%?.md")
    with serving(tmp_path, lessons=tmp_path / "pack") as client:
        found = re.search(r'href="(/lessons/what[^"]+)"', client.get("/lessons").text)
        assert found is not None
        assert client.get(found[1]).status_code == 200


def test_controls_that_are_not_shown_are_hidden(tmp_path: Path) -> None:
    head = "---\ntitle: T\nabout: A\nconfig: {preset: xor}\ncontrols: [why]\n---\n"
    written(tmp_path / "pack", "## A\n\nText.\n", "mine.md", head)
    with serving(tmp_path, lessons=tmp_path / "pack") as client:
        page = client.get("/lessons/mine").text
    hidden = re.search(r'data-hidden="([^"]+)"', page)
    assert hidden is not None
    assert "settings" in hidden[1].split()
    assert "why" not in hidden[1].split()


def test_a_link_to_the_lab_hides_controls_that_there_are(client: Client) -> None:
    assert 'data-hidden="data layers"' in client.get("/?hide=layers,data,wings").text
    assert "data-hidden" not in client.get("/?hide=wings").text


def test_nothing_in_a_lesson_can_end_its_script() -> None:
    assert in_script({"a": "</script>"}) == '{"a":"\\u003c/script>"}'
