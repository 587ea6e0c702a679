"""Seats of browsers that cannot open a socket: they ask for batches of messages over HTTP.

Batches are numbered, and the newest is kept until the one after it is asked for: an answer that
was lost on its way is given again, so nothing is missed. What a browser says comes in numbered
batches too, and none is heard twice.
"""

import asyncio
from collections.abc import Callable, Iterable

from app.errors import ConfigError, Fault
from app.language import say
from app.live import metrics
from app.live.hearing import Ear
from app.live.keys import new_secret, same
from app.live.lobby import Lobby
from app.live.suite import CloseCode, Seat, SeatError

__all__ = ["Poller", "Pollers", "packed"]

LONGEST_WAIT = 25.0
"""Seconds until a question is answered with nothing; many proxies give up after 30."""
GIVEN_UP = 30.0
"""Seconds without a question after which a browser is taken for gone."""
LARGEST = 1_000_000
"""Bytes after which a batch takes no further message."""
TEXT, BINARY = 0, 1


def packed(messages: Iterable[str | bytes]) -> bytes:
    """Return a batch: of each message its kind, its length in 4 little-endian bytes, itself."""
    parts = []
    for message in messages:
        data = message.encode() if isinstance(message, str) else message
        kind = TEXT if isinstance(message, str) else BINARY
        parts += [bytes((kind,)), len(data).to_bytes(4, "little"), data]
    return b"".join(parts)


class Poller:
    """One browser that polls, on its seat, until it has not asked for a while."""

    def __init__(self, key: str, seat: Seat, lobby: Lobby, gone: Callable[[], None]) -> None:
        self.key, self.seat, self._lobby = key, seat, lobby
        self._ear, self._hearing, self._heard = Ear(seat, lobby.settings), asyncio.Lock(), 0
        self._number, self._batch = 0, b""
        self._asked = 0
        """How many questions there were; only the newest is answered with anything new."""
        self._gone, self._is_seated = gone, True
        self._timer: asyncio.TimerHandle | None = None
        self._rest()

    async def batch(self, number: int) -> bytes:
        """Return a batch as soon as there is anything to say; b"" where nothing is for long.

        Who asks for a batch has all before it. The newest may be asked for again.

        Raises:
            ConfigError: it is neither the newest nor the next.
            SeatError: there is nothing more to say.
        """
        self._confirm(number)
        self._asked = asked = self._asked + 1
        self.seat.viewer.wake()  # an earlier question has nobody who waits for the answer
        if self._timer is not None:
            self._timer.cancel()
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                while asked == self._asked:
                    if self._batch or self._fill():
                        return self._batch
                    if self.seat.over:
                        raise await self._over()
                    await self.seat.viewer.wait()
        except TimeoutError:
            pass
        finally:
            if asked == self._asked:
                self._rest()
        return b""

    async def hear(self, number: int, texts: Iterable[str]) -> None:
        """Hand on what the browser says, unless it has said so before.

        Raises:
            ConfigError: something before it is missing.
            SeatError: nobody listens any more.
        """
        async with self._hearing:
            if number <= self._heard:
                return
            if number > self._heard + 1:
                raise _not_next(number, self._heard + 1)
            self._heard = number
            for text in texts:
                if self.seat.over:
                    raise await self._over()
                await self._ear.hear(text)
                await asyncio.sleep(0)  # a burst of messages is carried out while it is read

    def leave(self) -> None:
        """Stand up; who is asking is answered with nothing."""
        if self._timer is not None:
            self._timer.cancel()
        self._asked += 1
        self.seat.viewer.wake()
        self._stand_up()
        self._gone()

    def _confirm(self, number: int) -> None:
        if number == self._number + 1:
            self._batch = b""
        elif number != self._number or not self._batch:
            raise _not_next(number, self._number + 1)

    def _fill(self) -> bool:
        """Make the next batch of what there is to say, if there is anything."""
        messages: list[str | bytes] = []
        size = 0
        while size < LARGEST and (message := self.seat.viewer.next()) is not None:
            messages.append(message)
            metrics.sent(message)
            size += len(message)
        if messages:
            self._number, self._batch = self._number + 1, packed(messages)
        return bool(messages)

    async def _over(self) -> SeatError:
        """Return why it is over; the seat is free, only its browser may have to be told again."""
        self._stand_up()
        why = await self._lobby.parting(self.seat)
        return SeatError(why, "", say("This connection is over. Open a new one."))

    def _stand_up(self) -> None:
        if self._is_seated:
            self._is_seated = False
            self.seat.leave()

    def _rest(self) -> None:
        """Wait for the next question, but not for ever."""
        self._timer = asyncio.get_running_loop().call_later(GIVEN_UP, self.leave)


def _not_next(number: int, next_: int) -> ConfigError:
    rule = say("must be {number}, the next one", number=next_)
    return ConfigError([Fault("batch", rule, str(number))])


class Pollers:
    """Every browser that polls, each under a name that nobody guesses."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._open: dict[str, Poller] = {}

    def __len__(self) -> int:
        return len(self._open)

    async def open(self, key: str) -> str:
        """Give a browser its seat and return the name of its connection.

        Raises:
            SeatError: there is none for it.
        """
        seat = await self._lobby.admit(key)
        name = new_secret()
        self._open[name] = Poller(key, seat, self._lobby, lambda: self._forget(name))
        return name

    def find(self, key: str, name: str) -> Poller:
        """Return the connection of a name.

        Raises:
            SeatError: it was given up, or it is not one of this key.
        """
        poller = self._open.get(name)
        if poller is None or not same(poller.key, key):
            sentence = say("This connection was given up. Open a new one.")
            raise SeatError(CloseCode.TOO_SLOW, "", sentence)
        return poller

    def stop(self) -> None:
        """Let everybody go."""
        for poller in list(self._open.values()):
            poller.leave()

    def _forget(self, name: str) -> None:
        self._open.pop(name, None)
