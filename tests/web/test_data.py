"""Bringing data over HTTP: what is sent is read, and what it makes is a config."""

import orjson
import pytest

from .conftest import Client

NEITHER = "text must be given, or header and rows in its place."


def brought(client: Client, body: dict) -> tuple[int, dict]:
    response = client.post("/api/data", content=orjson.dumps(body))
    return response.status_code, response.json()


def test_text_comes_back_as_a_table_with_its_data(client: Client) -> None:
    status, answer = brought(client, {"text": "a,b\n1.5,0\n2.5,1\n"})
    assert status == 200
    assert (answer["header"], answer["rows"]) == (["a", "b"], [["1.5", "0"], ["2.5", "1"]])
    assert (answer["target"], answer["classes"], answer["faults"]) == (1, True, [])
    made = {"data": answer["data"], "layers": [{"units": 1}]}
    assert client.post("/api/sessions", content=orjson.dumps(made)).status_code == 201


def test_rows_that_were_changed_are_read_again(client: Client) -> None:
    body = {"header": ["a", "b"], "rows": [["1", "2.5"], ["", "3.5"]], "drop": True}
    status, answer = brought(client, body)
    assert status == 200
    assert answer["data"]["Y"] == [[2.5]]
    assert answer["notes"] == ["Left out, because a value is missing: row 2."]


def test_what_is_wrong_is_told_beside_the_table(client: Client) -> None:
    _, answer = brought(client, {"text": "a,b\n,0\n2.5,1\n"})
    assert (answer["data"], answer["classes"]) == (None, True)
    assert answer["rows"] == [["", "0"], ["2.5", "1"]]
    assert answer["faults"] == ["Row 1, a must have a value."]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, NEITHER),
        ({"text": "a", "header": ["a"], "rows": []}, NEITHER),
        ({"text": 1}, "text must be a text, got 1."),
        ({"text": "a", "other": 1}, "other is not a setting here."),
    ],
)  # fmt: skip
def test_a_request_that_brings_nothing_is_refused(
    client: Client, body: dict, sentence: str
) -> None:
    status, answer = brought(client, body)
    assert (status, answer["detail"]) == (422, sentence)
