"""Worked sheets over HTTP: from where a session stands, with what was changed in it."""

import re
from typing import Any

import pytest

from app.engine.run import Run
from app.presets import preset
from tests.chinese import learn

from .conftest import Client

EDIT = {"position": 12, "tensor": "W1", "index": [0, 1], "value": 0.75}


def opened(client: Client, position: int, *edits: dict[str, Any]) -> str:
    body = {"config": preset("xor").as_json(), "position": position, "edits": [*edits]}
    made: str = client.post("/api/sessions", json=body).json()["key"]
    return made


def costs(text: str) -> list[str]:
    """What is printed of C, in order."""
    return re.findall(r" C = [^\n]*\n +=[^\n]*\n += ([^\n]*)\n", text)


def cost_after(iterations: int) -> str:
    run = Run(preset("xor"))
    run.advance(iterations * len(run.program) + 6)
    return f"{run.cost:.4f}"


def test_a_sheet_begins_with_the_minibatch_that_the_session_shows(client: Client) -> None:
    key = opened(client, 350 * 12 + 9)
    text = client.get(f"/s/{key}/sheet?as=text").text
    assert costs(text) == [cost_after(350), cost_after(351)]
    assert "after 350 minibatches." in text
    page = client.get(f"/s/{key}/sheet")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "<title>XOR: worked sheet</title>" in page.text


def test_it_may_begin_with_the_first(client: Client) -> None:
    key = opened(client, 350 * 12 + 9)
    text = client.get(f"/s/{key}/sheet?start=first&as=text&minibatches=2").text
    assert costs(text) == [cost_after(0), cost_after(1), cost_after(2)]


def test_changes_by_hand_are_honoured_and_the_session_stays(client: Client) -> None:
    key = opened(client, 30, EDIT)
    text = client.get(f"/s/{key}/sheet?start=first&as=text&minibatches=3").text
    assert "w[1]₁→₂ is set to 0.75 from here on." in text
    assert "1·0.75" in text
    session = client.get(f"/api/sessions/{key}").json()
    assert (session["position"], session["edits"]) == (30, [EDIT])


@pytest.mark.parametrize(
    ("form", "media", "name"),
    [("markdown", "text/markdown", "sheet.md"), ("text", "text/plain", "sheet.txt"),
     ("csv", "text/csv", "sheet.csv")],
)  # fmt: skip
def test_it_can_be_had_as_a_file(client: Client, form: str, media: str, name: str) -> None:
    answer = client.get(f"/sheet/mazur?as={form}&student=1&key=1")
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


def test_the_bar_keeps_what_was_chosen(client: Client) -> None:
    page = client.get("/sheet/xor?student=1&decimals=6&examples=1,3").text
    assert 'name="decimals" type="number" min="2" max="12" value="6"' in page
    assert '<input type="hidden" name="student" value="1">' in page
    assert 'href="/sheet/xor?decimals=6&amp;examples=1%2C3&amp;student=1" aria-current' in page
    assert 'href="/sheet/xor?decimals=6&amp;examples=1%2C3&amp;student=1&amp;as=csv"' in page
    assert 'name="start"' not in page
    for address in re.findall(r'href="(/sheet/[^"]*)"', page):
        assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_a_sheet_loads_only_what_is_there_and_needs_no_script_of_its_own(client: Client) -> None:
    page = client.get("/sheet/xor").text
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        assert client.get(address).status_code == 200, address
    assert "<style" not in page
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("decimals=20", "decimals must be at most 12, got &#39;20&#39;."),
        ("examples=9", "examples must be at most 4, the number of examples in the minibatch"),
        ("minibatches=x", "minibatches must be a whole number, got &#39;x&#39;."),
        (
            "examples=%3Cscript%3E",
            "examples.0 must be a whole number, got &#39;&lt;script&gt;&#39;.",
        ),
    ],
)
def test_what_cannot_be_is_said_on_the_page(client: Client, query: str, sentence: str) -> None:
    answer = client.get(f"/sheet/xor?{query}")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<form" in answer.text


def test_what_cannot_be_a_file_is_a_problem(client: Client) -> None:
    answer = client.get("/sheet/digits?as=csv")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "sheet"
    assert "as must be one of html, markdown" in client.get("/sheet/xor?as=pdf").json()["detail"]


def test_what_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/sheet/nothing").status_code == 404
    assert client.get("/s/nobody/sheet").status_code == 404


@pytest.mark.parametrize("query", ["", "?as=text", "?as=markdown"])
def test_a_sheet_is_in_the_language_of_the_request(
    client: Client, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    learn(monkeypatch, {"{data}, {count:,} examples, all of them in each minibatch.":
                        "{data}，{count:,} 个样本，每个小批量包含全部样本。"})  # fmt: skip
    chinese = client.get(f"/sheet/xor{query}", headers={"Accept-Language": "zh-CN"})
    assert "4 个样本，每个小批量包含全部样本。" in chinese.text
    assert "4 examples, all of them in each minibatch." in client.get(f"/sheet/xor{query}").text
