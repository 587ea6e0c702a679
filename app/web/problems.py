"""Errors over HTTP as problem details (RFC 9457): a sentence, never a traceback."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.errors import BackstepError, ConfigError
from app.language import say, spoken

__all__ = ["Problem", "install", "problem"]

log = logging.getLogger("backstep.web")


LATER = ("busy", "closed", "full", "store")
"""Codes of refusals that another try may find gone."""


class Problem(HTTPException):
    """A refusal with its status and a sentence; `more` stands beside them in the answer."""

    def __init__(
        self, status: int, detail: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(status, detail, headers)
        self.more = more


def install(app: FastAPI, headers: Mapping[str, str] | None = None) -> None:
    """Answer every error of an app with problem details.

    `headers` are those of every answer: one that broke is not made where the others get them.
    """

    @app.exception_handler(ConfigError)
    async def config_error(request: Request, error: ConfigError) -> JSONResponse:
        faults = [fault.as_dict() for fault in error.faults]
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), errors=faults)

    @app.exception_handler(BackstepError)
    async def refusal(request: Request, error: BackstepError) -> JSONResponse:
        later = error.code in LATER
        status = HTTPStatus.SERVICE_UNAVAILABLE if later else HTTPStatus.CONFLICT
        return problem(status, str(error), code=error.code)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        more = error.more if isinstance(error, Problem) else {}
        return problem(error.status_code, error.detail, error.headers, **more)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        sentence = say("The request is not of the right form.")
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentence)

    @app.exception_handler(Exception)
    async def ours(request: Request, error: Exception) -> JSONResponse:
        # The path as it was asked for holds a key, that of the route does not.
        route = getattr(request.scope.get("route"), "path", "an unknown address")
        log.error("request failed: %s %s", request.method, route, exc_info=error)
        # This is outside of what knows the language; it has left word.
        sentence = spoken(say("Something went wrong here."), request.scope.get("language"))
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, sentence, headers=headers)


def problem(status: int, detail: str, headers: Any = None, **more: Any) -> JSONResponse:
    """Return problem details."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    media = "application/problem+json"
    return JSONResponse(spoken(body), status, headers=headers, media_type=media)
