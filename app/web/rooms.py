"""The room that an address names."""

from fastapi import Request

from app.language import say
from app.live.lobby import Lobby
from app.live.room import Room
from app.web.problems import Problem

__all__ = ["room_of"]


async def room_of(request: Request, key: str) -> Room:
    """Return the room of a key, to drive or to watch with.

    Raises:
        Problem: there is none.
    """
    lobby: Lobby = request.app.state.lobby
    found = await lobby.room(key)
    if found is None:
        raise Problem(404, say("There is no session with this key."))
    return found[0]
