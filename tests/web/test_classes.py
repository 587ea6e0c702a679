"""Classes over HTTP: who may open, join and read what, and how often one may be wrong."""

import asyncio
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.classroom.codes import ALPHABET, read_code
from app.classroom.nicknames import is_generated
from app.classroom.question import Posed, Question
from app.live.lobby import Lobby
from app.live.meeting import Meeting
from app.main import create_app
from app.settings import Settings
from tests.live.clients import SlowStore

from .conftest import Client, serving

NONE = "AAAAAA"
"""A code that no class will be given: there are a billion others."""
QUESTION: dict[str, Any] = {"sort": "value", "tensor": "z1", "index": [0], "text": "=1+1"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """An application that lets these tests be wrong as often as they need."""
    folder = tmp_path_factory.mktemp("classes")
    with serving(folder, guesses_per_minute=1e6, sessions_per_minute=1e6) as made:
        yield made


def opened(client: Client) -> dict[str, str]:
    answer = client.post("/api/classes", json={"preset": "xor"})
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def joined(client: Client, code: str, **body: Any) -> httpx.Response:
    return client.post(f"/api/classes/{code}/learners", json=body)


def bearer(key: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {key}"}}


def meeting_of(client: Client, code: str) -> Meeting:
    meeting: Meeting = client.portal.call(client.app.state.lobby.meeting, code)
    return meeting


# ---------------------------------------------------------------- opening


def test_a_class_is_opened_with_a_code_and_the_key_of_its_teacher(client: Client) -> None:
    made = opened(client)
    code, key = made["code"], made["key"]
    assert read_code(code) == code
    assert key.startswith(f"{code}.")
    assert len(key) > len(code) + 10
    assert (made["join_url"], made["teach_url"]) == (f"/class/{code}", f"/class/{code}/teach#{key}")
    assert opened(client)["code"] != code


def test_a_class_begins_with_the_experiment_that_is_asked_for(client: Client) -> None:
    document = {"config": {"seed": 5}, "position": 7}
    made = client.post("/api/classes", json=document).json()
    session = client.get(f"/api/sessions/{made['key']}").json()
    assert (session["config"]["seed"], session["position"]) == (5, 7)


def test_what_cannot_be_an_experiment_opens_no_class(client: Client) -> None:
    refused = client.post("/api/classes", json={"seed": -1})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "seed"


def test_who_opens_too_many_is_told_when_to_come_again(tmp_path: Path) -> None:
    with serving(tmp_path, sessions_per_minute=2) as client:
        for _ in range(2):
            opened(client)
        refused = client.post("/api/classes", json={"preset": "xor"})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
        assert client.of("10.0.0.2").post("/api/classes", json={}).status_code == 201


# ---------------------------------------------------------------- joining


def test_a_code_is_found_however_it_is_typed(client: Client) -> None:
    code = opened(client)["code"]
    for typed in (code, code.lower(), f"{code[:3]}-{code[3:]}", f" {code[:3]} {code[3:].lower()} "):
        path = typed.replace(" ", "%20")
        assert client.get(f"/api/classes/{path}").json()["code"] == code
        assert joined(client, path).status_code == 201


def test_who_looks_is_told_whether_to_join_and_names_that_nobody_has(client: Client) -> None:
    code = opened(client)["code"]
    taken = joined(client, code).json()["name"]
    told = client.get(f"/api/classes/{code}").json()
    assert told.keys() == {"code", "locked", "own_names", "names"}
    assert (told["locked"], told["own_names"]) == (False, False)
    assert len({*told["names"], taken}) == 5
    assert all(map(is_generated, told["names"]))


def test_who_joins_gets_a_key_that_opens_what_the_class_sees(client: Client) -> None:
    made = opened(client)
    one, other = (joined(client, made["code"]).json() for _ in range(2))
    assert one.keys() == {"key", "name"}
    assert one["name"] != other["name"]
    assert len({one["key"], other["key"], made["key"]}) == 3
    assert client.get(f"/api/sessions/{one['key']}").status_code == 200


def test_a_name_that_was_suggested_can_be_chosen_once(client: Client) -> None:
    code = opened(client)["code"]
    name = client.get(f"/api/classes/{code}").json()["names"][1]
    assert joined(client, code, name=name).json()["name"] == name
    again = joined(client, code, name=name)
    assert again.status_code == 422
    assert again.json()["errors"] == [
        {"field": "name", "rule": "must be a name that nobody here has", "value": f"'{name}'"}
    ]


def test_a_name_of_ones_own_is_refused_unless_it_is_allowed(client: Client) -> None:
    code = opened(client)["code"]
    refused = joined(client, code, name="Ada")
    assert refused.json()["code"] == "name"
    assert "key" not in refused.json()
    meeting_of(client, code).classroom.allow_own_names(True)
    assert client.get(f"/api/classes/{code}").json()["own_names"] is True
    assert joined(client, code, name=" Ada  L ").json()["name"] == "Ada L"
    assert joined(client, code, name="<b>").status_code == 422


@pytest.mark.parametrize("body", ['{"name": 7}', '{"name": ["A"]}', '{"name": {}}', "[]", '"A"'])
def test_what_is_no_name_is_refused(client: Client, body: str) -> None:
    code = opened(client)["code"]
    refused = client.post(f"/api/classes/{code}/learners", content=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "name"
    assert refused.json()["errors"][0]["rule"] == "must be a text"


def test_a_locked_class_says_so_and_takes_nobody(client: Client) -> None:
    code = opened(client)["code"]
    meeting = meeting_of(client, code)
    meeting.classroom.lock(True)
    assert client.get(f"/api/classes/{code}").json()["locked"] is True
    refused = joined(client, code)
    assert refused.status_code >= 400
    assert (refused.json()["code"], meeting.classroom.learners) == ("locked", {})
    meeting.classroom.lock(False)
    assert joined(client, code).status_code == 201


def test_a_full_class_takes_nobody(tmp_path: Path) -> None:
    with serving(tmp_path, max_learners=2) as client:
        code = opened(client)["code"]
        for _ in range(2):
            assert joined(client, code).status_code == 201
        refused = joined(client, code)
        assert (refused.status_code, refused.json()["code"]) == (503, "full")


def test_who_has_joined_is_known_after_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        made = opened(client)
        learner = joined(client, made["code"]).json()
    with serving(tmp_path) as client:
        assert client.get(f"/api/sessions/{learner['key']}").status_code == 200
        names = [each.name for each in meeting_of(client, made["code"]).classroom.learners.values()]
        assert names == [learner["name"]]


@pytest.mark.anyio
async def test_who_joins_is_answered_when_it_is_kept(tmp_path: Path) -> None:
    settings, store = Settings(data=tmp_path), SlowStore()
    app = create_app(settings)
    lobby = app.state.lobby = Lobby(settings, store)
    await lobby.start()
    code = (await lobby.open_class({"config": {}})).shard
    store.is_slow = True
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://lab") as browser:
        joining = asyncio.create_task(browser.post(f"/api/classes/{code}/learners", json={}))
        while not store.waiting:  # noqa: ASYNC110  # the store tells nobody
            await asyncio.sleep(0)
        for _ in range(100):
            await asyncio.sleep(0)
        assert not joining.done()
        store.is_slow = False
        store.finish()
        assert (await joining).status_code == 201
    assert "learner.1" in store.fields
    await lobby.stop()


# ---------------------------------------------------------------- guessing


@pytest.mark.parametrize("code", [NONE, "A", "AAAAAAA", "000000", "%20", "x" * 500, "K7M4Q%C3%9F"])
def test_a_wrong_code_is_answered_with_404_and_what_to_do(client: Client, code: str) -> None:
    for answer in (
        client.get(f"/api/classes/{code}"), joined(client, code),
        client.get(f"/api/classes/{code}/results.csv"),
        client.get(f"/api/classes/{code}/addresses"),
    ):  # fmt: skip
        assert answer.status_code == 404
        assert "Look at the board again" in answer.json()["detail"]


def test_who_has_guessed_too_often_is_refused_right_codes_as_well(tmp_path: Path) -> None:
    with serving(tmp_path, guesses_per_minute=3) as client:
        made = opened(client)
        code = made["code"]
        for _ in range(3):
            assert client.get(f"/api/classes/{NONE}").status_code == 404
        for answer in (
            client.get(f"/api/classes/{NONE}"), client.get(f"/api/classes/{code}"),
            joined(client, code), client.get(f"/api/classes/{code}/results.csv"),
            client.get(f"/api/classes/{code}/addresses", **bearer(made["key"])),
        ):  # fmt: skip
            assert answer.status_code == 429
            assert 18 <= int(answer.headers["retry-after"]) <= 20
            assert answer.json().keys() == {"type", "title", "status", "detail"}
        assert meeting_of(client, code).classroom.learners == {}
        other = client.of("10.0.0.2")
        assert joined(other, code).status_code == 201


def test_right_codes_are_not_counted(tmp_path: Path) -> None:
    """A whole school comes from one address."""
    with serving(tmp_path, guesses_per_minute=2) as client:
        code = opened(client)["code"]
        for _ in range(50):
            assert client.get(f"/api/classes/{code}").status_code == 200
            assert joined(client, code).status_code == 201
        assert client.get(f"/api/classes/{NONE}").status_code == 404
        assert joined(client, code).status_code == 201
        assert client.get(f"/api/classes/{NONE}").status_code == 404
        assert joined(client, code).status_code == 429


def test_what_is_no_code_is_a_guess_too(tmp_path: Path) -> None:
    with serving(tmp_path, guesses_per_minute=2) as client:
        for code in ("x", "000000"):
            assert client.get(f"/api/classes/{code}").status_code == 404
        assert client.get("/api/classes/x").status_code == 429


def test_wrong_keys_are_guesses_too(tmp_path: Path) -> None:
    with serving(tmp_path, guesses_per_minute=2) as client:
        made = opened(client)
        path = f"/api/classes/{made['code']}/results.csv"
        for _ in range(2):
            assert client.get(path, **bearer(f"{made['code']}.guess")).status_code == 403
        assert client.get(path, **bearer(made["key"])).status_code == 429


# ---------------------------------------------------------------- for the teacher


@pytest.mark.parametrize("what", ["results.csv", "addresses"])
def test_only_the_key_of_its_teacher_in_the_header_opens_what_is_the_teachers(
    client: Client, what: str
) -> None:
    made, other = opened(client), opened(client)
    code, key = made["code"], made["key"]
    learner = joined(client, code).json()["key"]
    secret = key.partition(".")[2]
    path = f"/api/classes/{code}/{what}"
    assert client.get(path, **bearer(key)).status_code == 200
    assert client.get(path, headers={"Authorization": f"bearer {key}"}).status_code == 200
    swapped = f"{code}.{other['key'].partition('.')[2]}"
    for wrong in (
        bearer(learner), bearer(other["key"]), bearer(swapped), bearer(secret), bearer(""),
        bearer(f"{other['code']}.{secret}"), bearer(f"{code}."), bearer(key[:-1]), bearer(key * 2),
        {}, {"params": {"key": key}}, {"headers": {"Cookie": f"key={key}"}},
        {"headers": {"Authorization": key}}, {"headers": {"Authorization": f"Basic {key}"}},
        {"headers": {"Authorization": f"Bearer {code}.\u00fc".encode()}},
    ):  # fmt: skip
        answer = client.get(path, **wrong)
        assert answer.status_code == 403, wrong
        assert answer.json()["detail"] == "That is for the teacher of this class."


def test_the_results_are_a_table_for_a_spreadsheet(client: Client) -> None:
    made = opened(client)
    code = made["code"]
    names = [joined(client, code).json()["name"] for _ in range(3)]
    classroom = meeting_of(client, code).classroom
    classroom.ask(Posed(Question.model_validate(QUESTION), 3, 0.5), 100.0)
    classroom.predict(classroom.learner("2"), 1, 0.5, 104.0)
    answer = client.get(f"/api/classes/{code}/results.csv", **bearer(made["key"]))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="class-{code}.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbflearner,")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert [row["learner"] for row in rows] == names
    assert [row["answer"] for row in rows] == ["", "0.5", ""]
    assert {row["text"] for row in rows} == {"'=1+1"}
    assert made["key"] not in text


def addresses(client: Client, made: dict[str, str], **query: str) -> httpx.Response:
    path = f"/api/classes/{made['code']}/addresses"
    return client.get(path, params=query, **bearer(made["key"]))


def test_the_address_by_which_the_teacher_came_is_offered_with_its_qr_code(client: Client) -> None:
    made = opened(client)
    first, *_ = addresses(client, made).json()["addresses"]
    assert first["url"] == f"http://lab/class/{made['code']}"
    assert first["shown"] == "lab/class"
    assert first["qr"].startswith("data:image/svg+xml")
    assert made["key"] not in str(first)


def test_an_address_that_is_typed_is_offered_alone(client: Client) -> None:
    made = opened(client)
    for typed, origin, shown in (
        ("192.168.1.20:8000", "http://192.168.1.20:8000", "192.168.1.20:8000/class"),
        ("https://Lab.Example/", "https://lab.example", "https://lab.example/class"),
    ):
        told = addresses(client, made, typed=typed).json()
        (only,) = told["addresses"]
        assert (only["url"], only["shown"]) == (f"{origin}/class/{made['code']}", shown)
        assert only["qr"].startswith("data:image/svg+xml")
        assert told["warning"] == ""
    one, other = (addresses(client, made, typed=t).json()["addresses"][0]["qr"] for t in "ab")
    assert one != other


@pytest.mark.parametrize("typed", [" ", "a b", "javascript:alert(1)", "lab/class", "lab:99999"])
def test_what_is_typed_and_no_address_is_refused(client: Client, typed: str) -> None:
    refused = addresses(client, opened(client), typed=typed)
    assert refused.status_code == 422
    (fault,) = refused.json()["errors"]
    assert (fault["field"], fault["value"]) == ("typed", repr(typed))
    assert "192.168.1.20:8000" in fault["rule"]


def test_the_address_of_the_settings_comes_first(tmp_path: Path) -> None:
    with serving(tmp_path, address="https://school.example") as client:
        made = opened(client)
        first, second, *_ = addresses(client, made).json()["addresses"]
        assert first["url"] == f"https://school.example/class/{made['code']}"
        assert second["url"].startswith("http://lab/")


def test_a_server_that_nobody_else_can_reach_says_so(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path))
    app.state.listens = "127.0.0.1"
    with serving(tmp_path, app=app) as client:
        made = opened(client)
        key = bearer(made["key"])["headers"]
        headers = {**key, "host": "localhost:8000"}
        told = client.get(f"/api/classes/{made['code']}/addresses", headers=headers).json()
        assert "--host 0.0.0.0" in told["warning"]
        assert addresses(client, made).json()["warning"] == ""  # it came through a proxy


# ---------------------------------------------------------------- the pages


def test_every_page_of_a_class_is_there_and_in_none_is_the_key(client: Client) -> None:
    made = opened(client)
    code, secret = made["code"], made["key"].partition(".")[2]
    learner = joined(client, code).json()["key"].partition(".")[2]
    for path in ("/class", f"/class/{code}", f"/class/{code}/teach", f"/class/{code}/board"):
        page = client.get(path)
        assert page.status_code == 200, path
        assert page.headers["content-type"].startswith("text/html")
        assert secret not in page.text
        assert learner not in page.text
    assert f'data-role="learner" data-code="{code}"' in client.get(f"/class/{code}").text
    assert 'data-role="teacher"' in client.get(f"/class/{code}/board").text


@pytest.mark.parametrize("end", ["", "/teach", "/board"])
def test_a_code_in_small_letters_leads_to_the_address_that_everybody_has(
    client: Client, end: str
) -> None:
    for typed in ("k7m4qx", "K7M-4QX", "k7m%204qx"):
        answer = client.get(f"/class/{typed}{end}")
        assert (answer.status_code, answer.headers["location"]) == (307, f"/class/K7M4QX{end}")


def test_a_page_does_not_tell_whether_there_is_the_class(client: Client) -> None:
    """It would tell without end who tries codes out."""
    code = opened(client)["code"]
    texts = []
    for each in (code, NONE):
        page = client.get(f"/class/{each}")
        assert page.status_code == 200
        texts.append(page.text.replace(each, "code").replace(f"{each[:3]} {each[3:]}", "code"))
    assert texts[0] == texts[1]


@pytest.mark.parametrize("code", ["K7M4Q", "K7M4QX2", "K7M4Q0", "%3Cb%3EK7M", "x" * 300])
@pytest.mark.parametrize("end", ["", "/teach", "/board"])
def test_a_code_that_is_none_has_a_page_that_says_why(client: Client, code: str, end: str) -> None:
    page = client.get(f"/class/{code}{end}")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "A code has six letters and digits, without O, 0, I and 1." in page.text
    assert 'id="code-form"' in page.text
    assert "<b>K7M" not in page.text


def test_what_is_said_of_codes_is_true() -> None:
    assert not set("O0I1") & set(ALPHABET)
