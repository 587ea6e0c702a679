"""A class that is in session: the rooms of teacher and learners, and who sits in which.

Everything that is said about the class is carried out by one task, in order. What each person is
told is looked up anew a few times a second and sent where it has changed, so that three hundred
learners who come and go cost no more than that.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from time import monotonic, time
from typing import Any

import orjson

from app.classroom.board import for_learner, for_teacher
from app.classroom.classroom import Classroom
from app.classroom.commands import ClassCommand, decode
from app.classroom.learner import Learner, place_of
from app.errors import BackstepError
from app.language import say
from app.live import metrics
from app.live.answers import answer_to, failure_of, refuse
from app.live.journal import Fields
from app.live.keys import new_secret, same
from app.live.room import Room
from app.live.rooms import Rooms
from app.live.shelf import Shelf
from app.live.store import Store
from app.live.suite import CloseCode, Seat, Suite
from app.live.teaching import carry_out
from app.live.viewer import Viewer
from app.session.commands import Command
from app.session.messages import Failure
from app.session.session import Session

__all__ = ["ClassSeat", "Meeting"]

LOOK = 0.25  # s between two looks at who stands where
PAUSE = 0.05  # s between two rounds of news at the least
AWAY = 4.0  # s without a browser, long enough for a reload, until somebody counts as away
INBOX = 2000  # commands about the class that wait
log = logging.getLogger("backstep.class")


class ClassSeat(Seat):
    """The seat of a teacher, or of a learner: it may be moved from room to room."""

    def __init__(self, meeting: "Meeting", room: Room, viewer: Viewer, learner: Learner | None):
        super().__init__(room, viewer)
        self.meeting, self.learner = meeting, learner
        self._told = b""

    def take(self, text: str) -> None:
        command = decode(text)
        if isinstance(command, Command):
            self.room.submit(self.viewer, command)
        else:
            self.meeting.submit(self, command)

    def tell(self, view: bytes) -> None:
        """Tell what is new of the class; what is not sent yet is replaced."""
        if view != self._told:
            self._told = view
            self.viewer.tell_beside(view.decode)

    def leave(self) -> None:
        super().leave()
        self.meeting.leave(self)


class Meeting(Suite):
    """The teacher's room, the learners' own, and the seats."""

    def __init__(
        self,
        rooms: Rooms,
        store: Store,
        classroom: Classroom,
        *,
        end: Callable[["Meeting"], Awaitable[None]],
        document: Mapping[str, Any] | None = None,
        fields: Mapping[str, bytes] | None = None,
    ) -> None:
        self.shard, self.classroom = classroom.code, classroom
        self.seats: set[ClassSeat] = set()
        self.ended = False
        self._rooms, self._store, self._end = rooms, store, end
        self._fields = dict(fields or {})
        shelf = self._shelf("teacher")
        self.teacher = rooms.open(shelf, document or shelf.document(self._fields) or {})
        self._own: dict[str, Room] = {}
        self._void: list[Room] = []
        """Rooms that were given up, until nobody sits in them."""
        self._origin: Session | None = None
        self._inbox: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue(INBOX)
        self._news = asyncio.Event()
        self._left_at = monotonic()
        self._seen: dict[str, float] = {}
        self._opening = asyncio.Lock()
        self._tasks = [
            asyncio.create_task(self._carry_out_all(), name="class"),
            asyncio.create_task(self._look_around(), name="class news"),
        ]

    def fields(self) -> Fields:
        """Return everything that there is to keep of a new class."""
        room = self.teacher.shelf.fields(self.teacher.session.document())
        return {**room, **self.classroom.take_changes()}

    # ------------------------------------------------------------------ coming and going

    def join(self, name: str | None) -> Learner:
        """Let a learner in; before they are given their key, `keep` has to be awaited.

        Raises:
            ConfigError: the name cannot be.
            SessionError: the class is locked or full.
        """
        return self.classroom.join(name, new_secret(), time())

    def learner_of(self, secret: str) -> Learner | None:
        """Return the learner whose secret it is."""
        every = self.classroom.learners.values()
        return next((each for each in every if same(each.secret, secret)), None)

    def is_teacher(self, secret: str) -> bool:
        """Whether a secret is that of the teacher."""
        return same(self.classroom.secret, secret)

    async def room(self, secret: str) -> tuple[Room, bool] | None:
        if self.is_teacher(secret):
            return await self._place_of(None)
        learner = self.learner_of(secret)
        return None if learner is None else await self._place_of(learner)

    async def seat(self, secret: str, viewer: Viewer) -> Seat | None:
        learner = self.learner_of(secret)
        if learner is None and not self.is_teacher(secret):
            return None
        room, viewer.may_drive = await self._place_of(learner)
        room.refuse_too_many(self._rooms.settings.max_viewers)
        seat = ClassSeat(self, room, viewer, learner)
        self.seats.add(seat)
        self._news.set()
        return seat

    def leave(self, seat: ClassSeat) -> None:
        """Let a seat go; whose it was may come back to the same place."""
        self.seats.discard(seat)
        self._left_at = monotonic()
        if seat.learner is not None:
            self._seen[seat.learner.id] = monotonic()

    def deserted_since(self) -> float | None:
        return None if self.seats else self._left_at

    @property
    def closed(self) -> bool:
        return self.ended or self.teacher.closed or self._tasks[0].done()

    async def close(self, *, keep: bool = True) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        kept = self.keep() if keep else None
        rooms = (self.teacher, *self._own.values(), *self._void)
        await asyncio.gather(*(self._rooms.close(room, keep=keep) for room in rooms))
        if kept is not None:
            await asyncio.wait((kept,))

    # ------------------------------------------------------------------ the rooms

    def _shelf(self, name: str) -> Shelf:
        return Shelf(self._store, self.shard, f"room.{name}", copy=self._fields)

    async def _place_of(self, learner: Learner | None) -> tuple[Room, bool]:
        """Return the room that a learner, or with None the teacher, sees now, and whether they
        may drive it."""
        mode, shown = self.classroom.mode, self.classroom.shown
        if learner is None:
            if shown is None:
                return self.teacher, True
            return await self.own_room(self.classroom.learner(shown)), False
        if mode == "follow":
            return self.teacher, False
        return await self.own_room(learner), True

    async def own_room(self, learner: Learner) -> Room:
        """Return the room of a learner, as they left it, or a copy of what the teacher has.

        Raises:
            SessionError: they were removed meanwhile, or there are too many rooms.
        """
        async with self._opening:
            self.classroom.learner(learner.id)
            room = self._own.get(learner.id)
            if room is not None and not room.closed:
                return room
            if room is not None:
                await self._rooms.close(room, keep=False)
            shelf = self._shelf(learner.id)
            document = shelf.document(self._fields)
            if document is not None:
                room = self._rooms.open(shelf, document)
            else:
                room = self._rooms.open_on(shelf, await self._copy_for_learners())
            self._own[learner.id] = room
            return room

    async def _copy_for_learners(self) -> Session:
        """Return a copy of where exploring began, or of where the teacher is now."""
        if self._origin is not None:
            return await self._rooms.copied(self._origin)
        return await self.teacher.read(Session.copy)

    async def explore(self) -> None:
        """Let everybody explore from exactly here: what they had before is given up."""
        self._origin = await self.teacher.read(Session.copy)
        for learner in list(self.classroom.learners.values()):  # others may join meanwhile
            await self.give_up(learner)

    async def catch_up(self, learner: Learner) -> None:
        """Give a learner a new copy of where the teacher is; late-comers begin with the others."""
        await self.give_up(learner, anew=await self.teacher.read(Session.copy))

    def stop_exploring(self) -> None:
        """Have the next copies be of where the teacher is."""
        self._origin = None

    async def give_up(self, learner: Learner, *, anew: Session | None = None) -> None:
        """Forget what is in the room of a learner, or have one with something new in its place.
        The old room closes when everybody is settled.

        Raises:
            SessionError: there are too many rooms.
        """
        async with self._opening:
            room = self._own.get(learner.id)
            if anew is not None:
                self._own[learner.id] = self._rooms.open_on(self._shelf(learner.id), anew)
            else:
                self._own.pop(learner.id, None)
                self._shelf(learner.id).clear()
            if room is not None:
                room.forsake()  # what it still does may not be kept over what is new
                self._void.append(room)

    async def settle(self) -> None:
        """Lead everybody to the room where they belong now; where nobody does is closed."""
        for seat in list(self.seats):
            room, may_drive = await self._place_of(seat.learner)
            if seat in self.seats and (seat.room, seat.viewer.may_drive) != (room, may_drive):
                seat.move(room, may_drive=may_drive)
        while self._void:
            await self._rooms.close(self._void.pop(), keep=False)

    # ------------------------------------------------------------------ commands

    def submit(self, seat: ClassSeat, command: ClassCommand) -> None:
        """Take a command about the class."""
        if self._inbox.full():
            failure = Failure("busy", say("Too much waits already. Try again."))
            refuse(seat.viewer, command, failure)
        else:
            self._inbox.put_nowait(metrics.timed(command, partial(self._carry_out, seat, command)))

    async def _carry_out_all(self) -> None:
        while True:
            await (await self._inbox.get())()

    async def _carry_out(self, seat: ClassSeat, command: ClassCommand) -> None:
        try:
            await carry_out(self, seat.learner, command)
        except BackstepError as error:
            refuse(seat.viewer, command, failure_of(error))
        except Exception:  # a fault of ours: the class goes on
            log.exception("a command of a class failed")
            failure = Failure("internal", say("Something went wrong here. Try again."))
            refuse(seat.viewer, command, failure)
        else:
            await self._answer(seat, command)

    async def _answer(self, seat: ClassSeat, command: ClassCommand) -> None:
        kept = self.keep()
        if command.id is not None and not self.ended and (kept is None or await kept):
            seat.viewer.tell(answer_to(command))

    def keep(self) -> asyncio.Future[bool] | None:
        """Write what is new of the class; return what is done when it is kept."""
        self._news.set()
        changes = self.classroom.take_changes()
        return self._store.save(self.shard, changes) if changes else None

    async def remove(self, learner: Learner) -> None:
        """Send a learner out."""
        for seat in list(self.seats):
            if seat.learner is learner:
                self.seats.discard(seat)  # or it would be led to a new room
                self._dismiss(seat, CloseCode.REMOVED)
        await self.give_up(learner)

    async def end(self) -> None:
        """End the class: everybody is sent home and everything is erased."""
        self.ended = True
        for seat in list(self.seats):
            self._dismiss(seat, CloseCode.ENDED)
        await self._end(self)

    def _dismiss(self, seat: ClassSeat, reason: CloseCode) -> None:
        seat.reason = reason
        seat.viewer.wake()

    # ------------------------------------------------------------------ news

    async def _look_around(self) -> None:
        """Tell everybody what is new, whenever something is and a few times a second."""
        while True:
            try:
                async with asyncio.timeout(LOOK):
                    await self._news.wait()
            except TimeoutError:
                pass
            is_news = self._news.is_set()
            self._news.clear()
            self.look(is_news=is_news)
            await asyncio.sleep(PAUSE)

    def look(self, *, is_news: bool = True) -> None:
        """See who is here and where they stand, and tell what is new. Who stands where is told
        to teachers alone, so without news there is nothing for learners."""
        now = time()
        self._see(now)
        self._reveal_what_is_seen()
        teacher: bytes | None = None
        for seat in self.seats:
            if seat.learner is None:
                teacher = teacher or orjson.dumps(for_teacher(self.classroom, now))
                seat.tell(teacher)
            elif is_news:
                seat.tell(orjson.dumps(for_learner(self.classroom, seat.learner)))

    def _see(self, now: float) -> None:
        here = {seat.learner.id for seat in self.seats if seat.learner is not None}
        late = monotonic() - AWAY
        led = place_of(self.teacher.session) if self.classroom.mode == "follow" else None
        for id, learner in self.classroom.learners.items():
            learner.present = id in here or self._seen.get(id, 0.0) > late
            own = self._own.get(id)
            alone = None if own is None else place_of(own.session)
            learner.stand(led or alone, now)

    def _reveal_what_is_seen(self) -> None:
        """Where the teacher has gone on to what was asked for, the question is answered."""
        ballot = self.classroom.current
        if ballot is None or ballot.stage == "revealed":
            return
        if self.is_seen(ballot.posed.position):
            self.classroom.move_to("revealed")
            self.keep()

    def is_seen(self, position: int) -> bool:
        """Whether the teacher, and so everybody who follows, stands at a position or beyond."""
        return self.teacher.session.position >= position
