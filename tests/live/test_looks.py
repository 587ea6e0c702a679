"""Looks from outside: only when the weights are others and somebody watches."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.engine.config import Config
from app.live.audience import Audience
from app.live.looks import QUICK, SHARE, Looks
from app.presets import preset
from app.session.commands import Step
from app.session.messages import Evaluation
from app.session.session import Session

from .clients import RecordingViewer

pytestmark = pytest.mark.anyio
LARGE = Config.parse({"data": {"name": "spiral"}, "layers": [{"units": 40}, {"units": 1}]})


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def watched(config: Config, thread: ThreadPoolExecutor) -> tuple[Session, Looks, RecordingViewer]:
    session = Session(config)
    audience = Audience(session, None, {})
    viewer = RecordingViewer()
    audience.viewers.add(viewer)
    audience.greet(viewer)
    viewer.take()
    return session, Looks(session, audience, thread), viewer


@pytest.mark.parametrize("config", [preset("xor"), LARGE], ids=["small", "large"])
async def test_curve_surface_and_evaluation_are_told(
    config: Config, thread: ThreadPoolExecutor
) -> None:
    _, looks, viewer = watched(config, thread)
    await looks.look()
    assert {heard["type"] for heard in viewer.take()} == {"evaluation", "curve", "surface"}
    assert not looks.stale


def test_the_two_of_them_are_looked_at_in_different_places() -> None:
    sizes = [Session(config).run.parameters.flat[""].size for config in (preset("xor"), LARGE)]
    assert sizes[0] <= QUICK < sizes[1]


async def test_it_is_stale_after_an_update_and_for_somebody_new(
    thread: ThreadPoolExecutor,
) -> None:
    session, looks, _ = watched(preset("xor"), thread)
    assert looks.stale
    await looks.look()
    session.apply(Step(type="step", count=3))
    assert not looks.stale
    session.apply(Step(type="step", size="minibatch"))
    assert looks.stale
    assert not looks.due  # it is too soon after the last
    await looks.look()
    looks.again()
    assert looks.stale


async def test_where_nobody_watches_there_is_nothing_to_look_for(
    thread: ThreadPoolExecutor,
) -> None:
    session = Session(preset("xor"))
    assert not Looks(session, Audience(session, None, {}), thread).stale


async def test_while_playing_a_look_that_takes_long_is_rare(
    thread: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a clock of our own a look takes 0.1 s, so the next is due after 2 s and not after 0.2."""
    now = [100.0]
    monkeypatch.setattr("app.live.looks.monotonic", lambda: now[0])
    session, looks, _ = watched(preset("xor"), thread)
    evaluation = session.evaluation

    def slow() -> Evaluation:
        now[0] += 0.1
        return evaluation()

    monkeypatch.setattr(session, "evaluation", slow)
    await looks.look()
    session.apply(Step(type="step", size="minibatch"))
    now[0] = 100.0 + SHARE * 0.1 - 0.01
    assert not looks.due
    now[0] += 0.02
    assert looks.due
