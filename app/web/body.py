"""The body of a request, read no further than it may go."""

from fastapi import Request
from starlette.requests import ClientDisconnect

from app.web.problems import Problem

__all__ = ["body_of"]


async def body_of(request: Request, limit: int) -> bytes:
    """Return the body of a request.

    Raises:
        Problem: it is longer than the limit, or ended early.
    """
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise Problem(413, f"A request may have at most {limit:,} bytes.")
            parts.append(part)
    except ClientDisconnect as error:
        raise Problem(400, "The request ended early.") from error
    return b"".join(parts)
