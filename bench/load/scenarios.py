"""What a class does, and how well the server must keep up with it.

A scenario is carried out in a process of its own, beside the server's. It returns figures by name.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import monotonic
from typing import Any

import uvloop

from bench.load.browsers import Browser, Learner, Player
from bench.load.classroom import Classroom, Window
from bench.load.figures import Goal, Log, memory_of
from bench.load.slow_link import slow_link
from bench.load.wire import Frame

__all__ = ["SCENARIOS", "Figures", "Scenario", "perform"]

Figures = dict[str, float]
TEACHER = 0.1  # s between two steps of a teacher who is followed
LINK = 20_000  # bytes a second of the slow link
HISTORY = 200  # minibatches that a session has behind it
SETTLE = 3.0  # s after which looks are taken and sessions saved
FIRST = 20  # sessions or browsers that pay for what is set up once


async def stepping(room: Classroom, learners: int, rate: float, players: int = 0) -> Figures:
    """Learners with a session each step by ops, perhaps beside others at full speed."""
    log, late, other = Log(), Log(), Log()
    keys = room.sessions(learners + players)
    greedy = await room.seat([key.drive for key in keys[learners:]], Player, other)
    seats = await room.seat([key.drive for key in keys[:learners]], Learner, log, late)
    await asyncio.gather(*map(Learner.begin, seats, room.places(learners)))
    window = _opened(room, log, late, other)
    for player in greedy:
        player.play("max")
    for learner, phase in zip(seats, room.phases(learners, 1 / rate), strict=True):
        learner.pace(window.starts + phase, 1 / rate, window.ends)
    cost = await room.watch(window, log)
    lost = sum(learner.give_up(monotonic()) for learner in seats)
    extra = {"frames/s": _frame_rate(greedy, window)} if players else {}
    return {**log.told(), **cost, **extra, "lost": lost, "late p99": late.told()["p99"]}


async def playing(room: Classroom, players: int, rate: float) -> Figures:
    """Sessions play minibatches; the times are how far each gap is from the period."""
    log = Log()
    keys = room.sessions(players)
    seats = await room.seat([key.drive for key in keys], Player, log, 1 / rate)
    window = _opened(room, log)
    loop = asyncio.get_running_loop()
    for player, phase in zip(seats, room.phases(players, 1 / rate), strict=True):
        loop.call_later(phase, player.play, rate)
    cost = await room.watch(window, log)
    return {**log.told(), **cost, "frames/s": _frame_rate(seats, window)}


async def following(room: Classroom, followers: int) -> Figures:
    """Followers of a teacher who steps; the times are from her command to their frames."""
    log, late = Log(), Log()
    (key,) = room.sessions(1)
    (teacher,) = await room.seat([key.drive], Learner, Log(), late)

    class Follower(Browser):
        def take(self, frame: Frame, now: float) -> None:
            if began := teacher.began.get(frame.position):
                self.log.note(began, now - began)

    await room.seat([key.watch] * followers, Follower, log)
    window = _opened(room, log, late)
    teacher.pace(window.starts, TEACHER, window.ends)
    cost = await room.watch(window, log)
    told = log.told()
    steps = sum(window.begins <= began < window.ends for began in teacher.began.values())
    lost = steps * followers - told["count"]
    return {**told, **cost, "lost": lost, "late p99": late.told()["p99"]}


async def slowly_following(room: Classroom, rate: float) -> Figures:
    """One follower on a slow link while a teacher plays; the times are the age of its frames."""
    log, other = Log(), Log()
    (key,) = room.sessions(1)
    made: dict[int, float] = {}

    class Teacher(Player):
        def take(self, frame: Frame, now: float) -> None:
            made[frame.seq] = now
            super().take(frame, now)

    class Follower(Player):
        def take(self, frame: Frame, now: float) -> None:
            self.log.note(now, now - made.get(frame.seq, now))
            self.came.append(now)

    (teacher,) = await room.seat([key.drive], Teacher, other)
    async with slow_link(room.address, LINK) as link:
        seats = await room.seat([key.watch], Follower, log, to=link)
        window = _opened(room, log, other)
        teacher.play(rate)
        cost = await room.watch(window, log)
    return {**log.told(), **cost, "frames/s": _frame_rate(seats, window)}


async def resting(room: Classroom, sessions: int) -> Figures:
    """What a session takes that has some past and a browser that does nothing, in MB."""

    async def settle(count: int) -> float:
        seats = await room.seat([key.drive for key in room.sessions(count)], Browser, Log())
        for browser in seats:
            browser.say(type="step", size="minibatch", count=HISTORY)
        await asyncio.gather(*(b.reach(HISTORY * 12) for b in seats))
        await asyncio.sleep(SETTLE)
        return memory_of(room.pid)["private"]

    before = await settle(FIRST)
    after = await settle(sessions)
    return {"MB each": (after - before) / sessions, "RSS MB": memory_of(room.pid)["rss"]}


async def listening(room: Classroom, followers: int) -> Figures:
    """What a follower takes who does nothing, in MB."""
    (key,) = room.sessions(1)

    async def settle(count: int) -> float:
        await room.seat([key.watch] * count, Browser, Log())
        await asyncio.sleep(SETTLE)
        return memory_of(room.pid)["private"]

    before = await settle(FIRST)
    after = await settle(followers)
    return {"MB each": (after - before) / followers, "RSS MB": memory_of(room.pid)["rss"]}


def _opened(room: Classroom, *logs: Log) -> Window:
    window = room.window()
    for log in logs:
        log.open(window.begins, window.ends)
    return window


def _frame_rate(players: Sequence[Player], window: Window) -> float:
    """Return the frames a second that the median browser saw."""
    seconds = window.ends - window.begins
    return median(player.frames_between(window.begins, window.ends) for player in players) / seconds


@dataclass(frozen=True)
class Scenario:
    """What is done, with what, and what is hoped for."""

    title: str
    act: Callable[..., Awaitable[Figures]]
    given: Mapping[str, Any]
    goal: Goal = field(default_factory=Goal)


SCENARIOS: dict[str, Scenario] = {
    "learners": Scenario(
        "300 learners, 5 steps/s", stepping, {"learners": 300, "rate": 5},
        Goal(below={"p50": 2, "p99": 20}),
    ),
    "many": Scenario(
        "1,000 learners, 2 steps/s", stepping, {"learners": 1000, "rate": 2},
        Goal(below={"p99": 60}),
    ),
    "neighbours": Scenario(
        "100 learners, 5 steps/s, beside 5 at full speed", stepping,
        {"learners": 100, "rate": 5, "players": 5}, Goal(below={"p99": 10}),
    ),
    "players": Scenario(
        "30 play at 30 frames/s, off by", playing, {"players": 30, "rate": 30},
        Goal(above={"frames/s": 29}),
    ),
    "table": Scenario(
        "30 followers, 10 frames/s", following, {"followers": 30}, Goal(below={"p99": 60}),
    ),
    "course": Scenario(
        "100 followers, 10 frames/s", following, {"followers": 100}, Goal(below={"p99": 60}),
    ),
    "class": Scenario(
        "300 followers, 10 frames/s", following, {"followers": 300}, Goal(below={"p99": 60}),
    ),
    "hall": Scenario(
        "1,000 followers, 10 frames/s", following, {"followers": 1000}, Goal(below={"p99": 60}),
    ),
    "slow": Scenario(
        "20 kB/s while 30 frames/s play, age", slowly_following, {"rate": 30},
        Goal(below={"max": 1000}),
    ),
    "sessions": Scenario(
        "a session at rest", resting, {"sessions": 100}, Goal(below={"MB each": 1}),
    ),
    "followers": Scenario(
        "a follower at rest", listening, {"followers": 300}, Goal(below={"MB each": 0.15}),
    ),
}  # fmt: skip
"""By the name that ``--only`` takes."""


def perform(scenario: Scenario, room: Classroom) -> Figures:
    """Carry out a scenario, in this process.

    Raises:
        ConnectionError: the server refused something, or a frame was missing.
    """
    gc.disable()  # its pauses would be taken for the server's
    return uvloop.run(_performed(scenario, room))


async def _performed(scenario: Scenario, room: Classroom) -> Figures:
    """Act until it is done or a browser fails."""
    loop = asyncio.get_running_loop()
    failed = loop.create_future()

    def fail(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not failed.done():
            failed.set_exception(context.get("exception") or RuntimeError(context["message"]))

    loop.set_exception_handler(fail)
    acting = asyncio.ensure_future(scenario.act(room, **scenario.given))
    await asyncio.wait((acting, failed), return_when=asyncio.FIRST_COMPLETED)
    if failed.done():
        acting.cancel()
        failed.result()
    return acting.result()
