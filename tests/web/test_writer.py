"""What takes long is made one after the other, and only so much of it waits."""

import asyncio
from threading import Event

import pytest

from app.language import current
from app.web.problems import Problem
from app.web.writer import Writer
from tests.chinese import reading

pytestmark = pytest.mark.anyio


async def test_one_more_than_may_wait_is_refused_and_the_others_are_made() -> None:
    writer, go_on = Writer(2, "sheets"), Event()
    made = [asyncio.create_task(writer.write(lambda: go_on.wait() and "made")) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Problem) as refused:
        await writer.write(lambda: "made")
    assert refused.value.status_code == 503
    assert "2 sheets are being made" in str(refused.value.detail)
    go_on.set()
    assert await asyncio.gather(*made) == ["made", "made"]
    assert await writer.write(lambda: "again") == "again"


async def test_what_is_made_is_in_the_language_of_who_asked() -> None:
    writer = Writer(2, "sheets")
    with reading("zh"):
        asked = asyncio.create_task(writer.write(current.get))
    assert await writer.write(current.get) == "en"
    assert await asked == "zh"
