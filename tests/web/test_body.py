"""The body of a request is read to its limit and no further, and only for so long."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import Request

from app.web import body
from app.web.body import body_of
from app.web.problems import Problem

pytestmark = pytest.mark.anyio


def sending(*parts: bytes, last: Callable[[], Any] | None = None) -> Request:
    """Return a request whose body comes in these parts; `last` is what comes after them."""
    waiting = list(parts)

    async def receive() -> dict[str, Any]:
        if waiting:
            part = waiting.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(waiting or last)}
        assert last is not None, "more was read than there is"
        result: dict[str, Any] = await last()
        return result

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


async def never() -> None:
    await asyncio.Event().wait()


async def refused(request: Request, limit: int) -> Problem:
    with pytest.raises(Problem) as problem:
        await body_of(request, limit)
    return problem.value


@pytest.mark.parametrize("parts", [(b"",), (b"abcdef",), (b"ab", b"", b"cd", b"ef")])
async def test_a_body_is_what_its_parts_are_together(parts: tuple[bytes, ...]) -> None:
    assert await body_of(sending(*parts), 6) == b"".join(parts)


async def test_one_byte_more_than_allowed_is_too_long_and_the_rest_is_not_read() -> None:
    problem = await refused(sending(b"abc", b"def", b"g", last=never), 6)
    assert problem.status_code == 413
    assert problem.detail == "A request may have at most 6 bytes."


async def test_a_body_that_never_ends_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_SECONDS", 0.01)
    problem = await refused(sending(b"{", last=never), 100)
    assert problem.status_code == 408
    assert "at most 0.01 s" in problem.detail


async def test_who_goes_in_the_middle_is_no_fault_of_ours() -> None:
    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    assert (await refused(sending(b"{", last=gone), 100)).status_code == 400
