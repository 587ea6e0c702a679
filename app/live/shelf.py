"""The place of one session in a record: what it is, and apart from it where it stands.

Where it stands changes with every step and is a few bytes; the rest may be a megabyte of examples.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from app.live.journal import Fields, apply
from app.live.store import Store

__all__ = ["Shelf"]

Document = dict[str, Any]


class Shelf:
    """Where a session is kept, under a name that is its own in the record.

    What is put goes into `copy` too, from where a room that was closed can be opened again.
    """

    def __init__(
        self,
        store: Store,
        shard: str,
        name: str = "session",
        *,
        copy: dict[str, bytes] | None = None,
    ) -> None:
        self.shard, self.name = shard, name
        self._store, self._copy = store, copy

    def fields(self, document: Mapping[str, Any]) -> Fields:
        """Return the fields that hold a whole document."""
        rest = {name: value for name, value in document.items() if name != "position"}
        place = b"%d" % document.get("position", 0)
        return {self.name: orjson.dumps(rest), f"{self.name}.position": place}

    def document(self, fields: Mapping[str, bytes]) -> Document | None:
        """Return the document that the fields of a record hold, None where they hold none."""
        if self.name not in fields:
            return None
        place = int(fields.get(f"{self.name}.position", b"0"))
        return {**orjson.loads(fields[self.name]), "position": place}

    def put(self, document: Mapping[str, Any]) -> asyncio.Future[bool]:
        """Keep a whole document."""
        return self._save(self.fields(document))

    def put_position(self, position: int) -> asyncio.Future[bool]:
        """Keep that the session stands elsewhere."""
        return self._save({f"{self.name}.position": b"%d" % position})

    def clear(self) -> None:
        """Keep nothing more of the session."""
        self._save({self.name: None, f"{self.name}.position": None})

    def _save(self, fields: Fields) -> asyncio.Future[bool]:
        if self._copy is not None:
            apply(fields, self._copy)
        return self._store.save(self.shard, fields)
