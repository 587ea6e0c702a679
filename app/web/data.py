"""Data that somebody brings: a table as text or as rows becomes the data of a config."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.errors import ConfigError, Fault
from app.language import say, spoken
from app.web.documents import read_model
from app.web.table import Table, Wishes, data_of, read_table, table_of

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["api"])
Cell = Annotated[str, Field(max_length=1000)]


class Brought(BaseModel):
    """A table, as `text` or as `header` and `rows`, and what it shall be."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str | None = None
    header: list[Cell] | None = Field(None, min_length=1)
    rows: list[list[Cell]] | None = None
    target: int | None = Field(None, ge=0)
    classes: bool | None = None
    drop: bool = False

    def table(self) -> Table:
        """Return the table.

        Raises:
            ConfigError: there is none, or there are two.
        """
        given = self.header is not None and self.rows is not None
        if given == (self.text is not None):
            rule = say("must be given, or header and rows in its place")
            raise ConfigError([Fault("text", rule)])
        return (
            table_of(self.header or [], self.rows or []) if given else read_table(self.text or "")
        )


@router.post("/data")
async def make_data(request: Request) -> Response:
    """Read a table and say what data it makes: `data` for a config, or `faults`. The target is the
    last column if none is named; a target of texts, or of few whole numbers, names classes."""
    brought = await read_model(request, Brought)
    table = brought.table()
    target = len(table.header) - 1 if brought.target is None else brought.target
    made = data_of(table, Wishes(target, brought.classes, brought.drop))
    answer: dict[str, Any] = {
        "header": table.header, "rows": table.rows, "target": target, "classes": made.classes,
        "data": made.data, "notes": spoken(made.notes),
        "faults": [_sentence(f) for f in made.faults],
    }  # fmt: skip
    return Response(orjson.dumps(answer), media_type="application/json")


def _sentence(fault: Fault) -> str:
    text: str = spoken(say("{fault}.", fault=str(fault)))
    return text[0].upper() + text[1:]
