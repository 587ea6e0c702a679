"""People in a class: they have a seat, say things, and hear what comes back."""

import json
from typing import Any

from app.live.lobby import Lobby
from app.live.meeting import ClassSeat, Meeting
from app.live.store import MemoryStore, Store
from app.settings import Settings

from .clients import Heard, RecordingViewer, answers

XOR: dict[str, Any] = {"config": {"data": {"name": "xor"}}}
Z2 = {"sort": "sign", "tensor": "z2", "index": [0], "example": 0, "text": "Which sign has z?"}


class Person:
    """Somebody with a seat, who says things and hears what comes back."""

    def __init__(self, seat: ClassSeat, viewer: RecordingViewer) -> None:
        self.seat, self.viewer = seat, viewer
        self._count = 0

    async def ask(self, type: str, **fields: Any) -> Heard:
        self._count += 1
        self.seat.take(json.dumps({"type": type, "id": self._count, **fields}))
        return await self.viewer.hear(answers(self._count))

    async def sees(self, **wanted: Any) -> Heard:
        """Return what is told of the class once it says what is wanted."""

        def fits(heard: Heard) -> bool:
            return heard["type"] == "class" and all(heard[k] == v for k, v in wanted.items())

        for heard in reversed(self.viewer.heard):
            if heard["type"] == "class":
                if fits(heard):
                    return heard
                break
        return await self.viewer.hear(fits)

    async def stands_at(self, position: int) -> Heard:
        frames = [heard for heard in self.viewer.heard if heard.is_frame]
        if frames and frames[-1].position == position:
            return frames[-1]
        return await self.viewer.hear(lambda h: h.is_frame and h.position == position)

    @property
    def drives(self) -> bool:
        return self.viewer.may_drive


async def started(store: Store | None = None, **settings: Any) -> Lobby:
    lobby = Lobby(Settings(**settings), store or MemoryStore())
    await lobby.start()
    return lobby


async def sit(lobby: Lobby, meeting: Meeting, secret: str) -> Person:
    viewer = RecordingViewer(may_drive=False)
    seat = await lobby.seat(f"{meeting.shard}.{secret}", viewer)
    assert isinstance(seat, ClassSeat)
    return Person(seat, viewer)


async def opened_class(lobby: Lobby, learners: int = 2) -> tuple[Meeting, Person, list[Person]]:
    meeting = await lobby.open_class(XOR)
    teacher = await sit(lobby, meeting, meeting.classroom.secret)
    joined = [meeting.join(None) for _ in range(learners)]
    return meeting, teacher, [await sit(lobby, meeting, each.secret) for each in joined]
