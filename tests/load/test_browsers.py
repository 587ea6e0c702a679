"""Browsers without a network: what they say to what they are told."""

import asyncio
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from app.live.codec import encode_frame
from app.presets import preset
from app.session.commands import Step
from app.session.session import Session
from bench.load.browsers import Browser, Learner, Player
from bench.load.figures import Log
from bench.load.wire import PONG, masked

ACCEPTED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"

pytestmark = pytest.mark.anyio


class Wire(asyncio.Transport):
    """A transport that remembers what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[bytes] = []

    def write(self, data: Any) -> None:
        self.said.append(data)


class Told:
    """A session's frames as bytes on the wire."""

    def __init__(self) -> None:
        self.session = Session(preset("xor"))
        self.seq = 0

    def snapshot(self) -> bytes:
        return framed(encode_frame(self.session.snapshot(), self.seq))

    def step(self) -> bytes:
        self.seq += 1
        return framed(encode_frame(self.session.apply(Step(type="step"))[0], self.seq))  # type: ignore[arg-type]


def framed(payload: bytes, opcode: Opcode = Opcode.BINARY) -> bytes:
    return Frame(opcode, payload).serialize(mask=False)


def ack(seq: int) -> bytes:
    return masked(b'{"type":"ack","seq":%d}' % seq)


def seated(browser: Browser) -> Wire:
    wire = Wire()
    browser.connection_made(wire)
    wire.said.clear()
    return wire


def open_log() -> Log:
    log = Log()
    log.open(0, float("inf"))
    return log


async def test_every_second_frame_is_acknowledged_or_the_newest_of_what_came_together() -> None:
    told, browser = Told(), Browser("host", "/ws/key", Log())
    wire = seated(browser)
    browser.data_received(ACCEPTED[:20])
    browser.data_received(ACCEPTED[20:] + told.snapshot())
    assert browser.greeted.result().position == 0
    assert wire.said == []
    browser.data_received(told.step())
    browser.data_received(told.step() + told.step() + told.step())
    browser.data_received(framed(b'{"type":"status"}', Opcode.TEXT))
    assert wire.said == [ack(1), ack(4)]


async def test_a_ping_is_answered() -> None:
    browser = Browser("host", "/ws/key", Log())
    wire = seated(browser)
    browser.data_received(ACCEPTED + framed(b"1234", Opcode.PING))
    assert wire.said == [masked(b"1234", PONG)]


@pytest.mark.parametrize(
    "told",
    [
        framed(b'{"type":"error","code":"rate"}', Opcode.TEXT),
        framed(b"\x11\x38", Opcode.CLOSE),
    ],
    ids=["error", "close"],
)
async def test_a_refusal_ends_the_measurement(told: bytes) -> None:
    browser = Browser("host", "/ws/key", Log())
    seated(browser)
    with pytest.raises(ConnectionError):
        browser.data_received(ACCEPTED + told)


async def test_a_socket_that_is_refused_ends_it_too() -> None:
    browser = Browser("host", "/ws/key", Log())
    seated(browser)
    with pytest.raises(ConnectionError, match="403"):
        browser.data_received(b"HTTP/1.1 403 Forbidden\r\n\r\n")


async def test_a_gap_is_not_overlooked() -> None:
    told, browser = Told(), Browser("host", "/ws/key", Log())
    seated(browser)
    browser.data_received(ACCEPTED + told.snapshot())
    told.step()
    with pytest.raises(ConnectionError, match="frame 2 came after 0"):
        browser.data_received(told.step())


async def test_a_frame_answers_every_step_up_to_its_position() -> None:
    log, told = open_log(), Told()
    learner = Learner("host", "/ws/key", log)
    seated(learner)
    learner.data_received(ACCEPTED + told.snapshot())
    for _ in range(3):
        learner._step(0.0, 1.0, 0.0)
    learner.data_received(told.step())
    assert len(log.times) == 1
    learner.data_received(told.step())
    assert learner.give_up(float("inf")) == 1
    assert len(log.times) == 3
    assert log.told()["max"] == float("inf")


async def test_a_goal_is_reached_by_any_later_frame() -> None:
    told, browser = Told(), Browser("host", "/ws/key", Log())
    seated(browser)
    browser.data_received(ACCEPTED + told.snapshot())
    reaching = asyncio.create_task(browser.reach(1))
    await asyncio.sleep(0)
    browser.data_received(told.step() + told.step())
    await reaching


async def test_a_player_counts_its_frames() -> None:
    log, told = open_log(), Told()
    player = Player("host", "/ws/key", log, 1.0)
    seated(player)
    player.data_received(ACCEPTED + told.snapshot() + told.step())
    assert len(log.times) == 1
    assert player.frames_between(0, float("inf")) == 2
    assert player.frames_between(0, 0) == 0
