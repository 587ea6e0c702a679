"""Files of a session: a recording, its config, scripts, its weights, its loss curve."""

import csv
import io
from collections.abc import Callable
from functools import partial

import numpy as np
import orjson
from fastapi import APIRouter, Request, Response

from app.export.replay import replay
from app.export.scripts import SCRIPTS, Script
from app.export.weights import npz, safetensors
from app.language import joined, say
from app.session.past import Past
from app.session.session import Session
from app.web.problems import Problem
from app.web.rooms import room_of
from app.web.writer import Writer

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["api"])


def _config(session: Session) -> bytes:
    return orjson.dumps(session.config.as_json(), option=orjson.OPT_INDENT_2)


def _form(script: Script) -> tuple[Callable[[Session], bytes], str, str]:
    def write(session: Session) -> bytes:
        return script.write(session.timeline.config).encode()

    return write, "text/x-python; charset=utf-8", script.file


def _safetensors(session: Session) -> bytes:
    return safetensors(session.run)


def _npz(session: Session) -> bytes:
    return npz(session.run)


def _csv(session: Session) -> bytes:
    """The loss curve, a row for each measured iteration; what has no value is empty."""
    columns = session.curve().tensors
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(columns)
    for values in zip(*columns.values(), strict=True):
        rows.writerow("" if not np.isfinite(v) else f"{v:.17g}" for v in values)
    return text.getvalue().encode()


def _html(session: Session) -> Callable[[], bytes]:
    return partial(replay, Past.of(session.timeline), session.position, session.focus)


FORMS: dict[str, tuple[Callable[[Session], bytes | Callable[[], bytes]], str, str]] = {
    "html": (_html, "text/html; charset=utf-8", "recording.html"),
    "config": (_config, "application/json", "experiment.json"),
    **{name: _form(script) for name, script in SCRIPTS.items()},
    "safetensors": (_safetensors, "application/octet-stream", "weights.safetensors"),
    "npz": (_npz, "application/octet-stream", "weights.npz"),
    "csv": (_csv, "text/csv; charset=utf-8", "loss.csv"),
}
"""What a session can be saved as: how, its media type, and the name of the file.

What takes long only takes what it needs from the session, and returns a function that goes on.
"""
TELLING = ("config", *SCRIPTS)
"""Files that name a mistake that the network has."""


writer = Writer(most=8, what=say("recordings"))


@router.get("/sessions/{key}/export")
async def export_session(key: str, request: Request) -> Response:
    """The session as a file, `as` html, config, numpy, torch, keras, safetensors, npz or csv."""
    form = request.query_params.get("as", "config")
    if form not in FORMS:
        names = joined(say(", "), FORMS)
        sentence = say("as must be one of {names}, got {form!r}.", names=names, form=form[:40])
        raise Problem(422, sentence)
    room = await room_of(request, key)
    if form in TELLING and room.session.is_hiding:
        sentence = say(
            "A mistake is hidden in this network, and this file would name it. Find it first."
        )
        raise Problem(409, sentence)
    write, media, name = FORMS[form]
    body = await room.read(write)
    if callable(body):
        body = await writer.write(body)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media, headers=headers)
