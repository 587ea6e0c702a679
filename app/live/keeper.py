"""What a room puts on its shelf, and the answers that wait until it is kept."""

import asyncio

from app.live.shelf import Shelf
from app.live.viewer import Viewer
from app.session.session import Session

__all__ = ["Keeper"]

OWED = 64
"""Answers that wait for the store before the room waits with them."""


class Keeper:
    """Keeps a session: all of it when it has changed, else only where it stands."""

    def __init__(self, session: Session, shelf: Shelf) -> None:
        self._session, self._shelf = session, shelf
        self._kept = session.revision, session.destination
        self._last: asyncio.Future[bool] | None = None
        self._owed = 0
        self.closed = False
        """Whether nothing is kept and nobody is answered any more: the room is gone."""

    def keep(self) -> asyncio.Future[bool] | None:
        """Put on the shelf what is new; return what is done when all is kept, None if it is."""
        if self.closed:
            return None
        session, shelf = self._session, self._shelf
        revision, place = now = session.revision, session.destination
        if now != self._kept:
            whole, self._kept = revision != self._kept[0], now
            self._last = shelf.put(session.document()) if whole else shelf.put_position(place)
        elif self._last is not None and self._last.done() and _is_kept(self._last):
            self._last = None
        return self._last

    async def answer(self, viewer: Viewer, text: str) -> None:
        """Tell a viewer the answer to a command once what that did is kept, and never if it is
        not, because the session is another's now.

        This waits only where very many wait already.
        """
        if self.closed:
            return
        kept = self.keep()
        if kept is None or (kept.done() and _is_kept(kept)):
            viewer.tell(text)
            return

        def tell(done: asyncio.Future[bool]) -> None:
            self._owed -= 1
            if not self.closed and _is_kept(done):
                viewer.tell(text)

        self._owed += 1
        kept.add_done_callback(tell)
        if self._owed >= OWED:
            await asyncio.wait((kept,))


def _is_kept(done: asyncio.Future[bool]) -> bool:
    return not done.cancelled() and done.result()
