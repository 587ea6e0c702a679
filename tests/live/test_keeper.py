"""What is put on the shelf, and the answers that wait for it."""

import asyncio

import pytest

from app.live.keeper import OWED, Keeper
from app.live.shelf import Shelf
from app.presets import preset
from app.session.commands import Break, Edit, Seek, Step
from app.session.session import Session

from .clients import UNIT, RecordingViewer, SlowStore

pytestmark = pytest.mark.anyio


def kept_by(store: SlowStore) -> tuple[Session, Keeper]:
    session = Session(preset("xor"))
    return session, Keeper(session, Shelf(store, "shard"))


async def test_what_is_as_it_was_is_not_put_again() -> None:
    store = SlowStore()
    session, keeper = kept_by(store)
    assert keeper.keep() is None
    session.apply(Step(type="step"))
    assert keeper.keep() is not None
    assert keeper.keep() is None
    assert store.writes == 1


async def test_a_step_puts_its_position_and_an_edit_everything() -> None:
    store = SlowStore()
    session, keeper = kept_by(store)
    session.apply(Step(type="step"))
    keeper.keep()
    assert store.fields == {"session.position": b"1"}
    session.apply(Edit(type="edit", tensor="W1", index=(0, 0), value=0.5))
    keeper.keep()
    document = Shelf(store, "shard").document(store.fields)
    assert document == session.document()


async def test_answers_wait_for_the_store_and_come_in_order() -> None:
    store = SlowStore(is_slow=True)
    session, keeper = kept_by(store)
    viewer = RecordingViewer()
    for number in range(3):
        session.apply(Step(type="step"))
        await keeper.answer(viewer, f'{{"type": "answer", "id": {number}}}')
    assert viewer.take() == []
    store.finish()
    await asyncio.sleep(0)
    assert [heard["id"] for heard in viewer.take()] == [0, 1, 2]


async def test_very_many_answers_make_the_room_wait() -> None:
    store = SlowStore(is_slow=True)
    session, keeper = kept_by(store)
    viewer = RecordingViewer()

    async def answer_many() -> None:
        for _ in range(OWED):
            session.apply(Step(type="step"))
            await keeper.answer(viewer, '{"type": "answer"}')

    many = asyncio.create_task(answer_many())
    while len(store.waiting) < OWED:  # noqa: ASYNC110  # the store tells nobody
        await asyncio.sleep(0)
    assert not many.done()
    store.finish()
    async with asyncio.timeout(UNIT):
        await many
    assert len(viewer.take()) == OWED


async def test_a_room_that_is_gone_answers_nobody() -> None:
    store = SlowStore(is_slow=True)
    session, keeper = kept_by(store)
    viewer = RecordingViewer()
    session.apply(Step(type="step"))
    await keeper.answer(viewer, '{"type": "answer"}')
    keeper.closed = True
    store.finish()
    await asyncio.sleep(0)
    assert viewer.take() == []


async def test_what_is_not_kept_is_not_answered() -> None:
    store = SlowStore(is_slow=True)
    session, keeper = kept_by(store)
    viewer = RecordingViewer()
    session.apply(Step(type="step"))
    await keeper.answer(viewer, '{"type": "answer"}')
    store.finish(kept=False)
    await asyncio.sleep(0)
    session.apply(Break(type="break", op=0, on=False))
    await keeper.answer(viewer, '{"type": "answer"}')  # nothing new, but the last is not kept
    await asyncio.sleep(0)
    assert viewer.take() == []


async def test_a_command_that_changes_nothing_is_answered_after_those_before_it() -> None:
    store = SlowStore(is_slow=True)
    session, keeper = kept_by(store)
    viewer = RecordingViewer()
    session.apply(Seek(type="seek", position=5))
    keeper.keep()
    session.apply(Seek(type="seek", position=5))
    await keeper.answer(viewer, '{"type": "answer"}')
    assert viewer.take() == []
    store.finish()
    await asyncio.sleep(0)
    assert len(viewer.take()) == 1


async def test_what_a_room_does_that_was_given_up_is_not_kept_over_what_is_new() -> None:
    store = SlowStore()
    session, keeper = kept_by(store)
    keeper.closed = True
    session.apply(Step(type="step"))
    assert keeper.keep() is None
    viewer = RecordingViewer()
    await keeper.answer(viewer, '{"type": "answer"}')
    assert store.writes == 0
    assert viewer.take() == []
