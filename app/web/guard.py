"""What guards every page and every request: headers, and which pages may change something."""

from http import HTTPStatus

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.language import say
from app.live.metrics import REQUESTS
from app.live.origins import origin_allowed
from app.settings import Settings
from app.web.problems import problem

__all__ = ["Guard", "protection"]

SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing, so that any page may make a browser send them."""
UNUSED = (
    "accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "midi",
    "payment", "usb",
)  # fmt: skip
"""What no page of ours needs of a browser."""


def protection(settings: Settings) -> dict[str, str]:
    """Return the headers that every answer has."""
    policy = (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Plotly sets styles on what it draws
        "img-src 'self' data: blob:",  # figures are saved as pictures
        "connect-src 'self'",  # sockets to the same host too, in every browser since 2022
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        " ".join(("frame-ancestors 'self'", *settings.embedders)),
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
        "Referrer-Policy": "no-referrer",  # an address of ours holds a key
        "X-Content-Type-Options": "nosniff",
        # A page and its modules must be of one version: ask again, answer "unchanged" mostly.
        "Cache-Control": "no-cache",
    }


class Guard:
    """Adds the headers, refuses changes that pages from elsewhere ask for, and counts answers."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._headers = protection(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        answered = HTTPStatus.INTERNAL_SERVER_ERROR  # unless it comes to an answer

        async def protected(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        may_ask = scope["method"] in SAFE or origin_allowed(Headers(scope=scope), self._settings)
        try:
            await (self._app if may_ask else _refusal())(scope, receive, protected)
        finally:
            route = getattr(scope.get("route"), "path", "")
            REQUESTS.labels(route or "other", int(answered)).inc()


def _refusal() -> JSONResponse:
    sentence = say("Pages of other sites may change nothing here.")
    return problem(HTTPStatus.FORBIDDEN, sentence)
