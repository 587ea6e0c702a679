"""A body that is too long or ends early is refused."""

import pytest
from fastapi import Request
from starlette.types import Message

from app.web.body import body_of
from app.web.problems import Problem

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def request(*messages: Message) -> Request:
    coming = iter(messages)

    async def receive() -> Message:
        return next(coming)

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


def part(data: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": data, "more_body": more}


async def test_a_body_in_parts_is_one_body() -> None:
    assert await body_of(request(part(b"ab", more=True), part(b"c")), 3) == b"abc"


async def test_a_longer_body_is_read_no_further_than_the_limit() -> None:
    with pytest.raises(Problem, match="at most 1,000 bytes") as refused:
        await body_of(request(part(b"x" * 600, more=True), part(b"x" * 600, more=True)), 1000)
    assert refused.value.status_code == 413


async def test_a_body_that_ends_early_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        await body_of(request(part(b"x", more=True), {"type": "http.disconnect"}), 10)
    assert refused.value.status_code == 400
