"""A room: one session, the one task that owns it, and its viewers.

Commands of all viewers come into one inbox. The task carries them out in order, plays, and
publishes; nothing else touches the session, so there are no locks. Work goes in slices of a few
milliseconds, on one thread that all rooms share in turn, so that a session at full speed is not
felt by its neighbours.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from app.errors import BackstepError, SessionError
from app.language import say
from app.live import metrics
from app.live.answers import answer_to, failure_of, refuse
from app.live.audience import Audience
from app.live.codec import encode_text
from app.live.keeper import Keeper
from app.live.looks import Looks
from app.live.shelf import Shelf
from app.live.viewer import Viewer
from app.session.commands import (
    Ack,
    Command,
    Configure,
    Exchange,
    Pause,
    Play,
    Question,
    Rejoin,
    Seek,
    Sync,
    Twins,
    Watch,
)
from app.session.messages import Failure, Message
from app.session.session import Session

__all__ = ["Room"]

SLICE = 0.005  # s of work at a time
FRAME = 1 / 60  # s between two frames while playing
FRAME_AT_FULL_SPEED = 1 / 34  # s; every weight is another then, which costs a browser more
SETTLED = 0.02  # s after a command before a look, so that the next command need not wait for it
LATEST = 1.0  # s after which the position is kept even in the middle of playing
INBOX = 256  # commands that wait
ALONE = 5.0  # s without a viewer, long enough for a reload, until the work rests
HEAVY = 20_000  # weights times examples, from which on one minibatch is too long for the loop
log = logging.getLogger("backstep.room")
T = TypeVar("T")


class Room:
    """A session with its viewers. What changes is put on its shelf before it is answered for."""

    def __init__(
        self,
        session: Session,
        shelf: Shelf,
        *,
        compute: ThreadPoolExecutor,
        limits: dict[str, int],
        watch_key: str | None = None,
    ) -> None:
        self.session, self.shelf = session, shelf
        self.audience = Audience(session, watch_key, limits)
        self.left_at = monotonic()
        self._compute = compute
        self._inbox: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._readers: list[Callable[[], Awaitable[None]]] = []
        self._taken = asyncio.Event()
        self._commanded_at = 0.0
        self._quantum = 1
        self._beat_at = self._frame_at = self._kept_at = 0.0
        self._looks = Looks(session, self.audience, compute)
        self._keeper = Keeper(session, shelf)
        self._task = asyncio.create_task(self._run(), name="room")

    # ------------------------------------------------------------------ for sockets

    def enter(self, viewer: Viewer) -> None:
        """Let a viewer in; the first things it hears are the welcome and a snapshot."""
        self.viewers.add(viewer)
        self._inbox.put_nowait(partial(self._greet, viewer))

    def leave(self, viewer: Viewer) -> None:
        """Let a viewer go."""
        self.viewers.discard(viewer)
        self.left_at = monotonic()

    def submit(self, viewer: Viewer, command: Command) -> None:
        """Take a command from a viewer; it is answered through the viewer's outbox."""
        match command:
            case Ack(seq=seq):
                viewer.acknowledge(seq)
                self._answer(viewer, command)
            case _ if self._inbox.qsize() >= INBOX:
                sentence = say("{most} commands wait already. Send them more slowly.", most=INBOX)
                refuse(viewer, command, Failure("busy", sentence))
            case _ if isinstance(command, Question):
                self._take(command, partial(self._tell_why, viewer, command))
            case Watch() | Sync():
                self._take(command, partial(self._show_anew, viewer, command))
            case _ if not viewer.may_drive:
                failure = Failure("rights", say("This link is for watching only."))
                refuse(viewer, command, failure)
            case _:
                self._take(command, partial(self._carry_out, viewer, command))

    def _take(self, command: Command, work: Callable[[], Awaitable[None]]) -> None:
        self._inbox.put_nowait(metrics.timed(command, work))

    def send_to(self, position: int) -> None:
        """Have the session go to a position, whoever asked for it."""
        command = Seek(type="seek", position=position)
        self._inbox.put_nowait(partial(self._carry_out, Viewer(may_drive=True), command))

    async def read(self, look: Callable[[Session], T]) -> T:
        """Return what `look` sees of the session, once it stands where it was asked to.

        Raises:
            SessionError: the room closed before.
        """
        loop = asyncio.get_running_loop()
        seen: asyncio.Future[T] = loop.create_future()

        async def answer() -> None:
            try:
                seen.set_result(await loop.run_in_executor(self._compute, look, self.session))
            except Exception as error:  # it is the caller's, the room goes on
                seen.set_exception(error)

        async def wait() -> None:
            self._readers.append(answer)

        self._inbox.put_nowait(wait)
        either: set[asyncio.Future[Any]] = {seen, self._task}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not seen.done():
            raise SessionError("closed", say("This session has just closed. Ask again."))
        return seen.result()

    async def ready(self) -> None:
        """Return when there is room for a command; who sends a burst is read no faster."""
        while self._inbox.qsize() >= INBOX and not self.closed:
            self._taken.clear()
            await self._taken.wait()

    def refuse_too_many(self, most: int) -> None:
        """Refuse one more viewer where there are so many.

        Raises:
            SessionError: there are.
        """
        if len(self.viewers) >= most:
            sentence = say("This session has its {most} viewers already.", most=most)
            raise SessionError("full", sentence)

    async def close(self, *, keep: bool = True) -> None:
        """Stop the task, and with `keep` save what there is."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        # A slice that is running goes on; it is the last of ours on that thread.
        await asyncio.get_running_loop().run_in_executor(self._compute, int)
        if keep and (kept := self._keeper.keep()) is not None:
            await asyncio.wait((kept,))  # others wait for it too: it must not be cancelled
        self.forsake()

    def forsake(self) -> None:
        """Keep nothing more and answer nobody: something else has the place of this session."""
        self._keeper.closed = True

    @property
    def viewers(self) -> set[Viewer]:
        return self.audience.viewers

    @property
    def closed(self) -> bool:
        return self._task.done()

    # ------------------------------------------------------------------ the task

    async def _run(self) -> None:
        try:
            while True:
                await self._turn()
        except asyncio.CancelledError:
            raise
        except Exception:
            # A fault of ours: the room ends, its neighbours go on, and nothing leaks to viewers.
            log.exception("room closed by an error")
            metrics.refused("internal")
            failure = Failure("internal", say("Something went wrong here. Reload to go on."))
            self.audience.broadcast(failure)
        finally:
            self._taken.set()
            for viewer in self.viewers:
                viewer.wake()

    async def _turn(self) -> None:
        """Do the next thing: a command, a slice of work, a beat of play, or a look."""
        session = self.session
        if not self._inbox.empty():
            carry_out = self._inbox.get_nowait()
            self._taken.set()
            await carry_out()
            await asyncio.sleep(0)  # a burst of commands is heard while it goes on
        elif session.playing and monotonic() - self._kept_at > LATEST:
            self._keeper.keep()
            self._kept_at = monotonic()
        elif self._readers and not session.is_underway:
            await self._readers.pop(0)()
        elif self._deserted() and session.is_replaying:
            await self._wait(None)  # to stop here would be to forget where it stood
        elif self._deserted():
            session.apply(Pause(type="pause"))
        elif session.goal is not None:
            await self._work()
        elif session.playing:
            await self._until_beat()
        elif self._looks.stale:
            pause = self._commanded_at + SETTLED - monotonic()
            await (self._looks.look() if pause <= 0 else self._wait(pause))
        else:
            self._keeper.keep()
            await self._wait(None)

    def _deserted(self) -> bool:
        """Whether there is work that nobody has been watching for a while."""
        at_work = self.session.playing or self.session.goal is not None
        alone = not self.viewers and not self._readers
        return at_work and alone and monotonic() - self.left_at > ALONE

    async def _carry_out(self, viewer: Viewer, command: Command) -> None:
        self._commanded_at = monotonic()
        try:
            self.audience.publish(await self._applied(command))
        except BackstepError as error:
            refuse(viewer, command, failure_of(error))
        else:
            if isinstance(command, Play):
                self._beat_at = monotonic()
            if command.id is None:
                self._keeper.keep()
            else:
                await self._keeper.answer(viewer, answer_to(command))

    async def _applied(self, command: Command) -> list[Message]:
        """Apply a command, on the shared thread if the loop would feel it."""
        if isinstance(command, Configure | Exchange | Rejoin | Twins):
            self._quantum = 1  # the next network may be a hundred times as large
        elif self._is_small() and not self.session.is_replaying:
            return self.session.apply(command)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._compute, self.session.apply, command)

    async def _greet(self, viewer: Viewer) -> None:
        if viewer in self.viewers:  # it may have left already
            self.audience.greet(viewer)
            self._looks.again()

    async def _show_anew(self, viewer: Viewer, command: Watch | Sync) -> None:
        if isinstance(command, Watch):
            names = command.tensors
            viewer.watched = None if names is None else frozenset(names)
        self.audience.resend(viewer)
        self._answer(viewer, command)

    async def _tell_why(self, viewer: Viewer, question: Question) -> None:
        """Answer a question to who asked; it moves nothing."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._compute, self.session.answer, question)
        except SessionError as error:
            refuse(viewer, question, failure_of(error))
        except ArithmeticError:
            log.exception("a number could not be explained")  # a question may not end the room
            sentence = say("This number cannot be told: it is too large to compute with.")
            refuse(viewer, question, Failure("explain", sentence))
        else:
            more = {} if question.id is None else {"id": question.id}
            viewer.tell(encode_text(found, viewer.language, **more))

    def _answer(self, viewer: Viewer, command: Command) -> None:
        if command.id is not None:
            viewer.tell(answer_to(command))

    async def _work(self) -> None:
        """Do one slice of work, and let everybody know if it is time for a frame."""
        now = monotonic()
        tell = now - self._frame_at >= self._frame_time()
        if tell:  # on the beat: what one is late the next is early
            self._frame_at = max(now - self._frame_time(), self._frame_at + self._frame_time())
        if self._is_light():
            said = self.session.work(1, tell=tell)
        else:
            said = await self._timed(lambda: self.session.work(self._quantum, tell=tell))
        self.audience.forget_snapshots()
        self.audience.publish(said)
        if self._looks.due:
            await self._looks.look()

    def _frame_time(self) -> float:
        return FRAME_AT_FULL_SPEED if self.session.rate == "max" else FRAME

    def _is_light(self) -> bool:
        """Whether what is left to do is at most one minibatch of a small network."""
        session = self.session
        if session.is_following:
            return False
        near = session.goal is not None and session.goal - session.position <= len(
            session.run.program
        )
        return near and self._is_small()

    def _is_small(self) -> bool:
        return self.session.run.load + self.session.twins.load < HEAVY

    async def _timed(self, work: Callable[[], list[Message]]) -> list[Message]:
        """Run on the shared thread, and fit the next slice to the time this one took."""
        loop = asyncio.get_running_loop()
        started = monotonic()
        said = await loop.run_in_executor(self._compute, _clocked, work)
        took, result = said
        metrics.SLICE.observe(took)
        factor = SLICE / max(took, 1e-6)
        self._quantum = max(1, min(int(self._quantum * min(factor, 2.0)), 100_000))
        self._frame_at = min(self._frame_at, started)
        return result

    async def _until_beat(self) -> None:
        """Wait for the next beat of play, or for a command; then set the goal."""
        rate = self.session.rate
        if isinstance(rate, str):
            self.session.beat(100_000)
            await asyncio.sleep(0)
            return
        every = max(1 / rate, FRAME)
        now = monotonic()
        if self._beat_at < now - 4 * every:
            self._beat_at = now
        if self._beat_at > now:
            if self._looks.due:
                await self._looks.look()
            await self._wait(self._beat_at - monotonic())
            return
        self._beat_at += every
        self.session.beat(max(1, round(rate * every)))

    async def _wait(self, seconds: float | None) -> None:
        """Wait for a command, at the most for so long; the command is carried out."""
        if seconds is not None and seconds <= 0:
            return
        timer = None
        if seconds is not None:  # a timeout would cancel and raise, which costs far more
            loop = asyncio.get_running_loop()
            timer = loop.call_later(seconds, self._inbox.put_nowait, _nothing)
        carry_out = await self._inbox.get()
        if timer is not None:
            timer.cancel()
        self._taken.set()
        await carry_out()


async def _nothing() -> None:
    """End a wait."""


def _clocked(work: Callable[[], list[Message]]) -> tuple[float, list[Message]]:
    """Time the work itself, without the wait for the thread."""
    started = monotonic()
    said = work()
    return monotonic() - started, said
