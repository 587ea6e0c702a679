"""The body of a request, read no further than it may go."""

import asyncio

from fastapi import Request
from starlette.requests import ClientDisconnect

from app.language import say
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
                    sentence = say("A request may have at most {most:,} bytes.", most=limit)
                    raise Problem(413, sentence)
                parts.append(part)
    except TimeoutError as error:
        sentence = say("A request may take at most {most:g} s to arrive.", most=BODY_SECONDS)
        raise Problem(408, sentence) from error
    except ClientDisconnect as error:
        raise Problem(400, say("The request ended early.")) from error
    return b"".join(parts)
