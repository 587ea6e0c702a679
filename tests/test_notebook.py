"""From a notebook: a server beside it, and a cell that shows a session in a frame."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest

from app.engine.config import Config
from app.errors import BackstepError
from app.notebook import close, show
from app.presets import preset
from tests.chinese import learn


@pytest.fixture(scope="module", autouse=True)
def ended() -> Iterator[None]:
    yield
    close()


@pytest.mark.parametrize(
    "experiment",
    ["mazur", preset("mazur"), {"config": preset("mazur").as_json(), "position": 3}],
    ids=["preset", "config", "document"],
)
def test_an_experiment_is_shown_in_a_frame(experiment: str | Config | dict[str, Any]) -> None:
    lab = show(experiment, height=500, theme="dark")
    html = lab._repr_html_()
    (source,) = re.findall(r'<iframe src="(http://127\.0\.0\.1:\d+/s/[^"]+)"', html)
    assert source == f"{lab.url}?embed&amp;theme=dark"
    assert "height:500px" in html
    assert repr(lab) == f"Backstep at {lab.url}"
    with urlopen(source.replace("&amp;", "&")) as page:
        assert 'class="lab embed"' in page.read().decode()
        policy = page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' http://localhost:*" in policy
    with urlopen(lab.url.replace("/s/", "/api/sessions/")) as answer:
        assert b'"units":2' in answer.read()


def test_all_that_is_shown_comes_from_one_server() -> None:
    one, other = show().url, show("circle").url
    assert one != other
    assert one.rpartition("/s/")[0] == other.rpartition("/s/")[0]
    assert "embed&" not in show()._repr_html_()


def test_what_cannot_be_is_told_in_a_sentence() -> None:
    with pytest.raises(BackstepError, match=r"l2 must be at least 0\.0, got -1\."):
        show({"l2": -1})
    with pytest.raises(BackstepError, match="preset must be one of"):
        show("nothing")


def test_after_it_is_closed_another_server_starts() -> None:
    before = show().url
    close()
    with pytest.raises(OSError, match="refused"):
        urlopen(before)
    with urlopen(show().url) as page:
        assert page.status == 200


def test_a_notebook_speaks_the_language_that_it_was_started_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    learn(monkeypatch, {"Backstep at {url}": "Backstep 位于 {url}"})
    lab = show()
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    assert repr(lab) == f"Backstep 位于 {lab.url}"
