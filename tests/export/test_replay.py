"""The page that replays a run: one file that says what it is and cannot be broken out of."""

import gzip
import json
import re
from base64 import b64decode
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from app import __version__
from app.engine.mistakes import MISTAKES
from app.export.replay import replay, replay_of
from app.language import current
from app.presets import PRESETS, preset
from app.session.exercise import Exercise
from app.session.past import Past
from app.session.timeline import Timeline
from tests.session.scenes import go

EVIL = '</script><script>alert(1)</script><!--"><img src=x onerror=alert(1)>'


class Elements(HTMLParser):
    """The elements of a page as a browser finds them."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def recorded(page: bytes) -> dict[str, Any]:
    """The header of what a page has on record."""
    found = re.search(r'id="recording">([^<]*)<', page.decode())
    assert found
    data = gzip.decompress(b64decode(found[1]))
    header: dict[str, Any] = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return header


def text(page: bytes) -> str:
    """What the page tells of its recording."""
    found = re.search(r'<aside class="setup about".*?</aside>', page.decode(), re.S)
    assert found
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


@pytest.mark.parametrize("name", ["xor", "digits"])
def test_it_is_one_file_that_loads_nothing(name: str) -> None:
    page = Elements(replay_of(preset(name), 1))
    loaded = [v or "" for k, v in page.attributes if k in ("src", "href", "action", "srcset")]
    assert all(address.startswith(("data:", "#")) for address in loaded)
    assert page.tags.count("script") == 5  # theme, Plotly, map, import, recording


def test_it_says_that_it_is_a_recording_of_what_and_made_by_what() -> None:
    said = text(replay_of(preset("xor"), 2))
    assert said.startswith("XOR, 2-3-1 A recording")
    assert "At most 600 ops are kept" in said
    for words in (
        "3 sigmoid, 1 sigmoid", "squared error, mean", "sgd, rate 3", "all 24",
        f"Backstep {__version__}",
    ):  # fmt: skip
        assert words in said


def test_a_mistake_in_the_network_is_said() -> None:
    config = preset("xor").merged({"mistake": "wrong_sign"})
    assert f"Mistake {MISTAKES['wrong_sign'].title}" in text(replay_of(config, 1))
    timeline = Timeline(config)
    timeline.exercise = Exercise.of(config)
    said = text(replay(Past.of(timeline), 0))
    assert "Mistake one is hidden" in said
    assert MISTAKES["wrong_sign"].title not in said


def test_of_a_longer_run_it_says_that_only_the_last_ops_are_there() -> None:
    assert "Ops on record last 600 of 1,200" in text(replay_of(preset("xor"), 100))


def test_that_of_a_session_opens_where_it_stands_and_that_of_a_config_at_its_start() -> None:
    timeline = Timeline(preset("xor"))
    go(timeline, 700)
    facts = recorded(replay(Past.of(timeline), 700, 2))
    assert (facts["at"], facts["first"], facts["last"], facts["focus"]) == (700, 108, 708, 2)
    facts = recorded(replay_of(preset("xor"), 60))
    assert (facts["at"], facts["first"], facts["last"]) == (120, 120, 720)


def test_a_title_cannot_become_markup() -> None:
    honest, evil = Elements(replay_of(preset("xor"), 1)), replay_of(preset("xor"), 1, title=EVIL)
    assert Elements(evil).tags == honest.tags
    assert EVIL in text(evil)


def test_nothing_of_a_config_stands_in_the_page_as_it_is() -> None:
    page = replay_of(preset("xor").merged({"seed": 987_654_321}), 1).decode()
    assert page.count("987654321") == 1  # where the page tells the seed; the rest is packed


def test_what_cannot_be_done_without_a_server_is_not_there() -> None:
    page = replay_of(preset("xor"), 1).decode()
    for name in ("until", "share", "settings", "examples", "add-layer"):
        assert f'data-do="{name}"' not in page
    for name in ("reset", "back", "play", "step", "theme", "keys", "export"):
        assert f'data-do="{name}"' in page


@pytest.mark.parametrize("name", PRESETS)
def test_a_recording_stays_small(name: str) -> None:
    assert len(replay_of(preset(name), 3)) < 3_500_000  # eleven layers are the largest
    assert len(replay_of(preset(name), 100)) < 6_000_000


def test_a_recording_brings_the_words_of_its_language(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 'id="words"' not in replay_of(preset("xor"), 1).decode()
    monkeypatch.setattr("app.export.replay.page_words", {"zh": {"Play": "播放 </script>"}}.get)
    before = current.set("zh")
    try:
        page = replay_of(preset("xor"), 1)
    finally:
        current.reset(before)
    found = re.search(r'<script type="text/plain" id="words">([^<]*)</script>', page.decode())
    assert found
    assert json.loads(found[1]) == {"Play": "播放 </script>"}
    assert Elements(page).tags.count("script") == 6
    assert '<html lang="zh"' in page.decode()
