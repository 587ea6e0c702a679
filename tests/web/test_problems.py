"""Errors become problem details; those of ours are logged and say nothing of what went wrong."""

import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from app.errors import ConfigError, Fault, SessionError
from app.web.problems import Problem, install

from .conftest import Client, asked


@pytest.fixture
def client() -> Iterator[Client]:
    app = FastAPI()
    install(app)

    @app.get("/ours")
    async def ours() -> None:
        raise RuntimeError("the secret is 42")

    @app.get("/config")
    async def config() -> None:
        raise ConfigError([Fault("seed", "must be at least 0", "-1")])

    @app.get("/locked")
    async def locked() -> None:
        raise SessionError("locked", "Nobody may come.")

    @app.get("/refused")
    async def refused() -> None:
        raise SessionError("full", "There is no room.")

    @app.get("/problem")
    async def problem() -> None:
        raise Problem(404, "There is none.", headers={"retry-after": "9"})

    @app.get("/typed/{number}")
    async def typed(number: int) -> int:
        return number

    with asked(app) as made:
        yield made


def test_an_error_of_ours_is_logged_and_not_told(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get("/ours")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank", "title": "Internal Server Error", "status": 500,
        "detail": "Something went wrong here.",
    }  # fmt: skip
    assert "the secret is 42" in caplog.text


@pytest.mark.parametrize(
    ("path", "status", "more"),
    [
        (
            "/config", 422,
            {"errors": [{"field": "seed", "rule": "must be at least 0", "value": "-1"}]},
        ),
        ("/refused", 503, {"code": "full", "detail": "There is no room."}),
        ("/locked", 409, {"code": "locked", "detail": "Nobody may come."}),
        ("/problem", 404, {"detail": "There is none."}),
        ("/typed/x", 422, {"detail": "The request is not of the right form."}),
    ],
)  # fmt: skip
def test_a_refusal_says_what_and_why(
    client: Client, path: str, status: int, more: dict[str, object]
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    for name, value in more.items():
        assert answer.json()[name] == value


def test_headers_of_a_problem_are_kept(client: Client) -> None:
    assert client.get("/problem").headers["retry-after"] == "9"
