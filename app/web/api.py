"""The HTTP interface to catalog, presets and sessions."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from app.language import say, spoken
from app.live.keys import Key
from app.live.lobby import Lobby
from app.presets import PRESETS, preset
from app.web.catalog import catalog
from app.web.documents import read_document
from app.web.hiding import told
from app.web.limits import refuse_too_many
from app.web.problems import Problem
from app.web.rooms import room_of

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["api"])


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")


@router.get("/catalog")
async def read_catalog() -> Response:
    """Every choice that a config offers, with its formula and range."""
    return _json(spoken(catalog()))


@router.get("/presets")
async def list_presets() -> Response:
    """The experiments that ship with Backstep."""
    presets = [
        {"name": n, "title": p.title, "about": p.about, "group": p.group}
        for n, p in PRESETS.items()
    ]
    return _json(spoken(presets))


@router.get("/presets/{name}")
async def read_preset(name: str) -> Response:
    """The config of one of them."""
    if name not in PRESETS:
        raise Problem(404, say("There is no preset {name!r}.", name=name[:40]))
    return _json(preset(name).as_json())


@router.post("/sessions", status_code=201)
async def create_session(request: Request) -> Response:
    """Open a session: with a config, `{"preset": name}`, or a document (`config`, `edits`,
    `position`) as a link or a saved file holds it."""
    refuse_too_many(request)
    lobby: Lobby = request.app.state.lobby
    suite = await lobby.create(await read_document(request))
    drive, watch = Key(suite.shard, suite.drive), Key(suite.shard, suite.watch)
    urls = {
        "key": str(drive),
        "drive_url": f"/s/{drive}",
        "watch_url": f"/s/{watch}",
        "socket_url": f"/ws/{drive}",
    }
    return _json(urls, 201)


@router.get("/sessions/{key}")
async def read_session(key: str, request: Request) -> Response:
    """The config, the changes and the position of a session; a hidden mistake is sealed."""
    room = await room_of(request, key)
    return _json(told(room.session.document(), request.app.state.seal))
