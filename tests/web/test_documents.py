"""What a request may say that a session, or a class, begins with."""

from typing import Any

import pytest

from app.errors import ConfigError
from app.presets import PRESETS
from app.session.commands import FARTHEST
from app.web.documents import document_of

from .conftest import Client, serving

CONFIG = {"seed": 3}
PLAIN = {
    "config": CONFIG, "edits": [], "position": 0, "breakpoints": [], "twins": [], "hidden": False
}  # fmt: skip


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_meant_by_its_name(name: str) -> None:
    assert document_of({"preset": name}) == {"config": PRESETS[name].config}


def test_an_object_without_a_config_is_one() -> None:
    assert document_of(CONFIG) == {"config": CONFIG}
    assert document_of({}) == {"config": {}}


def test_a_document_has_all_its_parts_and_the_usual_ones_where_they_are_missing() -> None:
    assert document_of({"config": CONFIG}) == PLAIN
    whole = {
        "config": CONFIG, "edits": [{"position": 3}], "position": FARTHEST, "breakpoints": [0, 7],
        "twins": [{}], "hidden": True,
    }  # fmt: skip
    assert document_of(whole) == whole


def test_what_a_document_does_not_have_is_not_taken_over() -> None:
    assert document_of({"config": CONFIG, "goal": 7, "key": "x"}) == PLAIN


@pytest.mark.parametrize("hidden", [1, "true", "yes", None, [True]])
def test_only_true_hides_a_mistake(hidden: object) -> None:
    assert document_of({"config": CONFIG, "hidden": hidden})["hidden"] is False


@pytest.mark.parametrize(
    ("body", "field", "rule", "value"),
    [
        (None, "", "must be an object", ""),
        ([], "", "must be an object", ""),
        ("xor", "", "must be an object", ""),
        ({"preset": "nothing"}, "preset", "must be one of", "'nothing'"),
        ({"preset": ["xor"]}, "preset", "must be one of", "['xor']"),
        ({"preset": None, "config": {}}, "preset", "must be one of", "None"),
        ({"config": {}, "position": -1}, "position", "must be a whole number from 0", "-1"),
        (
            {"config": {}, "position": FARTHEST + 1}, "position", f"must be a whole number from 0 "
            f"to {FARTHEST}", str(FARTHEST + 1),
        ),
        ({"config": {}, "position": 1.0}, "position", "must be a whole number", "1.0"),
        ({"config": {}, "position": True}, "position", "must be a whole number", "True"),
        ({"config": {}, "edits": {}}, "edits", "must be a list of at most 10,000", ""),
        ({"config": {}, "edits": [0] * 10_001}, "edits", "must be a list of at most 10,000", ""),
        ({"config": {}, "twins": {}}, "twins", "must be a list of at most 3", ""),
        ({"config": {}, "twins": [{}] * 4}, "twins", "must be a list of at most 3", ""),
        ({"config": {}, "breakpoints": 3}, "breakpoints", "must be a list of ops", ""),
        ({"config": {}, "breakpoints": [-1]}, "breakpoints", "must be a list of ops", ""),
        ({"config": {}, "breakpoints": [True]}, "breakpoints", "must be a list of ops", ""),
        ({"config": {}, "breakpoints": [1.0]}, "breakpoints", "must be a list of ops", ""),
    ],
)  # fmt: skip
def test_another_is_refused_with_field_rule_and_value(
    body: Any, field: str, rule: str, value: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        document_of(body)
    (fault,) = refused.value.faults
    assert (fault.field, fault.value) == (field, value)
    assert fault.rule.startswith(rule)


# ---------------------------------------------------------------- over HTTP


@pytest.mark.parametrize("path", ["/api/sessions", "/api/classes"])
def test_a_class_and_a_session_begin_with_the_same(client: Client, path: str) -> None:
    assert client.post(path, json={"preset": "mazur"}).status_code == 201
    refused = client.post(path, json={"preset": "nothing"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "preset"
    sealed = client.post(path, json={"config": {}, "sealed": "of another server"})
    assert sealed.json()["errors"][0]["field"] == "sealed"


@pytest.mark.parametrize("path", ["/api/sessions", "/api/classes"])
@pytest.mark.parametrize("sent", [b"", b"{", b"preset=xor", b"NaN", b"\xff"])
def test_what_is_no_json_is_answered_with_400(client: Client, path: str, sent: bytes) -> None:
    answer = client.post(path, content=sent)
    assert (answer.status_code, answer.json()["detail"]) == (400, "The request must be JSON.")


def test_what_is_too_long_is_answered_with_413(tmp_path: Any) -> None:
    with serving(tmp_path, max_message=1000) as client:
        code = client.post("/api/classes", json={"preset": "xor"}).json()["code"]
        for path in ("/api/sessions", "/api/classes", f"/api/classes/{code}/learners"):
            assert client.post(path, content=b" " * 1001).status_code == 413
