"""Where a request comes from: the page that makes it, and the address of who asks."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from app.settings import Settings

__all__ = ["address_of", "origin_allowed"]


def origin_allowed(headers: Headers, settings: Settings) -> bool:
    """Whether the page that asks is ours, or one that the settings name.

    A browser sends its origin with a socket and with every request that changes something;
    programs without one are no danger to a browser's user. A form of a page that sends no
    referrer has the origin "null"; there the browser itself says whether it is of the same site.
    """
    origin = headers.get("origin")
    if origin is None:
        return True
    if origin == "null":
        return headers.get("sec-fetch-site") == "same-origin"
    allowed = {entry.strip().rstrip("/") for entry in settings.origins.split(",") if entry.strip()}
    try:
        return origin in allowed or urlsplit(origin).netloc == headers.get("host")
    except ValueError:
        return False


def address_of(connection: HTTPConnection) -> str:
    """Return the address of who asks, as the server or a proxy that is believed tells it."""
    return connection.client.host if connection.client else ""
