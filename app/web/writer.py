"""Files that take long are made one after the other, on a thread of their own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from app.language import say
from app.web.problems import Problem

__all__ = ["Writer"]

T = TypeVar("T")


class Writer:
    """Makes what takes long, so that sessions do not feel it and nobody can ask for too much."""

    def __init__(self, most: int, what: str) -> None:
        self._most, self._what, self._asked = most, what, 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    async def write(self, make: Callable[[], T]) -> T:
        """Return what is made when its turn has come, in the language of who asks.

        Raises:
            Problem: too many wait already.
        """
        if self._asked >= self._most:
            sentence = say(
                "{most} {what} are being made. Try again in a minute.",
                most=self._most, what=self._what,
            )  # fmt: skip
            raise Problem(503, sentence)
        self._asked += 1
        try:
            # The thread is everybody's: in the context it knows who asks, and their language.
            told = copy_context()
            return await asyncio.get_running_loop().run_in_executor(self._thread, told.run, make)
        finally:
            self._asked -= 1
