"""Answers that are sent packed.

That packed answers have a length gives nothing away (BREACH): that takes an answer with a secret
that a page of others can make a browser ask for. No cookie opens anything here; a key is in an
answer only where who asks has brought it, or where it has just been made.
"""

from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Packing"]

SHORT = 1000  # bytes; less fits into one packet as it is
LEVEL = 5  # a page is a hundredth larger than at 9, in half the time
AS_THEY_ARE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream")
"""Media types. Tensors do not get much smaller, and a frame over long polling is wanted soon."""


class Packing:
    """Packs what is long, whole or as it comes: a line of a sweep still leaves at once."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packed = GZipMiddleware(app, SHORT, LEVEL, exclude_content_types=AS_THEY_ARE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ready = scope["type"] != "http" or scope["path"].startswith("/static/")
        await (self._app if ready else self._packed)(scope, receive, send)
