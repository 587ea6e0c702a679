"""The place of a session in a record."""

import pytest

from app.live.shelf import Shelf
from app.live.store import MemoryStore

pytestmark = pytest.mark.anyio
DOCUMENT = {"config": {"seed": 1}, "edits": [], "position": 5}


async def test_a_document_comes_back_as_it_was_put() -> None:
    store = MemoryStore()
    shelf = Shelf(store, "shard")
    await store.create("shard", shelf.fields(DOCUMENT), 60)
    assert shelf.document(await store.take("shard") or {}) == DOCUMENT
    await shelf.put_position(9)
    assert shelf.document(await store.take("shard") or {}) == DOCUMENT | {"position": 9}
    await shelf.put(DOCUMENT | {"position": 1})
    assert shelf.document(await store.take("shard") or {}) == DOCUMENT | {"position": 1}


async def test_two_sessions_of_a_record_keep_apart() -> None:
    store = MemoryStore()
    one, other = Shelf(store, "shard", "one"), Shelf(store, "shard", "other")
    await store.create("shard", one.fields(DOCUMENT), 60)
    await other.put(DOCUMENT | {"position": 7})
    one.clear()
    fields = await store.take("shard") or {}
    assert one.document(fields) is None
    assert other.document(fields) == DOCUMENT | {"position": 7}
