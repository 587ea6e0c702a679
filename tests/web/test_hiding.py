"""What is told of a session with a hidden mistake: enough to open it again, and not its name."""

from pathlib import Path
from typing import Any

import pytest

from app.engine.mistakes import MISTAKES

from .conftest import Client, serving

HIDDEN: dict[str, Any] = {"config": {"mistake": "wrong_sign"}, "hidden": True, "position": 30}


def opened(client: Client, document: dict[str, Any]) -> str:
    answer = client.post("/api/sessions", json=document)
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["key"]
    return key


def told(client: Client, key: str) -> dict[str, Any]:
    document: dict[str, Any] = client.get(f"/api/sessions/{key}").json()
    return document


def weights(client: Client, key: str) -> bytes:
    return client.get(f"/api/sessions/{key}/export", params={"as": "safetensors"}).content


def test_a_hidden_mistake_is_not_named(client: Client) -> None:
    key = opened(client, HIDDEN)
    answer = client.get(f"/api/sessions/{key}")
    assert answer.json()["hidden"] is True
    assert answer.json()["config"]["mistake"] is None
    assert not any(name in answer.text for name in MISTAKES)


def test_the_link_of_a_hidden_mistake_opens_the_same_exercise(client: Client) -> None:
    key = opened(client, HIDDEN)
    copy = opened(client, told(client, key))
    assert told(client, copy)["hidden"] is True
    assert weights(client, copy) == weights(client, key)
    right = opened(client, {**HIDDEN, "config": {}})
    assert weights(client, right) != weights(client, key)


def test_it_opens_after_a_restart_too(tmp_path: Path) -> None:
    with serving(tmp_path) as before:
        document = told(before, opened(before, HIDDEN))
    with serving(tmp_path) as after:
        assert told(after, opened(after, document))["hidden"] is True


@pytest.mark.parametrize("sealed", ["", "wrong_sign", 7, None, ["A" * 60], "A" * 60])
def test_what_this_server_has_not_sealed_is_refused(client: Client, sealed: object) -> None:
    document = {**told(client, opened(client, HIDDEN)), "sealed": sealed}
    answer = client.post("/api/sessions", json=document)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["sealed"]


def test_a_mistake_that_is_not_hidden_is_told(client: Client) -> None:
    key = opened(client, {"config": {"mistake": "wrong_sign"}})
    document = told(client, key)
    assert document["config"]["mistake"] == "wrong_sign"
    assert "sealed" not in document


def test_a_document_that_names_its_hidden_mistake_opens_as_before(client: Client) -> None:
    assert told(client, opened(client, HIDDEN))["hidden"] is True
    for body in ({"sealed": "x"}, {"sealed": "x", "config": 3}, ["sealed"]):
        assert client.post("/api/sessions", json=body).status_code == 422
