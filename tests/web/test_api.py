"""The HTTP interface, and that every error of it is problem details."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import Response

from app.engine.config import Config
from app.presets import PRESETS, preset
from app.web import body
from app.web.catalog import catalog

from .conftest import Client, serving


def is_problem(answer: Response, status: int) -> dict[str, Any]:
    """Check that an answer is problem details (RFC 9457) and return them."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"].endswith(".") or status in (404, 405)
    assert "Traceback" not in answer.text
    return problem


def test_the_catalog_is_served_as_it_is(client: Client) -> None:
    answer = client.get("/api/catalog")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == json.loads(json.dumps(catalog()))


def test_the_presets_are_listed_in_their_order(client: Client) -> None:
    listed = client.get("/api/presets").json()
    assert [entry["name"] for entry in listed] == list(PRESETS)
    assert all(entry["title"] and entry["about"].endswith(".") for entry in listed)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_served_with_all_of_its_settings(client: Client, name: str) -> None:
    config = client.get(f"/api/presets/{name}").json()
    assert Config.parse(config) == preset(name)


@pytest.mark.parametrize(
    "body",
    [
        {"preset": "circle"},
        {"data": {"name": "iris"}, "layers": [{"units": 3}]},
        {},
        {"config": {"seed": 3}, "position": 30},
        {
            "config": {},
            "position": 5,
            "edits": [{"position": 3, "tensor": "W1", "index": [0, 0], "value": 1.5}],
        },
    ],
)
def test_a_session_is_created_and_found_by_both_keys(client: Client, body: Any) -> None:
    answer = client.post("/api/sessions", json=body)
    assert answer.status_code == 201
    made = answer.json()
    assert made["drive_url"] == f"/s/{made['key']}"
    assert made["socket_url"] == f"/ws/{made['key']}"
    watch = made["watch_url"].removeprefix("/s/")
    assert watch != made["key"]
    for key in (made["key"], watch):
        document = client.get(f"/api/sessions/{key}").json()
        assert document.keys() == {"config", "edits", "position", "breakpoints", "twins"}
        assert document["position"] == body.get("position", 0)
        assert document["edits"] == body.get("edits", [])
        assert made["key"] not in json.dumps(document)


def test_a_document_that_is_saved_opens_again(client: Client) -> None:
    body = {"config": {"data": {"name": "moons"}}, "position": 17}
    key = client.post("/api/sessions", json=body).json()["key"]
    document = client.get(f"/api/sessions/{key}").json()
    again = client.post("/api/sessions", json=document).json()["key"]
    assert client.get(f"/api/sessions/{again}").json() == document


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"preset": "no such"}, "preset"),
        ({"preset": []}, "preset"),
        ({"preset": None}, "preset"),
        ({"seed": -1}, "seed"),
        ({"nonsense": 1}, "nonsense"),
        ({"config": 7}, ""),
        ({"config": {"layers": [{"units": 0}, {"units": 1}]}}, "layers.0.units"),
        ({"config": {}, "position": -1}, "position"),
        ({"config": {}, "position": 2**53}, "position"),
        ({"config": {}, "position": 1.5}, "position"),
        ({"config": {}, "position": True}, "position"),
        ({"config": {}, "position": "7"}, "position"),
        ({"config": {}, "edits": {}}, "edits"),
        ({"config": {}, "edits": [{}] * 10_001}, "edits"),
        ({"config": {}, "edits": [{"position": 0}]}, "edits"),
        ({"layers": [{"units": 1024}] * 8 + [{"units": 1}]}, "layers"),
        ({"config": {}, "twins": [{"config": {"seed": 1}}]}, "seed"),
        ({"config": {}, "twins": [7]}, "twins"),
        ([], ""),
        ("xor", ""),
    ],
)
def test_what_cannot_be_a_session_is_answered_with_422_and_every_fault(
    client: Client, body: Any, field: str
) -> None:
    problem = is_problem(client.post("/api/sessions", json=body), 422)
    assert problem["errors"][0]["field"] == field
    assert problem["errors"][0]["rule"]


def test_all_faults_are_told_at_once(client: Client) -> None:
    body = {"seed": -1, "minibatch_size": 0, "layers": [{"units": 0}]}
    problem = is_problem(client.post("/api/sessions", json=body), 422)
    fields = {fault["field"] for fault in problem["errors"]}
    assert fields == {"seed", "minibatch_size", "layers.0.units"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"NaN", b"[" * 5000, b'{"seed": NaN}', b'"\\ud800"']
)
def test_what_is_no_json_is_answered_with_400(client: Client, body: bytes) -> None:
    is_problem(client.post("/api/sessions", content=body), 400)


def test_deep_nesting_is_refused_without_an_error_of_ours(client: Client) -> None:
    for depth in (10, 100, 500, 1000):
        body = b'{"layers": ' + b"[" * depth + b"]" * depth + b"}"
        is_problem(client.post("/api/sessions", content=body), 422)


def test_a_body_over_the_limit_is_answered_with_413(tmp_path: Any) -> None:
    with serving(tmp_path, max_message=1000) as client:
        problem = is_problem(client.post("/api/sessions", content=b"x" * 1001), 413)
        assert "1,000 bytes" in problem["detail"]
        assert client.post("/api/sessions", content=b'{"seed": 1}'.ljust(1000)).status_code == 201
        is_problem(client.post("/api/sessions", content=endless()), 413)


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield b" " * 300


def test_a_body_that_does_not_come_to_its_end_is_answered_with_408(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "BODY_SECONDS", 0.05)
    is_problem(client.post("/api/sessions", content=halting()), 408)


async def halting() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.Event().wait()


def test_a_full_server_is_answered_with_503(tmp_path: Any) -> None:
    with serving(tmp_path, max_rooms=1) as client:
        assert client.post("/api/sessions", json={}).status_code == 201
        problem = is_problem(client.post("/api/sessions", json={}), 503)
        assert problem["code"] == "full"


def test_who_opens_too_many_sessions_is_told_when_to_come_again(tmp_path: Any) -> None:
    with serving(tmp_path, sessions_per_minute=3) as client:
        for _ in range(3):
            assert client.post("/api/sessions", json={}).status_code == 201
        answer = client.post("/api/sessions", json={})
        problem = is_problem(answer, 429)
        assert answer.headers["retry-after"] == "20"
        assert problem["detail"].endswith("Try again in 20 s.")
        assert client.get("/api/catalog").status_code == 200


def test_less_than_one_session_a_minute_is_still_one(tmp_path: Any) -> None:
    with serving(tmp_path, sessions_per_minute=0.5) as client:
        assert client.post("/api/sessions", json={}).status_code == 201
        is_problem(client.post("/api/sessions", json={}), 429)


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/presets/none", "/api/presets/" + "x" * 3000, "/nowhere",
             "/api/sessions/nobody", "/static/none.js", "/static/../app/main.py", "/s", "/s/a/b"]
)  # fmt: skip
def test_what_is_not_there_is_answered_with_404(client: Client, path: str) -> None:
    problem = is_problem(client.get(path), 404)
    assert len(problem["detail"]) < 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/sessions"), ("DELETE", "/api/catalog"), ("POST", "/"), ("PUT", "/healthz")],
)
def test_another_method_is_answered_with_405_and_those_that_are_allowed(
    client: Client, method: str, path: str
) -> None:
    answer = client.request(method, path)
    is_problem(answer, 405)
    assert answer.headers["allow"]


def test_sessions_outlive_the_application(tmp_path: Any) -> None:
    with serving(tmp_path) as client:
        made = client.post("/api/sessions", json={"preset": "mazur"}).json()
    with serving(tmp_path) as client:
        document = client.get(f"/api/sessions/{made['key']}").json()
    assert document["config"] == preset("mazur").as_json()
