"""Everybody is answered in their language: a link's, the one they chose, or their browser's."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import sleep

import httpx
import pytest
from websockets.sync.client import connect

from app.main import create_app
from app.server import server_of
from app.settings import Settings
from tests.chinese import learn
from tests.live.clients import UNIT, Browser, of_type

from .conftest import Client, serving

WORDS = {
    "There is no preset {name!r}.": "没有名为 {name!r} 的预设。",
    "needs a softmax output": "需要 softmax 输出",
    "Something went wrong here.": "这里出了错。",
    "Pages of other sites may change nothing here.": "其他网站的页面不能更改这里。",
    "There is no earlier step to go back to. Press Step first.": "前面没有步骤，请先按单步。",
    "Softmax without the maximum": "没有减去最大值的 softmax",
    "number of units": "单元数",
    "{fault}.": "{fault}。",
    "{name} {rule}": "{name}{rule}",
    "row {row}, {column}": "第 {row} 行 {column}",
    "must have a value": "必须有值",
    "column {number}": "第 {number} 列",
    "Seed": "随机种子",
    "learner": "学习者",
    "There is no session with this key. Open a new one.": "没有这个密钥的会话，请新开一个。",
}
CHINESE = "zh-CN,zh;q=0.9,en;q=0.8"
IN_CHINESE = {"accept-language": CHINESE}


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    learn(monkeypatch, WORDS)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """An application of which one address is broken."""
    folder = tmp_path_factory.mktemp("languages")
    app = create_app(Settings(data=folder))

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("it broke")

    with serving(folder, app=app) as made:
        yield made


def asked(client: Client, path: str, reads: str = "", cookie: str = "") -> httpx.Response:
    """Ask as a browser that keeps no cookies of its own."""
    headers = {"accept-language": reads, "cookie": cookie}
    return client.of("127.0.0.1").get(path, headers=headers)


# ---------------------------------------------------------------- which language


@pytest.mark.parametrize(
    ("query", "cookie", "header", "language"),
    [
        ("", "", "", "en"),
        ("", "", "zh-CN", "zh"),
        ("", "language=en", "zh-CN", "en"),
        ("", "language=zh", "en", "zh"),
        ("?lang=en", "language=zh", "zh", "en"),
        ("?lang=zh", "language=en", "en", "zh"),
        ("?lang=tlh", "language=zh", "en", "zh"),
        ("?lang=", "", "zh", "zh"),
        ("", "language=tlh", "zh", "zh"),
        ("", "a=b; language=zh; c=d", "", "zh"),
        ("", 'language="', "zh", "zh"),
        ("", 'prefs={"a": 1}; language=zh', "en", "zh"),
        ("", "[]=1; \x7f", "zh", "zh"),
    ],
)
def test_a_link_comes_before_what_was_chosen_and_that_before_the_browser(
    client: Client, query: str, cookie: str, header: str, language: str
) -> None:
    answer = asked(client, f"/healthz{query}", header, cookie)
    assert answer.headers["content-language"] == language


def test_who_keeps_answers_is_told_what_they_depend_on(client: Client) -> None:
    assert asked(client, "/").headers["vary"] == "Accept-Encoding, Accept-Language, Cookie"


def test_a_link_is_remembered_if_it_changes_something(client: Client) -> None:
    kept = asked(client, "/?lang=zh").headers["set-cookie"]
    assert kept == f"language=zh; Path=/; Max-Age={365 * 24 * 3600}; SameSite=Lax"
    assert "set-cookie" in asked(client, "/?lang=en", cookie="language=zh").headers
    for path, cookie in (("/?lang=zh", "language=zh"), ("/", ""), ("/?lang=tlh", "")):
        assert "set-cookie" not in asked(client, path, cookie=cookie).headers


def test_a_browser_that_followed_a_link_stays_with_its_language(client: Client) -> None:
    browser = client.of("127.0.0.1")
    browser.get("/?lang=zh")
    assert browser.get("/").headers["content-language"] == "zh"


# ---------------------------------------------------------------- pages and their words


def test_a_page_names_its_language_and_where_its_words_are(client: Client) -> None:
    page = asked(client, "/", CHINESE).text
    assert '<html lang="zh"' in page
    assert 'data-words="/words/zh.json"' in page
    english = asked(client, "/").text
    assert '<html lang="en"' in english
    assert "data-words" not in english


def test_the_words_of_the_page_are_there_to_be_fetched(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(client, "/words/zh.json").json() == {}
    learn(monkeypatch, {"Step": "单步"}, place="static/js/views/keys.js")
    assert asked(client, "/words/zh.json").json() == {"Step": "单步"}


@pytest.mark.parametrize("name", ["en", "fr", "zh-CN", "..%2fzh"])
def test_there_are_no_words_of_other_languages(client: Client, name: str) -> None:
    assert asked(client, f"/words/{name}.json").status_code == 404


# ---------------------------------------------------------------- answers


def test_a_problem_is_told_in_the_language_of_who_asks(client: Client) -> None:
    path = "/api/presets/unknown"
    assert asked(client, path).json()["detail"] == "There is no preset 'unknown'."
    assert asked(client, path, CHINESE).json()["detail"] == "没有名为 'unknown' 的预设。"


def test_so_is_what_broke(client: Client) -> None:
    assert asked(client, "/broken", CHINESE).json()["detail"] == "这里出了错。"
    assert asked(client, "/broken").json()["detail"] == "Something went wrong here."


def test_so_is_what_the_pages_of_others_are_told(client: Client) -> None:
    headers = {**IN_CHINESE, "origin": "https://elsewhere.example"}
    answer = client.post("/api/sessions", headers=headers)
    assert answer.json()["detail"] == "其他网站的页面不能更改这里。"


def test_the_catalog_is_made_once_and_spoken_to_each(client: Client) -> None:
    for _ in range(2):
        english = asked(client, "/api/catalog").json()
        chinese = asked(client, "/api/catalog", CHINESE).json()
        units = [c["schema"]["$defs"]["Layer"]["properties"]["units"] for c in (english, chinese)]
        assert [unit["description"] for unit in units] == ["number of units", "单元数"]
        titles = [c["mistakes"]["unshifted_softmax"]["title"] for c in (english, chinese)]
        assert titles == ["Softmax without the maximum", "没有减去最大值的 softmax"]


def test_what_is_wrong_with_a_table_is_told_and_its_columns_are_named(client: Client) -> None:
    made = client.post("/api/data", json={"text": "1,2\n,4\n5,6\n"}, headers=IN_CHINESE).json()
    assert made["header"] == ["第 1 列", "第 2 列"]
    assert made["faults"] == ["第 2 行 第 1 列必须有值。"]


def test_the_results_of_a_class_are_in_the_language_of_the_teacher(client: Client) -> None:
    opened = client.post("/api/classes", json={"preset": "xor"}).json()
    headers = {"authorization": f"Bearer {opened['key']}", **IN_CHINESE}
    path = f"/api/classes/{opened['code']}/results.csv"
    assert client.get(path, headers=headers).text.startswith("\ufeff学习者,question,")


def test_a_recording_is_in_the_language_of_who_asks_and_brings_its_words(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"Seed": "随机种子", "</script>": "<b>"}
    learn(monkeypatch, words, place="static/js/views/keys.js")
    key = client.post("/api/sessions", json={"preset": "xor"}).json()["key"]
    page = asked(client, f"/api/sessions/{key}/export?as=html", CHINESE).text
    assert "<dt>随机种子</dt>" in page
    brought = re.search(r'<script type="text/plain" id="words">(.*?)</script>', page)
    assert brought is not None
    assert json.loads(brought[1]) == words


# ---------------------------------------------------------------- sockets


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve in a thread, which knows the same sentences, and return where."""
    settings = Settings(data=folder)
    server = server_of(create_app(settings), settings, host="127.0.0.1", port=0)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            sleep(0.01)
        yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def reading(address: str, key: str, language: str) -> Iterator[Browser]:
    headers = {"Accept-Language": language}
    options = {"max_size": None, "compression": None, "open_timeout": UNIT}
    with connect(f"ws://{address}/ws/{key}", additional_headers=headers, **options) as connection:
        yield Browser(connection)


def test_two_in_one_room_are_told_the_same_each_in_their_own_language(tmp_path: Path) -> None:
    with served(tmp_path) as address:
        made = httpx.post(f"http://{address}/api/sessions", json={"preset": "xor"})
        key = made.json()["key"]
        with reading(address, key, "en-GB") as one, reading(address, key, "zh-CN") as other:
            welcomes = [browser.hear(of_type("welcome")) for browser in (one, other)]
            one.say("configure", patch={"seed": 5})
            welcomes += [browser.hear(of_type("welcome")) for browser in (one, other)]
            errors = [browser.ask("back") for browser in (one, other)]
    told = [welcome["options"]["mistake"]["unshifted_softmax"] for welcome in welcomes]
    assert told == ["needs a softmax output", "需要 softmax 输出"] * 2
    assert [error["message"] for error in errors] == [
        "There is no earlier step to go back to. Press Step first.",
        "前面没有步骤，请先按单步。",
    ]


def test_who_has_no_seat_is_told_so_in_their_language(tmp_path: Path) -> None:
    with served(tmp_path) as address, reading(address, "no.where", "zh") as browser:
        assert browser.next()["message"] == "没有这个密钥的会话，请新开一个。"
