"""The body of a request, read no further than it may go."""

import asyncio

from fastapi import Request
from starlette.requests import ClientDisconnect

from app.web.problems import Problem

__all__ = ["body_of"]

BODY_SECONDS = 30.0
"""How long a body may take to arrive."""


async def body_of(request: Request, limit: int) -> bytes:
    """Return the body of a request.

    Raises:
        Problem: it is longer than the limit, late, or ended early.
    """
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > limit:
                    raise Problem(413, f"A request may have at most {limit:,} bytes.")
                parts.append(part)
    except TimeoutError as error:
        raise Problem(408, f"A request may take at most {BODY_SECONDS:g} s to arrive.") from error
    except ClientDisconnect as error:
        raise Problem(400, "The request ended early.") from error
    return b"".join(parts)
