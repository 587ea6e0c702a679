"""Which language an answer has: that of the address, the one chosen before, or the browser's."""

from urllib.parse import parse_qs

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.language import DEFAULT, LANGUAGES, current, language_wanted, page_words, say
from app.web.problems import Problem

__all__ = ["Interpreter", "router"]

COOKIE = "language"
YEAR = 365 * 24 * 3600  # s
router = APIRouter(include_in_schema=False)


class Interpreter:
    """Lets everything within know the reader's language, and remembers one that a link names."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"].startswith("/static/"):  # no words in these
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        linked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1]
        chosen = linked if linked in LANGUAGES else _remembered(headers)
        language = language_wanted(chosen, headers.get("accept-language", ""))
        followed = scope.get("method") == "GET"

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                given.setdefault("Content-Language", language)
                given.add_vary_header("Accept-Language, Cookie")
                # A page that asks for itself names its language too, but nobody has chosen.
                if followed and linked in LANGUAGES and linked != _remembered(headers):
                    cookie = f"{COOKIE}={linked}; Path=/; Max-Age={YEAR}; SameSite=Lax"
                    given.append("Set-Cookie", cookie)
            await send(message)

        scope["language"] = language  # for who answers when everything within has failed
        before = current.set(language)
        try:
            await self._app(scope, receive, told)
        finally:
            current.reset(before)


def _remembered(headers: Headers) -> str:
    # Python's own SimpleCookie stops at what others set for this host and is of no right form.
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


@router.get("/words/{language}.json")
async def words(language: str) -> JSONResponse:
    """The sentences of the page in a language, by their English ones."""
    if language not in LANGUAGES or language == DEFAULT:
        raise Problem(404, say("There is no catalogue of that language."))
    return JSONResponse(page_words(language))
