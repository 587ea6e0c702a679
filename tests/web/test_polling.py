"""Polling over HTTP: what is answered when, and with what when it is over."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.live import polling

from .conftest import Client, serving
from .test_api import is_problem


class Connection:
    """A connection that polls, and what it heard."""

    def __init__(self, client: Client, key: str) -> None:
        self.client = client
        opened = client.post(f"/poll/{key}")
        assert opened.status_code == 201
        self.address = f"/poll/{key}/{opened.json()['connection']}"
        self.batches = self.said = 0
        self.texts: list[dict[str, Any]] = []

    def listen(self, batch: int | None = None) -> httpx.Response:
        return self.client.get(self.address, params={"batch": batch or self.batches + 1})

    def say(self, *lines: str) -> httpx.Response:
        self.said += 1
        return self.client.post(
            self.address, params={"batch": self.said}, content="\n".join(lines).encode()
        )

    def hear(self, type: str, **fields: Any) -> dict[str, Any]:
        """Listen until a text of a type is heard and return it."""
        while not (
            found := [t for t in self.texts if {**t, "type": type, **fields} == t]
        ):  # fmt: skip
            answer = self.listen()
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"] == "application/octet-stream"
            self.batches += 1
            self.texts += texts(answer.content)
        return found[-1]


def texts(batch: bytes) -> list[dict[str, Any]]:
    """Return the texts of a batch."""
    found = []
    while batch:
        kind, length = batch[0], int.from_bytes(batch[1:5], "little")
        if kind == 0:
            found.append(json.loads(batch[5 : 5 + length]))
        batch = batch[5 + length :]
    return found


@pytest.fixture
def key(client: Client) -> str:
    made: str = client.post("/api/sessions", json={"preset": "xor"}).json()["key"]
    return made


@pytest.fixture
def connection(client: Client, key: str) -> Connection:
    return Connection(client, key)


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Client]:
    with serving(tmp_path, max_viewers=1, max_message=1000, messages_per_second=2) as made:
        yield made


def over(answer: httpx.Response, status: int, close: int, **more: str) -> dict[str, Any]:
    problem = is_problem(answer, status)
    assert problem["close"] == close
    assert {**problem, **more} == problem
    assert ("code" in problem) == ("code" in more)
    return problem


def test_commands_are_answered_in_the_next_batch(connection: Connection) -> None:
    assert connection.hear("welcome")["rights"] == "drive"
    answer = connection.say('{"type": "step", "id": 1}', "", '{"type": "step", "id": 2}')
    assert (answer.status_code, answer.content) == (204, b"")
    assert connection.hear("answer", id=2)


def test_a_batch_is_given_again_until_the_next_is_asked_for(connection: Connection) -> None:
    first = connection.listen(1)
    assert connection.listen(1).content == first.content
    assert connection.listen(2).content != first.content
    problem = is_problem(connection.listen(1), 422)
    assert problem["errors"][0]["field"] == "batch"


def test_nothing_is_answered_with_204(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.hear("evaluation")
    monkeypatch.setattr(polling, "LONGEST_WAIT", 0.1)
    while (answer := connection.listen()).status_code == 200:
        connection.batches += 1
    assert (answer.status_code, answer.content) == (204, b"")


def test_nothing_of_it_may_be_kept_on_the_way(client: Client, connection: Connection) -> None:
    for answer in (
        client.get("/poll/any"), client.post("/poll/nobody"), connection.listen(),
        connection.say('{"type": "step"}'),
    ):  # fmt: skip
        assert answer.headers["cache-control"] == "no-store"


def test_whether_http_gets_through_can_be_tried_with_any_key(client: Client) -> None:
    assert client.get("/poll/any").status_code == 204


def test_what_is_no_command_is_refused_among_the_messages(connection: Connection) -> None:
    connection.say("dance", '{"type": "step", "count": 0, "id": 5}')
    assert connection.hear("error", id=5)["code"] == "message"


def test_what_is_no_text_is_refused(connection: Connection) -> None:
    answer = connection.client.post(connection.address, params={"batch": 1}, content=b"\xff")
    is_problem(answer, 400)
    assert connection.say('{"type": "step"}').status_code == 204


@pytest.mark.parametrize("batch", ["", "0", "-1", "one", "1.5", str(2**60)])
def test_a_number_that_is_none_is_refused(connection: Connection, batch: str) -> None:
    is_problem(connection.client.get(connection.address, params={"batch": batch}), 422)
    is_problem(connection.client.post(connection.address, params={"batch": batch}), 422)


def test_a_key_that_opens_nothing_is_told_as_on_a_socket(client: Client) -> None:
    problem = over(client.post("/poll/nobody"), 404, 4404, code="no_session")
    assert problem["detail"] == "There is no session with this key. Open a new one."


def test_a_connection_that_is_closed_is_known_no_more(connection: Connection) -> None:
    client = connection.client
    assert client.post(f"{connection.address}/close").status_code == 204
    for answer in (
        connection.listen(), connection.say('{"type": "step"}'),
        client.post(f"{connection.address}/close"),
    ):  # fmt: skip
        over(answer, 410, 4408)


def test_when_the_session_closes_it_says_so(connection: Connection, key: str) -> None:
    connection.hear("evaluation")
    lobby = connection.client.app.state.lobby
    connection.client.call(lobby._close, lobby._suites[key.split(".")[0]])
    while (answer := connection.listen()).status_code == 200:
        connection.batches += 1
    over(answer, 410, 1001)
    over(connection.say('{"type": "step"}'), 410, 1001)
    assert Connection(connection.client, key).hear("welcome")


def test_limits_are_those_of_sockets(strict: Client) -> None:
    key = strict.post("/api/sessions", json={"preset": "xor"}).json()["key"]
    connection = Connection(strict, key)
    over(strict.post(f"/poll/{key}"), 503, 4429, code="full")
    is_problem(connection.say("x" * 1001), 413)
    connection.said = 0
    connection.say(*(f'{{"type": "sync", "id": {number}}}' for number in range(5)))
    assert "2 messages a second" in connection.hear("error", code="rate")["message"]
    assert [text["id"] for text in connection.texts if text["type"] == "answer"] == [0, 1, 2, 3]
