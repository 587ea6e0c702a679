"""Whatever is sent, the answer is a sentence or a result, nothing changes by an error, and the
server goes on. That its log holds no traceback is checked when it stops."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from app.errors import ConfigError
from app.session.commands import decode

from .clients import UNIT, Browser, Heard, Server, answers

TYPES = (
    "step", "back", "seek", "play", "pause", "reset", "configure", "edit", "rejoin", "focus",
    "watch", "sync", "ack", "welcome", "",
)  # fmt: skip
FIELDS = (
    "size", "count", "position", "rate", "until", "config", "patch", "tensor", "index", "value",
    "example", "tensors", "seq", "id", "nonsense",
)  # fmt: skip
NUMBERS = st.sampled_from(
    [0, -1, 1, 2**31, 2**53, 2**64, 10**30, 1.5, -0.0, 1e308, 1e-320, float("nan"), float("inf")]
)
TEXTS = st.text(max_size=20) | st.sampled_from(
    ["op", "max", "W1", "z1", "__class__", "learning_rate", "\0", "\u202e", "🍀" * 50, "x" * 5000]
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(TEXTS | st.sampled_from(FIELDS), inner, max_size=4)
    ),
    max_leaves=12,
)
PARTS = ("seed", "dtype", "data", "layers", "init", "cost", "optimizer", "minibatch_size", "stop")
CONFIGS = st.dictionaries(st.sampled_from(PARTS), VALUES, max_size=3)
COMMANDS = st.builds(
    lambda type, fields: json.dumps({"type": type, **fields}),
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(FIELDS), VALUES | CONFIGS, max_size=3),
)
BROKEN = st.sampled_from(
    [
        "", "{", "nul", "[" * 100_000, '{"a":' * 50_000, '"' + "x" * 900_000 + '"', "\ufeff{}",
        '{"type": "step", "type": "back"}', '{"type": "step", "count": 1e400}',
        '{"type": "seek", "position": ' + "9" * 5000 + "}", '{"type": "step", "id": "\\ud800"}',
        '{"type": "configure", "patch": {"data": {"X": ' + "[" * 150 + "]" * 150 + "}}}",
        '{"type": "configure", "patch": {"data": {"X": [' + "[]," * 9000 + "[]]}}}",
        '{"type": "watch", "tensors": ["' + "W" * 99 + '"]}',
    ]
)  # fmt: skip
shared = hypothesis(
    max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def said_of(browser: Browser, message: str | bytes) -> list[Heard]:
    """Send anything and return all that is said before a command that follows it is answered."""
    before = len(browser.heard)
    browser.connection.send(message)
    browser.say("pause")
    browser.say("sync", id="end of this message")
    browser.hear(answers("end of this message"))
    said = browser.heard[before:]
    for heard in said:
        assert "Traceback" not in str(heard)
        if heard["type"] == "error":
            assert heard["code"]
            assert heard["message"]
    return said


def is_command(text: str) -> bool:
    try:
        decode(text)
    except ConfigError:
        return False
    return True


@given(COMMANDS | BROKEN | TEXTS | VALUES.map(json.dumps))
@shared
def test_the_socket_answers_anything_and_errors_change_nothing(server: Server, text: str) -> None:
    key = keys_of(server)
    with server.browser(key) as browser:
        browser.ask("pause")
        before = server.document(key)
        errors = [h for h in said_of(browser, text) if h["type"] == "error"]
        if not is_command(text):
            (error,) = errors
            assert error["code"] == "message"
        assert len(errors) <= 1
        if errors:
            assert server.document(key) == before


@given(st.binary(max_size=200))
@shared
def test_the_socket_refuses_anything_binary(server: Server, message: bytes) -> None:
    with server.browser(keys_of(server)) as browser:
        errors = [h for h in said_of(browser, message) if h["type"] == "error"]
        assert [error["code"] for error in errors] == ["message"]


def keys_of(server: Server) -> str:
    """Return the key of the session that the fuzz tests of a server share."""
    if not hasattr(server, "fuzzed"):
        server.fuzzed = server.create()["key"]  # type: ignore[attr-defined]
    key: str = server.fuzzed  # type: ignore[attr-defined]
    return key


@given(
    st.one_of(
        VALUES.map(json.dumps),
        CONFIGS.map(json.dumps),
        st.fixed_dictionaries({"preset": VALUES}).map(json.dumps),
        st.fixed_dictionaries(
            {"config": CONFIGS}, optional={"edits": VALUES, "position": VALUES}
        ).map(json.dumps),
        st.fixed_dictionaries({"config": st.just({}), "edits": st.lists(VALUES, max_size=2)}).map(
            json.dumps
        ),
        BROKEN,
    )
)
@shared
def test_http_answers_any_body_with_a_session_or_a_problem(server: Server, body: str) -> None:
    answer = server.http.post("/api/sessions", content=body.encode("utf-8", "replace"))
    assert "Traceback" not in answer.text
    if answer.status_code == 201:
        assert server.document(answer.json()["key"])["position"] >= 0
    else:
        assert answer.status_code in (400, 422, 503)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
        assert len(answer.content) < 100_000


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]),
    st.lists(st.text(max_size=8) | st.sampled_from(["api", "s", "ws", "static", "..", "sessions"])),
)
@shared
def test_http_answers_any_address_without_an_error_of_ours(
    server: Server, method: str, parts: list[str]
) -> None:
    path = "/".join(parts).encode("utf-8", "replace")
    url = httpx.URL(server.url, raw_path=b"/" + b"".join(b"%%%02x" % byte for byte in path))
    answer = server.http.request(method, url)
    assert answer.status_code < 500
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_another_encoding_is_just_no_json(server: Server, encoding: str) -> None:
    body = json.dumps({"preset": "xor"}).encode(encoding)
    assert server.http.post("/api/sessions", content=body).status_code == 400


def test_a_table_of_nonsense_is_refused_in_reasonable_time_and_length(server: Server) -> None:
    body: dict[str, Any] = {"data": {"name": "inline", "X": [["a"] * 200] * 500, "Y": [[1]]}}
    answer = server.http.post("/api/sessions", json=body, timeout=UNIT)
    assert answer.status_code == 422
    assert len(answer.content) < 100_000
